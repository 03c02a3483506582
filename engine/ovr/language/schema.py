"""A document against overrides.schema.json: every violation becomes one precise finding.

The schema is written with keywords that apply by type, never with `anyOf` or `oneOf`, so that a violation names
one place and one reason. What is allowed, and an example of it, is read from the schema itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ovr.errors import Finding, nearest
from ovr.language.values import Document, Located, Path, Tagged
from ovr.language.violations import JsonSchema, Violation, explain

_EMPTY = "\0"
"""Stands for the empty key, which the validator leaves out of its paths."""


def violations(document: Document, schema: JsonSchema) -> list[tuple[Path, Finding]]:
    """What in the document the schema does not allow, in the order of the file; empty where it is valid.

    Each with the path of the value that is wrong, of an unknown key or of the one that is missing.
    """
    import jsonschema_rs  # noqa: PLC0415  (35 ms, and only a plan needs it)

    found = []
    validator = jsonschema_rs.Draft202012Validator(schema)
    for error in validator.iter_errors(_projected(document.value)):
        if document.readable(tuple(error.instance_path)):
            at, rules = _locate(document, error.instance_path), _rules(schema, error.evaluation_path)
            found.append(Violation(at, error.kind.name, _restored(error.kind.as_dict()), rules))
    misspelt = {v.at.path: v.detail["unexpected"] for v in found if v.keyword == "additionalProperties"}
    return [
        (path, finding)
        for violation in found
        if not (violation.keyword == "required" and _near(violation, misspelt.get(violation.at.path, ())))
        for path, finding in zip(_places(violation), explain(violation), strict=True)
    ]


def _places(violation: Violation) -> list[Path]:
    at = violation.at.path
    if violation.keyword == "additionalProperties":
        return [(*at, key) for key in violation.detail["unexpected"]]
    return [(*at, violation.detail["property"])] if violation.keyword == "required" else [at]


def _near(missing: Violation, unknown: Sequence[str]) -> bool:
    """Whether one of the unknown keys is most likely the missing one, which then needs no word of its own."""
    return bool(nearest(missing.detail["property"], unknown, 1))


def _projected(value: Any) -> Any:
    """The document as JSON: `!Ref X` as `{"!Ref": "X"}`."""
    if isinstance(value, Tagged):
        return {value.tag: _projected(value.value)}
    if isinstance(value, dict):
        return {key or _EMPTY: _projected(member) for key, member in value.items()}
    if isinstance(value, list):
        return [_projected(item) for item in value]
    if isinstance(value, int) and not isinstance(value, bool):
        return max(min(value, 2**63 - 1), -(2**63))  # no rule asks for more than it takes to be a number
    return value


def _locate(document: Document, path: Sequence[str | int]) -> Located:
    """The value at a path of the projection: a tag is where the way ends."""
    at = document.root
    for step in path:
        if isinstance(at.value, Tagged):
            break
        if isinstance(at.value, dict):  # the validator takes a key of digits for an index
            step = "" if step == _EMPTY else str(step)
        at = at[step]
    return at


def _restored(detail: dict[str, Any]) -> dict[str, Any]:
    """The validator's words with the empty key as it was written."""
    if _EMPTY not in detail.get("unexpected", ()):
        return detail
    return {**detail, "unexpected": ["" if key == _EMPTY else key for key in detail["unexpected"]]}


def _rules(schema: JsonSchema, way: Sequence[str | int]) -> JsonSchema:
    """The schema around the violated keyword; its examples are those given where it is referred to, if any."""
    rules: Any = schema
    for step in way[:-1]:
        if step == "$ref":
            target: Any = schema
            for name in rules["$ref"].removeprefix("#/").split("/"):
                target = target[name]
            rules = {**target, **rules}
        elif step not in ("allOf", "then") and isinstance(step, str):  # conditions are about the schema they stand in
            rules = rules[step]
    return dict(rules)
