"""Asset hashes of templates: what a changed template renews above it.

A nested template is published under a name made of its hash, which stands in its parent's `TemplateURL`; so a
change goes up to the root. Source: CDK_NAMING.md §9; of a nested template CDK hashes the compact JSON, of the
root template the file's bytes.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ovr.errors import Finding, OvrError
from ovr.template.diff import same
from ovr.template.pointer import Json
from ovr.template.tree import NESTED_STACK, ROOT, Stack, StackTree

ASSET_PATH = "aws:asset:path"
"""The key in a nested stack's `Metadata` that holds its template's file in the assembly."""

HASH = re.compile(r"[0-9a-f]{64}")
"""An asset's hash, where it stands in a URL or a name."""
_TEMPLATE = ".template.json"
_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Renamed:
    """A template published under a new hash, or for the first time (`old` is None).

    `path` is its file as the asset manifest names it.
    """

    old: str | None
    new: str
    path: str


@dataclass(frozen=True, slots=True)
class Renewal:
    """What the changes of a tree mean for its files.

    `texts` maps each template file that differs to its new text, every `TemplateURL` in it renewed; `renamed`
    are the assets with a new hash; `kept` maps an old hash to the file of an unchanged template that shared it.
    """

    texts: Mapping[str, str]
    renamed: tuple[Renamed, ...]
    kept: Mapping[str, str]


def nested_asset(resource: Mapping[str, Json]) -> str | None:
    """The template file of a nested stack that the assembly itself holds; None for any other resource."""
    if resource.get("Type") != NESTED_STACK:
        return None
    path = (resource.get("Metadata") or {}).get(ASSET_PATH)
    return path if isinstance(path, str) and path else None


def https_url(object_url: str, region: str | None) -> Json:
    """`s3://bucket/key` as CDK writes the `TemplateURL` of a nested stack; `region` is None where it is not known.

    Source: the forms that aws-cdk-lib 2.276 gives for its synthesizers, with and without an environment.
    """
    bucket, _, key = object_url.removeprefix("s3://").partition("/")
    place: list[Json] = [f"https://s3.{region}."] if region else ["https://s3.", {"Ref": "AWS::Region"}, "."]
    place.append({"Ref": "AWS::URLSuffix"})
    place += ["/", {"Fn::Sub": bucket}, f"/{key}"] if "${" in bucket else [f"/{bucket}/{key}"]
    return {"Fn::Join": ["", place]}


def template_text(template: Json) -> str:
    """A template as CDK writes it: one space of indentation, no line break at the end."""
    return utf8_safe(json.dumps(template, indent=1, ensure_ascii=False))


def utf8_safe(text: str) -> str:
    """JSON text that UTF-8 can hold: half a surrogate pair is escaped, as JSON.stringify does."""
    return _SURROGATE.sub(lambda half: f"\\u{ord(half[0]):04x}", text)


def nested_hash(template: Json) -> str:
    """The hash of a nested template: SHA-256 of its JSON without white space."""
    return sha256(utf8_safe(json.dumps(template, separators=(",", ":"), ensure_ascii=False)))


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def renew(before: StackTree, after: StackTree, assets: Mapping[str, Any]) -> Renewal:
    """What follows from the difference between two trees. `assets` is `files` of the asset manifest.

    Children come before their parents, whose `TemplateURL` they change. Raises OvrError OVR5007 for a changed
    nested template that is not an asset: nothing would publish it. (A root template that is none is uploaded by
    the deploying tool; a nested one whose resource was removed is not needed any more.)
    """
    texts: dict[str, str] = {}
    renamed: list[Renamed] = []
    unchanged: dict[str, str] = {}
    tree = after
    for path in reversed(list(after.stacks)):
        stack = tree.stacks[path]
        old = before.stacks.get(path)
        published, asset_path = _published(tree, stack, assets, new=old is None)
        if old is not None and same(old.template, stack.template):
            unchanged[published or ""] = asset_path
            continue
        texts[stack.file] = template_text(stack.template)
        if published is not None:
            fresh = sha256(texts[stack.file]) if path == ROOT else nested_hash(stack.template)
            renamed.append(Renamed(published if old else None, fresh, asset_path))
            tree = _with_url(tree, stack, published, fresh)
        elif path != ROOT and _resource(tree, stack) is not None:
            raise _unpublished(stack)
    kept = {r.old: unchanged[r.old] for r in renamed if r.old is not None and r.old in unchanged}
    return Renewal(texts, tuple(renamed), kept)


def renewed_assets(assets: Mapping[str, Any], renewal: Renewal) -> dict[str, Any]:
    """`files` of the asset manifest with the renamed templates under their new hashes, all else as it was.

    An entry is renamed where it stands, in its key and in the `objectKey` of its destinations; a new one is published
    as other templates are.
    """
    fresh: dict[str, Any] = {}
    for key, entry in assets.items():
        renamed = [r for r in renewal.renamed if r.old == key]
        if not renamed:
            fresh[key] = entry
        if key in renewal.kept:
            fresh[key] = _entry(entry, key, key, renewal.kept[key])
        for r in renamed:
            fresh[r.new] = _entry(entry, key, r.new, r.path)
    model = _template_key(assets)
    for r in renewal.renamed:
        if r.old is None and model is not None:
            entry = {key: value for key, value in assets[model].items() if key != "displayName"}
            fresh.setdefault(r.new, _entry(entry, model, r.new, r.path))
    return fresh


def _template_key(assets: Mapping[str, Any]) -> str | None:
    """The key of a template among the assets."""
    return next((key for key, entry in assets.items() if str(entry["source"].get("path")).endswith(_TEMPLATE)), None)


def _entry(entry: dict[str, Any], old: str, new: str, path: str) -> dict[str, Any]:
    destinations = {
        name: {**place, "objectKey": place["objectKey"].replace(old, new)}
        for name, place in entry["destinations"].items()
    }
    return {**entry, "source": {**entry["source"], "path": path}, "destinations": destinations}


def _published(tree: StackTree, stack: Stack, assets: Mapping[str, Any], *, new: bool) -> tuple[str | None, str]:
    """The hash under which a stack's template is published now, if it is; its file in the asset manifest.

    A new stack's is the one that its resource names, provided that there are templates to publish it like.
    """
    if stack.path == ROOT:
        path = stack.file.rpartition("/")[2]
        return next((key for key, entry in assets.items() if entry["source"].get("path") == path), None), path
    _, resource = _resource(tree, stack) or ("", {})
    found = HASH.findall(json.dumps((resource.get("Properties") or {}).get("TemplateURL")))
    known = found if new and _template_key(assets) else [key for key in found if key in assets]
    return next(iter(known), None), nested_asset(resource) or stack.file


def _resource(tree: StackTree, stack: Stack) -> tuple[str, dict[str, Json]] | None:
    """The nested stack's resource in its parent; one that was renamed is known by its template file."""
    resources = tree.stacks[stack.parent or ROOT].resources
    if stack.logical_id in resources:
        return stack.logical_id, resources[stack.logical_id]
    for logical_id, resource in resources.items():
        asset = nested_asset(resource)
        if asset is not None and stack.file.endswith(asset):
            return logical_id, resource
    return None


def _with_url(tree: StackTree, stack: Stack, old: str, new: str) -> StackTree:
    """The tree with the hash in the stack's `TemplateURL` replaced."""
    found = _resource(tree, stack)
    if stack.path == ROOT or found is None:
        return tree
    logical_id, resource = found
    parent = tree.stacks[stack.parent or ROOT]
    properties = {
        **resource["Properties"],
        "TemplateURL": _replaced(resource["Properties"]["TemplateURL"], old, new),
    }
    resources = {**parent.resources, logical_id: {**resource, "Properties": properties}}
    return tree.with_template(parent.path, {**parent.template, "Resources": resources})


def _replaced(value: Json, old: str, new: str) -> Json:
    if isinstance(value, str):
        return value.replace(old, new)
    if isinstance(value, list):
        return [_replaced(item, old, new) for item in value]
    if isinstance(value, dict):
        return {key: _replaced(item, old, new) for key, item in value.items()}
    return value


def _unpublished(stack: Stack) -> OvrError:
    return OvrError(
        Finding(
            "OVR5007",
            f"the template of the stack `{stack.path}` cannot be published",
            details=("its TemplateURL names no file of the asset manifest",),
            fix="leave the TemplateURL of nested stacks as CDK wrote it",
        )
    )
