"""The command line: one module per command, one door from errors to exit codes."""

from __future__ import annotations

import sys


def main() -> None:
    """The command `ovr`. Always ends in SystemExit with the exit code."""
    from ovr.cli.door import run

    raise SystemExit(run(sys.argv[1:]))
