"""Checks: (before, after, operations) becomes findings. One module per check."""
