"""What a parent gives to the parameters of its nested stacks: all that have no default, and none that is not there.

Source: AWS CloudFormation API reference, CreateStack, `Parameters`; the service refuses both with a ValidationError.
"""

from __future__ import annotations

from collections.abc import Iterator

from ovr.check.comparison import Comparison
from ovr.check.touched import members
from ovr.errors import Finding, did_you_mean
from ovr.template import pointer
from ovr.template.intrinsics import is_intrinsic
from ovr.template.tree import Stack, StackTree

Gap = tuple[str, str, bool]
"""(path of the nested stack, parameter, whether it is given: to nothing; or else it is missing)"""


def parameters_given(comparison: Comparison) -> Iterator[Finding]:
    """OVR3012 for a value that is given to no parameter, OVR4013 for a parameter that gets none."""
    before, after = comparison.before, comparison.after
    for child in after.stacks.values():
        parent = after.stacks.get(child.parent or "")
        old = before.stacks.get(child.path)
        old_parent = before.stacks.get(child.parent or "")
        if parent is None or child.parent is None or "Transform" in child.template:
            continue
        if old and old_parent and old.template is child.template and old_parent.template is parent.template:
            continue
        known = set(_gaps(before, old)) if old else set()
        yield from (_finding(gap, child, parent, comparison) for gap in _gaps(after, child) if gap not in known)


def _gaps(tree: StackTree, child: Stack) -> Iterator[Gap]:
    place = ("Resources", child.logical_id or "", "Properties")
    properties = pointer.get(tree.stacks[child.parent or ""].template, place)
    given = properties.get("Parameters", {}) if isinstance(properties, dict) else None
    if not isinstance(given, dict) or is_intrinsic(given) or is_intrinsic(properties):
        return  # computed as a whole
    taken = members(child.template, "Parameters")
    for name in given:
        if name not in taken:
            yield child.path, name, True
    for name, parameter in taken.items():
        if name not in given and isinstance(parameter, dict) and "Default" not in parameter:
            yield child.path, name, False


def _finding(gap: Gap, child: Stack, parent: Stack, comparison: Comparison) -> Finding:
    path, name, given = gap
    at = ("Resources", child.logical_id or "", "Properties", "Parameters")
    taken = list(members(child.template, "Parameters"))
    if given:
        message = f"`{name}` is given to the stack {path}, which has no such parameter"
        fix = did_you_mean(name, taken) or f"add it to `Parameters` of {path}, or take it out here"
        span = comparison.span(parent.path, (*at, name)) or comparison.span(path, ("Parameters",))
        return Finding("OVR3012", message, span, fix=fix, place=pointer.place(parent.path, (*at, name)))
    message = f"the parameter `{name}` of the stack {path} gets no value"
    details = (f"it has no `Default`, and {parent.path or 'the root stack'} does not give it one",)
    fix = (
        f"give it a `Default`, or a value in `Parameters` of {comparison.name_of(parent.path, child.logical_id or '')}"
    )
    declared = ("Parameters", name)
    span = comparison.span(path, declared) or comparison.span(parent.path, at)
    return Finding("OVR4013", message, span, details, fix, place=pointer.place(path, declared))
