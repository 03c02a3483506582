"""`resources`: adds resources to a stack, given as CloudFormation."""

from __future__ import annotations

import re

from ovr.compile.context import Context, Kind, Place, Writer
from ovr.compile.tags import has_key, in_order, own_tags, tagged
from ovr.compile.values import resolve
from ovr.errors import Finding, OvrError, did_you_mean
from ovr.knowledge.pseudo import RESOURCE_KEYS
from ovr.knowledge.types import TagShape, type_info
from ovr.language.model import KindUse
from ovr.language.values import Located
from ovr.spans import Span
from ovr.template.operations import Operation
from ovr.template.pointer import Json
from ovr.template.tree import ROOT, Node, StackTree

LOGICAL_ID = re.compile(r"[A-Za-z0-9]{1,255}")
"""CloudFormation user guide, "Resources": alphanumeric, unique within the template."""


def compile_resources(node: Node, use: KindUse, context: Context) -> list[Operation]:
    write = Writer(context, use)
    template = context.stack(node).template
    tags = stack_tags(context.tree, node.stack)
    operations: list[Operation] = []
    findings: list[Finding] = []
    for logical_id, written in use.value.items():
        path, at = ("Resources", logical_id), written.key_span
        try:
            check_logical_id(logical_id, at, template)
            resource = as_amplify_makes_it(_resource(written, node, context), tags, context)
        except OvrError as error:
            findings += error.findings
        else:
            operations.append(write(node.stack, "add", path, resource, span=at, written=Place(written, path)))
    if findings:
        raise OvrError(findings)
    return operations


def check_logical_id(logical_id: str, span: Span, template: dict[str, Json]) -> None:
    """Raises OvrError where the name cannot be a logical ID or is taken in this template."""
    if not LOGICAL_ID.fullmatch(logical_id):
        if logical_id.startswith("Fn::ForEach"):
            message = f"`{logical_id}` is a loop, which ovr cannot follow"
            raise OvrError(Finding("OVR3010", message, span, fix="write the resources out"))
        message = f"`{logical_id}` is no logical ID: only letters and digits, at most 255"
        raise OvrError(Finding("OVR3010", message, span, fix=spelt_as_id(logical_id)))
    for section in ("Resources", "Parameters"):
        if logical_id in (template.get(section) or {}):
            what = "resource" if section == "Resources" else "parameter"
            raise OvrError(
                Finding(
                    "OVR3009",
                    f"this stack has a {what} `{logical_id}` already",
                    span,
                    fix="choose another logical ID, or change what is there with `merge` or `patch`",
                )
            )


def spelt_as_id(name: str) -> str | None:
    """What to write for a name that is no logical ID."""
    fixed = re.sub(r"[^A-Za-z0-9]+(.?)", lambda match: match[1].upper(), name)[:255]
    return f"write `{fixed}`" if LOGICAL_ID.fullmatch(fixed) else None


def _resource(written: Located, node: Node, context: Context) -> dict[str, Json]:
    findings = [
        Finding(
            "OVR1003",
            f"a resource has no attribute `{key}`",
            at.key_span,
            details=("it has " + ", ".join(RESOURCE_KEYS),),
            fix=did_you_mean(key, RESOURCE_KEYS),
        )
        for key, at in written.items()
        if key not in RESOURCE_KEYS
    ]
    if findings:
        raise OvrError(findings)
    resource: dict[str, Json] = resolve(written, node.stack, context)
    return resource


def as_amplify_makes_it(resource: dict[str, Json], tags: dict[str, Json], context: Context) -> dict[str, Json]:
    """With what Amplify gives its own: its tags and, in a sandbox, deletion with the stack. What is stated wins."""
    made = dict(resource)
    info = type_info(str(made.get("Type")))
    if info and info.tags and tags:
        properties = dict(made.get("Properties") or {})
        stated = properties.get(info.tags.property)
        if stated is None or isinstance(stated, dict if info.tags.form == "map" else list):
            properties[info.tags.property] = _with_defaults(stated, tags, info.tags)
            made["Properties"] = properties
    if context.base.sandbox:
        made.setdefault("UpdateReplacePolicy", "Delete")
        made.setdefault("DeletionPolicy", "Delete")
    return made


def _with_defaults(stated: Json, defaults: dict[str, Json], shape: TagShape) -> Json:
    """The stated tags, and the defaults whose keys are not stated; sorted, as CDK sorts those of a new resource."""
    present = in_order(stated or ({} if shape.form == "map" else []))
    keys = set(present) if shape.form == "map" else {tag["Key"] for tag in present if has_key(tag)}
    return tagged(present, {key: value for key, value in defaults.items() if key not in keys}, shape)


def stack_tags(tree: StackTree, stack: str) -> dict[str, Json]:
    """The tags that a resource directly below a stack gets: the root stack's own, or those of the nested stack's
    resource (CDK_NAMING.md §7). Empty where the base has none."""
    return dict(tree.root.options.get("tags") or {}) if stack == ROOT else own_tags(tree, stack)


KIND = Kind("resources", frozenset({"stack"}), compile_resources, single=True)
