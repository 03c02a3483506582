"""What the policies of one side say, statement by statement."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any

from ovr.check.access.model import EVERYTHING, Access, Condition, Kind, Pattern, Place, Words
from ovr.check.access.names import Names
from ovr.check.policies import Statement, statements_of
from ovr.check.terms import Principal, Terms, below, branches, read_terms
from ovr.template.pointer import Json

_OWNERS = ("Roles", "Users", "Groups", "RoleName", "UserName", "GroupName")
_TARGETS = ("Bucket", "Queues", "Topics", "TopicArn", "SecretId", "EventBusName", "FunctionName")
"""Where a policy of its own names the resource that it is the policy of."""
_PEOPLE = ("AWS::IAM::Role", "AWS::IAM::User", "AWS::IAM::Group")
_MOST = 20_000
"""Actions times resources of a statement that are told apart; a larger one is compared as a whole."""


class Policies:
    """Reads the policies of one side."""

    def __init__(self, names: Names) -> None:
        self.names = names

    def of(self, place: Place, resource: dict[str, Any]) -> Iterator[Access]:
        """All that the statements of one resource say, and those of the managed policies that a role has."""
        for statement in statements_of(*place, resource):
            yield from self._statement(statement, resource)
        for attached in self._attached(place, resource):
            whose = [(self.names.actor(place), place)]
            for statement in statements_of(*attached, self.names.at(attached) or {}):
                terms = read_terms(statement, self.names.possible)
                yield from self._accesses(statement, terms, whose, self._resources(terms, []))

    def owners(self, place: Place, resource: dict[str, Any]) -> list[tuple[Words, Place]]:
        """Whose policy it is: the roles, users and groups that it names, or that name it; else itself."""
        if resource.get("Type") in _PEOPLE:
            return [(self.names.actor(place), place)]
        found = []
        for words, role in self._named(place, resource, _OWNERS):
            found.append((self.names.actor(role), role) if role else (words, place))
        found += [(self.names.actor(role), role) for role in self._attachments.get(place, ())]
        return found or [(self.names.resource(place), place)]

    def _statement(self, statement: Statement, resource: dict[str, Any]) -> Iterator[Access]:
        own = (statement.stack, statement.logical_id)
        terms = read_terms(statement, self.names.possible)
        if statement.purpose == "identity":
            yield from self._accesses(statement, terms, self.owners(own, resource), self._resources(terms, []))
            return
        targets = [own]
        if statement.purpose == "resource":
            targets = [place for _, place in self._named(own, resource, _TARGETS) if place] or targets
        on = [Pattern((self.names.resource(place),)) for place in targets]
        whose = [(who, targets[0]) for who in self._principals(terms, own)]
        yield from self._accesses(statement, terms, whose, self._resources(terms, on))

    def _accesses(
        self, statement: Statement, terms: Terms, whose: list[tuple[Words, Place]], resources: list[Pattern]
    ) -> Iterator[Access]:
        actions = self._actions(terms)
        if len(whose) * len(actions) * len(resources) > _MOST:
            actions, resources = [_whole(actions, "actions")], [_whole(resources, "resources")]
        spelled = _condition_keys(statement.value.get("Condition"))
        conditions = frozenset(
            Condition(operator, spelled.get(key, key), frozenset(map(self.names.words, values)))
            for operator, key, values in terms.conditions
        )
        at = (statement.stack, statement.path)
        for who, about in whose:
            for on in resources:
                for action in actions:
                    kind = _kind(statement, action)
                    yield Access(who, kind, action, on, conditions, terms.allows, about, *at)

    def _actions(self, terms: Terms) -> list[Pattern]:
        """IAM does not mind the case of an action."""
        texts = terms.but_actions or terms.actions
        words = [Words(text.lower(), self.names.words(text).shown) for text in texts]
        return [Pattern(tuple(words), negated=True)] if terms.but_actions else [Pattern((each,)) for each in words]

    def _resources(self, terms: Terms, own: list[Pattern]) -> list[Pattern]:
        """`own` stands for `*` in the policy of a resource, and where nothing is named."""
        if terms.but_resources:
            return [Pattern(tuple(map(self.names.words, terms.but_resources)), negated=True)]
        if own and set(terms.resources) <= {"*"}:
            return own
        return [Pattern((self.names.words(text),)) for text in terms.resources] or [EVERYTHING]

    def _principals(self, terms: Terms, own: Place) -> list[Words]:
        """Who a statement with principals is about; without any it is about the resource that it stands in."""
        if terms.but_principals:
            but = self._people(terms.but_principals)
            told = ", ".join(words.shown for words in but)
            return [Words(" ".join(["not", *sorted(words.key for words in but)]), f"everyone but {told}")]
        return self._people(terms.principals) or [self.names.resource(own)]

    def _people(self, principals: Iterable[Principal]) -> list[Words]:
        return [self.names.principal(kind, text) for kind, text in principals]

    def _attached(self, place: Place, resource: dict[str, Any]) -> list[Place]:
        """The managed policies of these templates that a role, user or group names."""
        if resource.get("Type") not in _PEOPLE:
            return []
        return [policy for _, policy in self._named(place, resource, ("ManagedPolicyArns",)) if policy]

    @cached_property
    def _attachments(self) -> dict[Place, list[Place]]:
        """Managed policy of these templates → the roles, users and groups that name it."""
        found: dict[Place, list[Place]] = {}
        for place, resource in self.names.everything():
            for policy in self._attached(place, resource):
                found.setdefault(policy, []).append(place)
        return found

    def _named(
        self, place: Place, resource: dict[str, Any], keys: Sequence[str]
    ) -> Iterator[tuple[Words, Place | None]]:
        """(words, the resource meant if it is one of these templates) of all that stands under these properties."""
        for key in keys:
            for value in below(resource.get("Properties"), (key,)):
                for text in self.names.possible.texts(place[0], value):
                    yield self.names.words(text), self.names.place(text)


def _condition_keys(value: Json) -> dict[str, str]:
    """The keys of a condition in small letters, with how they are written."""
    blocks = (block for branch in branches(value) if isinstance(branch, dict) for block in branch.values())
    return {key.lower(): key for block in blocks if isinstance(block, dict) for key in block}


def _whole(patterns: list[Pattern], noun: str) -> Pattern:
    """Many patterns as one, to be compared as it is."""
    return Pattern((Words(" ".join(text.key for each in patterns for text in each.texts), f"{len(patterns)} {noun}"),))


def _kind(statement: Statement, action: Pattern) -> Kind:
    """Taking a role, or another action: that of a policy, or tagging the session of who takes a role."""
    taking = action.negated or action.texts[0].key.startswith(("sts:assumerole", "*"))
    return "trust" if taking and statement.purpose == "trust" else "access"
