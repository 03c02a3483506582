"""AWS's resource schemas, applied by cloudformation-validate: AWS's own validator, a library in Rust with the schemas
inside, which reads no file and no network.

It is a book of facts like the tables beside it, with its reader included. There is no wheel of it for every platform
(on Linux it needs glibc 2.34), so it may be missing. Its start takes 0.3 s, most of it outside Python's lock: `start`
begins it beside other work.
"""

from __future__ import annotations

import ast
import atexit
import json
import re
from collections.abc import Mapping
from functools import cache
from threading import Lock, Thread
from typing import TYPE_CHECKING

from ovr.knowledge.schema_violation import Rule, SchemaViolation
from ovr.template.pointer import Json

if TYPE_CHECKING:
    from cloudformation_validate import Diagnostic, SchemaValidator

_RULES: dict[str, Rule] = {
    "F3003": "required",
    "F3012": "type",
    "F3014": "together",
    "F3020": "together",
    "F3021": "together",
    "F3030": "enum",
    "F3058": "together",
    "E3030": "enum",
    "E9006": "enum",
    "W3030": "enum",
    "W9003": "converted",
    "E2531": "outdated",
    "E2533": "outdated",
    "E3710": "outdated",
    "W2531": "outdated",
    "W3696": "outdated",
    "W3697": "outdated",
    "W9009": "outdated",
}
"""What its rules are about; all its others are about the form of a value (patterns, lengths, ranges)."""

_CHOICES = {"F3017", "F3018"}
"""anyOf and oneOf: combinations of properties, or forms that a text may have."""

_ELSEWHERE = {"F3002", "F3006", "W9054"}
"""Unknown properties and types, which `ovr` judges itself, also where this library is missing; and a rule about
outputs."""


def start() -> None:
    """Begin loading the schemas: for callers who will need them after some other work."""
    Thread(target=_validator, name="schemas", daemon=True).start()


def violations(resources: Mapping[str, Json]) -> list[SchemaViolation] | None:
    """What the schemas have against these resources (name → `{Type, Properties}`).

    Names are of letters and digits. Types without a schema are passed over, and resources that the library cannot
    read. None where it is missing.
    """
    validator = _validator()
    if validator is None:
        return None
    from cloudformation_validate import ValidationError  # noqa: PLC0415

    try:
        found = validator.validate(json.dumps({"Resources": resources}).encode())
    except ValidationError:  # half a character, a depth or a number that it does not read
        alone = [violations({name: resource}) or [] for name, resource in resources.items() if len(resources) > 1]
        return [violation for each in alone for violation in each]
    return [violation for each in found if (violation := _violation(each))]


_lock = Lock()


def _validator() -> SchemaValidator | None:
    with _lock:
        return _loaded()


@cache
def _loaded() -> SchemaValidator | None:
    try:
        from cloudformation_validate import SchemaValidator  # noqa: PLC0415  (80 ms)
    except (ImportError, OSError):
        return None
    return SchemaValidator()


atexit.register(_loaded.cache_clear)
"""The library's object must go before the library does, or its end is told on the screen."""


def _violation(found: Diagnostic) -> SchemaViolation | None:
    rule, path = found.rule_id, found.property_path or ""
    if rule.startswith("I") or rule in _ELSEWHERE or found.entity is None or not path.startswith("Properties"):
        return None
    together = rule in _CHOICES and "Required property combinations" in found.message
    kind = "together" if together else _RULES.get(rule, "form")
    return SchemaViolation(
        resource=found.entity.logical_id,
        path=path.removeprefix("Properties").removeprefix("."),
        rule=kind,
        message=_without_value(found.message),
        expected=_expected(kind, found.message),
        certain=not rule.startswith("W") and (together or not _about_text(rule)),
    )


def _about_text(rule: str) -> bool:
    """Whether a rule is about patterns, formats and lengths of texts.

    The library has many of these from the services' APIs, and not every one is still what the service asks for.
    """
    return rule in _CHOICES or rule in ("F3031", "F3033", "E3031") or rule.startswith("E11")


_ASKED = {
    "type": re.compile(r" is not of type '([a-z|]+)'$"),
    "converted": re.compile(r" is not of type '([a-z|]+)' - automatically coerced"),
    "enum": re.compile(r".* is not one of (\[.*\])$|(\".*\") was expected$", re.DOTALL),
    "required": re.compile(r"^'(.+)' is a required property$"),
}
"""How its messages end, by rule. What stands before is the value, which may be anything."""


def _expected(rule: Rule, message: str) -> tuple[str, ...]:
    asked = _ASKED[rule].search(message) if rule in _ASKED else None
    text = next(filter(None, asked.groups()), None) if asked else None
    if text is None:
        return ()
    if rule == "required":
        return (text,)
    if rule != "enum":
        return tuple(text.split("|"))
    try:
        options = ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return ()
    return tuple(map(str, options)) if isinstance(options, list) else (str(options),)


_BEFORE = re.compile(
    r"^.* (?=does not match (?:pattern|format) '|is (?:less|greater) than the |exceeds maximum )", re.DOTALL
)


def _without_value(message: str) -> str:
    """The message as it goes on behind the value, and without what a branch of the schema has against it."""
    if message.startswith(("length ", "expected ")):
        return message
    return _BEFORE.sub("", message).partition(" Branch failures:")[0]
