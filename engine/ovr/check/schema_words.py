"""What to say of a value that a schema does not take."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ovr.errors import Finding, Severity, did_you_mean, nearest
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
        return Severity.WARNING if _grows(fault.expected) else Severity.ERROR
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
        return _not_among(fault.expected, where, seen, value if isinstance(value, str) else "")
    if fault.rule == "required" and fault.expected:
        return f"{where} lacks `{fault.expected[0]}`", (), f"add `{fault.expected[0]}`"
    if fault.rule in ("type", "converted", "enum"):  # in words that have the value in them
        return f"{where} has a value that its schema does not take", seen, None
    if fault.rule == "form" and not fault.certain:
        fix = "look it up in the service's own reference: the rules on texts in AWS's schemas are not always up to date"
        return f"{where}: {_plain(fault.message)}", seen, fix
    return f"{where}: {_plain(fault.message)}", seen if fault.rule == "form" else (), None


def _grows(options: Sequence[str]) -> bool:
    """Whether new values come with each release of a service: those with digits do (runtimes, sizes, versions)."""
    return any(character.isdigit() for option in options for character in option)


def _not_among(
    options: Sequence[str], where: str, seen: tuple[str, ...], value: str
) -> tuple[str, tuple[str, ...], str | None]:
    """Of many options those that look most like the value are listed first."""
    alike = nearest(value, options, _LISTED) if len(options) > _LISTED else []
    shown = list(dict.fromkeys([*alike, *options]))[:_LISTED]
    more = len(options) - len(shown)
    allowed = f"allowed: {', '.join(shown)}" + (f" and {more} more" if more > 0 else "")
    message = f"{where} is none of the values allowed"
    if _grows(options):
        return message, (*seen, allowed), "take one of these, unless it is newer than they are"
    return message, (*seen, allowed), did_you_mean(value, options) or "take one of these"


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
