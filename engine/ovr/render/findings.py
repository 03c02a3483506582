"""Findings on the screen: place, code, message, the line itself, what was expected and what to do (LANGUAGE.md §8)."""

from __future__ import annotations

from collections.abc import Iterable
from unicodedata import combining, east_asian_width

from ovr.check.concealing import conceal
from ovr.check.secrets import HIDDEN
from ovr.errors import Finding, Severity, by_place
from ovr.render.look import wrap_words
from ovr.render.plain import one_line, plain
from ovr.spans import Span

_COLORS = {Severity.ERROR: "31", Severity.WARNING: "33", Severity.NOTE: "36"}
_GUTTER = 5
_INDENT = "   "
_HANGING = "     "
"""Before the further lines of one that was broken."""
_EXCERPT = 110
"""Columns of an excerpt; of a longer line only what is around the place is shown."""


def render_findings(findings: Iterable[Finding], color: bool = False, width: int | None = None) -> str:
    """The findings in the order of their places, those without one first; each ends in a line break.

    More than one is summed up in a last line. `width`: the columns of the screen, None for a pipe; on a screen the last
    line says where to read on.
    """
    ordered = sorted(dict.fromkeys(conceal(findings)), key=by_place)
    blocks = [_finding(finding, color, width) for finding in ordered]
    if len(ordered) > 1:
        blocks.append(_sum(ordered) + "\n")
    if ordered and width is not None:
        blocks.append(f"`ovr explain {ordered[0].code}` says more.\n")
    return "\n".join(blocks)


def _finding(finding: Finding, color: bool, width: int | None) -> str:
    severity = "" if finding.severity is Severity.ERROR else f" {finding.severity}:"
    code = f"{finding.code}{severity}"
    place = f"{one_line(str(finding.span))} " if finding.span else ""
    first, *more = _broken(f"{place}{code} {one_line(finding.message)}", width)
    lines = [first.replace(code, _colored(code, finding.severity, color), 1), *more]
    if finding.span:
        lines += _excerpt(finding.span, finding.severity, color)
    if finding.place:
        lines.append(f"{_INDENT}in {one_line(finding.place)}")
    for said, span in finding.related:
        lines += _broken(_INDENT + one_line(f"{span} {said}"), width)
        lines += _excerpt(span, Severity.NOTE, color)
    for text in (*finding.details, *filter(None, [finding.fix])):
        lines += [piece for line in plain(text).split("\n") for piece in _broken(_INDENT + line, width)]
    return "".join(f"{line.rstrip()}\n" for line in lines)


def _broken(line: str, width: int | None) -> list[str]:
    first, *more = wrap_words(line, width and width - len(_HANGING))
    return [first, *(_HANGING + rest for rest in more)]


def _excerpt(span: Span, severity: Severity, color: bool) -> list[str]:
    text = span.source.line(span.line)
    if not text.strip():
        return []
    end = span.end_column - 1 if span.end_line == span.line else len(text.rstrip())
    shown = _characters(text, span.source.secrets)
    start = min(span.column - 1, len(shown))
    end = max(min(end, len(shown)), start)
    first, last = _window([_width(piece) for piece in shown], start)
    left = "…" if first else ""
    before = left + "".join(shown[first:start])
    marked = "".join(shown[start : min(end, last)])
    line = left + "".join(shown[first:last]) + ("…" if last < len(shown) else "")
    carets = _colored("^" * max(_width(marked), 1), severity, color)
    return [
        f"{span.line:>{_GUTTER}} | {line}",
        f"{'':>{_GUTTER}} | {' ' * _width(before)}{carets}",
    ]


def _characters(text: str, secrets: frozenset[str]) -> list[str]:
    """How each character of a line is shown: all of a secret as one word, so that columns stay what they are."""
    shown = [_visible(character) for character in text]
    for secret in sorted(secrets, key=len):
        start = text.find(secret)
        while start >= 0:
            shown[start : start + len(secret)] = [HIDDEN, *[""] * (len(secret) - 1)]
            start = text.find(secret, start + len(secret))
    return shown


def _window(widths: list[int], start: int) -> tuple[int, int]:
    """The stretch of a line to show, so that it holds `start` and fits."""
    first, before, whole = 0, sum(widths[: start + 1]), sum(widths)
    while before > _EXCERPT // 2 and whole > _EXCERPT:
        before, whole = before - widths[first], whole - widths[first]
        first += 1
    last, room = first, _EXCERPT
    while last < len(widths) and widths[last] <= room:
        room -= widths[last]
        last += 1
    return first, last


def _visible(character: str) -> str:
    return "    " if character == "\t" else plain(character)


def _width(text: str) -> int:
    """Columns of a terminal."""
    return sum(0 if combining(c) else 2 if east_asian_width(c) in "WF" else 1 for c in text)


def _colored(text: str, severity: Severity, color: bool) -> str:
    return f"\x1b[1;{_COLORS[severity]}m{text}\x1b[0m" if color else text


def _sum(findings: list[Finding]) -> str:
    counts = ((severity, sum(f.severity is severity for f in findings)) for severity in Severity)
    return ", ".join(f"{count} {severity}{'s' if count > 1 else ''}" for severity, count in counts if count)
