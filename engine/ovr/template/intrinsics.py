"""Intrinsic functions: recognising them, and what Fn::Sub names.

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


def sub_variables(text: str) -> list[str]:
    """The names in `${…}` of a Fn::Sub text, without `${!literal}`."""
    return [name.strip() for name in _SUB_VARIABLE.findall(text) if not name.startswith("!")]


def replace_sub_variables(text: str, names: dict[str, str]) -> str:
    """The text with `${old}` and `${old.Attr}` renamed by their whole names."""
    return _SUB_VARIABLE.sub(lambda m: f"${{{names.get(m[1].strip(), m[1])}}}", text)
