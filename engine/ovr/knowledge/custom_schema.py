"""The schemas of custom resources that are known: Amplify's own table (data/custom_types.json)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from ovr.knowledge.schema_violation import UNKNOWN, Rule, SchemaViolation
from ovr.knowledge.types import custom_types
from ovr.template.pointer import Json

_RULES: dict[str, Rule] = {"type": "type", "enum": "enum", "required": "required"}


def custom_violations(resources: Mapping[str, Json]) -> list[SchemaViolation]:
    """As `schema_engine.violations`, of types that it does not know."""
    return [
        violation
        for name, resource in resources.items()
        if resource["Type"] in custom_types()
        for violation in _violations(name, resource["Type"], resource["Properties"])
    ]


@cache
def _validator(type_name: str) -> Any:
    import jsonschema_rs  # noqa: PLC0415  (35 ms, loaded already for the overrides file)

    return jsonschema_rs.Draft202012Validator(custom_types()[type_name]["s"])


def _violations(name: str, type_name: str, properties: Json) -> list[SchemaViolation]:
    found = []
    for error in _validator(type_name).iter_errors(properties):
        keyword, detail = error.kind.name, error.kind.as_dict()
        if error.instance == UNKNOWN or keyword == "additionalProperties":
            continue  # names of properties are judged with those of all types
        rule = _RULES.get(keyword, "form")
        expected = detail.get("types") or detail.get("options") or [detail.get("property", "")]
        if rule == "type" and _is_converted(error.instance, expected):
            rule = "converted"
        path = ".".join(map(str, error.instance_path))
        message = f"{keyword} is {detail.get('limit', detail.get('pattern', ''))}"
        certain = keyword not in ("pattern", "minLength", "maxLength")
        found.append(SchemaViolation(name, path, rule, message, tuple(filter(None, expected)), certain))
    return found


def _is_converted(value: Json, types: list[str]) -> bool:
    """Whether CloudFormation, which hands all values to a custom resource as text, and Amplify's function make it one
    of these types."""
    if isinstance(value, (bool, int, float)):
        return "string" in types
    if not isinstance(value, str):
        return False
    number = value.isascii() and value.removeprefix("-").isdigit()
    return (number and "integer" in types) or (value in ("true", "false") and "boolean" in types)
