"""A CDK cloud assembly (`cdk.out/`) as a base: manifest, root template, nested templates to any depth.

Source of the format: aws-cdk `cloud-assembly-schema`; where nested stacks stand: CDK_NAMING.md §1.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from ovr.adapters.base_files import decode, parse_json, read_bytes, unreadable
from ovr.errors import did_you_mean
from ovr.spans import Source
from ovr.template.assets import HASH, https_url, nested_asset
from ovr.template.naming import nested_stack_path
from ovr.template.pointer import Json
from ovr.template.tree import ROOT, Base, Stack, StackTree
from ovr.template.wellformed import require_template

MANIFEST = "manifest.json"
HOW_TO_MAKE = "make it again: `npx ampx sandbox --once` (Amplify) or `npx cdk synth` (another CDK app)"

MAX_STACKS = 2_000
MAX_STACK_DEPTH = 50
MAX_ASSEMBLY_DEPTH = 8
MAX_TOTAL_BYTES = 256 * 1024 * 1024
_OLDEST_FORMAT = 5  # the first with `displayName`; later majors add artifact types and fields only
_VERSION = re.compile(r"(\d{1,6})(\.\d+)*")


@dataclass(frozen=True, slots=True)
class Assembly:
    """Where the root stack stands in its assembly: the `handle` of a base of kind `assembly`.

    `root` is the folder of the whole assembly, `folder` the part below it that holds the stack's own manifest
    (empty, or `assembly-Prod/` of a CDK stage). `assets` is the asset manifest's file below `root`, if the
    stack has one. `stack_name` is the name of the stack in CloudFormation.
    """

    root: Path
    folder: str
    artifact: str
    stack_name: str
    assets: str | None


@dataclass(frozen=True, slots=True)
class _RootStack:
    """One stack artifact of a manifest. `name` is its construct path."""

    folder: str
    id: str
    name: str
    stack_name: str
    artifact: Mapping[str, Any]
    assets: str | None

    @property
    def properties(self) -> Mapping[str, Any]:
        return _mapping(self.artifact, "properties", f"the artifact `{self.id}`")


@dataclass(slots=True)
class _Files:
    """The files of one assembly: read once each, never outside it, digests kept."""

    root: Path
    location: str
    digests: dict[str, str] = field(default_factory=dict)
    total: int = 0

    def read(self, file: str) -> Source:
        """The text of a file named by its path below the assembly."""
        name = f"{self.location}/{file}"
        path = self.root / file
        try:
            inside = path.resolve().is_relative_to(self.root)
            missing = inside and not path.exists()
        except (OSError, ValueError, RuntimeError) as error:  # a NUL, a loop of links
            raise unreadable(f"{name!r} cannot be read", str(error)) from None
        if not inside:
            raise unreadable(
                f"{name} leads outside the assembly", code="OVR5006", fix=f"if the base was moved, {HOW_TO_MAKE}"
            )
        if missing:
            raise unreadable(f"{name} is missing: the assembly is not complete", fix=HOW_TO_MAKE)
        data = read_bytes(path, name)
        self.total += len(data)
        if self.total > MAX_TOTAL_BYTES:
            raise unreadable(f"{self.location} holds more than {MAX_TOTAL_BYTES // 1024 // 1024} MiB of templates")
        self.digests[file] = hashlib.sha256(data).hexdigest()
        return decode(data, name)


def load_assembly(folder: Path, location: str, stack: str | None = None) -> Base:
    """The base in an assembly's folder. `location` is how the user names the folder; `stack` names the root stack.

    Raises OvrError: OVR5002 for what cannot be read, OVR5003 where `stack` must choose among several roots,
    OVR5006 for a path that leads out of the assembly.
    """
    files = _Files(folder.resolve(), location)
    chosen = _choose(list(_root_stacks(files, "", 0)), stack, location)
    tree = _tree(files, chosen)
    if chosen.assets is not None:
        files.read(chosen.assets)
    return Base(
        kind="assembly",
        location=location,
        tree=tree,
        facts=_facts(chosen, tree.root.options["tags"]),
        digests=files.digests,
        template_url=_template_url(chosen),
        handle=Assembly(files.root, chosen.folder, chosen.id, chosen.stack_name, chosen.assets),
    )


def _root_stacks(files: _Files, folder: str, depth: int) -> Iterator[_RootStack]:
    """The stack artifacts of a manifest and of the assemblies (CDK stages) nested in it."""
    manifest = _manifest(files, folder)
    artifacts = _mapping(manifest, "artifacts", f"{folder}{MANIFEST}")
    for id, artifact in artifacts.items():
        if not isinstance(artifact, dict):
            raise unreadable(f"the artifact `{id}` of {files.location}/{folder}{MANIFEST} is not an object")
        if artifact.get("type") == "aws:cloudformation:stack":
            yield _root_stack(folder, id, artifact, artifacts)
        elif artifact.get("type") == "cdk:cloud-assembly" and depth < MAX_ASSEMBLY_DEPTH:
            below = _text(_mapping(artifact, "properties", f"the artifact `{id}`"), "directoryName", id)
            yield from _root_stacks(files, f"{folder}{PurePosixPath(below)}/", depth + 1)


def _manifest(files: _Files, folder: str) -> Mapping[str, Any]:
    source = files.read(folder + MANIFEST)
    manifest = parse_json(source)
    if not isinstance(manifest, dict):
        raise unreadable(f"{source.name} is not an object: this is no cloud assembly", fix=HOW_TO_MAKE)
    version = manifest.get("version")
    match = _VERSION.fullmatch(version) if isinstance(version, str) else None
    if match is None or int(match[1]) < _OLDEST_FORMAT:
        raise unreadable(
            f"{source.name} has no format version that ovr can read",
            f"expected `version` to be `{_OLDEST_FORMAT}.0.0` or newer, found {version!r}",
            fix=HOW_TO_MAKE,
        )
    return manifest


def _root_stack(folder: str, id: str, artifact: dict[str, Any], artifacts: Mapping[str, Any]) -> _RootStack:
    what = f"the artifact `{id}`"
    properties = _mapping(artifact, "properties", what)
    dependencies = artifact.get("dependencies")
    beside = (
        [artifacts.get(d) for d in dependencies if isinstance(d, str)] if isinstance(dependencies, list) else []
    )
    manifests = [a for a in beside if isinstance(a, dict) and a.get("type") == "cdk:asset-manifest"]
    assets = _text(_mapping(manifests[0], "properties", what), "file", what) if manifests else None
    return _RootStack(
        folder=folder,
        id=id,
        name=_text({"displayName": id} | artifact, "displayName", what),
        stack_name=_text({"stackName": id, **properties}, "stackName", what),
        artifact=artifact,
        assets=folder + assets if assets is not None else None,
    )


def _choose(roots: list[_RootStack], wanted: str | None, location: str) -> _RootStack:
    """The root stack meant. With no name there must be exactly one."""
    if not roots:
        raise unreadable(f"{location} has no stack", fix=HOW_TO_MAKE)
    found = [r for r in roots if wanted is None or wanted in (r.id, r.name, r.stack_name)]
    if len(found) == 1:
        return found[0]
    names = [r.name if r.name == r.stack_name else f"{r.name} ({r.stack_name})" for r in roots]
    listed = f"the root stack{'s are' if len(roots) > 1 else ' is'} {', '.join(names)}"
    if wanted is None or found:
        raise unreadable(
            f"{location} has {len(roots)} root stacks",
            listed,
            code="OVR5003",
            fix=f"name one: `--stack {roots[0].name}`",
        )
    near = did_you_mean(wanted, [name for r in roots for name in (r.name, r.stack_name)])
    otherwise = "name one with `--stack`" if len(roots) > 1 else "leave `--stack` out: there is only the one"
    raise unreadable(f"{location} has no root stack `{wanted}`", listed, code="OVR5003", fix=near or otherwise)


def _tree(files: _Files, chosen: _RootStack) -> StackTree:
    """The root stack and, depth first, every nested stack whose template is in the assembly."""
    file = chosen.folder + _text(chosen.properties, "templateFile", f"the artifact `{chosen.id}`")
    options = {
        "tags": _tags(chosen),
        "terminationProtection": chosen.properties.get("terminationProtection") is True,
    }
    stacks = {ROOT: Stack(ROOT, file, _template(files, file), options=options)}
    _add_nested(files, chosen, stacks[ROOT], stacks, (file,))
    return StackTree(chosen.name, stacks)


def _add_nested(
    files: _Files, chosen: _RootStack, parent: Stack, stacks: dict[str, Stack], trail: tuple[str, ...]
) -> None:
    for logical_id, resource in parent.resources.items():
        asset = nested_asset(resource)
        if asset is None:
            continue
        file = str(PurePosixPath(chosen.folder + asset))
        if file in trail or len(trail) > MAX_STACK_DEPTH or len(stacks) >= MAX_STACKS:
            raise unreadable(
                f"the nested stacks of {files.location} are a loop, too deep or too many",
                f"at `{logical_id}` of {parent.file}, whose template is {file}",
                fix=HOW_TO_MAKE,
            )
        pseudo = f"{parent.path}/{logical_id}" if parent.path else logical_id
        path = nested_stack_path(chosen.name, resource) or pseudo
        path = pseudo if path in stacks else path
        if path in stacks:
            raise unreadable(f"two nested stacks of {files.location} have the path `{path}`", fix=HOW_TO_MAKE)
        stacks[path] = Stack(path, file, _template(files, file), parent.path, logical_id)
        _add_nested(files, chosen, stacks[path], stacks, (*trail, file))


def _template(files: _Files, file: str) -> dict[str, Json]:
    source = files.read(file)
    return require_template(parse_json(source), source.name)


def _tags(chosen: _RootStack) -> dict[str, str]:
    tags = chosen.properties.get("tags", {})
    if not isinstance(tags, dict) or not all(isinstance(v, str) for v in tags.values()):
        raise unreadable(f"the tags of the artifact `{chosen.id}` are not names and texts", fix=HOW_TO_MAKE)
    return tags


def _template_url(chosen: _RootStack) -> Json:
    """Where the root template is published under its hash; None where the assembly's asset manifest does not say so."""
    url = chosen.properties.get("stackTemplateAssetObjectUrl")
    if chosen.assets is None or not isinstance(url, str) or not HASH.search(url):
        return None
    return https_url(url, _environment(chosen).get("region"))


def _environment(chosen: _RootStack) -> dict[str, str]:
    """The account and region of a stack that is made for one."""
    place = re.fullmatch(r"aws://([^/]+)/([^/]+)", str(chosen.artifact.get("environment")))
    named = {"account": place[1], "region": place[2]} if place else {}
    return {key: value for key, value in named.items() if not value.startswith("unknown-")}


def _facts(chosen: _RootStack, tags: Mapping[str, str]) -> dict[str, str]:
    """What tags, stack name and environment tell of the deployment; nothing that they do not.

    Amplify names a stack `amplify-<app>-<sandbox or branch>-<type>-<hash>`, each part without dashes.
    """
    parts = chosen.stack_name.split("-")
    amplify = parts if len(parts) == 5 and parts[0] == "amplify" and parts[3] in ("sandbox", "branch") else None
    facts = {"app": amplify[1], "environment": amplify[2], "type": amplify[3]} if amplify else {}
    for fact, tag in (("type", "deployment-type"), ("environment", "branch-name"), ("app", "app-id")):
        if value := tags.get(f"amplify:{tag}"):
            facts[fact] = value
    return facts | _environment(chosen)


def _mapping(value: Mapping[str, Any], key: str, what: str) -> Mapping[str, Any]:
    found = value.get(key)
    if not isinstance(found, dict):
        raise unreadable(f"`{key}` of {what} is not an object", fix=HOW_TO_MAKE)
    return found


def _text(value: Mapping[str, Any], key: str, what: str) -> str:
    found = value.get(key)
    if not isinstance(found, str) or not found:
        raise unreadable(f"`{key}` of {what} is not a text", fix=HOW_TO_MAKE)
    return found
