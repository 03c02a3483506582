"""Where a document says, without a complaint of YAML's, something else than its author sees (LANGUAGE.md §2)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ovr.errors import Finding
from ovr.language.quoting import quoted, word
from ovr.language.values import Document, Path, Tagged
from ovr.spans import Span

_COMMENT = re.compile(r"\s*(#\S)")
_IN_A_KIND = 3
"""Longer paths than `overrides`, index, kind lead to values that are the user's own."""
_CONTINUED = re.compile(r"\s*(- |[\w.-]+:(?: |$))")


def traps(document: Document) -> dict[Path, Finding]:
    """What looks like a mistake, by the path of the value that it spoils."""
    found: dict[Path, Finding] = {}
    for path, value in _leaves(document.value, ()):
        span = document.span(path)
        if path not in document.spans:  # it came from another file
            finding = None
        elif value is None or isinstance(value, Tagged):
            finding = _comment(span, may_be_null=value is None and len(path) > _IN_A_KIND)
        elif span.end_line > span.line:
            finding = _continued(span)
        else:
            finding = None
        if finding:
            found[path] = finding
    return found


def _leaves(value: object, path: Path) -> Iterator[tuple[Path, object]]:
    """Texts, nulls and tags without content, with their paths."""
    if isinstance(value, Tagged):
        if value.value is None:
            yield path, value
        else:
            yield from _leaves(value.value, path)
    elif isinstance(value, dict):
        for key, member in value.items():
            yield from _leaves(member, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _leaves(item, (*path, index))
    elif value is None or isinstance(value, str):
        yield path, value


def _comment(span: Span, *, may_be_null: bool) -> Finding | None:
    """`select: #MyTopic`, `!Ref #MyTopic`: nothing is left of the value."""
    line = span.source.line(span.line)
    comment = _COMMENT.match(line, span.end_column - 1)
    if comment is None or span.end_line != span.line or line[span.column - 1 : span.end_column - 1] in ("~", "null"):
        return None
    start = comment.start(1)
    text = word(line, start)
    return Finding(
        "OVR1009",
        "YAML takes all after an unquoted `#` for a comment, so there is no value here",
        Span(span.source, span.line, start + 1, span.line, start + 1 + len(text)),
        fix=f"quote it: {quoted(text)}" + (", or write `null` before the comment" if may_be_null else ""),
    )


def _continued(span: Span) -> Finding | None:
    """An unquoted text that goes on with what was meant as the next item or key."""
    first = span.source.line(span.line)
    if first[span.column - 1 : span.column] in ("'", '"', "|", ">", "!", "&"):
        return None
    for number in range(span.line + 1, span.end_line + 1):
        line = span.source.line(number)
        if start := _CONTINUED.match(line):
            column = start.start(1) + 1
            return Finding(
                "OVR1001",
                "YAML takes this line for more of the text above it",
                Span(span.source, number, column, number, len(line.rstrip()) + 1),
                details=(f"the text begins on line {span.line}; this line is indented further than that line's key",),
                fix="indent it like the line it belongs beside, or quote the text",
            )
    return None
