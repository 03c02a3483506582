"""Reads the tables that are shipped inside this package; the only module of the core that opens a file."""

from __future__ import annotations

from functools import cache
from pathlib import Path


@cache
def table(name: str) -> bytes:
    """The bytes of a file in `knowledge/data`, read once."""
    return (Path(__file__).parent / "data" / name).read_bytes()


def line_of(name: str, key: str) -> bytes | None:
    """What stands behind `KEY<tab>` in a table of such lines; None where there is no such line."""
    data = table(name)
    mark = f"\n{key}\t".encode()
    start = data.find(mark)
    if start < 0 or "\n" in key or "\t" in key:
        return None
    start += len(mark)
    return data[start : data.index(b"\n", start)]
