"""What differs between two trees of stacks, element by element, and which override caused it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from ovr.template.causes import Causes
from ovr.template.changes import Action, Change, ElementChange, StackChange, by_name
from ovr.template.diff import differences
from ovr.template.operations import Operation
from ovr.template.pointer import MISSING, Json, Tokens
from ovr.template.tree import ROOT, StackTree
from ovr.vocabulary.resolve import Resolver

SECTIONS = ("Resources", "Parameters", "Conditions", "Mappings", "Rules", "Metadata", "Outputs")
"""Sections that are maps of elements; any other section is one element."""


def tree_changes(
    before: StackTree, after: StackTree, causes: Causes, names: tuple[Resolver, Resolver]
) -> tuple[StackChange, ...]:
    """Stack by stack what differs, in tree order; stacks that are the same object in both are passed over.

    `names` names the nodes of the old and of the new tree.
    """
    changes = []
    for path in [*before.stacks, *(p for p in after.stacks if p not in before.stacks)]:
        old, new = before.stacks.get(path), after.stacks.get(path)
        if old is new:
            continue
        elements = [
            *_options(old.options if old else {}, new.options if new else {}, causes),
            *_sections(path, old.template if old else {}, new.template if new else {}, causes, names),
        ]
        if elements:
            some = new or old
            assert some is not None
            changes.append(StackChange(path, some.file, tuple(elements)))
    return tuple(changes)


def _options(old: dict[str, Json], new: dict[str, Json], causes: Causes) -> Iterator[ElementChange]:
    found = list(_changes(ROOT, (), old, new, causes, "options"))
    if found:
        yield ElementChange(ROOT, "options", "", "change", tuple(found))


def _sections(
    stack: str, old: dict[str, Json], new: dict[str, Json], causes: Causes, names: tuple[Resolver, Resolver]
) -> Iterator[ElementChange]:
    for section in [*sorted({*old, *new}, key=lambda s: (s != "Resources", [*new, *old].index(s)))]:
        before, after = old.get(section, MISSING), new.get(section, MISSING)
        if before is after:
            continue
        if section == "Resources":
            yield from sorted(_resources(stack, before, after, causes, names), key=by_name)
        elif section in SECTIONS and all(isinstance(each, dict) or each is MISSING for each in (before, after)):
            yield from _members(stack, section, before, after, causes)
        else:
            found = tuple(_changes(stack, (section,), before, after, causes))
            if found:
                yield ElementChange(stack, section, "", _action(before, after), found)


def _resources(
    stack: str, before: Json, after: Json, causes: Causes, names: tuple[Resolver, Resolver]
) -> Iterator[ElementChange]:
    old, new = _mapping(before), _mapping(after)
    renamed = {
        i: f for (s, i), f in causes.renamed.items() if s == stack and i in new and f in old and i not in old
    }
    gone = set(renamed.values())
    for logical_id in [i for i in [*old, *(n for n in new if n not in old)] if i not in gone]:
        former = renamed.get(logical_id, logical_id)
        left, right = old.get(former, MISSING), new.get(logical_id, MISSING)
        if left is right and former == logical_id:
            continue
        action = "replace" if former != logical_id else _action(left, right)
        path = ("Resources", logical_id)
        found = tuple(_changes(stack, path, left, right, causes))
        if not found and former == logical_id:
            continue
        resolver, shown = (names[1], right) if right is not MISSING else (names[0], left)
        yield ElementChange(
            stack,
            "Resources",
            logical_id,
            action,
            found or (Change((), "change", causes=_overrides(causes.behind(stack, path)), derived=True),),
            type=str(shown.get("Type", "")),
            name=resolver.name_of(stack, logical_id),
            construct=resolver.construct_of(stack, logical_id),
            renamed_from=former if former != logical_id else None,
        )


def _members(stack: str, section: str, before: Json, after: Json, causes: Causes) -> Iterator[ElementChange]:
    old, new = _mapping(before), _mapping(after)
    for key in [*old, *(k for k in new if k not in old)]:
        left, right = old.get(key, MISSING), new.get(key, MISSING)
        found = tuple(_changes(stack, (section, key), left, right, causes))
        if found:
            yield ElementChange(stack, section, key, _action(left, right), found)


def _changes(
    stack: str, path: Tokens, before: Json, after: Json, causes: Causes, document: str = "template"
) -> Iterator[Change]:
    for at, left, right in differences(before, after):
        behind = causes.behind(stack, (*path, *at), document)
        derived = bool(behind) and all(operation.derived for operation in behind)
        yield Change(at, _action(left, right), left, right, causes=_overrides(behind), derived=derived)


def _overrides(operations: Iterable[Operation]) -> tuple[int, ...]:
    return tuple(sorted({operation.override for operation in operations}))


def _action(before: Json, after: Json) -> Action:
    if before is MISSING:
        return "add"
    return "remove" if after is MISSING else "change"


def _mapping(value: Json) -> Mapping[str, Json]:
    return {} if value is MISSING else value


def count(changes: Iterable[StackChange], action: Action) -> int:
    """How many resources are added, changed, replaced or removed."""
    return sum(e.action == action for s in changes for e in s.elements if e.section == "Resources")
