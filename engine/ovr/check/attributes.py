"""Attributes that Fn::GetAtt or Fn::Sub asks for and the type of the resource does not have."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ovr.check.comparison import Comparison
from ovr.check.touched import members, touched_references, touched_stacks
from ovr.errors import Finding, did_you_mean
from ovr.knowledge.types import type_info
from ovr.template import pointer
from ovr.template.references import Reference
from ovr.template.tree import Stack, StackTree


def unknown_attributes(comparison: Comparison) -> Iterator[Finding]:
    """OVR3016 for each reference, in what the overrides touched, to an attribute that its target cannot have.

    Nothing is said of types that are not known, nor where a macro may yet change the template.
    """
    for old, stack in touched_stacks(comparison.before, comparison.after):
        if "Transform" in stack.template:
            continue
        for reference, known in touched_references(old, stack.template):
            if known or not reference.attribute:
                continue
            if names := _missing(reference, stack, comparison.after):
                yield _finding(reference, stack, names[0], names[1], comparison)


def _missing(reference: Reference, stack: Stack, tree: StackTree) -> tuple[str, Sequence[str]] | None:
    """(what is referred to, the attributes it has) where the one asked for is not among them."""
    resource = members(stack.template, "Resources").get(reference.name)
    if not isinstance(resource, dict):
        return None
    child = tree.child(stack.path, reference.name)
    if child is not None:
        names = [f"Outputs.{name}" for name in members(child.template, "Outputs")]
        return None if reference.attribute in names else (f"the stack {child.path}", names)
    info = type_info(str(resource.get("Type", "")))
    if info is None or info.has_attribute(reference.attribute):
        return None
    return info.name, info.attributes


def _finding(reference: Reference, stack: Stack, what: str, names: Sequence[str], comparison: Comparison) -> Finding:
    return Finding(
        "OVR3016",
        f"{what} has no attribute `{reference.attribute}`",
        comparison.span(stack.path, reference.path),
        details=(f"it has {', '.join(names)}" if names else "it has none",),
        fix=did_you_mean(reference.attribute, names),
        place=pointer.place(stack.path, reference.path),
    )
