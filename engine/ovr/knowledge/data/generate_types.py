"""Makes types.jsonl, the facts about CloudFormation types, from the provider schemas inside cfn-lint.

    python engine/ovr/knowledge/data/generate_types.py

Not part of the wheel. It reads cfn-lint's own copy of the schemas, never the newer one that cfn-lint may have put
into the user's home, so that the same cfn-lint gives the same table. One line per type, sorted:
`TYPE<tab>JSON`, where JSON has (each only if there is something to say)

- `p`: the properties, a tree: name → shape. Shapes: `0` a scalar or anything; `{name: shape}` an object, where the
  name `*` stands for any other; `[shape]` a list; `"Name"` the shape of that name in `d`.
- `d`: named shapes.
- `a`: attributes for Fn::GetAtt; `Outputs.*` stands for any name after the dot, `*` for any.
- `l`: those of them that are lists of texts.
- `w`: write-only properties, as paths without `/properties/`.
- `t`: [property that takes tags, shape of the tags], from taggable.json.

Read-only properties are left out of `p`: CloudFormation does not accept them.
"""

from __future__ import annotations

import json
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Any

from cfnlint.schema import Schema
from cfnlint.schema._getatts import GetAtts

HERE = Path(__file__).parent
Shape = Any
JsonObject = dict[str, Any]


class TypeReader:
    """Reads one schema; `definitions` collects the named shapes that are used."""

    def __init__(self, schema: JsonObject) -> None:
        self.schema = schema
        self.definitions: dict[str, Shape] = {}

    def facts(self, tags: list[str] | None) -> JsonObject:
        properties = self.shape(self.schema)
        members = properties if isinstance(properties, dict) else {"*": 0}
        for pointer in sorted(self._forbidden()):
            self._remove(members, pointer.split("/")[2:])
        found = {
            "p": members,
            "d": self._used(members),
            "a": self._attributes(),
            "l": self._list_attributes(),
            "w": sorted({p.removeprefix("/properties/") for p in self.schema.get("writeOnlyProperties", [])}),
            "t": tags,
        }
        return {key: value for key, value in found.items() if value}

    def _attributes(self) -> list[str]:
        """cfn-lint's patterns (`Outputs\\..*`, `.*`) with `*` alone as the wildcard."""
        patterns = GetAtts(Schema(self.schema)).attrs.data
        names = {pattern.replace(".*", "*").replace("\\", "") for pattern in patterns}
        return ["*"] if "*" in names else sorted(names)

    def _list_attributes(self) -> list[str]:
        pointers = GetAtts(Schema(self.schema)).attrs.data
        return sorted(name for name, pointer in pointers.items() if self._is_list_of_texts(pointer))

    def _is_list_of_texts(self, pointer: str) -> bool:
        schema = self.schema
        for name in pointer.split("/")[2:]:
            schema = self._followed(schema).get("properties", {}).get(name, {})
        schema = self._followed(schema)
        return schema.get("type") == "array" and self._followed(schema.get("items", {})).get("type") == "string"

    def _followed(self, schema: JsonObject) -> JsonObject:
        """The schema, or the one that it refers to."""
        while "$ref" in schema:
            target: Any = self.schema
            for part in schema["$ref"].removeprefix("#/").split("/"):
                target = target.get(part, {})
            schema = target
        return schema

    def shape(self, schema: Any) -> Shape:
        """The shape of what a schema describes."""
        if not isinstance(schema, dict):
            return 0
        if "$ref" in schema:
            return self._reference(schema["$ref"])
        if "items" in schema or schema.get("type") == "array":
            item = self.shape(schema.get("items"))
            return [item] if item else 0
        members = self._members(schema)
        for keyword in ("oneOf", "anyOf", "allOf"):
            for branch in schema.get(keyword, []):
                shape = self._resolved(self.shape(branch))
                if isinstance(shape, list):
                    return shape
                if isinstance(shape, dict):
                    members = {**shape, **members}
        return members or 0

    def _members(self, schema: JsonObject) -> JsonObject:
        members = {name: self.shape(value) for name, value in schema.get("properties", {}).items()}
        patterns = list(schema.get("patternProperties", {}).values())
        if len(patterns) == 1:
            members["*"] = self.shape(patterns[0])
        elif patterns or (members and schema.get("additionalProperties") not in (False, None)):
            members["*"] = 0
        return members if any(name != "*" or shape for name, shape in members.items()) else {}

    def _reference(self, reference: str) -> Shape:
        parts = reference.removeprefix("#/").split("/")
        target: Any = self.schema
        for part in parts:
            target = target.get(part, {})
        if parts[0] != "definitions":
            return self.shape(target)
        name = parts[-1]
        if name not in self.definitions:
            self.definitions[name] = 0  # a definition may contain itself
            self.definitions[name] = self.shape(target)
        return name if self.definitions[name] or self._is_open(name) else 0

    def _is_open(self, name: str) -> bool:
        return self.definitions[name] == 0 and "properties" in self.schema["definitions"][name]

    def _resolved(self, shape: Shape) -> Shape:
        while isinstance(shape, str):
            shape = self.definitions[shape]
        return shape

    def _forbidden(self) -> set[str]:
        """Read-only properties, but for those that the schema also wants to be given."""
        given = {f"/properties/{name}" for name in self.schema.get("required", [])}
        given.update(self.schema.get("createOnlyProperties", []), self.schema.get("writeOnlyProperties", []))
        return set(self.schema.get("readOnlyProperties", [])) - given

    def _remove(self, shape: Shape, path: list[str]) -> None:
        for name in path[:-1]:
            shape = self._resolved(shape[0] if name == "*" and isinstance(shape, list) else shape)
            if isinstance(shape, list):
                shape = self._resolved(shape[0])
            shape = self._resolved(shape.get(name, 0)) if isinstance(shape, dict) and name != "*" else shape
        if isinstance(shape, dict):
            shape.pop(path[-1], None)

    def _used(self, shape: Shape) -> dict[str, Shape]:
        used: dict[str, Shape] = {}
        waiting = [shape]
        while waiting:
            at = waiting.pop()
            if isinstance(at, str) and at not in used:
                used[at] = self.definitions[at]
                waiting.append(used[at])
            elif isinstance(at, dict | list):
                waiting.extend(at.values() if isinstance(at, dict) else at)
        return dict(sorted(used.items()))


def main() -> None:
    data = files("cfnlint") / "data" / "schemas"
    date = json.loads((data / "version.json").read_text(encoding="utf-8"))["schema_date"]
    tags = json.loads((HERE / "taggable.json").read_text(encoding="utf-8"))
    schemas = [json.loads(file.read_text(encoding="utf-8")) for file in (data / "resources").iterdir()]
    lines = [f"# AWS's provider schemas of {date}, from cfn-lint {version('cfn-lint')}; made by generate_types.py"]
    for schema in sorted(schemas, key=lambda s: str(s["typeName"])):
        name = schema["typeName"]
        facts = TypeReader(schema).facts(tags.get(name))
        lines.append(f"{name}\t{json.dumps(facts, separators=(',', ':'), ensure_ascii=True)}")
    (HERE / "types.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{len(lines) - 1} types")


if __name__ == "__main__":
    main()
