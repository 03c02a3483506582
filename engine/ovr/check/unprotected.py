"""What a resource that stays loses: protections in its properties, and the policies that keep it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ovr.knowledge.protections import DELETION_STRENGTHS, LossWord, Protection, lost, protections_of
from ovr.knowledge.stateful import holds
from ovr.template import pointer
from ovr.template.certainty import equal
from ovr.template.intrinsics import is_intrinsic
from ovr.template.pointer import MISSING, Json, Tokens

_POLICIES = ("DeletionPolicy", "UpdateReplacePolicy")
_SNAPSHOT_BY_DEFAULT = ("AWS::RDS::DBCluster", "AWS::RDS::DBInstance")
"""Types that CloudFormation keeps in a snapshot unless told otherwise (user guide, "DeletionPolicy attribute")."""


@dataclass(frozen=True, slots=True)
class Weakened:
    """One protection that is lost: where, the word of `allow`, and a sentence. `first`: nothing stood there before."""

    path: Tokens
    word: LossWord
    what: str
    first: bool = False


def weakened(
    type_name: str,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    evaluated: Callable[[], tuple[Json, ...]],
) -> Iterator[Weakened]:
    """What a resource loses between its two states; `evaluated` gives what its properties come to in each."""
    if holds(type_name):
        for name in _POLICIES:
            was, now = (_strength(resource.get(name), type_name) for resource in (before, after))
            if now < was:
                what = f"{name} becomes weaker: {_shown(before.get(name))} → {_shown(after.get(name))}"
                yield Weakened((name,), "unprotect", what)
    protections = protections_of(type_name)
    if not protections or (equal(before.get("Properties"), after.get("Properties")) and not _refers(after)):
        return
    old, new = evaluated()
    for protection in protections:
        if said := _lost(protection, old, new):
            first = _value(old, protection.path) is MISSING
            yield Weakened(("Properties", *protection.path), protection.word, said, first)


def _refers(resource: Mapping[str, Any]) -> bool:
    """Whether its properties may come to something else although they read the same."""
    return any(_has_intrinsic(value) for value in (resource.get("Properties") or {}).values())


def _has_intrinsic(value: Json) -> bool:
    if is_intrinsic(value):
        return True
    members = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return any(_has_intrinsic(member) for member in members)


def _lost(protection: Protection, old: Json, new: Json) -> str | None:
    """What is lost for certain, or may be where a value depends on what only the deploy knows."""
    pairs = list(_pairs(old, new, protection.path))
    said = [lost(protection, _at(protection.path, was), _at(protection.path, now)) for was, now in pairs]
    found = next((each for each in said if each), None)
    if found is None or all(said):
        return found
    return f"{found}, in some cases"


def _pairs(old: Json, new: Json, path: Tokens) -> Iterator[tuple[Json, Json]]:
    """The values before and after, for each way in which the conditions on the way to them may turn out."""
    was, now = (_value(each, path) for each in (old, new))
    if equal(was, now):
        return
    branches = [each.get("Fn::If") if isinstance(each, dict) else None for each in (was, now)]
    if not any(branches):
        if not (is_intrinsic(was) or is_intrinsic(now)):
            yield was, now
        return
    conditions = [branch[0] for branch in branches if branch]
    for way in (1, 2):
        left, right = (
            _unwrapped(branch[way]) if branch and equal(branch[0], conditions[0]) else value
            for branch, value in zip(branches, (was, now), strict=True)
        )
        if not (is_intrinsic(left) or is_intrinsic(right)) and not equal(left, right):
            yield left, right


def _value(properties: Json, path: Tokens) -> Json:
    """What stands at a path; a condition on the way to it comes out of it."""
    value = properties
    for index, token in enumerate(path):
        if isinstance(value, dict) and isinstance(branches := value.get("Fn::If"), list) and len(branches) == 3:
            ways = [_value(_unwrapped(branch), path[index:]) for branch in branches[1:]]
            return {"Fn::If": [branches[0], *ways]} if not equal(ways[0], ways[1]) else ways[0]
        value = pointer.child(value, token) if isinstance(value, (dict, list)) else MISSING
    return value


def _unwrapped(value: Json) -> Json:
    return MISSING if value == {"Ref": "AWS::NoValue"} else value


def _at(path: Tokens, value: Json) -> dict[str, Any]:
    """Properties with just this value in them."""
    if value is MISSING:
        return {}
    for token in reversed(path):
        value = {token: value}
    return dict(value)


def _strength(policy: Json, type_name: str) -> int:
    if policy == "RetainExceptOnCreate":
        policy = "Retain"
    default = "Snapshot" if type_name in _SNAPSHOT_BY_DEFAULT else "Delete"
    return DELETION_STRENGTHS.index(policy if policy in DELETION_STRENGTHS else default)


def _shown(policy: Json) -> str:
    return str(policy) if isinstance(policy, str) else "none"
