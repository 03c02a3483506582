"""Texts with references in them: each reference is a mark in the text, until the text is taken apart at the marks.

So JSON can be written and read, and texts be joined and changed, whatever references they carry.
"""

from __future__ import annotations

import json
import re

from ovr.template.intrinsics import is_intrinsic, text_parts
from ovr.template.pointer import Json

MARKS = ("\ue000", "\ue001")
"""What stands before and behind the number of a value within a text: characters for private use."""

_MARK = re.compile(f"{MARKS[0]}([0-9]{{1,6}}){MARKS[1]}")


class Marks:
    """The references that marks stand for; the same reference has the same mark."""

    def __init__(self) -> None:
        self._tokens: list[Json] = []
        self._index: dict[str, int] = {}

    def mark(self, token: Json) -> str:
        """The mark that stands for a value."""
        index = self._index.setdefault(json.dumps(token, sort_keys=True), len(self._tokens))
        if index == len(self._tokens):
            self._tokens.append(token)
        return f"{MARKS[0]}{index}{MARKS[1]}"

    def put(self, value: Json) -> Json:
        """The value with each intrinsic replaced by text with marks, so that it can stand inside JSON text.

        Literals inside a Fn::Join or Fn::Sub become part of that text, so that they are escaped as JSON needs it.
        """
        if is_intrinsic(value):
            return "".join(part if isinstance(part, str) else self.mark(part) for part in text_parts(value))
        if isinstance(value, dict):
            return {key: self.put(member) for key, member in value.items()}
        if isinstance(value, list):
            return [self.put(item) for item in value]
        return value

    def parts(self, text: str) -> list[Json]:
        """The literals and the values marked that a text consists of, in order."""
        pieces: list[Json] = []
        for index, piece in enumerate(_MARK.split(text)):
            if index % 2 == 0:
                pieces.append(piece)
            else:
                pieces.append(self._tokens[int(piece)] if int(piece) < len(self._tokens) else "")
        return [piece for piece in pieces if piece != ""]


def joined(parts: list[Json]) -> Json:
    """The value of a text that consists of these literals and references."""
    if len(parts) > 1:
        return {"Fn::Join": ["", parts]}
    return parts[0] if parts else ""
