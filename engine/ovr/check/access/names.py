"""What policies name, in words that can be compared and read: ARNs, roles, principals."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

from ovr.check.access.model import Place, Words
from ovr.check.comparison import Comparison
from ovr.check.terms import below
from ovr.knowledge.access import ROLE_PROPERTIES
from ovr.knowledge.arns import SAMPLES, arn_attribute
from ovr.template.pointer import Json
from ovr.template.possible import UNKNOWN, Possible, shown
from ovr.template.tree import StackTree

SIGNED_IN = {"authenticated": "signed-in users", "unauthenticated": "guests"}
_ACCOUNT = re.compile(r"(?:arn:(?:[^:]*|\$\{AWS::Partition\}):iam::)?(\d{12}|\$\{AWS::AccountId\})(?::root)?")
_NEAR = re.compile(r"arn:\$\{AWS::Partition\}:([^:]+):(?:\$\{AWS::Region\})?:(?:\$\{AWS::AccountId\})?:(?=.)")
"""How the ARN of something in the stack's own account and region begins."""
_OWN = {"${AWS::AccountId}": "this account", "${AWS::Region}": "this region"}


class Names:
    """Reads the values of one side of a comparison. Resources go by the logical IDs that they have in the result."""

    def __init__(self, comparison: Comparison, tree: StackTree) -> None:
        is_base = tree is comparison.before
        self._comparison = comparison
        self._tree = tree
        self._former = comparison.causes.renamed if is_base else {}
        self._present = comparison.present_names if is_base else {}
        self.possible = Possible(tree, self._present)

    def at(self, place: Place) -> dict[str, Any] | None:
        """A resource on this side, if it is there."""
        stack = self._tree.stacks.get(place[0])
        return stack.resources.get(self._former.get(place, place[1])) if stack else None

    def everything(self) -> Iterator[tuple[Place, dict[str, Any]]]:
        """All resources of this side."""
        for path, stack in self._tree.stacks.items():
            for logical_id, resource in stack.resources.items():
                yield (path, self._present.get((path, logical_id), logical_id)), resource

    def resource(self, place: Place) -> Words:
        """A resource of these templates, as its ARN is compared."""
        return Words(f"{UNKNOWN}{place[0]}#{place[1]}{UNKNOWN}", self.called(place))

    def called(self, place: Place) -> str:
        """What to call a resource before the user."""
        old, new = self._comparison.names
        stack = self._comparison.after.stacks.get(place[0])
        if stack is not None and place[1] in stack.resources:
            return new.called(*place)
        return old.called(place[0], self._comparison.causes.renamed.get(place, place[1]))

    def actor(self, place: Place) -> Words:
        """A role by what acts with it, if that is one thing: a function, a group, signed-in users, guests."""
        users = self._users.get(place, ())
        return Words(self.resource(place).key, users[0] if len(users) == 1 else self.called(place))

    def texts(self, stack: str, value: Json) -> list[Words]:
        """All that a value may come to."""
        return [self.words(text) for text in self.possible.texts(stack, value)]

    def places(self, stack: str, value: Json) -> list[Place]:
        """The resources that a value, or the items of a list, refer to."""
        found = (self.place(text) for text in self.possible.texts(stack, value))
        return [place for place in found if place]

    def place(self, text: str) -> Place | None:
        """The resource that a text is a reference to, and nothing more."""
        parts = text.split(UNKNOWN)
        return self._reference(parts[1])[0] if len(parts) == 3 and not parts[0] + parts[2] else None

    def words(self, text: str) -> Words:
        """A text as `Possible` writes it, with the resources that it names.

        A resource's ARN is the resource, what follows it a place in it: `arn:aws:s3:::${bucket}/x` means the same as
        the bucket's attribute `Arn` and `/x`.
        """
        key = told = ""
        inside = False
        parts = text.split(UNKNOWN)
        for index, part in enumerate(parts):
            place, attribute = self._reference(part) if index % 2 else (None, "")
            if place is not None and self._is_arn(place, attribute, key):
                words = self.resource(place)
                key, told, inside = words.key, words.shown, True
            elif index % 2:
                key += UNKNOWN + part + UNKNOWN
                ending = "" if attribute == "Ref" else f".{attribute}"
                name = self.called(place) + ending if place else part
                told += name if place and len(text) == len(part) + 2 else f"${{{name}}}"
                inside = False
            elif part:
                key += part
                told += f" {part[1:]}" if inside and part.startswith("/") else part
                inside = False
        return Words(key, _OWN.get(told, _NEAR.sub(r"\1 ", told)))

    def principal(self, kind: str, text: str) -> Words:
        """One principal of a statement, under `AWS`, `Service`, `Federated` or `CanonicalUser`."""
        if text == "*":
            return Words("*", "anyone")
        words = self.words(text)
        place = self.place(words.key)
        if place is not None and self._type(place) == "AWS::IAM::Role":
            return self.actor(place)
        account = _ACCOUNT.fullmatch(shown(text)) if kind == "AWS" else None
        if account is None:
            return words
        told = f"account {account[1]}"
        return Words(told, _OWN.get(account[1], told))

    def _reference(self, part: str) -> tuple[Place | None, str]:
        """The resource, and the attribute, of `stack#LogicalId.Attribute`."""
        stack, mark, name = part.rpartition("#")
        logical_id, _, attribute = name.partition(".")
        place = (stack, logical_id)
        return (place, attribute) if mark and self.at(place) is not None else (None, "")

    def _type(self, place: Place) -> str:
        return str((self.at(place) or {}).get("Type"))

    def _is_arn(self, place: Place, attribute: str, before: str) -> bool:
        """Whether a reference is a resource's ARN, or its name behind the beginning of one."""
        if not before:
            return attribute == (arn_attribute(self._type(place)) or "Arn")
        sample = SAMPLES.get(self._type(place), "")
        return not attribute.endswith("Arn") and bool(sample) and _sampled(before) + "x" == sample

    @cached_property
    def _users(self) -> Mapping[Place, list[str]]:
        """Role → who acts with it."""
        users: dict[Place, list[str]] = {}
        for place, resource in self.everything():
            for name, value in self._roles(place, resource):
                for role in self.places(place[0], value):
                    users.setdefault(role, []).append(name)
        return users

    def _roles(self, place: Place, resource: dict[str, Any]) -> Iterator[tuple[str, Json]]:
        """(who, reference to the role) of what acts with roles."""
        type_name, properties = str(resource.get("Type")), resource.get("Properties")
        if type_name == "AWS::Cognito::IdentityPoolRoleAttachment":
            for key, who in SIGNED_IN.items():
                yield from ((who, value) for value in below(properties, ("Roles", key)))
        elif type_name in ROLE_PROPERTIES:
            names = [each for each in below(properties, ("GroupName",)) if isinstance(each, str)]
            called = f"group {names[0]}" if names else self.called(place)
            yield from ((called, value) for value in below(properties, (ROLE_PROPERTIES[type_name],)))


def _sampled(text: str) -> str:
    """An ARN's beginning as the samples have it."""
    for name, sample in (("Partition", "x"), ("Region", "x"), ("AccountId", "1")):
        text = text.replace(f"{UNKNOWN}AWS::{name}{UNKNOWN}", sample)
    return re.sub(r"^arn:[^:]*:", "arn:x:", text)
