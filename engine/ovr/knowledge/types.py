"""What is known of a CloudFormation type: its properties at any depth, its attributes, its tags.

Sources: AWS's provider schemas (data/types.jsonl, made by data/generate_types.py), which types take tags in CDK
(data/taggable.json), and a hand-reviewed table of Amplify's own custom resource (data/custom_types.json).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from ovr.knowledge.data_reader import line_of, table
from ovr.template.pointer import Tokens

ANY = "*"
"""Stands for any name, in attributes and among members; also for any index of a list."""


@dataclass(frozen=True, slots=True)
class TagShape:
    """Where a type takes its tags: a `list` of {Key, Value}, a `map`, or `asg`, a list with PropagateAtLaunch."""

    property: str
    form: Literal["list", "map", "asg"]


@dataclass(frozen=True, slots=True)
class TypeInfo:
    """What is known of one type. `write_only` are pointers of properties that AWS takes but never gives back;
    `lists` are the attributes that are lists of texts."""

    name: str
    attributes: tuple[str, ...]
    lists: tuple[str, ...]
    write_only: tuple[Tokens, ...]
    tags: TagShape | None
    shapes: Mapping[str, Any]

    def has_attribute(self, name: str) -> bool:
        """Whether Fn::GetAtt may ask for this attribute."""
        return any(name == a or (a.endswith(ANY) and name.startswith(a[:-1])) for a in self.attributes)

    def properties_at(self, path: Tokens) -> list[str] | None:
        """The names of the members at a place below `Properties`, sorted; an index stands for itself or as `*`.

        None where nothing is known: free-form objects, maps, scalars, places that do not exist.
        """
        shape: Any = self.shapes["p"]
        for token in path:
            shape = self._child(shape, token)
        shape = self._resolve(shape)
        return sorted(shape) if isinstance(shape, dict) and ANY not in shape else None

    def is_list(self, path: Tokens) -> bool:
        """Whether a list is expected at a place below `Properties`."""
        shape: Any = self.shapes["p"]
        for token in path:
            shape = self._child(shape, token)
        return isinstance(self._resolve(shape), list)

    def _child(self, shape: Any, token: str) -> Any:
        shape = self._resolve(shape)
        if isinstance(shape, list):
            return shape[0] if token in (ANY, "-") or token.isdigit() else 0
        return shape.get(token, shape.get(ANY, 0)) if isinstance(shape, dict) else 0

    def _resolve(self, shape: Any) -> Any:
        while isinstance(shape, str):
            shape = self.shapes["d"][shape]
        return shape


@lru_cache(maxsize=512)
def type_info(name: str) -> TypeInfo | None:
    """What is known of a type, or None: a custom resource other than Amplify's table, a third party's, a typo."""
    facts = _facts(name)
    if facts is None:
        return None
    tags = facts.get("t")
    return TypeInfo(
        name=name,
        attributes=tuple(facts.get("a", ())),
        lists=tuple(facts.get("l", ())),
        write_only=tuple(tuple(pointer.split("/")) for pointer in facts.get("w", ())),
        tags=TagShape(*tags) if tags else None,
        shapes=facts,
    )


def type_names() -> list[str]:
    """All types that are known, sorted."""
    lines = table("types.jsonl").decode().splitlines()
    names = [line.partition("\t")[0] for line in lines if not line.startswith("#")]
    return sorted([*names, *custom_types()])


def schema_date() -> str:
    """The day of AWS's schemas that the table was made from, as `2026-10-20`."""
    header = table("types.jsonl").partition(b"\n")[0].decode()
    return header.partition(" schemas of ")[2][:10]


def _facts(name: str) -> dict[str, Any] | None:
    if name.startswith("Custom::"):
        return custom_types().get(name)
    line = line_of("types.jsonl", name)
    facts: dict[str, Any] | None = None if line is None else json.loads(line)
    return facts


@lru_cache(maxsize=1)
def custom_types() -> dict[str, dict[str, Any]]:
    """What is known of custom types, by name; `s` is a JSON Schema of the properties."""
    types: dict[str, dict[str, Any]] = json.loads(table("custom_types.json"))
    return {name: {**facts, "p": _shape(facts["s"], facts["s"])} for name, facts in types.items() if name != "#"}


def _shape(schema: Mapping[str, Any], root: Mapping[str, Any]) -> Any:
    """A JSON Schema as a shape of types.jsonl."""
    if "$ref" in schema:
        schema = root["$defs"][schema["$ref"].removeprefix("#/$defs/")]
    if "items" in schema:
        item = _shape(schema["items"], root)
        return [item] if item else 0
    return {name: _shape(member, root) for name, member in schema.get("properties", {}).items()} or 0
