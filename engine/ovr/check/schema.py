"""Values that AWS's schema of a resource, or that of Amplify's own table, does not take.

Only resources that an override changed are looked at, and only what the base does not have already is reported.
Names of properties are judged in `check.properties`, nulls in `check.anatomy`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ovr.check.alike import told_once
from ovr.check.comparison import Comparison
from ovr.check.concrete import pointer_in, variant, variants
from ovr.check.properties import unknown_in
from ovr.check.schema_words import finding_of
from ovr.check.secrets import hide_at
from ovr.check.touched import touched_resources
from ovr.errors import Finding, Severity
from ovr.knowledge.custom_schema import custom_violations
from ovr.knowledge.schema_engine import violations
from ovr.knowledge.schema_violation import Rule, SchemaViolation
from ovr.knowledge.types import ANY, type_info
from ovr.template import pointer
from ovr.template.pointer import MISSING, Json, Tokens


@dataclass(frozen=True, slots=True)
class Changed:
    """A resource that an override changed. `before` are its properties in the base, MISSING if its type is new."""

    stack: str
    logical_id: str
    type: str
    after: Json
    before: Json


Found = list[tuple[Tokens, SchemaViolation]]
"""Violations with where they are, below the properties."""

Engine = Callable[[Mapping[str, Json]], list[SchemaViolation] | None]


def schema_findings(comparison: Comparison) -> list[Finding]:
    """OVR4001 to OVR4005 for what the overrides made worse, one for all resources where it is the same mistake at the
    same place of the file; OVR4006 where AWS's schemas cannot be applied on this machine."""
    changed = list(_changed(comparison))
    own = [each for each in changed if each.type.startswith("Custom::")]
    aws = [each for each in changed if not each.type.startswith("Custom::")]
    findings = _judged(own, custom_violations, comparison) or []
    of_aws = _judged(aws, violations, comparison)
    if of_aws is None:
        return [*told_once(findings), _not_checked(len(aws))]
    return list(told_once([*findings, *of_aws]))


def _changed(comparison: Comparison) -> Iterator[Changed]:
    touched = touched_resources(comparison.before, comparison.after, comparison.causes.renamed)
    for stack, logical_id, was, resource in touched:
        if "Transform" in stack.template:
            continue  # a macro may yet change what is written
        if not isinstance(resource, dict) or not isinstance(resource.get("Type"), str):
            continue
        after = resource.get("Properties", {})
        known_type = isinstance(was, dict) and was.get("Type") == resource["Type"]
        before = was.get("Properties", {}) if was and known_type else MISSING
        if after is not before:
            yield Changed(stack.path, logical_id, resource["Type"], after, before)


def _judged(resources: Sequence[Changed], engine: Engine, comparison: Comparison) -> list[Finding] | None:
    """The findings; None if the engine is missing."""
    found = _violations(engine, [(each.type, each.after, each.before) for each in resources])
    if found is None:
        return None
    faulty = [index for index, faults in enumerate(found) if faults]
    before = _violations(engine, [(resources[n].type, resources[n].before, resources[n].after) for n in faulty]) or []
    return [
        _finding(fault, path, resources[index], comparison)
        for index, known in zip(faulty, before, strict=True)
        for path, fault in _worse(found[index], known, resources[index])
    ]


def _finding(fault: SchemaViolation, path: Tokens, changed: Changed, comparison: Comparison) -> Finding:
    at = ("Resources", changed.logical_id, "Properties", *path)
    value = pointer.get(changed.after, path)
    shown = hide_at(value, changed.stack, at, comparison.before, comparison.after)
    span, place = comparison.span(changed.stack, at), pointer.place(changed.stack, at)
    return finding_of(fault, changed.type, path, value if shown is value else MISSING, span, place)


def _violations(engine: Engine, resources: Sequence[tuple[str, Json, Json]]) -> list[Found] | None:
    """What the engine has against (type, properties, the same on the other side), each variant judged."""
    asked: dict[str, tuple[int, int]] = {}
    templates: dict[str, Json] = {}
    for index, (type_name, properties, other) in enumerate(resources):
        for number in range(variants(properties, other) if properties is not MISSING else 0):
            name = f"R{index}V{number}"
            asked[name] = (index, number)
            judged = variant(properties, number, other)
            templates[name] = {"Type": type_name, "Properties": {} if judged is MISSING else judged}
    answered = engine(templates) if templates else []
    if answered is None:
        return None
    found: list[Found] = [[] for _ in resources]
    for violation in answered:
        index, number = asked[violation.resource]
        _, properties, other = resources[index]
        each = (pointer_in(properties, violation.path, number, other), violation)
        if not any(each[0] == path and violation.message == told.message for path, told in found[index]):
            found[index].append(each)
    return found


def _worse(found: Found, known: Found, changed: Changed) -> Iterator[tuple[Tokens, SchemaViolation]]:
    """What is not in the base already, nor about properties that the type does not have."""
    present = Counter(_kind(*each) for each in known)
    info = type_info(changed.type)
    unknown = [each.path for each in unknown_in(info, changed.after)] if info else []
    told: set[Tokens] = set()
    for path, fault in sorted(found, key=lambda each: _TELLING.index(each[1].rule)):
        kind = _kind(path, fault)
        if present[kind]:
            present[kind] -= 1
        elif path not in told and not any(path[: len(other)] == other for other in unknown):
            if fault.rule not in _OF_MEMBERS:
                told.add(path)
            yield path, fault


_OF_MEMBERS: tuple[Rule, ...] = ("required", "together")
_TELLING: tuple[Rule, ...] = (*_OF_MEMBERS, "type", "enum", "form", "outdated", "converted")
"""Rules about the members of a mapping, then those about a value itself, of which only the most telling is said."""


def _kind(path: Tokens, fault: SchemaViolation) -> tuple[object, ...]:
    """What makes two faults the same, wherever in a list they stand."""
    return (tuple(ANY if token.isdigit() else token for token in path), fault.rule, fault.message)


def _not_checked(count: int) -> Finding:
    return Finding(
        "OVR4006",
        f"the values of {count} changed resource{'' if count == 1 else 's'} are not held against AWS's schemas",
        details=("the library cloudformation-validate is not there for this system; all other checks were made",),
        fix="on Linux with glibc 2.34 or later, macOS and Windows: `pip install cloudformation-validate`",
        severity=Severity.NOTE,
    )
