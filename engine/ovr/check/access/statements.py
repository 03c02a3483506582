"""What the policies of one tree say, statement by statement."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any

from ovr.check.access.model import EVERYTHING, NOTHING, Access, Kind, Pattern, Place, Words
from ovr.check.access.names import Names
from ovr.check.policies import Statement, statements_of
from ovr.template import pointer
from ovr.template.pointer import Json

_OWNERS = ("Roles", "Users", "Groups", "RoleName", "UserName", "GroupName")
_TARGETS = ("Bucket", "Queues", "Topics", "TopicArn", "SecretId", "EventBusName", "FunctionName", "LayerVersionArn")
"""Where a policy of its own names the resource that it is the policy of."""
_IDENTITIES = ("AWS::IAM::Role", "AWS::IAM::User", "AWS::IAM::Group")
_MOST = 20_000
"""Actions times resources of a statement that are told apart; a larger one is compared as a whole."""


class Policies:
    """Reads the policies of one tree."""

    def __init__(self, names: Names) -> None:
        self.names = names

    def of(self, stack: str, logical_id: str, resource: dict[str, Any]) -> Iterator[Access]:
        """All that the statements of one resource say."""
        for statement in statements_of(stack, logical_id, resource):
            yield from self._statement(statement, resource)
        if resource.get("Type") in _IDENTITIES:
            yield from self._attached(stack, logical_id, resource)

    def owners(self, stack: str, logical_id: str, resource: dict[str, Any]) -> list[tuple[Words, Place]]:
        """Whose policy it is: the roles, users and groups that it names, or that name it; else itself."""
        own = (stack, logical_id)
        if resource.get("Type") in _IDENTITIES:
            return [(self.names.actor(own), own)]
        found = []
        for value in self._named(resource, _OWNERS):
            if place := self.names.place(stack, value):
                found.append((self.names.actor(place), place))
            elif isinstance(value, str):
                found.append((Words(f"role {value}", value), own))
        found += [(self.names.actor(place), place) for place in self._attachments.get(own, ())]
        return found or [(self.names.resource(own), own)]

    def _statement(self, statement: Statement, resource: dict[str, Any]) -> Iterator[Access]:
        stack, own = statement.stack, (statement.stack, statement.logical_id)
        if statement.purpose == "identity":
            whose = self.owners(stack, statement.logical_id, resource)
            yield from self._accesses(statement, whose, self._resources(statement, []))
        elif statement.purpose == "trust":
            role = Pattern((self.names.resource(own),))
            yield from self._accesses(statement, [(who, own) for who in self._principals(statement)], [role])
        else:
            named = [self.names.place(stack, value) for value in self._named(resource, _TARGETS)]
            targets = [place for place in named if place] or [own]
            on = self._resources(statement, [Pattern((self.names.resource(place),)) for place in targets])
            yield from self._accesses(statement, [(who, targets[0]) for who in self._principals(statement)], on)

    def _accesses(
        self, statement: Statement, whose: list[tuple[Words, Place]], resources: list[Pattern]
    ) -> Iterator[Access]:
        conditions = self.names.conditions(statement.stack, statement.value.get("Condition"))
        actions = _actions(statement)
        if len(whose) * len(actions) * len(resources) > _MOST:
            actions, resources = [_whole(actions, "actions")], [_whole(resources, "resources")]
        for who, about in whose:
            for on in resources:
                for action in actions:
                    yield Access(
                        who,
                        _kind(statement, action),
                        action,
                        on,
                        conditions,
                        statement.allows,
                        about,
                        statement.stack,
                        statement.path,
                    )

    def _resources(self, statement: Statement, own: list[Pattern]) -> list[Pattern]:
        """`own` stands for `*` in the policy of a resource, and where nothing is named."""
        texts = [self.names.text(statement.stack, value) for value in statement.texts("NotResource")]
        if texts:
            return [Pattern(tuple(texts), negated=True)]
        texts = [self.names.text(statement.stack, value) for value in statement.texts("Resource")]
        if own and all(text.key == "*" for text in texts):
            return own
        return [Pattern((text,)) for text in texts] or own or [EVERYTHING]

    def _principals(self, statement: Statement) -> Iterator[Words]:
        """Who a statement with principals is about; without any it is about the resource that it stands in."""
        negated = list(self._each_principal(statement, "NotPrincipal"))
        if negated:
            shown = ", ".join(words.shown for words in negated)
            yield Words("not " + " ".join(sorted(words.key for words in negated)), f"everyone but {shown}")
            return
        found = list(self._each_principal(statement, "Principal"))
        yield from found or [self.names.resource((statement.stack, statement.logical_id))]

    def _each_principal(self, statement: Statement, key: str) -> Iterator[Words]:
        value = statement.value.get(key)
        groups = value if isinstance(value, dict) else {"AWS": value}
        for kind, given in groups.items():
            for each in given if isinstance(given, list) else [given]:
                if each is not None:
                    yield self.names.principal(statement.stack, kind, each)

    def _attached(self, stack: str, logical_id: str, resource: dict[str, Any]) -> Iterator[Access]:
        """What the managed policies of these templates give that a role names."""
        own = (stack, logical_id)
        for value in self._named(resource, ("ManagedPolicyArns",)):
            place = self.names.place(stack, value)
            for statement in self._statements_at(place):
                yield from self._accesses(statement, [(self.names.actor(own), own)], self._resources(statement, []))

    def _statements_at(self, place: Place | None) -> list[Statement]:
        return statements_of(*place, self.names.tree.stacks[place[0]].resources[place[1]]) if place else []

    @cached_property
    def _attachments(self) -> dict[Place, list[Place]]:
        """Managed policy of these templates → the roles, users and groups that name it."""
        found: dict[Place, list[Place]] = {}
        for path, stack in self.names.tree.stacks.items():
            for logical_id, resource in stack.resources.items():
                if resource.get("Type") in _IDENTITIES:
                    for value in self._named(resource, ("ManagedPolicyArns",)):
                        if place := self.names.place(path, value):
                            found.setdefault(place, []).append((path, logical_id))
        return found

    @staticmethod
    def _named(resource: dict[str, Any], keys: tuple[str, ...]) -> Iterator[Json]:
        for key in keys:
            value = pointer.get(resource, ("Properties", key))
            if value is not pointer.MISSING:
                yield from value if isinstance(value, list) else [value]


def _actions(statement: Statement) -> list[Pattern]:
    negated = tuple(_action(each) for each in statement.texts("NotAction"))
    if negated:
        return [Pattern(negated, negated=True)]
    return [Pattern((_action(each),)) for each in statement.texts("Action")] or [NOTHING]


def _action(value: Json) -> Words:
    """IAM does not mind the case of an action."""
    return Words(str(value).lower(), str(value))


def _whole(patterns: list[Pattern], noun: str) -> Pattern:
    """Many patterns as one, to be compared as it is."""
    return Pattern((Words(" ".join(text.key for each in patterns for text in each.texts), f"{len(patterns)} {noun}"),))


def _kind(statement: Statement, action: Pattern) -> Kind:
    """Taking a role, or another action: that of a policy, or tagging the session of who takes a role."""
    taking = action.negated or action.texts[0].key.startswith(("sts:assumerole", "*"))
    return "trust" if taking and statement.purpose == "trust" else "access"
