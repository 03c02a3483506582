"""`resources`: adds resources to a stack, given as CloudFormation."""

from __future__ import annotations

import re

from ovr.compile.context import Context, Kind, Writer
from ovr.compile.tags import in_order, own_tags, tagged
from ovr.compile.values import resolve
from ovr.errors import Finding, OvrError, did_you_mean
from ovr.knowledge.pseudo import RESOURCE_KEYS
from ovr.knowledge.types import TagShape, type_info
from ovr.language.model import KindUse
from ovr.language.values import Located
from ovr.template.operations import Operation
from ovr.template.pointer import Json
from ovr.template.tree import ROOT, Node, StackTree

LOGICAL_ID = re.compile(r"[A-Za-z0-9]{1,255}")
"""CloudFormation user guide, "Resources": alphanumeric, unique within the template."""


def compile_resources(node: Node, use: KindUse, context: Context) -> list[Operation]:
    write = Writer(context, use)
    template = context.stack(node).template
    operations = []
    for logical_id, written in use.value.items():
        check_logical_id(logical_id, written, template)
        resource = _as_amplify_makes_it(_resource(written, node, context), node, context)
        operations.append(write(node.stack, "add", ("Resources", logical_id), resource))
    return operations


def check_logical_id(logical_id: str, written: Located, template: dict[str, Json]) -> None:
    """Raises OvrError where the name cannot be a logical ID or is taken in this template."""
    if not LOGICAL_ID.fullmatch(logical_id):
        fixed = re.sub(r"[^A-Za-z0-9]", "", logical_id)[:255]
        raise OvrError(
            Finding(
                "OVR3010",
                f"`{logical_id}` is no logical ID: only letters and digits, at most 255",
                written.key_span,
                fix=f"write `{fixed}`" if fixed else None,
            )
        )
    for section in ("Resources", "Parameters"):
        if logical_id in (template.get(section) or {}):
            what = "resource" if section == "Resources" else "parameter"
            raise OvrError(
                Finding(
                    "OVR3009",
                    f"this stack has a {what} `{logical_id}` already",
                    written.key_span,
                    fix="choose another logical ID, or change what is there with `merge` or `patch`",
                )
            )


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


def _as_amplify_makes_it(resource: dict[str, Json], node: Node, context: Context) -> dict[str, Json]:
    """With what Amplify gives its own: its tags and, in a sandbox, deletion with the stack. What is stated wins."""
    made = dict(resource)
    info = type_info(str(made.get("Type")))
    tags = stack_tags(context.tree, node.stack)
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
    keys = set(present) if shape.form == "map" else {tag.get("Key") for tag in present if isinstance(tag, dict)}
    return tagged(present, {key: value for key, value in defaults.items() if key not in keys}, shape)


def stack_tags(tree: StackTree, stack: str) -> dict[str, Json]:
    """Amplify's tags for a resource directly below a stack: those of the stack's own resource, below the root
    those of the top-level nested stacks (CDK_NAMING.md §7). Empty where the base has none."""
    if stack == ROOT:
        first = next(iter(tree.children(ROOT)), None)
        return own_tags(tree, first.path) if first else dict(tree.root.options.get("tags") or {})
    return own_tags(tree, stack)


KIND = Kind("resources", frozenset({"stack"}), compile_resources, single=True)
