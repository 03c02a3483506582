"""Text that cannot do anything to the terminal it is printed on."""

from __future__ import annotations

import re

_HARMFUL = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f"
    r"\u061c\u200b\u200e\u200f\u2028-\u202e\u2060\u2066-\u2069\ufeff\ud800-\udfff\ufffe\uffff]"
)
"""Control characters (C0, DEL, C1) but for tab and line break; invisible characters, bidirectional marks (they can
make a text read as another one, CVE-2021-42574) and line separators; lone surrogates, which cannot be encoded; the
two code points that no XML may hold."""


def plain(text: str) -> str:
    """The text with control, invisible and bidirectional characters written as visible escapes (`\\x1b`)."""
    return _HARMFUL.sub(_escape, text)


def one_line(text: str) -> str:
    """The same on one line."""
    return plain(text).replace("\n", "\\n").replace("\t", "\\t")


def plain_json(written: str) -> str:
    """JSON text with the same characters as JSON's own escapes, so that it still reads as the same value."""
    return _HARMFUL.sub(lambda match: f"\\u{ord(match[0]):04x}", written)


def _escape(match: re.Match[str]) -> str:
    code = ord(match[0])
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
