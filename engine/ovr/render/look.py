"""How lines of text are put together: indentation, colour, room. The one door through which text is printed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ovr.render.plain import plain
from ovr.template.changes import Action

Role = Literal["add", "change", "remove", "replace", "heading", "dim", "strong"]
Part = str | tuple[Role, str]

SYMBOLS: dict[Action, str] = {"add": "+", "change": "~", "remove": "-", "replace": "±"}

_SGR: dict[Role, str] = {
    "add": "32",
    "change": "33",
    "remove": "31",
    "replace": "35",
    "heading": "1",
    "strong": "1",
    "dim": "2",
}
"""ANSI "Select Graphic Rendition" codes (ECMA-48); additions, changes and removals as Terraform colours them."""

_ROOM = 100
"""Columns taken for granted where the width is unknown (a pipe): there lines are broken for sense only."""


def wrap_words(text: str, width: int | None) -> list[str]:
    """The text in lines of at most `width` columns, broken at spaces alone: a longer word is left to the screen."""
    if width is None or len(text) <= width:
        return [text]
    from textwrap import wrap  # noqa: PLC0415  (not needed on a pipe)

    return wrap(text, max(width, 20), break_long_words=False, break_on_hyphens=False) or [text]


@dataclass(frozen=True, slots=True)
class Look:
    """What the reader's screen is like. `width` is None where lines must not be wrapped (a pipe)."""

    color: bool = False
    width: int | None = None
    verbose: bool = False

    @property
    def room(self) -> int:
        """The columns that a line should stay within."""
        return max(self.width or _ROOM, 40)

    def line(self, indent: int, *parts: Part) -> str:
        """One line from parts, each made harmless, those with a role coloured."""
        return " " * indent + "".join(self._paint(part) for part in parts)

    def wrapped(self, indent: int, text: str) -> list[str]:
        """The text broken between words so that it stays within the screen; as it is on a pipe."""
        return wrap_words(text, None if self.width is None else self.room - indent)

    def fits(self, indent: int, text: str) -> bool:
        return indent + len(text) <= self.room

    def _paint(self, part: Part) -> str:
        role, text = (None, part) if isinstance(part, str) else part
        harmless = plain(text).replace("\n", "\\n")
        return f"\x1b[{_SGR[role]}m{harmless}\x1b[0m" if self.color and role and text else harmless
