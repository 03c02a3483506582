"""Wildcards, matched in time proportional to pattern × text, whatever the pattern."""

from __future__ import annotations

import re

_PIECES = re.compile(r"\*+|[^*]")


def glob_matches(pattern: str, text: str, separator: str = "", single: str = "") -> bool:
    """Whether the whole text matches: `*` stands for any characters but the separator, `**` for any at all.

    `single` is the character that stands for any one, if there is such.
    """
    pieces = _PIECES.findall(pattern)
    places = _skip_stars(pieces, {0})
    for character in text:
        following: set[int] = set()
        for place in places:
            piece = pieces[place] if place < len(pieces) else ""
            if piece[:1] == "*":
                if len(piece) > 1 or character != separator:
                    following.add(place)
            elif piece in (character, single):
                following.add(place + 1)
        places = _skip_stars(pieces, following)
        if not places:
            return False
    return len(pieces) in places


def _skip_stars(pieces: list[str], places: set[int]) -> set[int]:
    """These places and those reached from them by letting stars stand for nothing."""
    found = set(places)
    for place in places:
        while place < len(pieces) and pieces[place][0] == "*":
            place += 1
            found.add(place)
    return found
