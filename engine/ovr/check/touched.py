"""What an override touched, element by element: a check looks at nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from ovr.template.pointer import MISSING, Json
from ovr.template.references import Reference, element_references
from ovr.template.tree import Stack, StackTree

NameOf = Callable[[str, str], str]
"""(stack, logical ID) → what to call the resource before the user."""

Template = dict[str, Json]


def touched_stacks(before: StackTree, after: StackTree) -> Iterator[tuple[Template, Stack]]:
    """(template before, stack now) for each stack whose template is not the same object any more."""
    for path, stack in after.stacks.items():
        old = before.stacks.get(path)
        if old is None or old.template is not stack.template:
            yield (old.template if old else {}), stack


def touched_resources(
    before: StackTree, after: StackTree, renamed: Mapping[tuple[str, str], str]
) -> Iterator[tuple[Stack, str, Json, Json]]:
    """(stack now, logical ID, what the resource was, what it is) for each that is not the same object any more; None
    for what was not there. `renamed`: (stack, present logical ID) → the former one."""
    for old, stack in touched_stacks(before, after):
        known = members(old, "Resources")
        for logical_id, resource in members(stack.template, "Resources").items():
            was = known.get(renamed.get((stack.path, logical_id), logical_id))
            if was is not resource:
                yield stack, logical_id, was, resource


def members(template: Template, section: str) -> dict[str, Json]:
    """The members of a section; none where it is missing or not a map."""
    value = template.get(section)
    return value if isinstance(value, dict) else {}


def touched_references(old: Template, new: Template) -> Iterator[tuple[Reference, bool]]:
    """(reference, whether the same one stood there before) in all elements that are not the same object any more."""
    for section in ("Resources", "Conditions", "Rules", "Outputs"):
        known = members(old, section)
        for name, element in members(new, section).items():
            was = known.get(name)
            if was is element:
                continue
            path = (section, name)
            fresh = list(element_references(_changed_part(element, was), path))
            before = set(element_references(_changed_part(was, element), path)) if fresh and was is not None else set()
            for reference in fresh:
                yield reference, reference in before


def _changed_part(value: Json, other: Json, depth: int = 2) -> Json:
    """The value without the members that are the same objects in the other: nothing can have changed in those.

    Two levels deep: a resource's attributes and its properties. `Type` stays, which tells a resource from a
    condition.
    """
    if not isinstance(value, dict) or not isinstance(other, dict) or depth == 0:
        return value
    return {
        key: _changed_part(member, other.get(key, MISSING), depth - 1)
        for key, member in value.items()
        if key == "Type" or other.get(key, MISSING) is not member
    }
