"""What somebody may do in the result and might not in the base, or the reverse."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import Literal

from ovr.check.access.model import Access, at_most

Direction = Literal["gains", "broadened", "loses", "narrowed", "protection lost"]


@dataclass(frozen=True, slots=True)
class Difference:
    """One permission that differs. `former`: what there was of it before; `left`: what there still is of it.

    `extended`: it stands in a statement with others that are not new.
    """

    access: Access
    direction: Direction
    former: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    extended: bool = False


class Known:
    """What one side says of somebody."""

    _MOST = 500
    """Patterns that are looked through; templates come from outside."""

    def __init__(self, accesses: Iterable[Access]) -> None:
        self.all = list(accesses)
        self._same: dict[object, list[Access]] = {}
        for access in self.all:
            self._same.setdefault(access.target, []).append(access)
        wide = (access for access in self.all if not (access.action.exact and access.on.exact))
        self._wide = list(islice(wide, self._MOST))

    def same(self, access: Access) -> list[Access]:
        """What is said of the same action and resource, under whatever conditions."""
        return self._same.get(access.target, [])

    def covers(self, access: Access) -> bool:
        """Whether it says what an access says."""
        return any(at_most(one.conditions, access.conditions) for one in self.same(access)) or any(
            one.reaches(access) and at_most(one.conditions, access.conditions) for one in self._wide
        )

    def inside(self, access: Access) -> list[Access]:
        """Parts of what an access says: fewer actions, fewer resources, or under more conditions."""
        if access.action.exact and access.on.exact:
            return []
        some = islice(self.all, self._MOST)
        return [
            one
            for one in some
            if one.target != access.target and access.reaches(one) and at_most(access.conditions, one.conditions)
        ]


def differences(had: Known, has: Known) -> Iterator[Difference]:
    """What is gained, then what is lost; a permission whose conditions changed is told once."""
    gained = [access for access in has.all if not had.covers(access)]
    lost = [access for access in had.all if not has.covers(access)]
    kept = {(access.stack, access.path) for access in has.all if had.covers(access)}
    replaced: set[Access] = set()
    for access in gained:
        yield _gain(access, had, lost, kept, replaced)
    for access in lost:
        if access not in replaced and not (access.kind == "block" and access.allowed):
            yield _loss(access, has)


def _gain(
    access: Access, had: Known, lost: list[Access], kept: set[tuple[str, tuple[str, ...]]], replaced: set[Access]
) -> Difference:
    if access.kind == "block" and access.allowed:
        held = replace(access, allowed=False)
        replaced.add(held)
        return Difference(held, "protection lost")
    if not access.allowed or access.kind == "role":
        place = (access.kind, access.about, access.who)
        instead = [one for one in lost if (one.kind, one.about, one.who) == place and one.kind in ("role", "boundary")]
        replaced.update(instead)
        told = tuple(one.on.shown for one in instead)
        if access.allowed:
            return Difference(access, "gains", told)
        return Difference(access, "protection lost" if told else "narrowed", told)
    weaker = [one for one in had.same(access) if at_most(access.conditions, one.conditions)]
    same = weaker or [one for one in had.same(access) if one in lost]
    if same:
        replaced.update(same)
        other = (one.conditions - access.conditions for one in same)
        former = tuple(sorted(condition.shown for conditions in other for condition in conditions))
        return Difference(access, "protection lost" if weaker else "broadened", former)
    if inside := had.inside(access):
        return Difference(access, "broadened", _shown(inside, access))
    extended = access.kind in ("access", "trust") and (access.stack, access.path) in kept
    return Difference(access, "broadened" if extended else "gains", extended=extended)


def _loss(access: Access, has: Known) -> Difference:
    if not access.allowed:
        stricter = tuple(shown for one in has.same(access) for shown in conditions_shown(one))
        return Difference(access, "protection lost", left=stricter)
    for one in has.same(access):
        if at_most(access.conditions, one.conditions):
            return Difference(one, "narrowed", conditions_shown(access))
    if inside := has.inside(access):
        return Difference(access, "narrowed", left=_shown(inside, access))
    return Difference(access, "loses")


def conditions_shown(access: Access) -> tuple[str, ...]:
    return tuple(sorted(condition.shown for condition in access.conditions))


def _shown(inside: list[Access], whole: Access) -> tuple[str, ...]:
    """What parts of a permission are: the actions, where these are fewer, else the resources."""
    actions = any(one.action != whole.action for one in inside)
    return tuple(dict.fromkeys(one.action.shown if actions else one.on.shown for one in inside))
