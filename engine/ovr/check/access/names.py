"""What policies name, in words that can be compared and read: ARNs, roles, principals, conditions."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

from ovr.check.access.model import Condition, Conditions, Place, Words
from ovr.knowledge.access import ROLE_PROPERTIES
from ovr.knowledge.arns import SAMPLES, arn_attribute
from ovr.template import pointer
from ovr.template.follow import Origin, origin
from ovr.template.intrinsics import text_parts
from ovr.template.pointer import Json
from ovr.template.tree import StackTree
from ovr.vocabulary.resolve import Resolver

_ACCOUNT = re.compile(r"(?:arn:[^:]*:iam::)?(\d{12}|\$\{AWS::AccountId\})(?::root)?")
_OWN = {"AWS::AccountId": "this account", "AWS::Region": "this region"}
_NEAR_ARN = re.compile(r"^arn:\$\{AWS::Partition\}:([^:]+):(?:\$\{AWS::Region\})?:(?:\$\{AWS::AccountId\})?:(?=.)")
"""How the ARN of something in the stack's own account and region begins."""
SIGNED_IN = {"authenticated": "signed-in users", "unauthenticated": "guests"}


class Names:
    """Reads the values of one tree. `renamed`: (stack, logical ID) → its ID in the result, of what was renamed."""

    def __init__(self, tree: StackTree, resolver: Resolver, renamed: Mapping[Place, str]) -> None:
        self.tree = tree
        self._resolver = resolver
        self._renamed = renamed

    def resource(self, place: Place) -> Words:
        """A resource of these templates."""
        return Words(self.key(place), self._resolver.called(*place))

    def key(self, place: Place) -> str:
        return f"${{{place[0]}#{self._renamed.get(place, place[1])}}}"

    def actor(self, place: Place) -> Words:
        """A role by what acts with it, if that is one thing: a function, a group, signed-in users, guests."""
        users = self._users.get(place, [])
        return Words(self.key(place), users[0] if len(users) == 1 else self._resolver.called(*place))

    def text(self, stack: str, value: Json) -> Words:
        """A text with the resources that it names; a resource's ARN is the resource, what follows it a place in it.

        `arn:aws:s3:::${bucket}` means the same as the bucket's attribute `Arn`.
        """
        key = shown = ""
        inside = False
        parts = text_parts(value)
        for part in parts:
            found = None if isinstance(part, str) else origin(self.tree, stack, part)
            if found is not None and self._is_arn(found, key):
                words = self.resource(found[:2])
                key, shown, inside = words.key, words.shown, True
                continue
            more = Words(part, part) if isinstance(part, str) else self._reference(stack, part, found)
            key += more.key
            if inside and more.shown.startswith("/"):
                shown += f" {more.shown[1:]}"
            elif isinstance(part, str) or len(parts) == 1:
                shown += _OWN.get(more.shown, more.shown)
            else:
                shown += f"${{{more.shown}}}"
            inside = False
        return Words(key, _NEAR_ARN.sub(r"\1 ", shown))

    def principal(self, stack: str, kind: str, value: Json) -> Words:
        """One principal of a statement, under `AWS`, `Service`, `Federated` or `CanonicalUser`."""
        if value == "*":
            return Words("*", "anyone")
        found = None if isinstance(value, str) else origin(self.tree, stack, value)
        if found is not None and self._type(found[:2]) == "AWS::IAM::Role":
            return self.actor(found[:2])
        words = self.text(stack, value)
        account = _ACCOUNT.fullmatch(words.key.replace("${AWS::Partition}", "aws")) if kind == "AWS" else None
        if account is None:
            return words
        own = account[1].startswith("$")
        return Words(f"account {account[1]}", "this account" if own else f"account {account[1]}")

    def conditions(self, stack: str, value: Json) -> Conditions:
        """The conditions of a statement; one that is no map of maps stands as a whole."""
        if not isinstance(value, dict):
            return frozenset()
        found = set()
        for operator, block in value.items():
            if not isinstance(block, dict):
                return frozenset({Condition("", _other(value), frozenset())})
            for key, given in block.items():
                values = given if isinstance(given, list) else [given]
                found.add(Condition(operator, key, frozenset(self.text(stack, _as_text(each)) for each in values)))
        return frozenset(found)

    def place(self, stack: str, value: Json) -> Place | None:
        """The resource that a reference leads to."""
        found = origin(self.tree, stack, value)
        return found[:2] if found else None

    def _reference(self, stack: str, value: Json, found: Origin | None) -> Words:
        """A reference that is not the ARN of a resource, or another intrinsic function."""
        if found is None:
            shown = _other(value)
            return Words(f"${{{shown}}}" if shown.startswith("AWS::") else f"${{{stack}#{shown}}}", shown)
        ending = "" if found[2] == "Ref" else f".{found[2]}"
        return Words(self.key(found[:2]) + ending, self._resolver.called(*found[:2]) + ending)

    def _type(self, place: Place) -> str:
        return str(self.tree.stacks[place[0]].resources[place[1]].get("Type"))

    def _is_arn(self, found: Origin, before: str) -> bool:
        """Whether a reference is a resource's ARN, or its name behind the beginning of one."""
        type_name = self._type(found[:2])
        if not before:
            return found[2] == arn_attribute(type_name)
        sample = SAMPLES.get(type_name, "")
        return not found[2].endswith("Arn") and bool(sample) and _plain(before) + "x" == sample

    @cached_property
    def _users(self) -> dict[Place, list[str]]:
        """Role → who acts with it."""
        users: dict[Place, list[str]] = {}
        for path, stack in self.tree.stacks.items():
            for logical_id, resource in stack.resources.items():
                for name, value in self._roles(path, logical_id, resource):
                    if role := self.place(path, value):
                        users.setdefault(role, []).append(name)
        return users

    def _roles(self, stack: str, logical_id: str, resource: Mapping[str, Any]) -> Iterator[tuple[str, Json]]:
        """(who, reference to the role) of what acts with roles."""
        type_name = str(resource.get("Type"))
        properties = resource.get("Properties")
        if type_name == "AWS::Cognito::IdentityPoolRoleAttachment":
            roles = pointer.get(properties, ("Roles",))
            for key, value in roles.items() if isinstance(roles, dict) else ():
                yield SIGNED_IN.get(key, str(key)), value
        elif type_name in ROLE_PROPERTIES:
            name = pointer.get(properties, ("GroupName",))
            called = f"group {name}" if isinstance(name, str) else self._resolver.called(stack, logical_id)
            yield called, pointer.get(properties, (ROLE_PROPERTIES[type_name],))


def _plain(text: str) -> str:
    """An ARN's beginning as the samples have it."""
    for name, sample in (("Partition", "x"), ("Region", "x"), ("AccountId", "1")):
        text = text.replace(f"${{AWS::{name}}}", sample)
    return re.sub(r"^arn:[^:]*:", "arn:x:", text)


def _as_text(value: Json) -> Json:
    """Conditions may have numbers and booleans, which IAM reads as texts."""
    return json.dumps(value) if isinstance(value, (bool, int, float)) else value


def _other(value: Json) -> str:
    """An intrinsic function that leads to no resource."""
    if isinstance(value, dict) and len(value) == 1:
        [(name, argument)] = value.items()
        if name == "Ref" and isinstance(argument, str):
            return argument
        if name == "Fn::GetAtt" and isinstance(argument, list):
            return ".".join(map(str, argument))
    return json.dumps(value, ensure_ascii=False)
