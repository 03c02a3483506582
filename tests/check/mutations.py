"""Spoils properties of real resources, each in one way, and counts what a plan finds at the very place:
`python -m tests.check.mutations [SEED] [COUNT]` (without COUNT all there are).

Properties are drawn from the schemas of the types that the bases have: those of AWS as cfn-lint ships them, and ours of
Amplify's table.
"""

from __future__ import annotations

import copy
import json
import random
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from tests.support import comparison

from ovr.knowledge.types import custom_types
from ovr.plan import CHECKS
from ovr.spans import Source, Span
from ovr.template.intrinsics import is_intrinsic
from ovr.template.operations import Operation, apply
from ovr.template.pointer import Json, Tokens, child, place
from ovr.template.tree import ROOT, Stack, StackTree

BASES = Path(__file__).parent.parent / "bases"
DEPTH = 6

WRONG: dict[str, list[Json]] = {
    "string": [{"a": 1}, ["a"]],
    "integer": ["ten", {"a": 1}, 1.5],
    "number": ["ten", ["a"]],
    "boolean": ["maybe", {"a": 1}],
    "object": ["text", ["a"]],
    "array": ["text", {"a": "b"}],
}
CONVERTED: dict[str, list[Json]] = {"string": [7, True], "integer": ["7"], "number": ["7.5"], "boolean": ["true"]}


@dataclass(frozen=True)
class Mutation:
    """`what` was done to the property at `path` (below Properties) of a resource like `sample`."""

    what: str
    sample: dict[str, Any]
    path: Tokens
    value: Json

    def __str__(self) -> str:
        return f"{self.sample['Type']} {'.'.join(self.path)} = {json.dumps(self.value)}"


def all_mutations() -> list[Mutation]:
    found = []
    for name, schema in schemas().items():
        found += [Mutation(what, samples()[name], path, value) for what, path, value in _of_schema(schema)]
    return found


@cache
def samples() -> dict[str, dict[str, Any]]:
    """One resource of each type in the bases."""
    found: dict[str, dict[str, Any]] = {}
    for file in sorted(BASES.glob("*/cdk.out/*.template.json")):
        for resource in json.loads(file.read_text()).get("Resources", {}).values():
            found.setdefault(resource["Type"], resource)
    return dict(sorted(found.items()))


@cache
def schemas() -> dict[str, dict[str, Any]]:
    """The schemas of those types, by name."""
    shipped = files("cfnlint") / "data" / "schemas" / "resources"
    found = {name: facts["s"] for name, facts in custom_types().items()}
    for file in shipped.iterdir():
        schema = json.loads(file.read_text())
        if schema["typeName"] in samples():
            found[schema["typeName"]] = schema
    return dict(sorted(found.items()))


def _of_schema(schema: dict[str, Any]) -> Iterator[tuple[str, Tokens, Json]]:
    given = {*schema.get("createOnlyProperties", ()), *schema.get("writeOnlyProperties", ())}
    given |= {f"/properties/{name}" for name in schema.get("required", ())}
    read_only = {_path(pointer) for pointer in set(schema.get("readOnlyProperties", ())) - given}
    for path in sorted(read_only):
        if "*" not in path:
            yield "read-only", path, "x"
    yield "unknown name", ("Zzz",), "x"
    for path, rules in _places(schema, schema, ()):
        abstract = tuple("*" if token == "0" else token for token in path)
        if any(abstract[:n] in read_only for n in range(1, len(path) + 1)):
            continue
        yield "null", path, None
        if rules.get("additionalProperties") is False and rules.get("properties"):
            yield "unknown name", (*path, "Zzz"), "x"
        if rules.get("type") == "string" and "enum" in rules:
            yield "wrong enum", path, "NoneOfThese"
        if isinstance(rules.get("type"), str):
            yield from (("wrong type", path, value) for value in WRONG[rules["type"]])
            yield from (("converted", path, value) for value in CONVERTED.get(rules["type"], ()))


def _path(pointer: str) -> Tokens:
    return tuple(pointer.removeprefix("/properties/").replace("/properties/", "/").split("/"))


def _places(
    rules: Any, schema: dict[str, Any], path: Tokens, above: tuple[int, ...] = ()
) -> Iterator[tuple[Tokens, Any]]:
    while isinstance(rules, dict) and "$ref" in rules:
        target: Any = schema
        for token in rules["$ref"].removeprefix("#/").split("/"):
            target = target[token]
        rules = target
    if not isinstance(rules, dict) or id(rules) in above or len(path) > DEPTH:
        return
    if path:
        yield path, rules
    for name, member in rules.get("properties", {}).items():
        yield from _places(member, schema, (*path, name), (*above, id(rules)))
    if "items" in rules:
        yield from _places(rules["items"], schema, (*path, "0"), (*above, id(rules)))


def caught(mutations: list[Mutation]) -> list[bool]:
    """Which of them are found, by an error, a warning or a note at the pointer that was spoilt."""
    before = StackTree("app", {ROOT: Stack(ROOT, "app.template.json", {"Resources": {}})})
    resources = before.root.template["Resources"]
    operations = []
    for number, mutation in enumerate(mutations):
        resources[f"R{number}"] = mutation.sample
        operations.append(_operation(f"R{number}", mutation, number))
    after = apply(before, operations)
    found = {f.place for check in CHECKS for f in check(comparison(before, after, operations))}
    return [
        place(ROOT, ("Resources", f"R{number}", "Properties", *mutation.path)) in found
        for number, mutation in enumerate(mutations)
    ]


def _operation(logical_id: str, mutation: Mutation, line: int) -> Operation:
    """The properties with the mutation in them, written on a line of their own; what leads to it is made if missing."""
    properties = copy.deepcopy(mutation.sample.get("Properties", {}))
    at = properties
    for token, following in zip(mutation.path, mutation.path[1:], strict=False):
        member, wanted = child(at, token), list if following == "0" else dict
        if not isinstance(member, wanted) or is_intrinsic(member):
            member = _set(at, token, wanted())
        at = member
    _set(at, mutation.path[-1], mutation.value)
    span = Span(Source("overrides.yaml", ""), line + 1, 1, line + 1, 2)
    return Operation(ROOT, "add", ("Resources", logical_id, "Properties"), properties, span=span)


def _set(holder: Any, token: str, value: Json) -> Any:
    if isinstance(holder, list):
        holder[:1] = [value]
    else:
        holder[token] = value
    return value


def table(mutations: list[Mutation], hits: list[bool]) -> str:
    """Class by class: how many were found, and what was not."""
    made, found = (
        Counter(m.what for m in mutations),
        Counter(m.what for m, hit in zip(mutations, hits, strict=True) if hit),
    )
    lines = [f"{what:14} {found[what]:5} of {made[what]:5}  {found[what] / made[what]:7.1%}" for what in sorted(made)]
    lines.append(f"{'all':14} {sum(hits):5} of {len(hits):5}  {sum(hits) / len(hits):7.1%}")
    missed = sorted((m.what, str(m)) for m, hit in zip(mutations, hits, strict=True) if not hit)
    return "\n".join([*lines, *(f"missed: {what}: {text}" for what, text in missed)])


def run(seed: int, count: int | None = None) -> tuple[list[Mutation], list[bool]]:
    mutations = all_mutations()
    if count is not None:
        mutations = random.Random(seed).sample(mutations, count)
    return mutations, caught(mutations)


if __name__ == "__main__":
    seed = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    print(f"seed {seed}")
    print(table(*run(seed, int(sys.argv[2]) if len(sys.argv) > 2 else None)))
