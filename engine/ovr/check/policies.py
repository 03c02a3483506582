"""IAM statements in templates, wherever they stand: in policies, roles, and policies of resources."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from ovr.check.comparison import Comparison
from ovr.check.fed import fed_anew, mentions
from ovr.check.touched import members, touched_stacks
from ovr.template.diff import same
from ovr.template.intrinsics import replace_sub_variables, sub_variables, text_parts
from ovr.template.pointer import Json, Tokens
from ovr.template.possible import UNKNOWN

Purpose = Literal["identity", "resource", "trust"]
"""What a statement is about: what its holder may do, who may reach it, who may take a role."""

_IDENTITIES = ("AWS::IAM::", "AWS::SSO::", "AWS::IoT::Policy")
"""Types whose policies say what somebody may do, without naming who."""
_DEEPEST = 24


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement of a policy. `path` is its pointer in the template of `stack`."""

    stack: str
    path: Tokens
    value: dict[str, Json]
    purpose: Purpose
    type_name: str

    @property
    def logical_id(self) -> str:
        return self.path[1]

    @property
    def allows(self) -> bool:
        return self.value.get("Effect") != "Deny"

    def texts(self, key: str) -> list[Json]:
        """What stands under a key that takes one or several; nothing where it is missing."""
        value = self.value.get(key, [])
        return value if isinstance(value, list) else [value]


@dataclass(frozen=True, slots=True)
class Holder:
    """A resource that an override touched, as it was and as it is; an empty object for nothing."""

    stack: str
    logical_id: str
    before: dict[str, Any]
    after: dict[str, Any]

    @property
    def type_name(self) -> str:
        return str((self.after or self.before).get("Type", ""))

    def statements(self, resource: dict[str, Any]) -> list[Statement]:
        """All statements in one of its two states."""
        return statements_of(self.stack, self.logical_id, resource)

    def added(self) -> list[Statement]:
        """Statements that were not there before."""
        old = self.statements(self.before)
        return [new for new in self.statements(self.after) if not any(same(new.value, was.value) for was in old)]

    def lost(self) -> list[Statement]:
        """Statements that are there no more."""
        new = self.statements(self.after)
        return [old for old in self.statements(self.before) if not any(same(old.value, now.value) for now in new)]


def statements_of(stack: str, logical_id: str, resource: dict[str, Any]) -> list[Statement]:
    """All statements in a resource, wherever in its properties a policy document stands."""
    properties = resource.get("Properties")
    if not _has_any(properties):
        return []
    type_name = str(resource.get("Type", ""))
    found = _statements(properties, ("Resources", logical_id, "Properties"))
    return [Statement(stack, path, value, _purpose(type_name, path), type_name) for path, value in found]


@lru_cache(maxsize=1)
def touched_holders(comparison: Comparison) -> tuple[Holder, ...]:
    """Every resource that is not the same object any more, or that a changed parameter or mapping feeds.

    What one was before goes by the new names of what was renamed: what only follows a name is no change. Several
    checks ask this of one comparison, one after the other.
    """
    return tuple(_touched(comparison))


def _touched(comparison: Comparison) -> Iterator[Holder]:
    renamed = comparison.causes.renamed
    for old, stack in touched_stacks(comparison.before, comparison.after):
        was, now = members(old, "Resources"), members(stack.template, "Resources")
        names = {i: new for (path, new), i in renamed.items() if path == stack.path and i in was and new in now}
        former = {new: logical_id for logical_id, new in names.items()}
        for logical_id, resource in now.items():
            one = was.get(former.get(logical_id, logical_id))
            if one is not resource:
                yield Holder(stack.path, logical_id, _mapping(_by_new_names(one, names)), _mapping(resource))
        for logical_id, resource in was.items():
            if logical_id not in now and logical_id not in names:
                yield Holder(stack.path, logical_id, _mapping(_by_new_names(resource, names)), {})
    for path, names_fed in fed_anew(comparison.before, comparison.after, comparison.present_names).items():
        was, now = (tree.stacks[path].resources for tree in (comparison.before, comparison.after))
        for logical_id, resource in now.items():
            if was.get(logical_id) is resource and mentions(resource, names_fed):
                yield Holder(path, logical_id, resource, resource)


def _by_new_names(value: Json, names: dict[str, str]) -> Json:
    """A value with the resources that it refers to by their new names."""
    if not names:
        return value
    if isinstance(value, list):
        return [_by_new_names(item, names) for item in value]
    if not isinstance(value, dict):
        return value
    fresh = {key: _by_new_names(member, names) for key, member in value.items()}
    for key, argument in fresh.items():
        if key == "Ref" and isinstance(argument, str):
            fresh[key] = names.get(argument, argument)
        elif key == "Fn::GetAtt" and isinstance(argument, list) and argument and isinstance(argument[0], str):
            fresh[key] = [names.get(argument[0], argument[0]), *argument[1:]]
        elif key == "Fn::Sub" and isinstance(argument, str):
            variables = {each: each.partition(".") for each in sub_variables(argument)}
            fresh[key] = replace_sub_variables(
                argument, {each: names.get(name, name) + dot + rest for each, (name, dot, rest) in variables.items()}
            )
    return fresh


def _mapping(value: Json) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _purpose(type_name: str, path: Tokens) -> Purpose:
    if "AssumeRolePolicyDocument" in path:
        return "trust"
    return "identity" if type_name.startswith(_IDENTITIES) else "resource"


def _has_any(value: Json) -> bool:
    """Whether `Statement` stands anywhere: a quick look, since most resources have no policy."""
    rest = [value]
    while rest:
        at = rest.pop()
        if isinstance(at, dict):
            if "Statement" in at:
                return True
            rest += at.values()
        elif isinstance(at, list):
            rest += at
        elif isinstance(at, str) and "Statement" in at:
            return True
    return False


def _statements(value: Json, path: Tokens) -> Iterator[tuple[Tokens, dict[str, Json]]]:
    """(pointer, statement) of every policy document inside a value; one that is written as JSON is read."""
    if len(path) > _DEEPEST:
        return
    written = _document(value)
    if written is not None:
        yield from ((path, statement) for _, statement in _statements(written, path))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _statements(item, (*path, str(index)))
    elif isinstance(value, dict):
        for key, member in value.items():
            yield from (_items if key == "Statement" else _statements)(member, (*path, key))


def _items(value: Json, path: Tokens) -> Iterator[tuple[Tokens, dict[str, Json]]]:
    """The statements under `Statement`: one, or several in a list, in either branch of an `Fn::If`."""
    if isinstance(value, dict) and not {"Action", "NotAction"}.isdisjoint(value):
        yield path, value
    elif len(path) <= _DEEPEST and isinstance(value, list):
        for index, item in enumerate(value):
            yield from _items(item, (*path, str(index)))
    elif isinstance(value, dict) and "Fn::If" in value:
        yield from _items(value["Fn::If"], (*path, "Fn::If"))


def _document(value: Json) -> Json:
    """A policy that is written as JSON; None for anything else, and for one that is deeper than IAM takes."""
    parts = text_parts(value) if isinstance(value, (str, dict)) else []
    text = "".join(part if isinstance(part, str) else UNKNOWN for part in parts)
    if "Statement" not in text:
        return None
    try:
        return json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return None
