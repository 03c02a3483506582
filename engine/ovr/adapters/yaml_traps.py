"""Where YAML takes a part of a selector for its own: the traps of LANGUAGE.md §2, each with its quoted form."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ovr.errors import Finding, did_you_mean
from ovr.language.quoting import flow_word, quoted, word
from ovr.spans import Span


@dataclass(frozen=True, slots=True)
class Problem:
    """A complaint of the parser: what and where; and what it was reading and from where on."""

    text: str
    at: Span
    context: str = ""
    since: Span | None = None

    @property
    def line(self) -> str:
        """The line that it complains of."""
        return self.at.source.line(self.at.line)


def undefined_alias(name: str, span: Span, anchors: Sequence[str]) -> Finding:
    """`*.lambda`, `*/x`: YAML reads what begins with `*` as a reference to an anchor `&`."""
    line = span.source.line(span.line)
    if inside := _selector_in_flow(span, line):
        return inside
    text = word(line, span.column - 1)
    whole = span.part(0, len(text))
    if re.fullmatch(r"\*\w[\w-]*", text):
        return Finding(
            "OVR1010",
            f"nothing above is named `&{name}` for `{text}` to repeat",
            whole,
            details=tuple(filter(None, [did_you_mean(name, anchors)])),
            fix=f"if it is meant as text, quote it: {quoted(text)}",
        )
    return _alias(text, whole)


def _alias(text: str, span: Span) -> Finding:
    return Finding(
        "OVR1010",
        "YAML takes an unquoted `*` at the beginning of a text for an alias",
        span,
        fix=f"quote it: {quoted(text)}",
    )


def _star_or_ampersand(problem: Problem) -> Finding | None:
    since = problem.since
    if since is None or problem.context not in ("while scanning an alias", "while scanning an anchor"):
        return None
    line = since.source.line(since.line)
    if inside := _selector_in_flow(since, line):
        return inside
    text = word(line, since.column - 1)
    span = since.part(0, len(text))
    if text.startswith("*"):
        return _alias(text, span)
    return Finding(
        "OVR1010",
        "YAML takes an unquoted `&` at the beginning of a text for an anchor",
        span,
        fix=f"quote it: {quoted(text)}",
    )


def _reserved_character(problem: Problem) -> Finding | None:
    if "cannot start any token" not in problem.text or "'\\t'" in problem.text:
        return None
    text = word(problem.line, problem.at.column - 1)
    return Finding(
        "OVR1001",
        f"in YAML a text cannot begin with {'a backtick' if text[0] == '`' else f'`{text[0]}`'}",
        problem.at.part(0, len(text)),
        fix=f"quote it: {quoted(text)}",
    )


def _brackets(problem: Problem) -> Finding | None:
    """`{on: x["y.z"]}`, `[a[k=v].B]`, `{v: ${a.b}}`: brackets of a selector inside YAML's own."""
    if not problem.text.startswith("expected ',' or ") or not re.search(r"got '[\[{]'", problem.text):
        return None
    return _bracket_trap(problem.at, problem.line)


def _selector_in_flow(at: Span, line: str) -> Finding | None:
    """`[data.tables[*].X]`: the `*` stands in brackets of the selector, not of YAML."""
    return _bracket_trap(at, line) if re.search(r"[^\s\[{,]\[$", line[: at.column - 1]) else None


def _bracket_trap(at: Span, line: str) -> Finding:
    before = line[: at.column - 1].removesuffix("[")
    start = max((before.rfind(mark) + len(mark) for mark in (", ", ": ", "[", "{") if mark in before), default=0)
    start += len(line[start:]) - len(line[start:].lstrip())
    if tag := re.match(r"![\w:]+\s+", line[start:]):
        start += tag.end()
    text = flow_word(line, start)
    return Finding(
        "OVR1011",
        "inside `[…]` or `{…}` YAML takes a text's own brackets and braces for a list or mapping",
        Span(at.source, at.line, start + 1, at.line, start + 1 + len(text)),
        fix=f"quote it: {quoted(text)}",
    )


def _comment_in_flow(problem: Problem) -> Finding | None:
    """`[#X, #Y]`: all after `#` is a comment, so the closing bracket is never seen."""
    if not problem.text.startswith("expected ',' or ") or problem.since is None:
        return None
    line = problem.since.source.line(problem.since.line)
    trap = re.compile(r"(?<=[\[{,:\s])#\w").search(line, problem.since.column - 1)
    if trap is None:
        return None
    text = flow_word(line, trap.start())
    return Finding(
        "OVR1009",
        "YAML takes all after an unquoted `#` for a comment, the closing bracket too",
        Span(problem.at.source, problem.since.line, trap.start() + 1, problem.since.line, trap.start() + 1 + len(text)),
        fix=f"quote it: {quoted(text)}",
    )


TRAPS = (_star_or_ampersand, _reserved_character, _comment_in_flow, _brackets)
"""Each gives a finding, or None where it is not this trap."""
