"""What the schema of a type takes at one place below its properties, found out by asking it with what it may refuse."""

from __future__ import annotations

from dataclasses import dataclass

from ovr.knowledge.custom_schema import custom_violations
from ovr.knowledge.schema_engine import violations
from ovr.knowledge.schema_violation import SchemaViolation
from ovr.knowledge.types import type_info
from ovr.template.pointer import Json, Tokens

_ASKED: tuple[Json, ...] = ({}, [], "\x01")
"""Of each of these a schema that is not indifferent says why it does not take it."""


@dataclass(frozen=True, slots=True)
class Allowed:
    """What is known: JSON types, the only values, names of members, and which of those must be there. Empty: not known,
    or anything."""

    types: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    members: tuple[str, ...] = ()
    required: tuple[str, ...] = ()


def allowed(type_name: str, path: Tokens) -> Allowed:
    """What a property takes; with an empty path, the properties of the type."""
    found = [fault for value in _ASKED for fault in _faults(type_name, path, value)]
    info = type_info(type_name)
    members = (info.properties_at(path) if info else None) or ()
    types = _first(found, "type")
    if not types and info:
        types = ("array",) if info.is_list(path) else ("object",) if members else ()
    required = dict.fromkeys(name for fault in found if fault.rule == "required" for name in fault.expected)
    return Allowed(types, _first(found, "enum"), tuple(members), tuple(required))


def _first(found: list[SchemaViolation], rule: str) -> tuple[str, ...]:
    return next((fault.expected for fault in found if fault.rule == rule and fault.expected), ())


def _faults(type_name: str, path: Tokens, value: Json) -> list[SchemaViolation]:
    """What the schema has against a value at just this place."""
    for token in reversed(path):
        value = [value] if token.isdigit() else {token: value}
    resources = {"Asked": {"Type": type_name, "Properties": value}}
    place = ".".join("0" if token.isdigit() else token for token in path)
    found = [*(violations(resources) or ()), *custom_violations(resources)]
    return [fault for fault in found if fault.path.replace("[", ".").replace("]", "") == place]
