"""Values as YAML text, to be put into a text that somebody else wrote."""

from __future__ import annotations

import json
import re

from ovr.adapters.yaml_scalars import plain_value
from ovr.template.pointer import Json

# Plain only where no YAML version reads anything but this text into it: no date, no number, no `on` or `yes`
_PLAIN = re.compile(r"[A-Za-z_/](?:[A-Za-z0-9_/.*+$@-]|:(?=[A-Za-z0-9_/:.*]))*")
_WORDS_1_1 = frozenset("y n yes no on off true false null".split())
_UNPRINTABLE = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")
_BLOCK_TEXT = re.compile("[ -~\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff\n]+")
STEP = 2


def inline(value: Json) -> str:
    """A value in one line, as it may stand in brackets too."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{scalar(key)}: {inline(member)}" for key, member in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(inline, value)) + "]"
    return scalar(value)


def scalar(value: Json) -> str:
    """A scalar in one line, quoted where a reader of YAML 1.1 or 1.2 could take it for anything else."""
    if not isinstance(value, str):
        return json.dumps(value)
    plain = _PLAIN.fullmatch(value) and value.lower() not in _WORDS_1_1 and plain_value(value) == value
    if plain:
        return value
    return _UNPRINTABLE.sub(lambda c: f"\\u{ord(c[0]):04x}", json.dumps(value, ensure_ascii=False))


def after_colon(value: Json, column: int) -> str:
    """What stands behind `key:` for this value; `column` is the key's own."""
    if isinstance(value, (dict, list)) and value:
        return "\n" + " " * (column + STEP) + block(value, column + STEP)
    return " " + _leaf(value, column)


def after_dash(value: Json, column: int) -> str:
    """What stands behind a list's `-`; `column` is the dash's own."""
    if isinstance(value, (dict, list)) and value:
        return " " + block(value, column + STEP)
    return " " + _leaf(value, column)


def block(value: Json, column: int) -> str:
    """A filled object or list as lines that begin at `column`, the first one's indentation left off."""
    if isinstance(value, dict):
        entries = [scalar(key) + ":" + after_colon(member, column) for key, member in value.items()]
    else:
        entries = ["-" + after_dash(item, column) for item in value]
    return ("\n" + " " * column).join(entries)


def _leaf(value: Json, column: int) -> str:
    if isinstance(value, str) and "\n" in value[:-1] and _can_be_block_text(value):
        lines = value.removesuffix("\n").split("\n")
        indent = "\n" + " " * (column + STEP)
        return ("|" if value.endswith("\n") else "|-") + "".join(indent + line if line else "\n" for line in lines)
    return inline(value)


def _can_be_block_text(text: str) -> bool:
    return (
        _BLOCK_TEXT.fullmatch(text) is not None
        and text[0] not in " \n"
        and not text.endswith("\n\n")
        and all(line == line.rstrip() for line in text.split("\n"))
    )
