"""Intrinsic functions: recognising them, what Fn::Sub names, what a text is joined of.

Source: AWS CloudFormation user guide, "Intrinsic function reference".
"""

from __future__ import annotations

import re

from ovr.template.pointer import Json

_SUB_VARIABLE = re.compile(r"\$\{([^}]*)\}")


def is_intrinsic(value: Json) -> bool:
    """Whether a value is an object whose only key is an intrinsic function (LANGUAGE.md §3, merge)."""
    if not isinstance(value, dict) or len(value) != 1:
        return False
    key = next(iter(value))
    return key == "Ref" or key.startswith("Fn::") or (key == "Condition" and isinstance(value[key], str))


def has_intrinsic(value: Json) -> bool:
    """Whether an intrinsic function stands anywhere in a value."""
    if is_intrinsic(value):
        return True
    members = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return any(has_intrinsic(member) for member in members)


def sub_variables(text: str) -> list[str]:
    """The names in `${…}` of a Fn::Sub text, without `${!literal}`."""
    return [name.strip() for name in _SUB_VARIABLE.findall(text) if not name.startswith("!")]


def unclosed_variable(text: str) -> str | None:
    """The beginning of a `${…}` that has no end, or None."""
    start = text.rfind("${")
    return None if start < 0 or "}" in text[start:] else (text[start:].split() or ["${"])[0]


def replace_sub_variables(text: str, names: dict[str, str]) -> str:
    """The text with `${old}` and `${old.Attr}` renamed by their whole names."""
    return _SUB_VARIABLE.sub(lambda m: f"${{{names.get(m[1].strip(), m[1])}}}", text)


_BETWEEN = "||"
"""What CDK puts between the items of a list on its way from stack to stack (CDK_NAMING.md §3)."""


def list_as_text(value: Json) -> Json:
    """A list as a text, which is all that an output or a parameter of a nested stack can carry."""
    return {"Fn::Join": [_BETWEEN, value]}


def text_as_list(value: Json) -> Json:
    """The list that `list_as_text` wrote as a text."""
    return {"Fn::Split": [_BETWEEN, value]}


def carried(value: Json) -> Json:
    """The list or text inside `list_as_text` or `text_as_list`; any other value itself."""
    if isinstance(value, dict) and len(value) == 1:
        argument = value.get("Fn::Join", value.get("Fn::Split"))
        if isinstance(argument, list) and len(argument) == 2 and argument[0] == _BETWEEN:
            return argument[1]
    return value


def text_parts(value: Json) -> list[Json]:
    """The literals and the other intrinsics that a text consists of, in order.

    Fn::Join without a delimiter and Fn::Sub are taken apart, nested ones too; anything else is one part.
    """
    if not is_intrinsic(value):
        return [value]
    [(function, argument)] = value.items()
    if function == "Fn::Join" and isinstance(argument, list) and len(argument) == 2 and argument[0] == "":
        joined = argument[1]
        return [part for item in joined for part in text_parts(item)] if isinstance(joined, list) else [value]
    if function == "Fn::Sub":
        text, variables = argument if isinstance(argument, list) and len(argument) == 2 else (argument, {})
        if isinstance(text, str) and isinstance(variables, dict):
            return _sub_parts(text, variables)
    return [value]


def _sub_parts(text: str, variables: dict[str, Json]) -> list[Json]:
    parts: list[Json] = []
    for index, piece in enumerate(_SUB_VARIABLE.split(text)):
        name = piece.strip()
        if index % 2 == 0:
            parts.append(piece)
        elif name.startswith("!"):
            parts.append(f"${{{piece[1:]}}}")
        elif name in variables:
            parts += text_parts(variables[name])
        else:
            resource, dot, attribute = name.partition(".")
            parts.append({"Fn::GetAtt": [resource, attribute]} if dot else {"Ref": name})
    return parts
