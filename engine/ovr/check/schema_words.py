"""What to say of a value that a schema does not take."""

from __future__ import annotations

import re

from ovr.errors import Finding, Severity, did_you_mean
from ovr.knowledge.schema_violation import Rule, SchemaViolation
from ovr.knowledge.types import type_info
from ovr.language.violations import TYPES, found_value
from ovr.spans import Span
from ovr.template.pointer import MISSING, Json, Tokens

_CODES: dict[Rule, str] = {
    "type": "OVR4001",
    "form": "OVR4001",
    "enum": "OVR4002",
    "required": "OVR4003",
    "together": "OVR4003",
    "converted": "OVR4004",
    "outdated": "OVR4005",
}
_LISTED = 12


def finding_of(
    fault: SchemaViolation, type_name: str, path: Tokens, value: Json, span: Span | None, place: str
) -> Finding:
    """The finding for a violation at a path below the properties; `value` is MISSING where it may not be shown."""
    dotted = _dotted(path)
    where = f"`{dotted}` of {type_name}" if dotted else type_name
    found = "" if value is MISSING else found_value(value)
    message, details, fix = _said(fault, where, found, value)
    if fault.rule == "type" and (names := _members(fault, type_name, path)):
        details = (*details, f"a mapping of {names}")
    return Finding(_CODES[fault.rule], message, span, details, fix, _severity(fault), place)


def _severity(fault: SchemaViolation) -> Severity:
    if fault.rule == "converted":
        return Severity.NOTE
    if fault.rule == "enum":
        # Values with digits (runtimes, sizes, versions) grow in number from one release of a service to the next.
        grows = any(character.isdigit() for option in fault.expected for character in option)
        return Severity.WARNING if grows else Severity.ERROR
    return Severity.ERROR if fault.certain else Severity.WARNING


def _said(fault: SchemaViolation, where: str, found: str, value: Json) -> tuple[str, tuple[str, ...], str | None]:
    """Message, details, fix."""
    seen = (f"found {found}",) if found else ()
    wanted = " or ".join(TYPES.get(name, name) for name in fault.expected)
    if fault.rule == "type" and wanted:
        return f"{where} must be {wanted}", seen, f"give {wanted}"
    if fault.rule == "converted" and wanted:
        return f"{where} is {wanted}; CloudFormation makes it of {found or 'what is written'}", (), f"write {wanted}"
    if fault.rule == "enum" and fault.expected:
        more = len(fault.expected) - _LISTED
        allowed = ", ".join(fault.expected[:_LISTED]) + (f" and {more} more" if more > 0 else "")
        near = did_you_mean(value, fault.expected) if isinstance(value, str) else None
        return f"{where} is none of the values allowed", (*seen, f"allowed: {allowed}"), near or "take one of these"
    if fault.rule == "required" and fault.expected:
        return f"{where} lacks `{fault.expected[0]}`", (), f"add `{fault.expected[0]}`"
    if fault.rule == "form" and not fault.certain:
        fix = "look it up in the service's own reference: the rules on texts in AWS's schemas are not always up to date"
        return f"{where}: {_plain(fault.message)}", seen, fix
    return f"{where}: {_plain(fault.message)}", seen if fault.rule == "form" else (), None


_COMBINATIONS = re.compile(r"Required property combinations: (.+?)\.?$")


def _plain(message: str) -> str:
    """The validator's words, as ours are."""
    if combinations := _COMBINATIONS.search(message):
        return "needs " + combinations[1].replace("['", "`").replace("']", "`").replace("', '", "` and `")
    if " branches matched" in message:
        return "takes none of the forms that its schema has"
    return re.sub(r"'([^']*)'", r"`\1`", message)


def _members(fault: SchemaViolation, type_name: str, path: Tokens) -> str:
    info = type_info(type_name) if "object" in fault.expected else None
    names = info.properties_at(_in_schema(path)) if info else None
    return ", ".join(names[:_LISTED]) + ("…" if len(names) > _LISTED else "") if names else ""


def _in_schema(path: Tokens) -> Tokens:
    """The path without branches of Fn::If."""
    kept: list[str] = []
    for index, token in enumerate(path):
        if token != "Fn::If" and (index == 0 or path[index - 1] != "Fn::If"):
            kept.append(token)
    return tuple(kept)


def _dotted(path: Tokens) -> str:
    """The path as a selector writes it: `GlobalSecondaryIndexes[0].KeySchema`."""
    text = ""
    for token in _in_schema(path):
        text += f"[{token}]" if token.isdigit() else f".{token}"
    return text.removeprefix(".")
