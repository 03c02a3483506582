"""What a statement of a policy says once its intrinsic functions are worked out, so that two can be compared."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ovr.check.policies import Statement
from ovr.template.globs import glob_matches
from ovr.template.intrinsics import is_intrinsic
from ovr.template.pointer import Json, Tokens
from ovr.template.possible import Possible

Principal = tuple[str, str]
"""`AWS`, `Service`, `Federated` or `CanonicalUser`, and who."""


@dataclass(frozen=True, slots=True)
class Terms:
    """The texts of a statement, with parameters followed and conditions taken both ways.

    `conditions`: (operator, key, values).
    """

    allows: bool
    actions: tuple[str, ...]
    but_actions: tuple[str, ...]
    resources: tuple[str, ...]
    but_resources: tuple[str, ...]
    principals: tuple[Principal, ...]
    but_principals: tuple[Principal, ...]
    conditions: frozenset[tuple[str, str, tuple[str, ...]]]

    def allows_action(self, action: str) -> bool:
        """Whether an action, by name, is among those that the statement is about."""
        if self.but_actions:
            return not any(covers(pattern, action) for pattern in self.but_actions)
        return any(covers(pattern, action) for pattern in self.actions)

    def includes(self, other: Terms) -> bool:
        """Whether what the other is about is surely all in this one: actions, resources and principals."""
        return (
            _all_in(self.actions, self.but_actions, other.actions, other.but_actions)
            and _all_in(self.resources, self.but_resources, other.resources, other.but_resources)
            and _all_in(*map(_whole, (self.principals, self.but_principals, other.principals, other.but_principals)))
        )

    def meets(self, other: Terms) -> bool:
        """Whether the two may be about the same: some action, resource and principal of both."""
        return (
            bool(self.but_actions or other.but_actions or _any_in(self.actions, other.actions))
            and bool(self.but_resources or other.but_resources or _any_in(self.resources, other.resources))
            and bool(
                self.but_principals
                or other.but_principals
                or _any_in(_whole(self.principals), _whole(other.principals))
            )
        )


def read_terms(statement: Statement, possible: Possible) -> Terms:
    """What a statement says in the tree that `possible` reads."""
    value, stack = statement.value, statement.stack

    def texts(key: str) -> tuple[str, ...]:
        return tuple(possible.texts(stack, value.get(key)))

    return Terms(
        allows=possible.texts(stack, value.get("Effect", "Allow")) != ["Deny"],
        actions=texts("Action"),
        but_actions=texts("NotAction"),
        resources=texts("Resource"),
        but_resources=texts("NotResource"),
        principals=tuple(_principals(value.get("Principal"), stack, possible)),
        but_principals=tuple(_principals(value.get("NotPrincipal"), stack, possible)),
        conditions=frozenset(_conditions(value.get("Condition"), stack, possible)),
    )


def _principals(value: Json, stack: str, possible: Possible) -> Iterator[Principal]:
    for branch in branches(value):
        groups = branch if isinstance(branch, dict) and not is_intrinsic(branch) else {"AWS": branch}
        for kind, given in groups.items():
            yield from ((kind, text) for text in possible.texts(stack, given))


def _conditions(value: Json, stack: str, possible: Possible) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """The conditions that hold whichever way `Fn::If` goes: those of every branch."""
    found = [_block(branch, stack, possible) for branch in branches(value)]
    yield from set.intersection(*found) if found else ()


def _block(value: Json, stack: str, possible: Possible) -> set[tuple[str, str, tuple[str, ...]]]:
    found = set()
    for operator, keys in value.items() if isinstance(value, dict) else ():
        for key, given in keys.items() if isinstance(keys, dict) else ():
            found.add((operator, key.lower(), tuple(sorted(possible.texts(stack, given)))))
    return found


def branches(value: Json, depth: int = 8) -> Iterator[Json]:
    """A value, or all that an `Fn::If` may make of it."""
    if depth and isinstance(value, dict) and len(value) == 1 and isinstance(value.get("Fn::If"), list):
        for branch in value["Fn::If"][1:]:
            yield from branches(branch, depth - 1)
    else:
        yield value


def below(value: Json, path: Tokens) -> Iterator[Json]:
    """All that stands at a path, in every item of the lists on the way and every branch of Fn::If."""
    for branch in branches(value):
        if isinstance(branch, list):
            for item in branch:
                yield from below(item, path)
        elif not path:
            yield branch
        elif isinstance(branch, dict) and path[0] in branch:
            yield from below(branch[path[0]], path[1:])


def covers(pattern: str, text: str) -> bool:
    """Whether an IAM pattern matches a text; neither minds the case."""
    if "*" not in pattern and "?" not in pattern:
        return pattern.lower() == text.lower()
    return glob_matches(pattern.lower(), text.lower(), single="?")


def _whole(principals: tuple[Principal, ...]) -> tuple[str, ...]:
    return tuple("*" if who == "*" else f"{kind} {who}" for kind, who in principals)


def _all_in(
    ours: tuple[str, ...], ours_but: tuple[str, ...], other: tuple[str, ...], other_but: tuple[str, ...]
) -> bool:
    """Whether the patterns of one side match all of the other's; `…_but` are those that are left out."""
    if ours_but and other_but:
        return all(any(covers(theirs, each) for theirs in other_but) for each in ours_but)
    if ours_but:
        return not any(covers(each, theirs) or covers(theirs, each) for each in ours_but for theirs in other)
    if other_but:
        return "*" in ours
    return all(any(covers(each, theirs) for each in ours) for theirs in other)


def _any_in(ours: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether some text may be meant by both; what says nothing means whatever it stands in."""
    if not ours or not other:
        return ours == other
    return any(covers(a, b) or covers(b, a) for a in ours for b in other)
