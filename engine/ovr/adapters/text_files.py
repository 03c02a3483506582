"""Files of text, read within bounds."""

from __future__ import annotations

from pathlib import Path

from ovr.errors import Finding, OvrError
from ovr.spans import Source, Span

MAX_BYTES = 1024 * 1024
"""No file that people write by hand comes near this; a larger one is refused unread."""


def read_bytes(path: Path, name: str, limit: int = MAX_BYTES) -> bytes:
    """The content of a file called `name` before the user. Raises OvrError OVR1008 for one over `limit` bytes.

    OSError is the caller's: only it knows what the file was for.
    """
    with path.open("rb") as file:
        data = file.read(limit + 1)
    if len(data) > limit:
        raise OvrError(
            Finding("OVR1008", f"`{name}` is larger than {limit // 1024} KiB", fix="split it into several files")
        )
    return data


def decode(data: bytes, name: str) -> Source:
    """The text of a UTF-8 file, a byte order mark left off. Raises OvrError OVR1001 where it is not UTF-8."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise OvrError(_not_utf8(Source(name, ""), 0, "it is UTF-16"))
    try:
        return Source(name, data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        # `error.start` counts from behind a byte order mark, so take the prefix from what was decoded
        before = error.object[: error.start].decode("utf-8", "replace")
        source = Source(name, bytes(error.object).decode("utf-8", "replace"))
        raise OvrError(_not_utf8(source, len(before), f"byte 0x{error.object[error.start]:02x}")) from error


def _not_utf8(source: Source, offset: int, found: str) -> Finding:
    return Finding(
        "OVR1001",
        "this file is not text in UTF-8",
        position(source, offset),
        details=(f"found: {found}",),
        fix="save it again as UTF-8",
    )


def position(source: Source, offset: int) -> Span:
    """The one character at this offset of the text."""
    lines = (source.text[:offset] + "|").splitlines()  # a sentinel, so that a line break at the end counts
    line, column = len(lines), len(lines[-1])
    return Span(source, line, column, line, column + 1)
