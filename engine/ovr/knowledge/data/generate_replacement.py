"""Makes replacement.jsonl: which changes of a property make CloudFormation replace the resource.

    npm pack @aws-cdk/aws-service-spec && tar xzf aws-cdk-aws-service-spec-*.tgz
    python engine/ovr/knowledge/data/generate_replacement.py package

Not part of the wheel. It joins AWS's provider schemas, from cfn-lint's own copy of them, with CDK's service spec
(the unpacked npm package), since neither has all that AWS's documentation says. One line per type, sorted:
`TYPE<tab>JSON`, where JSON has (each only if there is something to say)

- `c`: create-only properties of AWS's schema; `k`: what only CDK's spec says is replaced;
- `m`: conditionally create-only ones of AWS's schema; `n`: what only CDK's spec says may be replaced;
- `t`: the property of tags that cannot be updated;
- `i`: what a resource is identified by, where all of it is given by the user;
- `r`: 1 where a replaced resource is deleted before the new one is made.

Paths are without `/properties/` and without the `*` for the items of a list. A type that is known and has nothing to
say has an empty line. Types of the serverless transform are left out: the transform makes others of them.
"""

from __future__ import annotations

import gzip
import json
import sys
from collections.abc import Iterator
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Any

JsonObject = dict[str, Any]
HERE = Path(__file__).parent


def pointers(schema: JsonObject, keyword: str) -> list[str]:
    """The properties that a keyword of the schema lists, in our form."""
    return sorted({_plain(p.removeprefix("/properties/").split("/")) for p in schema.get(keyword, [])})


def _plain(path: list[str]) -> str:
    return "/".join(token for token in path if token != "*")


class ServiceSpec:
    """CDK's database of CloudFormation types."""

    def __init__(self, package: Path) -> None:
        database = json.loads(gzip.decompress((package / "db.json.gz").read_bytes()))["schema"]
        self.version = json.loads((package / "package.json").read_text(encoding="utf-8"))["version"]
        self.types: JsonObject = {each["cloudFormationType"]: each for each in database["resource"]["entities"]}
        self._definitions = {each["$id"]: each["properties"] for each in database["typeDefinition"]["entities"]}

    def replaced(self, name: str, answer: str) -> list[str]:
        """The properties of a type, nested ones too, of which the spec answers `yes` or `maybe`."""
        found = self._walk(self.types[name]["properties"], []) if name in self.types else ()
        return sorted({path for path, given in found if given == answer})

    def _walk(self, properties: JsonObject, path: list[str], inside: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
        for name, declared in properties.items():
            at = [*path, name]
            if declared.get("causesReplacement") in ("yes", "maybe"):
                yield _plain(at), declared["causesReplacement"]
            for reference in _references(declared["type"]):
                if reference not in inside:
                    yield from self._walk(self._definitions[reference], at, (*inside, reference))


def _references(declared: JsonObject) -> Iterator[str]:
    """The definitions that a type of the spec is made of."""
    if declared["type"] == "ref":
        yield declared["reference"]["$ref"]
    for part in [declared["element"]] if "element" in declared else declared.get("types", []):
        yield from _references(part)


def facts(schema: JsonObject, spec: ServiceSpec) -> JsonObject:
    """What is written of one type."""
    name = schema["typeName"]
    always = pointers(schema, "createOnlyProperties")
    also = _beyond(spec.replaced(name, "yes"), always)
    sometimes = _beyond(pointers(schema, "conditionalCreateOnlyProperties"), [*always, *also])
    perhaps = _beyond(spec.replaced(name, "maybe"), [*always, *also, *sometimes])
    found = {
        "c": always,
        "k": also,
        "m": sometimes,
        "n": perhaps,
        "t": _fixed_tags(schema),
        "i": _given_identifier(schema),
        "r": int(schema.get("replacementStrategy") == "delete_then_create"),
    }
    return {key: value for key, value in found.items() if value}


def _beyond(paths: list[str], known: list[str]) -> list[str]:
    """The paths that are not at or below a known one, nor below another of them."""
    beginnings = {path: ["/".join(path.split("/")[:n]) for n in range(1, path.count("/") + 2)] for path in paths}
    return [p for p in paths if not ({*beginnings[p]} & {*known}) and not ({*beginnings[p][:-1]} & {*paths})]


def _fixed_tags(schema: JsonObject) -> str:
    tagging = schema.get("tagging") or {}
    fixed = tagging.get("taggable") and tagging.get("tagUpdatable") is False
    return str(tagging.get("tagProperty", "/properties/Tags")).removeprefix("/properties/") if fixed else ""


def _given_identifier(schema: JsonObject) -> list[str]:
    identifier = pointers(schema, "primaryIdentifier")
    return [] if {*identifier} & {*pointers(schema, "readOnlyProperties")} else identifier


def main() -> None:
    data = files("cfnlint") / "data" / "schemas"
    date = json.loads((data / "version.json").read_text(encoding="utf-8"))["schema_date"]
    spec = ServiceSpec(Path(sys.argv[1]))
    schemas = {name: {"typeName": name} for name in spec.types}
    for file in (data / "resources").iterdir():
        schema = json.loads(file.read_text(encoding="utf-8"))
        schemas[schema["typeName"]] = schema
    lines = [
        f"# AWS's provider schemas of {date}, from cfn-lint {version('cfn-lint')}; "
        f"CDK's @aws-cdk/aws-service-spec {spec.version}; made by generate_replacement.py"
    ]
    for name, schema in sorted(schemas.items()):
        if not name.startswith("AWS::Serverless::"):
            lines.append(f"{name}\t{json.dumps(facts(schema, spec), separators=(',', ':'))}")
    (HERE / "replacement.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{len(lines) - 1} types")


if __name__ == "__main__":
    main()
