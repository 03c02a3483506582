"""What to say of a violation of overrides.schema.json: expected, found, what is near, what to do."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ovr.errors import Finding, did_you_mean, nearest
from ovr.language.values import Located, Tagged

JsonSchema = dict[str, Any]

UPGRADE = "upgrade: `pip install --upgrade amplify-ovr`"

TYPES = {
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "object": "a mapping",
}
"""In the order in which they are named; null, where allowed, takes something away and is no answer to anything else."""
_BEGIN = "begin the file with `version: 1`, and an `overrides:` list of `- select: …`"
_FORMS = {
    "id": "letters, digits, `-`, `_` and `.`, without spaces",
    "expect": "a number, `1+` for at least one, or `2-5`",
    "expires": "a day as YYYY-MM-DD",
    "until": "a day as YYYY-MM-DD",
    "logicalId": "letters and digits only",
    "ovr": "`>=` and a version",
}
"""What the patterns of the schema ask for, by key."""
_FEW = 12
"""So many names are listed even where one of them is near."""
_ENTRY_KEYS = ("select", "patch", "merge", "attributes", "removalPolicy", "tags", "resources", "outputs", "remove")


@dataclass(frozen=True, slots=True)
class Violation:
    """A value that a keyword of the schema refuses.

    `detail` is what the validator says of it (`options` of an `enum`, …), `rules` the schema around the keyword.
    """

    at: Located
    keyword: str
    detail: dict[str, Any]
    rules: JsonSchema


def explain(violation: Violation) -> list[Finding]:
    """The findings for a violation: one, but for several unknown keys in one mapping."""
    at = violation.at
    if isinstance(at.value, Tagged):
        return [_misplaced_tag(violation, at.value)]
    if at.value is None and violation.keyword in ("type", "enum", "const"):
        return [_no_value(violation)]
    if violation.keyword == "additionalProperties":
        known = list(violation.rules.get("properties", {}))
        return [_unknown_key(at, key, known) for key in violation.detail["unexpected"]]
    return [_EXPLAIN[violation.keyword](violation)]


def name_of(at: Located) -> str:
    """What to call a value before the user: the key that leads to it, or which item of a list it is."""
    if not at.path:
        return "the file"
    last = at.path[-1]
    if isinstance(last, str):
        return f"`{last}`"
    owner = next(step for step in reversed(("the list", *at.path)) if isinstance(step, str))
    return f"item {last + 1} of `{owner}`"


def found_value(value: Any) -> str:
    """A value in a few words."""
    if value is None:
        return "nothing"
    if isinstance(value, Tagged):
        return f"a `{value.tag}`"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, (int, float)):
        return f"the number {value}"
    if isinstance(value, str):
        shown = json.dumps(value, ensure_ascii=False)
        return f"the text {shown if len(shown) <= 60 else shown[:60] + '…'}"
    if isinstance(value, list):
        return f"a list of {len(value)}" if value else "an empty list"
    return "a mapping with " + ", ".join(f"`{key}`" for key in list(value)[:5]) if value else "an empty mapping"


def _where(at: Located) -> str:
    if not at.path:
        return "at the top of the file"
    return "in this override" if len(at.path) == 2 and at.path[0] == "overrides" else f"in {name_of(at)}"


def _example(violation: Violation) -> str | None:
    """`for instance `select: auth.userPool``, from the schema."""
    examples = violation.rules.get("examples")
    last = violation.at.path[-1] if violation.at.path else None
    if not examples:
        return None
    return f"for instance `{last}: {examples[0]}`" if isinstance(last, str) else f"for instance `- {examples[0]}`"


def _misplaced_tag(violation: Violation, tag: Tagged) -> Finding:
    at = violation.at
    return Finding(
        "OVR1017",
        f"{name_of(at)} cannot be a `{tag.tag}`",
        tag.span,
        details=("tags stand in the values of `merge`, `patch`, `resources`, …",),
        fix=_example(violation) or "write the value itself",
    )


def _expected(violation: Violation) -> str:
    if violation.keyword == "enum":
        return "one of " + ", ".join(str(option) for option in violation.detail["options"])
    if violation.keyword == "const":
        return json.dumps(violation.detail["expected_value"])
    types = [TYPES[name] for name in TYPES if name in violation.detail["types"]]
    return types[0] if len(types) == 1 else f"{', '.join(types[:-1])} or {types[-1]}"


def _no_value(violation: Violation) -> Finding:
    at = violation.at
    return Finding(
        "OVR1004",
        f"{name_of(at)} has no value" if at.path else "the file is empty",
        at.key_span,
        details=(f"expected: {_expected(violation)}",) if at.path else (),
        fix=_example(violation) if at.path else _BEGIN,
    )


def _unknown_key(at: Located, key: str, known: list[str]) -> Finding:
    fix = did_you_mean(key, known)
    if at.path[-1:] in (("select",), ("exclude",)):
        fix = fix or f"a name is written as text: `{at.path[-1]}: auth.userPool`"
    if at.path[-1:] == ("attributes",) and key.casefold() not in (name.casefold() for name in known):
        near = fix if key[:1].casefold() in (name[0].casefold() for name in nearest(key, known, 1)) else None
        fix = near or "a property is set with `merge`, and `attributes` are those of every resource"
    if not at.path and key in _ENTRY_KEYS:
        fix = f"`{key}` belongs to an entry of `overrides:`, a list of `- select: …`"
    if not at.path and key == "Resources":
        fix = "a CloudFormation template is a base: name it with `--base`"
    return Finding(
        "OVR1003",
        f"unknown key `{key}` {_where(at)}",
        at[key].key_span,
        details=() if fix and len(known) > _FEW else (f"known here: {', '.join(known)}",),
        fix=fix or "take it out, or correct it",
    )


def _wrong_type(violation: Violation) -> Finding:
    at, types = violation.at, violation.detail["types"]
    message = f"{name_of(at)} must be {_expected(violation)}"
    fix = _example(violation) if at.path else _BEGIN
    if "array" in types and "object" not in types and isinstance(at.value, dict):
        fix = "make it a list: put `- ` before it, or `[…]` around it"
    if "string" in types and isinstance(at.value, (bool, int, float)):
        written = at.span.source.line(at.span.line)[at.span.column - 1 : at.span.end_column - 1]
        pattern = violation.rules.get("pattern")
        if pattern is None or re.search(pattern, written):
            fix = f'quote it: "{written}"'
    return Finding("OVR1004", message, at.span, details=(f"found: {found_value(at.value)}",), fix=fix)


def _wrong_choice(violation: Violation) -> Finding:
    at = violation.at
    allowed = [str(option) for option in violation.detail["options"]]
    near = nearest(str(at.value), allowed, 1)
    return Finding(
        "OVR1005",
        f"{name_of(at)} is none of the values allowed",
        at.span,
        details=(f"found: {found_value(at.value)}", f"allowed: {', '.join(allowed)}"),
        fix=f"did you mean `{near[0]}`?" if near else None,
    )


def _wrong_constant(violation: Violation) -> Finding:
    at, wanted = violation.at, json.dumps(violation.detail["expected_value"])
    if at.path == ("version",) and isinstance(at.value, int) and at.value > 1:
        message = f"this file is in version {at.value} of the language, but this ovr knows only {wanted}"
        return Finding("OVR1014", message, at.span, fix=UPGRADE)
    fix = "leave it out, or write `enabled: false` to switch the entry off"
    if at.value is not False:
        fix = "what goes away is what `select` designates: name it there"
    return Finding(
        "OVR1005",
        f"{name_of(at)} can only be `{wanted}`",
        at.span,
        details=(f"found: {found_value(at.value)}",),
        fix=fix if at.path[-1] == "remove" else f"write `{at.path[-1]}: {wanted}`",
    )


def _missing(violation: Violation) -> Finding:
    at, key = violation.at, violation.detail["property"]
    rule = violation.rules.get("properties", {}).get(key, {})
    operation = at.value.get("op")
    why = f": `op: {operation}` needs it" if operation and key in ("value", "from") else ""
    shown = rule.get("examples", ["…"])[0]
    unknown = [name for name in at.value if name not in violation.rules.get("properties", {})]
    misspelt = next(iter(nearest(key, unknown, 1)), None)
    return Finding(
        "OVR1006",
        f"`{key}` is missing {_where(at)}{why}",
        at[misspelt].key_span if misspelt else at.span,
        fix=f"did you mean `{key}` by `{misspelt}`?" if misspelt else f"add `{key}: {shown}`",
    )


def _empty(violation: Violation) -> Finding:
    fix = _example(violation) or "write something into it, or take it out"
    return Finding("OVR1004", f"{name_of(violation.at)} is empty", violation.at.span, fix=fix)


def _out_of_range(violation: Violation) -> Finding:
    at = violation.at
    message = f"{name_of(at)} is {violation.detail['limit']} at {'least' if violation.keyword == 'minimum' else 'most'}"
    return Finding("OVR1005", message, at.span, details=(f"found: {found_value(at.value)}",))


def _wrong_form(violation: Violation) -> Finding:
    at = violation.at
    if at.path[-1] in ("path", "from") and "patch" in at.path:
        return _wrong_pointer(at)
    message = f"{name_of(at)} is not written as expected"
    expected = (f"expected: {_FORMS[at.path[-1]]}",) if at.path[-1] in _FORMS else ()
    details = (f"found: {found_value(at.value)}", *expected)
    return Finding("OVR1005", message, at.span, details=details, fix=_example(violation))


def _wrong_pointer(at: Located) -> Finding:
    """`PasswordPolicy/MinimumLength` and `PasswordPolicy.MinimumLength` for `/PasswordPolicy/MinimumLength`."""
    written = at.value
    if written.startswith("/"):
        fix = "in a pointer `~` is written `~0`, and a `/` inside a name `~1`"
    else:
        fix = f"did you mean `/{written if '/' in written else written.replace('.', '/')}`?"
    return Finding(
        "OVR1015",
        f"{name_of(at)} is no JSON pointer",
        at.span,
        details=(f"found: {found_value(written)}", "expected: names, each with a `/` before it"),
        fix=fix,
    )


_EXPLAIN: dict[str, Callable[[Violation], Finding]] = {
    "type": _wrong_type,
    "enum": _wrong_choice,
    "const": _wrong_constant,
    "required": _missing,
    "minItems": _empty,
    "minProperties": _empty,
    "minLength": _empty,
    "minimum": _out_of_range,
    "maximum": _out_of_range,
    "pattern": _wrong_form,
}
