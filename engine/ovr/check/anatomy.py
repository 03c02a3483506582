"""What CloudFormation would not take as a template, and an override has made: nulls, resources without a type, …

Source: AWS CloudFormation user guide, "Template anatomy", "Resource attribute reference", "DeletionPolicy attribute",
"UpdateReplacePolicy attribute".
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import NamedTuple

from ovr.check.comparison import Comparison
from ovr.check.touched import Template, members, touched_stacks
from ovr.errors import Finding, did_you_mean
from ovr.knowledge.pseudo import RESOURCE_KEYS, TEMPLATE_SECTIONS
from ovr.knowledge.removal import SNAPSHOT_TYPES
from ovr.template import pointer
from ovr.template.intrinsics import is_intrinsic
from ovr.template.pointer import MISSING, Json, Tokens

_POLICIES = {
    "DeletionPolicy": ("Delete", "Retain", "RetainExceptOnCreate", "Snapshot"),
    "UpdateReplacePolicy": ("Delete", "Retain", "Snapshot"),
}


class Flaw(NamedTuple):
    """Something wrong at a pointer of a template."""

    code: str
    path: Tokens
    message: str
    details: tuple[str, ...] = ()
    fix: str | None = None


def malformed_templates(comparison: Comparison) -> Iterator[Finding]:
    """A finding for each flaw in what the overrides changed; flaws that the base has already are passed over."""
    for old, stack in touched_stacks(comparison.before, comparison.after):
        known = {flaw[:2] for flaw in _flaws(old, stack.template)}
        for flaw in _flaws(stack.template, old):
            if flaw[:2] not in known:
                place = pointer.place(stack.path, flaw.path)
                span = comparison.span(stack.path, flaw.path)
                yield Finding(flaw.code, flaw.message, span, flaw.details, flaw.fix, place=place)


def _flaws(template: Template, other: Template) -> Iterator[Flaw]:
    """The flaws of a template, in what is not the very same in the other."""
    if template and not members(template, "Resources"):
        yield Flaw("OVR3021", ("Resources",), "a template needs at least one resource")
    for section, value in template.items():
        if value is other.get(section, MISSING):
            continue
        if section not in TEMPLATE_SECTIONS:
            fix = did_you_mean(section, TEMPLATE_SECTIONS)
            yield Flaw("OVR3013", (section,), f"a template has no section `{section}`", fix=fix)
        if not isinstance(value, dict):
            yield from _nulls(value, (section,))
            continue
        known = members(other, section)
        for name, member in value.items():
            if known.get(name, MISSING) is not member:
                yield from _nulls(member, (section, name))
                if section == "Resources" and isinstance(member, dict):
                    yield from _resource(member, (section, name))


def _nulls(value: Json, path: Tokens) -> Iterator[Flaw]:
    if value is None:
        fix = "take it away with `op: remove`, or write `!Ref AWS::NoValue`"
        yield Flaw("OVR3021", path, "CloudFormation takes no null in a template", fix=fix)
    elif isinstance(value, (dict, list)):
        members = value.items() if isinstance(value, dict) else enumerate(value)
        for key, member in members:
            yield from _nulls(member, (*path, str(key)))


def _resource(resource: dict[str, Json], path: Tokens) -> Iterator[Flaw]:
    if not resource.get("Type"):
        yield Flaw("OVR3021", path, f"the resource `{path[1]}` has no `Type`", fix="add `Type: AWS::…`")
    for key in resource:
        if key not in RESOURCE_KEYS:
            has = f"it has {', '.join(RESOURCE_KEYS)}"
            fix = did_you_mean(key, RESOURCE_KEYS)
            yield Flaw("OVR3013", (*path, key), f"a resource has no attribute `{key}`", (has,), fix)
    for key, allowed in _POLICIES.items():
        value = resource.get(key)
        if isinstance(value, dict) and is_intrinsic(value):
            continue
        if value is not None and value not in allowed:
            details = (f"allowed: {', '.join(allowed)}",)
            fix = did_you_mean(str(value), allowed)
            yield Flaw("OVR3007", (*path, key), f"`{key}` cannot be {_shown(value)}", details, fix)
        elif value == "Snapshot" and resource.get("Type") not in SNAPSHOT_TYPES:
            message = f"`{path[1]}` cannot be kept as a snapshot: it is of type {resource.get('Type')}"
            details = ("only these types can: " + ", ".join(sorted(SNAPSHOT_TYPES)),)
            yield Flaw("OVR3007", (*path, key), message, details, "use `Retain`")


def _shown(value: Json) -> str:
    if isinstance(value, (dict, list)):
        return "a mapping" if isinstance(value, dict) else "a list"
    return f"`{value}`" if isinstance(value, str) else json.dumps(value)
