"""Whether two evaluated values differ: for certain, not at all, or only if something holds that a deploy will tell."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeGuard

from ovr.template.intrinsics import is_intrinsic
from ovr.template.pointer import MISSING, Json
from ovr.template.symbols import NOTHING, RENEWED, as_text, parts_of, text

Answer = bool | str
"""True: they differ. False: they do not. A text: they differ if this holds."""

NameOf = Callable[[str, str], str]
"""(stack, logical ID) → what to call the resource."""

_MOST_CONDITIONS = 6
_TELLING = ("Ref", "Arn", "Id", "Name", "Url", "Endpoint")
"""How attributes end that no two resources have in common."""


def equal(left: Json, right: Json) -> bool:
    """Whether values are the same to CloudFormation, which makes no difference between 10, "10", true and "true"."""
    if left is right:
        return True
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(equal(value, right[key]) for key, value in left.items())
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(equal, left, right))
    if MISSING in (left, right) or any(isinstance(each, (dict, list)) for each in (left, right)):
        return False
    return as_text(left) == as_text(right)


def differs(left: Json, right: Json, name_of: NameOf, depth: int = 0) -> Answer:
    """Whether two values differ; each may be MISSING."""
    left, right = (MISSING if each == NOTHING else each for each in (left, right))
    if equal(left, right):
        return False
    condition = next(_conditions([left, right]), None)
    if condition is not None:
        if depth >= _MOST_CONDITIONS:
            return "conditions that cannot be decided here say so"
        return _by_cases(condition, left, right, name_of, depth)
    if left is MISSING or right is MISSING:
        return True
    if isinstance(left, dict) and isinstance(right, dict) and not (is_intrinsic(left) or is_intrinsic(right)):
        answers = [differs(left.get(k, MISSING), right.get(k, MISSING), name_of, depth) for k in {**left, **right}]
        return _any(answers)
    if isinstance(left, list) and isinstance(right, list):
        if len(left) != len(right):
            return True
        return _any([differs(one, other, name_of, depth) for one, other in zip(left, right, strict=True)])
    return _texts(left, right, name_of)


def ways(left: Json, right: Json, depth: int = 0) -> Iterator[tuple[Json, Json]]:
    """Both values for each way in which the conditions that they depend on may turn out; each may be MISSING."""
    condition = next(_conditions([left, right]), None)
    if condition is None or depth >= _MOST_CONDITIONS:
        yield left, right
        return
    for held in (True, False):
        one, other = (_supposing(condition, held, each) for each in (left, right))
        yield from ways(one, other, depth + 1)


def words(value: Json, name_of: NameOf) -> str:
    """An evaluated value in words: `auth.userPool.Arn`, `parameter Stage`."""
    if isinstance(value, dict) and len(value) == 1:
        [(function, argument)] = value.items()
        if function == "Ref" and isinstance(argument, str):
            stack, name = _split_name(argument)
            if name.startswith("AWS::"):
                return name
            return f"parameter {name}" + (f" of {stack}" if stack else "")
        if function == "Fn::GetAtt" and _names_attribute(argument):
            name = name_of(*_split_name(argument[0]))
            return name if argument[1] == "Ref" else f"{name}.{argument[1]}"
        if parts := parts_of(value):
            return "".join(words(part, name_of) for part in parts)
        if function == "Fn::NoEcho":
            return "a hidden value"
        return f"what {function} gives"
    return "another value" if isinstance(value, (dict, list)) else as_text(value)


def condition_words(condition: Json, name_of: NameOf) -> str:
    """An undecided condition in words: `AWS::Region is cn-north-1`."""
    if isinstance(condition, dict) and len(condition) == 1:
        [(function, argument)] = condition.items()
        if function == "Fn::Equals":
            return " is ".join(words(each, name_of) for each in argument)
        if function == "Fn::Not":
            return f"not ({condition_words(argument[0], name_of)})"
        if function in ("Fn::And", "Fn::Or"):
            joint = " and " if function == "Fn::And" else " or "
            return joint.join(f"({condition_words(each, name_of)})" for each in argument)
        if function == "Condition" and isinstance(argument, str):
            return f"condition {argument.rpartition('#')[2]} holds"
    return "a condition holds that cannot be decided here"


def _any(answers: list[Answer]) -> Answer:
    return True if True in answers else next((answer for answer in answers if answer), False)


def _conditions(value: Json) -> Iterator[Json]:
    """The conditions that a value depends on."""
    if isinstance(value, dict):
        branches = value.get("Fn::If")
        if isinstance(branches, list) and len(branches) == 3 and len(value) == 1:
            yield branches[0]
        for member in value.values():
            yield from _conditions(member)
    elif isinstance(value, list):
        for item in value:
            yield from _conditions(item)


def _by_cases(condition: Json, left: Json, right: Json, name_of: NameOf, depth: int) -> Answer:
    cases = []
    for held in (True, False):
        one, other = (_supposing(condition, held, each) for each in (left, right))
        cases.append(differs(one, other, name_of, depth + 1))
    if cases[0] == cases[1]:
        return cases[0]
    if False not in cases:
        return next(case for case in cases if case is not True)
    said = condition_words(condition, name_of) if cases[0] else f"not ({condition_words(condition, name_of)})"
    only = cases[0] or cases[1]
    return said if only is True else f"{said}, and {only}"


def _supposing(condition: Json, held: bool, value: Json) -> Json:
    """The value where the condition is known."""
    if isinstance(value, list):
        items = [_supposing(condition, held, item) for item in value]
        return [item for item in items if item is not MISSING]
    if not isinstance(value, dict):
        return value
    branches = value.get("Fn::If")
    if isinstance(branches, list) and len(branches) == 3 and len(value) == 1:
        if equal(branches[0], condition):
            branch = _supposing(condition, held, branches[1 if held else 2])
            return MISSING if branch == NOTHING else branch
        return {"Fn::If": [branches[0], *(_kept(condition, held, branch) for branch in branches[1:])]}
    members = {key: _supposing(condition, held, member) for key, member in value.items()}
    members = {key: member for key, member in members.items() if member is not MISSING}
    parts = parts_of(members)
    return members if parts is None else text(parts)


def _kept(condition: Json, held: bool, branch: Json) -> Json:
    found = _supposing(condition, held, branch)
    return NOTHING if found is MISSING else found


def _texts(left: Json, right: Json, name_of: NameOf) -> Answer:
    """Whether two scalars, or texts with symbols in them, differ."""
    one, other = _parts(left), _parts(right)
    while one and other and equal(one[0], other[0]):
        del one[0], other[0]
    while one and other and equal(one[-1], other[-1]):
        del one[-1], other[-1]
    literal = [all(not isinstance(part, (dict, list)) for part in parts) for parts in (one, other)]
    if all(literal) or _apart(one, other, str.startswith) or _apart(one[::-1], other[::-1], str.endswith):
        return True
    if len(one) == len(other) == 1 and (answer := _attributes(one[0], other[0], name_of)):
        return answer
    open_parts = [part for part in [*one, *other] if isinstance(part, (dict, list))]
    return f"{words(open_parts[0], name_of)} comes to another value"


def _parts(value: Json) -> list[Json]:
    return list(parts_of(value) or [value])


def _apart(one: list[Json], other: list[Json], begins: Callable[[str, str], bool]) -> bool:
    """Whether two texts begin (or end) with literals of which neither can be part of the other."""
    if not one or not other or any(isinstance(each, (dict, list)) for each in (one[0], other[0])):
        return False
    left, right = as_text(one[0]), as_text(other[0])
    return not begins(left, right) and not begins(right, left)


def _attributes(left: Json, right: Json, name_of: NameOf) -> Answer:
    """What can be told of two attributes; False where nothing can, or either is something else."""
    one, other = (each.get("Fn::GetAtt") if isinstance(each, dict) else None for each in (left, right))
    if not _names_attribute(one) or not _names_attribute(other):
        return False
    if one[0] != other[0]:
        return all(str(each[1]).endswith(_TELLING) for each in (one, other))
    if one[1] != other[1]:
        return False
    return True if RENEWED in other[2:] else f"{name_of(*_split_name(other[0]))} is replaced"


def _names_attribute(argument: Json) -> TypeGuard[list[Any]]:
    """Whether this is what Fn::GetAtt takes: the text of a template may have anything there."""
    return isinstance(argument, list) and len(argument) > 1 and isinstance(argument[0], str)


def _split_name(name: str) -> tuple[str, str]:
    stack, _, logical_id = name.rpartition("#")
    return stack, logical_id
