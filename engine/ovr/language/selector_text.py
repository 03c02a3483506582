"""Selectors as they are written: segments to text, and the places of their parts in the source."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from ovr.language.selector import Deep, IdSelector, Index, Match, Name, NameSelector, Segment, Selector
from ovr.spans import Span

WORD = re.compile(r"[\w:*-]+")
"""A component that needs no brackets."""


def format_segments(segments: Iterable[Segment]) -> str:
    """The text that parses to these segments (but for their offsets)."""
    written = ""
    for segment in segments:
        piece = format_segment(segment)
        written += piece if not written or piece.startswith("[") else "." + piece
    return written


def format_segment(segment: Segment) -> str:
    """One segment as it is written, without a dot before it."""
    match segment:
        case Deep():
            return "**"
        case Index(number=number):
            return "[*]" if number is None else f"[{number}]"
        case Match(key=key, value=value):
            return f"[{key}={value if is_plain_value(value) else _quote(value)}]"
        case Name(text=text, glob=glob):
            if WORD.fullmatch(text) and glob == ("*" in text) and "**" not in text:
                return text
            return f"[{_quote(text, single='*' in text and not glob)}]"


def join_name(prefix: str, member: str) -> str:
    """The name of a member of what `prefix` names: `data.tables` and `Todo` give `data.tables.Todo`."""
    if prefix and member.isidentifier():
        return f"{prefix}.{member}"
    piece = format_segment(Name(member))
    return prefix + piece if piece.startswith("[") or not prefix else f"{prefix}.{piece}"


def place_in(span: Span | None, text: str, offset: int, length: int) -> Span | None:
    """The place of a part of a text, or of the whole where the source does not write it as it is."""
    if span is None or span.line != span.end_line or not text:
        return span
    start = span.source.line(span.line).find(text, span.column - 1)
    return span if start < 0 else span.part(start - span.column + 1 + offset, max(length, 1))


def place_of_steps(selector: Selector, path: Sequence[str]) -> Span | None:
    """The place of the last of these steps, where a selector writes them one after the other; None if it does not."""
    segments = selector.segments if isinstance(selector, (NameSelector, IdSelector)) else ()
    steps = [str(each.number) if isinstance(each, Index) else getattr(each, "text", None) for each in segments]
    for end in range(len(path), len(steps) + 1):
        if steps[end - len(path) : end] == list(path):
            last = segments[end - 1]
            return place_in(selector.span, selector.text, last.offset, len(format_segment(last)))
    return None


def is_plain_value(value: str) -> bool:
    """Whether the value of `[key=value]` needs no quotes."""
    return bool(value) and value == value.strip() and "]" not in value and value[0] not in "\"'"


def _quote(text: str, *, single: bool = False) -> str:
    mark = "'" if single else '"'
    return mark + text.replace("\\", "\\\\").replace(mark, "\\" + mark) + mark
