"""Reads the tables that are shipped inside this package; the only module of the core that opens a file."""

from __future__ import annotations

from functools import cache
from pathlib import Path


@cache
def table(name: str) -> bytes:
    """The bytes of a file in `knowledge/data`, read once."""
    return (Path(__file__).parent / "data" / name).read_bytes()
