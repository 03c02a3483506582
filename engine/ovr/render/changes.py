"""One changed value as lines."""

from __future__ import annotations

from ovr.render.linediff import Line, differing_parts, line_diff
from ovr.render.look import SYMBOLS, Look
from ovr.render.values import as_lines, as_text, block, inline
from ovr.template.changes import Change
from ovr.template.pointer import MISSING, Json

HIDDEN = "(hidden)"
_MOST_LINES = 20
"""Lines shown of a value or of a difference; the rest is counted, and shown by --verbose."""
_LONGEST_LINE = 400


def change_lines(change: Change, label: str, look: Look, indent: int) -> list[str]:
    """`~ MemorySize: 512 → 1024`, or as many lines as the values need. `label` says where, in short."""
    symbol = (change.action, SYMBOLS[change.action])
    head = f" {label}: " if label else " "
    if change.masked:
        return [look.line(indent, symbol, head + _hidden(change))]
    if change.action == "change":
        one_line = f"{inline(change.before)} → {inline(change.after)}"
        if (
            as_lines(change.before) is None
            and as_lines(change.after) is None
            and look.fits(indent + 1 + len(head), one_line)
        ):
            return [look.line(indent, symbol, head + one_line)]
        return [look.line(indent, symbol, head.rstrip()), *_difference(change, look, indent + 4)]
    value = change.before if change.action == "remove" else change.after
    one_line = inline(value)
    if as_lines(value) is None and look.fits(indent + 1 + len(head), one_line):
        return [look.line(indent, symbol, head + one_line)]
    return [look.line(indent, symbol, head.rstrip()), *value_lines(value, look, indent + 4)]


def value_lines(value: Json, look: Look, indent: int) -> list[str]:
    """A value too long for one line, as a block."""
    lines = as_lines(value) or block(value, look.room - indent)
    return _cut([("same", line) for line in lines], look, indent)


def _hidden(change: Change) -> str:
    return f"{HIDDEN} → {HIDDEN}" if MISSING not in (change.before, change.after) else HIDDEN


def _difference(change: Change, look: Look, indent: int) -> list[str]:
    """Two values that do not fit on one line: their texts, or their blocks, compared line by line."""
    room = look.room - indent - 2
    before = as_lines(change.before) or block(change.before, room)
    after = as_lines(change.after) or block(change.after, room)
    if len(before) == 1 and len(after) == 1:
        old, new = before[0], after[0]
        if not look.verbose and max(len(old), len(new)) > room and as_text(change.after) is not None:
            old, new = differing_parts(old, new)
        return _cut([("remove", f"- {old}"), ("add", f"+ {new}")], look, indent)
    return _cut(line_diff(before, after), look, indent)


def _cut(lines: list[Line], look: Look, indent: int) -> list[str]:
    """The lines, and what is left out of them said plainly."""
    shown = lines if look.verbose or len(lines) <= _MOST_LINES + 3 else lines[:_MOST_LINES]
    written = [
        look.line(indent, _short(text, look) if role == "same" else (role, _short(text, look)))
        for role, text in shown
    ]
    if len(shown) < len(lines):
        written.append(look.line(indent, ("dim", f"… {len(lines) - len(shown)} more lines, --verbose")))
    return written


def _short(text: str, look: Look) -> str:
    if look.verbose or len(text) <= _LONGEST_LINE:
        return text
    return f"{text[:_LONGEST_LINE]}… {len(text) - _LONGEST_LINE} more characters, --verbose"
