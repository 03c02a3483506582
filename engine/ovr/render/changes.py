"""One changed value as lines."""

from __future__ import annotations

from ovr.render.linediff import Line, differing_parts, line_diff
from ovr.render.look import SYMBOLS, Look
from ovr.render.values import as_lines, as_text, block, inline
from ovr.template.changes import Change
from ovr.template.pointer import MISSING, Json

_MOST_LINES = 20
"""Lines shown of a value or of a difference; the rest is counted, and shown by --verbose."""
_LONGEST_LINE = 400


def change_lines(change: Change, label: str, look: Look, indent: int) -> list[str]:
    """`~ MemorySize: 512 → 1024`, or as many lines as the values need. `label` says where, in short.

    No line for a change without values, which stands for its element's new name alone.
    """
    symbol = (change.action, SYMBOLS[change.action])
    head = f" {label}: " if label else " "
    values = [value for value in (change.before, change.after) if value is not MISSING]
    one_line = " → ".join(inline(value) for value in values)
    if not values:
        return []
    short = look.fits(indent + 1 + len(head), one_line) and all(as_lines(value) is None for value in values)
    if short:
        return [look.line(indent, symbol, head + one_line)]
    if len(values) == 2:
        below = _difference(change.before, change.after, look, indent + 4)
    else:
        below = value_lines(values[0], look, indent + 4)
    return [look.line(indent, symbol, head.rstrip()), *below]


def value_lines(value: Json, look: Look, indent: int) -> list[str]:
    """A value too long for one line, as a block."""
    lines = as_lines(value) or block(value, look.room - indent)
    if len(lines) > 1 and not lines[-1]:
        lines.pop()  # the text's last line break
    return _cut([("same", line) for line in lines], look, indent)


def _difference(before: Json, after: Json, look: Look, indent: int) -> list[str]:
    """Two values that do not fit on one line: their texts, or their blocks, compared line by line."""
    room = look.room - indent - 2
    old = as_lines(before) or block(before, room)
    new = as_lines(after) or block(after, room)
    if as_text(before) is None and as_text(after) is None:  # the line breaks of a text are its own
        old = [part for line in old for part in look.wrapped(indent + 2, line)]
        new = [part for line in new for part in look.wrapped(indent + 2, line)]
    if old == new:
        return [look.line(indent, "what differs is hidden")]
    if len(old) == 1 and len(new) == 1:
        if not look.verbose and max(len(old[0]), len(new[0])) > room and as_text(after) is not None:
            old[0], new[0] = differing_parts(old[0], new[0])
        return _cut([("remove", f"- {old[0]}"), ("add", f"+ {new[0]}")], look, indent)
    return _cut(line_diff(old, new), look, indent)


def _cut(lines: list[Line], look: Look, indent: int) -> list[str]:
    """The lines, and what is left out of them said plainly."""
    shown = lines if look.verbose or len(lines) <= _MOST_LINES + 3 else lines[:_MOST_LINES]
    written = [
        look.line(indent, _short(text, look) if role == "same" else (role, _short(text, look))) for role, text in shown
    ]
    if len(shown) < len(lines):
        written.append(look.line(indent, ("dim", f"… {len(lines) - len(shown)} more lines, --verbose")))
    return written


def _short(text: str, look: Look) -> str:
    if look.verbose or len(text) <= _LONGEST_LINE:
        return text
    return f"{text[:_LONGEST_LINE]}… {len(text) - _LONGEST_LINE} more characters, --verbose"
