"""`tags`: on a resource in its type's own shape, on a stack on every taggable resource below it.

Which resources: CDK tags what its classes can tag; in an Amplify base that is what carries Amplify's tags already
(CDK_NAMING.md §7). Lists and maps stay sorted by key in ICU order, as CDK keeps them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ovr.compile.context import Context, Kind, Writer
from ovr.compile.values import resolve
from ovr.errors import Finding, OvrError
from ovr.knowledge.icu import icu_key
from ovr.knowledge.types import TagShape, type_info
from ovr.language.model import KindUse
from ovr.template.diff import same
from ovr.template.intrinsics import is_intrinsic
from ovr.template.operations import Operation
from ovr.template.pointer import MISSING, Json, Tokens
from ovr.template.tree import ROOT, Node, StackTree

TagValues = dict[str, Json]
"""Tag name → value; None takes the tag away."""


def compile_tags(node: Node, use: KindUse, context: Context) -> list[Operation]:
    wanted = {key: _text(resolve(value, node.stack, context)) for key, value in use.value.items()}
    write = Writer(context, use)
    if node.kind == "resource":
        shape = _shape(context.type_of(node))
        if shape is None:
            raise OvrError(
                Finding(
                    "OVR3008",
                    f"{context.type_of(node)} takes no tags",
                    use.key_span,
                    fix="select resources that can be tagged, or a stack to tag all of its resources that can",
                )
            )
        return _tag_resource(node.stack, node.logical_id, shape, wanted, write, context, use)
    operations: list[Operation] = []
    for stack, logical_id, resource_shape in taggable_below(context.tree, node.stack):
        operations += _tag_resource(stack, logical_id, resource_shape, wanted, write, context, use)
    if node.stack == ROOT:
        operations += _tag_root(wanted, write, context)
    return operations


def _text(value: Json) -> Json:
    """Tags are strings: numbers and booleans are written as such."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, (int, float)) else value


def _shape(type_name: str) -> TagShape | None:
    info = type_info(type_name)
    return info.tags if info else None


def taggable_below(tree: StackTree, stack: str) -> Iterator[tuple[str, str, TagShape]]:
    """(stack, logical ID, shape) of the resources that a tag on this stack reaches, nested stacks included.

    Where Amplify or CDK has tagged resources already, exactly those; else every resource whose type can be tagged.
    """
    tagged_base = any(
        (shape := _shape(str(resource.get("Type")))) and shape.property in (resource.get("Properties") or {})
        for each in tree.stacks.values()
        for resource in each.resources.values()
    )
    below = [s for s in tree.stacks.values() if any(a.path == stack for a in tree.ancestors(s.path))]
    for each in below:
        for logical_id, resource in each.resources.items():
            shape = _shape(str(resource.get("Type")))
            if shape and (not tagged_base or shape.property in (resource.get("Properties") or {})):
                yield each.path, logical_id, shape


def _tag_resource(
    stack: str,
    logical_id: str,
    shape: TagShape,
    wanted: TagValues,
    write: Writer,
    context: Context,
    use: KindUse,
) -> list[Operation]:
    resource = context.tree.stacks[stack].resources[logical_id]
    path: Tokens = ("Resources", logical_id, "Properties", shape.property)
    properties = resource.get("Properties")
    present = MISSING if properties is None else properties.get(shape.property, MISSING)
    if present is not MISSING and (
        is_intrinsic(present) or not isinstance(present, dict if shape.form == "map" else list)
    ):
        raise OvrError(
            Finding(
                "OVR3008",
                f"the tags of {logical_id} are computed ({_summary(present)}), so no tag can be added to them",
                use.key_span,
                fix=f"replace them as a whole with `merge: {{{shape.property}: …}}`, or `exclude` the resource",
            )
        )
    after = tagged(present if present is not MISSING else None, wanted, shape)
    if properties is None:
        return [write(stack, "add", path[:-1], {shape.property: after})] if after else []
    if present is MISSING:
        return [write(stack, "add", path, after)] if after else []
    return [] if same(present, after) else [write(stack, "replace", path, after)]


def _summary(value: Json) -> str:
    return str(next(iter(value))) if isinstance(value, dict) and value else type(value).__name__


def tagged(present: Any, wanted: TagValues, shape: TagShape) -> Json:
    """The tags after setting and taking away, in the type's shape; sorted if they were."""
    if shape.form == "map":
        merged = {k: v for k, v in {**(present or {}), **wanted}.items() if v is not None}
        return {key: merged[key] for key in _order(list(present or {}), list(merged))}
    items = {
        item["Key"]: item for item in present or () if isinstance(item, dict) and isinstance(item.get("Key"), str)
    }
    others = [i for i in present or () if not (isinstance(i, dict) and isinstance(i.get("Key"), str))]
    extra = {"PropagateAtLaunch": True} if shape.form == "asg" else {}
    after = dict(items)
    for key, value in wanted.items():
        if value is None:
            after.pop(key, None)
        else:
            after[key] = {**items.get(key, {"Key": key, **extra}), "Value": value}
            after[key] = {k: after[key][k] for k in ("Key", "Value", *extra) if k in after[key]} | after[key]
    return [*(after[key] for key in _order(list(items), list(after))), *others]


def _order(before: list[str], after: list[str]) -> list[str]:
    return sorted(after, key=icu_key) if before == sorted(before, key=icu_key) else after


def _tag_root(wanted: TagValues, write: Writer, context: Context) -> list[Operation]:
    """The root stack's own tags, which CloudFormation keeps outside the template."""
    tags = context.tree.root.options.get("tags")
    if tags is None:
        made = {key: value for key, value in wanted.items() if value is not None}
        return [write(ROOT, "add", ("tags",), made, options=True)] if made else []
    operations = []
    for key, value in wanted.items():
        if value is None and key in tags:
            operations.append(write(ROOT, "remove", ("tags", key), options=True))
        elif value is not None and not same(tags.get(key, MISSING), value):
            operations.append(write(ROOT, "replace" if key in tags else "add", ("tags", key), value, options=True))
    return operations


KIND = Kind("tags", frozenset({"stack", "resource"}), compile_tags)
