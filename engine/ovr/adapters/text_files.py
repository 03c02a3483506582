"""Files of text, read within bounds."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

from ovr.errors import Finding, OvrError
from ovr.spans import Source, Span

MAX_BYTES = 1024 * 1024
"""No file that people write by hand comes near this; a larger one is refused unread."""


def read_within(file: BinaryIO, limit: int) -> bytes | None:
    """All that a file holds; None where that is more than `limit` bytes."""
    data = file.read(limit + 1)
    return data if len(data) <= limit else None


def read_bytes(path: Path, name: str) -> bytes:
    """The content of a file called `name` before the user. Raises OvrError OVR1008 for one over MAX_BYTES.

    OSError is the caller's: only it knows what the file was for.
    """
    with path.open("rb") as file:
        data = read_within(file, MAX_BYTES)
    if data is None:
        message = f"`{name}` is larger than {MAX_BYTES // 1024} KiB"
        raise OvrError(Finding("OVR1008", message, fix="split it into several files"))
    return data


def decode(data: bytes, name: str) -> Source:
    """The text of a UTF-8 file, a byte order mark left off. Raises OvrError OVR1001 where it is not UTF-8."""
    try:
        return Source(name, data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise OvrError(not_utf8(error, name)) from None


def not_utf8(error: UnicodeDecodeError, name: str) -> Finding:
    """What is wrong with bytes that are not UTF-8, at the first that is not."""
    data, at = bytes(error.object), error.start
    found = f"byte 0x{data[at]:02x}"
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        data, at, found = b"", 0, "it is UTF-16"
    source = Source(name, data.decode("utf-8", "replace"))
    return Finding(
        "OVR1001",
        "this file is not text in UTF-8",
        position(source, len(data[:at].decode("utf-8", "replace"))),
        details=(f"found: {found}",),
        fix="save it again as UTF-8",
    )


def position(source: Source, offset: int) -> Span:
    """The one character at this offset of the text."""
    lines = (source.text[:offset] + "|").splitlines()  # a sentinel, so that a line break at the end counts
    line, column = len(lines), len(lines[-1])
    return Span(source, line, column, line, column + 1)
