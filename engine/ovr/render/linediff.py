"""The difference of two texts, line by line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

Line = tuple[Literal["add", "remove", "dim", "same"], str]
"""What became of a line, and the line with its sign in front. `dim` is a heading that says where we are."""

_CONTEXT = 3
_LARGE = 1_000_000
"""Pairs of lines above which frequent lines are left out of the comparison: texts come from outside."""
_FRAME = 24
"""Characters kept on both sides of what differs in two long lines."""


def line_diff(before: list[str], after: list[str]) -> list[Line]:
    """What was removed and added, with three lines of context; each stretch headed by its line number."""
    from difflib import SequenceMatcher  # noqa: PLC0415  (8 ms, only where texts differ)

    lines: list[Line] = []
    matcher = SequenceMatcher(None, before, after, autojunk=len(before) * len(after) > _LARGE)
    groups = list(matcher.get_grouped_opcodes(_CONTEXT))
    for group in groups:
        if len(groups) > 1 or group[0][1] > 0:
            lines.append(("dim", f"line {group[0][3] + 1}"))
        for tag, start, end, new_start, new_end in group:
            if tag == "equal":
                lines += [("same", _signed(" ", line)) for line in before[start:end]]
            else:
                lines += [("remove", _signed("-", line)) for line in before[start:end]]
                lines += [("add", _signed("+", line)) for line in after[new_start:new_end]]
    return lines


def _signed(sign: str, line: str) -> str:
    return f"{sign} {line}" if line else sign.rstrip()


def differing_parts(before: str, after: str) -> tuple[str, str]:
    """Two long lines with what they share at both ends cut down to a frame; `…` stands for the rest."""
    shortest = min(len(before), len(after))
    head = _shared(zip(before, after, strict=False))
    tail = min(_shared(zip(reversed(before), reversed(after), strict=False)), shortest - head)
    return _framed(before, head, tail), _framed(after, head, tail)


def _shared(pairs: Iterator[tuple[str, str]]) -> int:
    count = 0
    for left, right in pairs:
        if left != right:
            break
        count += 1
    return count


def _framed(text: str, head: int, tail: int) -> str:
    start, end = max(head - _FRAME, 0), len(text) - max(tail - _FRAME, 0)
    return ("…" if start else "") + text[start:end] + ("…" if end < len(text) else "")
