"""CloudFormation's short YAML tags and their long form.

Source: AWS CloudFormation user guide, "Intrinsic function reference".
"""

from __future__ import annotations

from typing import Any

from ovr.language.values import Tagged

SHORT_TAGS = frozenset(
    f"!{name}"
    for name in (
        "And Base64 Cidr Condition Contains EachMemberEquals EachMemberIn Equals FindInMap ForEach GetAZs GetAtt "
        "If ImportValue Join Length Not Or Ref RefAll Select Split Sub ToJsonString Transform ValueOf ValueOfAll"
    ).split()
)
"""The short tags that CloudFormation's YAML knows."""


def long_form(value: Any) -> Any:
    """Plain JSON: each short tag in `value` becomes the object it stands for."""
    if isinstance(value, Tagged):
        return tag_to_object(value.tag, long_form(value.value))
    if isinstance(value, dict):
        return {key: long_form(member) for key, member in value.items()}
    if isinstance(value, list):
        return [long_form(item) for item in value]
    return value


def tag_to_object(tag: str, value: Any) -> Any:
    """The object that one short tag stands for; `!GetAtt A.B.C` splits at its first dot."""
    name = tag.removeprefix("!")
    if name in ("Ref", "Condition"):
        return {name: value}
    if name == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {f"Fn::{name}": value}
