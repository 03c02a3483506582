"""Who can newly do what on what, what was broadened, what protection was lost: whatever kind of override did it.

What the touched resources say is taken apart into single permissions, before and after. What was only moved, written
otherwise, or is given by another policy as well, is no change.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from ovr.check.access.compare import Difference, Direction, Known, conditions_shown, differences
from ovr.check.access.model import Access, Kind, Pattern, Place
from ovr.check.access.names import Names
from ovr.check.access.settings import settings
from ovr.check.access.statements import Policies
from ovr.check.comparison import Comparison
from ovr.check.concealing import concealed
from ovr.check.policies import Holder, touched_holders
from ovr.knowledge.iam_actions import LEVELS, access_levels
from ovr.template import pointer
from ovr.template.diff import same
from ovr.template.pointer import MISSING, Tokens


@dataclass(frozen=True, slots=True)
class Actions:
    """Actions of one access level of IAM's: `Read`, several, `all levels`; `unknown` where IAM has no such action.

    For a bucket kept from the public these are the names of the blocks, without a level.
    """

    level: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PermissionChange:
    """That somebody may newly do something, or may no longer.

    `who`, `on` and `conditions` are in the user's words. `allowed` is false where what is gained or lost is a denial
    or a protection. `former` says what there was of it before, `left` what there still is of it. `extended`: it
    stands in a statement that was there. `stack` and `pointer` say where (in the base, for what is gone), `causes`
    are the indexes of the overrides behind it.
    """

    who: str
    direction: Direction
    kind: Kind
    allowed: bool
    actions: tuple[Actions, ...]
    on: tuple[str, ...]
    conditions: tuple[str, ...]
    former: tuple[str, ...]
    left: tuple[str, ...]
    extended: bool
    stack: str
    pointer: Tokens
    causes: tuple[int, ...]


def permission_changes(comparison: Comparison) -> tuple[PermissionChange, ...]:
    """All changes of permissions: protections that were lost come first, stacks that are gone last."""
    sides = _Sides(comparison)
    found = [each for who in sides.everybody for each in sides.differences(who)]
    grouped = sorted(_grouped(found, comparison), key=lambda change: change.direction != "protection lost")
    return (*grouped, *_gone(comparison))


class _Sides:
    """What the touched resources say, person by person, before and after."""

    def __init__(self, comparison: Comparison) -> None:
        self._before = Policies(Names(comparison, comparison.before))
        self._after = Policies(Names(comparison, comparison.after))
        self._touched: set[Place] = set()
        self._old: dict[str, dict[Access, None]] = {}
        self._new: dict[str, dict[Access, None]] = {}
        for holder in filter(_says_other, touched_holders(comparison)):
            place = (holder.stack, holder.logical_id)
            self._touched.add(place)
            for side, known in ((self._after, self._new), (self._before, self._old)):
                for access in _accesses(side, place):
                    known.setdefault(access.who.key, {}).setdefault(access)

    @property
    def everybody(self) -> list[str]:
        """Whoever something differs for, by key."""
        keys = dict.fromkeys([*self._new, *self._old])
        return [key for key in keys if self._old.get(key, {}).keys() != self._new.get(key, {}).keys()]

    def differences(self, who: str) -> Iterator[Difference]:
        rest = self._untouched.get(who, [])
        had, has = Known([*self._old.get(who, ()), *rest]), Known([*self._new.get(who, ()), *rest])
        return (told for each in differences(had, has) if (told := self._told(each)))

    def _told(self, difference: Difference) -> Difference | None:
        """Boundaries and roles of something new are what it is; protections end with what they protected."""
        access = difference.access
        was, is_now = (side.names.at(access.about) is not None for side in (self._before, self._after))
        if access.kind == "block" and difference.direction == "protection lost" and not was:
            return replace(difference, direction="gains")
        if access.kind in ("role", "boundary", "block"):
            return difference if was and is_now else None
        return difference if is_now or (access.allowed and access.kind != "trust") else None

    @cached_property
    def _untouched(self) -> dict[str, list[Access]]:
        """What policies that nobody touched give to those for whom something differs."""
        found: dict[str, list[Access]] = {key: [] for key in self.everybody}
        for place, resource in self._after.names.everything():
            if place in self._touched or not str(resource.get("Type")).startswith("AWS::IAM::"):
                continue
            if any(who.key in found for who, _ in self._after.owners(place, resource)):
                for access in _accesses(self._after, place):
                    if access.who.key in found and (access.stack, access.path[1]) not in self._touched:
                        found[access.who.key].append(access)
        return found


def _says_other(holder: Holder) -> bool:
    """Whether more than tags may differ: most resources that are touched are touched by tags alone."""
    old, new = (each.get("Properties") or {} for each in (holder.before, holder.after))
    if holder.before is holder.after or not isinstance(old, dict) or not isinstance(new, dict):
        return True
    names = {*old, *new} - {"Tags"}
    return any(not same(old.get(name, MISSING), new.get(name, MISSING)) for name in names)


def _accesses(side: Policies, place: Place) -> Iterator[Access]:
    """All that a resource says on one side; nothing where it is not there."""
    resource = side.names.at(place)
    if resource is not None:
        yield from side.of(place, resource)
        yield from settings(place, resource, side.names)


def _grouped(found: Iterable[Difference], comparison: Comparison) -> Iterator[PermissionChange]:
    """Those that differ only in actions or resources, told together."""
    groups: dict[tuple[object, tuple[int, ...]], list[Difference]] = {}
    for each in found:
        access = each.access
        said = (access.who, each.direction, access.kind, access.allowed, access.conditions)
        key = (*said, each.former, each.left, each.extended)
        groups.setdefault((key, _causes(each, comparison)), []).append(each)
    for (_, causes), group in groups.items():
        by_resource: dict[Pattern, dict[Pattern, None]] = {}
        for each in group:
            by_resource.setdefault(each.access.on, {}).setdefault(each.access.action)
        by_actions: dict[tuple[Pattern, ...], list[Pattern]] = {}
        for on, actions in by_resource.items():
            by_actions.setdefault(tuple(actions), []).append(on)
        for patterns, resources in by_actions.items():
            first = next(each for each in group if each.access.on == resources[0])
            yield _change(first, patterns, resources, causes)


def _change(
    difference: Difference, actions: Iterable[Pattern], resources: Iterable[Pattern], causes: tuple[int, ...]
) -> PermissionChange:
    access = difference.access
    return PermissionChange(
        who=concealed(access.who.shown),
        direction=difference.direction,
        kind=access.kind,
        allowed=access.allowed,
        actions=tuple(_by_level(actions)) if access.kind != "block" else _plain(actions),
        on=_told("every resource" if on.shown == "*" else on.shown for on in resources),
        conditions=_told(conditions_shown(access)),
        former=_told(difference.former),
        left=_told(difference.left),
        extended=difference.extended,
        stack=access.stack,
        pointer=access.path,
        causes=causes,
    )


def _told(texts: Iterable[str]) -> tuple[str, ...]:
    """Each text once, without what has the form of a secret. NoEcho parameters are not followed anyway."""
    return tuple(dict.fromkeys(concealed(text) for text in texts))


def _plain(actions: Iterable[Pattern]) -> tuple[Actions, ...]:
    return (Actions("", tuple(action.shown for action in actions)),)


def _by_level(actions: Iterable[Pattern]) -> Iterator[Actions]:
    by_level: dict[tuple[str, ...], list[str]] = {}
    for action in actions:
        if action.shown:
            level = ("all levels",) if action.negated else access_levels(action.shown)
            by_level.setdefault(level, []).append(action.shown)
    order = sorted(by_level, key=lambda level: [(*LEVELS, "all levels").index(each) for each in level])
    for level in order:
        yield Actions("all levels" if level == LEVELS else ", ".join(level) or "unknown", tuple(by_level[level]))


def _causes(difference: Difference, comparison: Comparison) -> tuple[int, ...]:
    """The override that wrote the statement; else those that changed something in it, or took it away."""
    access = difference.access
    stack = comparison.after.stacks.get(access.stack)
    value = pointer.get(stack.template, access.path) if stack else pointer.MISSING
    operation = comparison.causes.operation(access.stack, access.path, value)
    behind = [operation] if operation else comparison.causes.behind(access.stack, access.path)
    return tuple(dict.fromkeys(each.override for each in behind))


def _gone(comparison: Comparison) -> Iterator[PermissionChange]:
    """Stacks that were taken away as a whole, with whoever their policies were about."""
    policies = Policies(Names(comparison, comparison.before))
    for path, stack in comparison.before.stacks.items():
        if path in comparison.after.stacks or stack.parent not in comparison.after.stacks:
            continue
        below = [each for each in comparison.before.stacks if each == path or each.startswith(f"{path}/")]
        who = {
            access.who.shown: None
            for each in below
            for logical_id in comparison.before.stacks[each].resources
            for access in _accesses(policies, (each, logical_id))
            if access.kind == "access" and access.allowed
        }
        if not who:
            continue
        yield PermissionChange(
            who=f"stack {path}",
            direction="loses",
            kind="stack",
            allowed=True,
            actions=(),
            on=tuple(who),
            conditions=(),
            former=(),
            left=(),
            extended=False,
            stack=path,
            pointer=(),
            causes=tuple(dict.fromkeys(o.override for o in comparison.causes.behind(path, ()))),
        )
