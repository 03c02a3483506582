"""Intrinsic functions: recognising them, and their long form.

Source: AWS CloudFormation user guide, "Intrinsic function reference".
"""

from __future__ import annotations

import re
from typing import Any

from ovr.language.values import Tagged
from ovr.template.pointer import Json

SHORT_TAGS = frozenset(
    f"!{name}"
    for name in (
        "And Base64 Cidr Condition Contains EachMemberEquals EachMemberIn Equals FindInMap ForEach GetAZs GetAtt "
        "If ImportValue Join Length Not Or Ref RefAll Select Split Sub ToJsonString Transform ValueOf ValueOfAll"
    ).split()
)
"""The short tags that CloudFormation's YAML knows."""

_SUB_VARIABLE = re.compile(r"\$\{([^}]*)\}")


def is_intrinsic(value: Json) -> bool:
    """Whether a value is an object whose only key is an intrinsic function (LANGUAGE.md §3, merge)."""
    if not isinstance(value, dict) or len(value) != 1:
        return False
    key = next(iter(value))
    return key == "Ref" or key.startswith("Fn::") or (key == "Condition" and isinstance(value[key], str))


def long_form(value: Any) -> Json:
    """Plain JSON: each short tag in `value` becomes the object it stands for."""
    if isinstance(value, Tagged):
        return tag_to_object(value.tag, long_form(value.value))
    if isinstance(value, dict):
        return {key: long_form(member) for key, member in value.items()}
    if isinstance(value, list):
        return [long_form(item) for item in value]
    return value


def tag_to_object(tag: str, value: Json) -> Json:
    """The object that one short tag stands for; `!GetAtt A.B.C` splits at its first dot."""
    name = tag.removeprefix("!")
    if name in ("Ref", "Condition"):
        return {name: value}
    if name == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {f"Fn::{name}": value}


def sub_variables(text: str) -> list[str]:
    """The names in `${…}` of a Fn::Sub text, without `${!literal}`."""
    return [name.strip() for name in _SUB_VARIABLE.findall(text) if not name.startswith("!")]


def replace_sub_variables(text: str, names: dict[str, str]) -> str:
    """The text with `${old}` and `${old.Attr}` renamed by their whole names."""
    return _SUB_VARIABLE.sub(lambda m: f"${{{names.get(m[1].strip(), m[1])}}}", text)
