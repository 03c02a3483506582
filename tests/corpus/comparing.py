"""What CDK makes of a case, and in which respects two sets of templates differ.

A case's `expected.json` holds CDK's changes against the base; what `case.json` calls `semantic` may differ in
the ways that its `normalise` (or an alternative's `renames`) names, which are undone here before comparing.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

Json = Any
Templates = dict[str, Json]
"""File name → template."""

Difference = tuple[str, Json, Json]
"""Place (`file: pointer`), what CDK has, what ovr has; ABSENT for nothing."""

ABSENT = "(nothing)"


def expected_templates(base: Templates, expected: Mapping[str, Any], added: Mapping[str, Json]) -> Templates:
    """CDK's templates: the base with the changes of `expected.json`. `added` are the new templates beside it.

    Raises ValueError where the base is not what the change says it was.
    """
    templates = dict(base)
    for file, entry in expected.items():
        if entry["status"] == "added":
            templates[file] = added[file]
            continue
        templates[file] = copy.deepcopy(base[file])
        for change in entry["changes"]:
            _change(templates[file], change, file)
    return templates


def _change(template: Json, change: Mapping[str, Any], file: str) -> None:
    *parents, last = [t.replace("~1", "/").replace("~0", "~") for t in change["path"].split("/")[1:]]
    at = template
    for token in parents:
        at = at[int(token)] if isinstance(at, list) else at[token]
    key: Any = int(last) if isinstance(at, list) else last
    present = key < len(at) if isinstance(at, list) else key in at
    if present != (change["op"] != "+") or (present and not same(at[key], change["old"])):
        raise ValueError(f"{file}: {change['op']} {change['path']} does not fit the base")
    if change["op"] == "-":
        del at[key]
    elif isinstance(at, list) and not present:
        at.append(change["new"])
    else:
        at[key] = change["new"]


def same(one: Json, other: Json) -> bool:
    """Equality as JSON has it: true is not 1."""
    return next(differences(one, other), None) is None


def differences(cdk: Json, ovr: Json, place: str = "") -> Iterator[Difference]:
    """Where two JSON values differ, without regard to the order of members."""
    if isinstance(cdk, dict) and isinstance(ovr, dict):
        for key in [*cdk, *(k for k in ovr if k not in cdk)]:
            at = f"{place}/{key.replace('~', '~0').replace('/', '~1')}"
            yield from differences(cdk.get(key, ABSENT), ovr.get(key, ABSENT), at)
    elif isinstance(cdk, list) and isinstance(ovr, list) and len(cdk) == len(ovr):
        for index, (one, other) in enumerate(zip(cdk, ovr, strict=True)):
            yield from differences(one, other, f"{place}/{index}")
    elif type(cdk) is not type(ovr) or cdk != ovr:
        yield place, cdk, ovr


def compare(cdk: Templates, ovr: Templates) -> list[Difference]:
    """Where two sets of templates differ."""
    return [
        (f"{file}: {place or '/'}", one, other)
        for file in sorted({*cdk, *ovr})
        for place, one, other in differences(cdk.get(file, ABSENT), ovr.get(file, ABSENT))
    ]


def replace_strings(value: Json, change: Callable[[str], str]) -> Json:
    """The value with each string, keys included, changed."""
    if isinstance(value, dict):
        return {change(key): replace_strings(member, change) for key, member in value.items()}
    if isinstance(value, list):
        return [replace_strings(item, change) for item in value]
    return change(value) if isinstance(value, str) else value


def rename(template: Json, names: Mapping[str, str]) -> Json:
    """The template with logical IDs called otherwise wherever they stand (a PolicyName is one too)."""
    in_sub = re.compile(r"\$\{(" + "|".join(map(re.escape, names)) + r")(?=[.}])")

    def renamed(text: str) -> str:
        return names.get(text) or in_sub.sub(lambda found: "${" + names[found[1]], text)

    return replace_strings(template, renamed) if names else template


def one_form(value: Json) -> Json:
    """Fn::Sub as the Fn::Join that says the same, joins flat and literals merged, DependsOn always a list."""
    if isinstance(value, list):
        return [one_form(item) for item in value]
    if not isinstance(value, dict):
        return value
    value = {k: [v] if k == "DependsOn" and isinstance(v, str) else one_form(v) for k, v in value.items()}
    if list(value) == ["Fn::Sub"] and isinstance(value["Fn::Sub"], str):
        return _joined(_parts_of_sub(value["Fn::Sub"]))
    if list(value) == ["Fn::Join"] and value["Fn::Join"][0] == "":
        return _joined(value["Fn::Join"][1])
    return value


def _parts_of_sub(text: str) -> list[Json]:
    parts: list[Json] = []
    for index, part in enumerate(re.split(r"\$\{([^!}][^}]*)\}", text)):
        if index % 2 == 0:
            parts.append(part.replace("${!", "${"))
        elif "." in part:
            parts.append({"Fn::GetAtt": part.split(".", 1)})
        else:
            parts.append({"Ref": part})
    return parts


def _joined(parts: list[Json]) -> Json:
    flat: list[Json] = []
    for part in parts:
        nested = part["Fn::Join"][1] if isinstance(part, dict) and part.get("Fn::Join", [None])[0] == "" else [part]
        for piece in nested:
            if isinstance(piece, str) and flat and isinstance(flat[-1], str):
                flat[-1] += piece
            elif piece != "":
                flat.append(piece)
    return {"Fn::Join": ["", flat]} if len(flat) != 1 else flat[0]


def without_defaults(resource: Json) -> Json:
    """A new resource without what CDK and Amplify give by themselves: path, tags, deletion policies."""
    bare = {k: v for k, v in resource.items() if k != "Metadata"}
    for policy in ("DeletionPolicy", "UpdateReplacePolicy"):
        if bare.get(policy) == "Delete":
            del bare[policy]
    properties = dict(bare.get("Properties", {}))
    for name in [n for n in properties if n.endswith("Tags")]:
        tags = properties[name]
        kept: Json = (
            {k: v for k, v in tags.items() if not _amplifys(k)}
            if isinstance(tags, dict)
            else [tag for tag in tags if not _amplifys(tag["Key"])]
        )
        if kept:
            properties[name] = kept
        else:
            del properties[name]
    return {**bare, "Properties": properties}


def _amplifys(key: str) -> bool:
    return key.startswith("amplify:") or key == "created-by"


def as_json(value: Json, limit: int = 90) -> str:
    text = value if value is ABSENT else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= limit else text[: limit - 1] + "…"
