"""What an unquoted YAML text stands for: YAML 1.2's core schema, with numbers in JSON's form only."""

from __future__ import annotations

import math
import re

_WORDS: dict[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]*)")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_LONGEST_NUMBER = 300


def plain_value(text: str) -> str | int | float | bool | None:
    """The value of an unquoted scalar (YAML 1.2.2 §10.3).

    Null and the booleans are words of the core schema. A number is a number only as RFC 8259 §6 writes it, so
    that `0755`, `1_000`, `+1`, `.5`, `0x1F` and `.inf` stay the text that was written, as do `on`, `OFF`
    and `2012-10-17`. A number that no JSON value can hold stays text too.
    """
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in "-0123456789" or len(text) > _LONGEST_NUMBER:
        return text
    if _INTEGER.fullmatch(text):
        return int(text)
    if _NUMBER.fullmatch(text) and math.isfinite(number := float(text)):
        return number
    return text
