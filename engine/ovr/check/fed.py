"""Parameters and mappings that have other values than in the base: what they feed means something else, untouched."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ovr.check.touched import members
from ovr.template import pointer
from ovr.template.pointer import Json
from ovr.template.possible import Possible
from ovr.template.references import value_references
from ovr.template.tree import Stack, StackTree


def fed_anew(before: StackTree, after: StackTree, names: Mapping[tuple[str, str], str]) -> dict[str, set[str]]:
    """Stack → the names of its parameters and mappings that come to other texts than before.

    `names`: (stack, former logical ID) → the present one. What is new feeds only what is new.
    """
    was, now = Possible(before, names), Possible(after)
    # the outputs of the root feed no stack
    nested = ((old, stack) for old, stack in _both(before, after) if stack.parent is not None)
    outputs_differ = any(_differing(old, stack, "Outputs") for old, stack in nested)
    found: dict[str, set[str]] = {}
    for old, stack in _both(before, after):
        fed_parent = outputs_differ or stack.parent in found
        suspects = {*_differing(old, stack, "Parameters"), *_given_anew(old, stack, before, after, fed_parent)}
        reference = [(name, {"Ref": name}) for name in suspects]
        names_fed = {name for name, ref in reference if was.texts(stack.path, ref) != now.texts(stack.path, ref)}
        if names_fed := names_fed | {*_differing(old, stack, "Mappings")}:
            found[stack.path] = names_fed
    return found


def mentions(value: Json, names: set[str]) -> bool:
    """Whether a parameter or mapping is used in a value."""
    if any(reference.name in names for reference in value_references(value, ())):
        return True
    if isinstance(value, list):
        return any(mentions(item, names) for item in value)
    if not isinstance(value, dict):
        return False
    mapped = value.get("Fn::FindInMap")
    return (isinstance(mapped, list) and mapped[:1] != [] and str(mapped[0]) in names) or any(
        mentions(member, names) for member in value.values()
    )


def _both(before: StackTree, after: StackTree) -> Iterator[tuple[Stack, Stack]]:
    return ((before.stacks[path], stack) for path, stack in after.stacks.items() if path in before.stacks)


def _differing(old: Stack, new: Stack, section: str) -> list[str]:
    """Members of a section that were there and are other objects now."""
    if old.template is new.template:
        return []
    known = members(old.template, section)
    return [n for n, value in members(new.template, section).items() if n in known and known[n] is not value]


def _given_anew(old: Stack, new: Stack, before: StackTree, after: StackTree, fed_parent: bool) -> Iterator[str]:
    """Parameters that the parent may feed otherwise: it gives another object, or what it refers to may differ."""
    if new.parent is None or old.parent is None:
        return
    given, was = (_arguments(stack, tree) for stack, tree in ((new, after), (old, before)))
    if given is was and not fed_parent:
        return
    for name in members(old.template, "Parameters"):
        one, other = was.get(name), given.get(name)
        if one is not other or (fed_parent and isinstance(other, (dict, list))):
            yield name


def _arguments(stack: Stack, tree: StackTree) -> dict[str, Json]:
    """What a nested stack's resource gives its parameters."""
    path = ("Resources", stack.logical_id or "", "Properties", "Parameters")
    found = pointer.get(tree.stacks[stack.parent or ""].template, path)
    return found if isinstance(found, dict) else {}
