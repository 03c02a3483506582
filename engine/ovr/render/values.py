"""Values as a reader sees them: on one line, as a block of lines, as a text that can be compared.

Strings stand without quotes unless they could be taken for something else; intrinsic functions as what they
mean (`Ref Topic`, `Topic.Arn`, `arn:${AWS::Partition}:s3:::x`).
"""

from __future__ import annotations

import json
import re

from ovr.template.intrinsics import is_intrinsic
from ovr.template.pointer import Json, Tokens, child

_DEEPEST = 24
"""Levels shown; what lies deeper is an ellipsis (templates come from outside)."""

_NUMBER = r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?"
_ATTRIBUTE = r"[A-Za-z0-9]+(?:\.[A-Z][A-Za-z0-9]*)+"
_QUOTED = re.compile(
    rf"\s|.*\s$|true$|false$|null$|{_NUMBER}$|[\"'\[{{(]|Ref |Condition |[A-Z]\w*\(|{_ATTRIBUTE}$"
    r"|.*(?:[\x00-\x1f\x7f→]|\$\{|: )",
    re.DOTALL,
)
_HIDDEN = "(hidden)"
"""What stands for a secret (ovr.check.secrets)."""
_QUOTED_INSIDE = re.compile(r"[\[\]{},\"]")
_NEEDS_ESCAPES = re.compile(r"['\\\x00-\x1f]")
_PLAIN_KEY = re.compile(r"[\w./@$#*+:-]*[\w./@$#*+-]")


def inline(value: Json, inside: bool = False, depth: int = 0) -> str:
    """The value on one line. `inside`: it stands in a list or an object, where commas and brackets count."""
    if depth > _DEEPEST:
        return "…"
    if isinstance(value, str):
        return _string(value, inside)
    if is_intrinsic(value):
        return _intrinsic(value, depth)
    if isinstance(value, dict):
        members = (f"{key(name)}: {inline(member, True, depth + 1)}" for name, member in value.items())
        return "{" + ", ".join(members) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(inline(item, True, depth + 1) for item in value) + "]"
    return json.dumps(value)


def key(name: str) -> str:
    """A member's name, quoted where it would not read as one."""
    return name if _PLAIN_KEY.fullmatch(name) else json.dumps(name, ensure_ascii=False)


def block(value: Json, room: int, depth: int = 0) -> list[str]:
    """The value on as many lines as it takes, in the manner of YAML; what fits in `room` stays on one line."""
    one_line = inline(value)
    lines = as_lines(value)
    if lines and (len(one_line) > room or "\n" in str(as_text(value))):
        return lines
    is_container = isinstance(value, (dict, list)) and bool(value) and not is_intrinsic(value)
    if not is_container or len(one_line) <= room or depth > _DEEPEST:
        return [one_line]
    if isinstance(value, dict):
        return [line for name, member in value.items() for line in _member(key(name), member, room, depth)]
    return [line for item in value for line in _item(item, room, depth)]


def _member(name: str, value: Json, room: int, depth: int) -> list[str]:
    lines = block(value, min(room - len(name) - 2, 60), depth + 1)
    if _stays(value, lines):
        return [f"{name}: {lines[0]}"]
    opening = f"{name}: |" if as_text(value) is not None else f"{name}:"
    return [opening, *(f"  {line}" for line in lines)]


def _item(value: Json, room: int, depth: int) -> list[str]:
    first, *rest = block(value, min(room - 2, 60), depth + 1)
    return [f"- {first}", *(f"  {line}" for line in rest)]


def _stays(value: Json, lines: list[str]) -> bool:
    """Whether a value stands beside its name: one line that is not a list item or a member of its own."""
    return len(lines) == 1 and (not isinstance(value, (dict, list)) or lines[0] == inline(value))


def as_text(value: Json) -> str | None:
    """The text that a value is or makes: a string, Fn::Sub, or Fn::Join of known parts; else None."""
    if isinstance(value, str):
        return value
    if not is_intrinsic(value):
        return None
    name, argument = next(iter(value.items()))
    if name == "Fn::Sub" and isinstance(argument, str):
        return argument
    if name == "Fn::Join" and isinstance(argument, list) and len(argument) == 2:
        delimiter, parts = argument
        if isinstance(delimiter, str) and isinstance(parts, list):
            return delimiter.join(_joined(part) for part in parts)
    return None


def as_lines(value: Json) -> list[str] | None:
    """The lines of a text that reads better as such: several lines, or JSON in a string (indented here)."""
    text = as_text(value)
    if text is None:
        return None
    if text[:1] in "{[" and len(text) > 2:
        try:
            return json.dumps(json.loads(text), indent=2, ensure_ascii=False).split("\n")
        except (ValueError, RecursionError):
            pass
    return text.split("\n") if "\n" in text else None


def label(path: Tokens, *documents: Json) -> str:
    """`Schema[0].Mutable` for a path: an index where one of the documents that it leads through has a list."""
    written = ""
    places = list(documents)
    for token in path:
        if any(isinstance(place, list) for place in places) and (token.isdigit() or token == "-"):
            written += f"[{token}]"
        elif "." in token or not _PLAIN_KEY.fullmatch(token):
            written += f"[{json.dumps(token, ensure_ascii=False)}]"
        else:
            written += f".{token}" if written else token
        places = [child(place, token) for place in places]
    return written


def _string(text: str, inside: bool) -> str:
    if text == _HIDDEN:
        return text
    ambiguous = not text or _QUOTED.match(text) or (inside and _QUOTED_INSIDE.search(text))
    if ambiguous and '"' in text and not _NEEDS_ESCAPES.search(text):
        return f"'{text}'"
    return json.dumps(text, ensure_ascii=False) if ambiguous else text


def _intrinsic(value: dict[str, Json], depth: int) -> str:
    text = as_text(value)
    if text is not None:
        return json.dumps(text, ensure_ascii=False) if "\n" in text or not text else text
    name, argument = next(iter(value.items()))
    if name in ("Ref", "Condition") and isinstance(argument, str):
        return f"{name} {argument}"
    if name == "Fn::GetAtt" and (attribute := _attribute(argument)):
        return attribute
    arguments = argument if isinstance(argument, list) else [argument]
    return f"{name.removeprefix('Fn::')}({', '.join(inline(item, True, depth + 1) for item in arguments)})"


def _attribute(argument: Json) -> str | None:
    if isinstance(argument, str):
        return argument
    if isinstance(argument, list) and len(argument) == 2 and all(isinstance(part, str) for part in argument):
        return ".".join(argument)
    return None


def _joined(part: Json) -> str:
    """A part of a Fn::Join as Fn::Sub would write it."""
    if not is_intrinsic(part):
        return part if isinstance(part, str) else inline(part)
    text = as_text(part)
    if text is not None:
        return text
    name, argument = next(iter(part.items()))
    if name == "Ref" and isinstance(argument, str):
        return f"${{{argument}}}"
    return f"${{{inline(part)}}}"
