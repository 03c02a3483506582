"""Symbols for what only a deploy can tell, the same for the same thing wherever it is written, so that two evaluated
values can be compared.

- `{"Fn::GetAtt": ["auth#UserPool", "Arn"]}`: an attribute of a resource, `Ref` among them; with a third item where the
  resource is, or may be, replaced;
- `{"Ref": "auth#Stage"}`: a parameter without a value; `{"Ref": "AWS::Region"}`: a pseudo parameter;
- `{"Fn::Join": ["", […]]}`: a text with symbols in it;
- `{"Fn::If": [condition, …, …]}`: what depends on a condition, itself a symbol; NOTHING in a branch is no value;
- `{"Fn::NoEcho": "secret 1"}`: a hidden value; `{"Fn::Digest": …}`: one that is too large to be carried on;
- any other function, its arguments evaluated.
"""

from __future__ import annotations

import hashlib
import json

from ovr.template.pointer import MISSING, Json

NOTHING: dict[str, str] = {"Ref": "AWS::NoValue"}
RENEWED = "new"
MAYBE_RENEWED = "perhaps new"
"""Third items of an attribute."""

_LARGEST = 20_000
_DEEPEST = 60
"""Characters, and levels, of a value that is carried on; a larger or deeper one is known by its digest alone."""


def text(parts: list[Json]) -> Json:
    """The text that parts make: a string, or the symbol for a text with symbols in it."""
    flat: list[Json] = []
    for part in parts:
        for each in parts_of(part) or [part]:
            if each is MISSING:
                continue
            if isinstance(each, (dict, list)) or not flat or not isinstance(flat[-1], str):
                flat.append(each if isinstance(each, (dict, list)) else as_text(each))
            else:
                flat[-1] += as_text(each)
    flat = [part for part in flat if part != ""]
    if len(flat) == 1:
        return flat[0]
    return {"Fn::Join": ["", flat]} if flat else ""


def parts_of(value: Json) -> list[Json] | None:
    """The parts of the symbol for a text; None for any other value."""
    joined = value.get("Fn::Join") if isinstance(value, dict) else None
    whole = isinstance(joined, list) and len(joined) == 2 and joined[0] == "" and isinstance(joined[1], list)
    return joined[1] if whole and joined else None


def as_text(value: Json) -> str:
    """A scalar as CloudFormation writes it into a text."""
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)


def bounded(value: Json) -> Json:
    """The value, or its digest if it is large: what is carried from name to name could grow each time."""
    if isinstance(value, (dict, list)) or (isinstance(value, str) and len(value) > _LARGEST):
        written = json.dumps(value, sort_keys=True)
        if len(written) > _LARGEST or _is_deeper(value, _DEEPEST):
            return {"Fn::Digest": hashlib.sha256(written.encode()).hexdigest()}
    return value


def _is_deeper(value: Json, levels: int) -> bool:
    members = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return levels == 0 or any(_is_deeper(member, levels - 1) for member in members)
