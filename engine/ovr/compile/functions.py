"""What the short tags of CloudFormation's functions take, so that a slip is told where it is written.

Source: AWS CloudFormation user guide, "Intrinsic function reference".
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ovr.errors import Finding, OvrError
from ovr.language.values import Tagged
from ovr.language.violations import found_value

_Shape = tuple[str, str, Callable[[Any], bool]]
"""What a function takes in words, an example, and whether a value is that."""


def _list_of(example: str, least: int, most: int | None = None) -> _Shape:
    most = most or least
    count = str(least) if most == least else f"{least} to {most}"
    return f"a list of {count}", example, lambda value: isinstance(value, list) and least <= len(value) <= most


def _is_name(value: Any) -> bool:
    return isinstance(value, str) and value.strip() != ""


def _is_attribute(value: Any) -> bool:
    return _is_name(value) or (isinstance(value, list) and len(value) == 2 and _is_name(value[0]))


def _is_template_text(value: Any) -> bool:
    if isinstance(value, list):
        return len(value) == 2 and isinstance(value[0], str) and isinstance(value[1], dict)
    return isinstance(value, str)


_SHAPES: dict[str, _Shape] = {
    "!Ref": ("one name", "!Ref auth.userPool", _is_name),
    "!GetAtt": ("a name with an attribute", "!GetAtt auth.userPool.Arn", _is_attribute),
    "!Sub": ("text, or a list of text and a mapping", '!Sub ["${A}-x", {A: 1}]', _is_template_text),
    "!Condition": ("the name of a condition", "!Condition IsProd", _is_name),
    "!If": _list_of("!If [IsProd, a, b]", 3),
    "!Equals": _list_of("!Equals [!Ref AWS::Region, eu-west-1]", 2),
    "!Not": _list_of("!Not [!Condition IsProd]", 1),
    "!And": _list_of("!And [!Condition A, !Condition B]", 2, 10),
    "!Or": _list_of("!Or [!Condition A, !Condition B]", 2, 10),
    "!Join": _list_of('!Join ["-", [a, b]]', 2),
    "!Select": _list_of("!Select [0, [a, b]]", 2),
    "!Split": _list_of('!Split [",", "a,b"]', 2),
    "!FindInMap": _list_of("!FindInMap [Stages, dev, size]", 3, 4),
    "!Cidr": _list_of("!Cidr [10.0.0.0/16, 4, 8]", 2, 3),
}


def check_shape(tagged: Tagged) -> None:
    """Raises OvrError OVR1004 where a tag's value cannot be what its function takes."""
    what, example, fits = _SHAPES.get(tagged.tag, ("", "", bool))
    if not what or fits(tagged.value):
        return
    raise OvrError(
        Finding(
            "OVR1004",
            f"`{tagged.tag}` takes {what}",
            tagged.span,
            details=(f"found: {found_value(tagged.value)}",),
            fix=f"for instance `{example}`",
        )
    )
