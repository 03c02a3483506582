"""The YAML tags that overrides.yaml knows: CloudFormation's short forms, and ovr's own three."""

from __future__ import annotations

from typing import Any

from ovr.language.values import Tagged

CLOUDFORMATION_TAGS = frozenset(
    f"!{name}"
    for name in (
        "And Base64 Cidr Condition Equals FindInMap GetAtt GetAZs If ImportValue Join Length Not Or Ref Select "
        "Split Sub ToJsonString Transform"
    ).split()
)
"""Short forms of the intrinsic functions (CloudFormation user guide, "Intrinsic function reference")."""

FILE_TAG = "!File"
"""`!File path`: the value is the content of a file."""

SECRET_TAG = "!Secret"
"""`!Secret NAME`: Amplify's `secret()`, in `environment` only."""

PARAMETER_TAG = "!Param"
"""`!Param NAME`: the value of a parameter of the file itself."""

KNOWN_TAGS = CLOUDFORMATION_TAGS | {FILE_TAG, SECRET_TAG, PARAMETER_TAG}


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
