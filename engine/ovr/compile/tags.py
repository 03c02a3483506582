"""`tags`: on a resource in its type's own shape, on a stack on every taggable resource below it.

Which resources: CDK tags what its classes can tag; in a base whose root stack has tags, as Amplify's has, that is
what carries tags already (CDK_NAMING.md §7). Lists and maps stay sorted by key in ICU order, as CDK keeps them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from typing import Any

from ovr.compile.context import Context, Kind, Writer
from ovr.compile.values import resolve
from ovr.errors import Finding, OvrError
from ovr.knowledge.icu import icu_key
from ovr.knowledge.types import TagShape, type_info
from ovr.language.model import KindUse
from ovr.language.values import Located
from ovr.template.diff import same
from ovr.template.intrinsics import is_intrinsic
from ovr.template.naming import construct_path
from ovr.template.operations import Operation
from ovr.template.pointer import MISSING, Json, Tokens
from ovr.template.tree import NESTED_STACK, ROOT, Node, StackTree

TagValues = dict[str, Json]
"""Tag name → value; None takes the tag away."""

_RAW_HELPER = re.compile(r"CustomResourceProvider/(?:Role|Handler)$")
"""Paths of what CDK writes as CloudFormation of no class, so that its tags pass it by (CDK_NAMING.md §7)."""

_LONGEST_KEY = 128
_LONGEST_VALUE = 256


def compile_tags(node: Node, use: KindUse, context: Context) -> list[Operation]:
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
        return _tag_resource(
            node.stack, node.logical_id, shape, _wanted(use, node.stack, context), write, context, use
        )
    operations: list[Operation] = []
    selectors = (*context.override.exclude, *context.override.withheld)
    excluded = {each.key for selector in selectors for each in context.resolver.find(selector)}
    reached = taggable_below(context.tree, node.stack, bool(context.base.tree.root.options.get("tags")))
    for stack, group in groupby(reached, key=itemgetter(0)):
        wanted = _wanted(use, stack, context)
        for _, logical_id, resource_shape in group:
            if (stack, ("Resources", logical_id)) in excluded or (stack, ()) in excluded:
                continue
            operations += _tag_resource(stack, logical_id, resource_shape, wanted, write, context, use)
    if node.stack == ROOT:
        return operations + _tag_root(_wanted(use, ROOT, context), write, context)
    return operations + _tag_nested(node, write, context, use)


def _wanted(use: KindUse, stack: str, context: Context) -> TagValues:
    """The tags as they stand in the template of one stack: a reference is another one in each."""
    wanted = {key: as_text(resolve(value, stack, context), value) for key, value in use.value.items()}
    flaws = [(key, why) for key, value in wanted.items() if (why := _flaw(key, value))]
    if flaws:
        raise OvrError(Finding("OVR3022", why, use.value[key].key_span) for key, why in flaws)
    return wanted


def _flaw(key: str, value: Json) -> str | None:
    """Why CloudFormation would not take a tag (user guide, "Resource tag"); None if it would."""
    if key.casefold().startswith("aws:"):
        return f"the tag `{key}` cannot be set: names that begin with `aws:` belong to AWS"
    if not 0 < len(key) <= _LONGEST_KEY:
        return f"the name of a tag has 1 to {_LONGEST_KEY} characters; this one has {len(key)}"
    if isinstance(value, str) and len(value) > _LONGEST_VALUE:
        return f"the value of a tag has up to {_LONGEST_VALUE} characters; that of `{key}` has {len(value)}"
    if value is None or isinstance(value, str) or is_intrinsic(value):
        return None
    return f"the value of the tag `{key}` is a mapping, not a text"


def as_text(value: Json, at: Located) -> Json:
    """What is always a string: a number as it is written at its place (`1.50`, `1e3`), `true` and `false`."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, (int, float)):
        return value
    span = at.span
    written = span.source.line(span.line)[span.column - 1 : span.end_column - 1]
    try:
        return written if json.loads(written) == value else str(value)
    except ValueError:  # it comes from a parameter or an alias
        return str(value)


def _shape(type_name: str) -> TagShape | None:
    info = type_info(type_name)
    return info.tags if info else None


def taggable_below(tree: StackTree, stack: str, tagged_as_a_whole: bool) -> Iterator[tuple[str, str, TagShape]]:
    """(stack, logical ID, shape) of the resources that a tag on this stack reaches, nested stacks included.

    Where the base has been `tagged_as_a_whole`, those that this tagged; else every resource whose type takes tags,
    but for CDK's own helpers that it cannot tag.
    """
    below = [s for s in tree.stacks.values() if any(a.path == stack for a in tree.ancestors(s.path))]
    for each in below:
        for logical_id, resource in each.resources.items():
            shape = _shape(str(resource.get("Type")))
            if tagged_as_a_whole:
                reached = shape and shape.property in (resource.get("Properties") or {})
            else:
                reached = not _RAW_HELPER.search(construct_path(resource) or "")
            if shape and reached:
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
    items = {item["Key"]: item for item in present or () if has_key(item)}
    others = [item for item in present or () if not has_key(item)]
    extra = {"PropagateAtLaunch": True} if shape.form == "asg" else {}
    after = dict(items)
    for key, value in wanted.items():
        if value is None:
            after.pop(key, None)
        else:
            after[key] = {**items.get(key, {"Key": key, **extra}), "Value": value}
            after[key] = {k: after[key][k] for k in ("Key", "Value", *extra) if k in after[key]} | after[key]
    return [*(after[key] for key in _order(list(items), list(after))), *others]


def in_order(tags: Any) -> Json:
    """Tags sorted by key in ICU order; in a list, what has no plain key comes last."""
    if isinstance(tags, dict):
        return {key: tags[key] for key in sorted(tags, key=icu_key)}
    by_key = sorted(filter(has_key, tags), key=lambda tag: icu_key(tag["Key"]))
    return [*by_key, *(tag for tag in tags if not has_key(tag))]


def has_key(tag: Any) -> bool:
    """Whether a tag in a list can be told by its key: a computed one cannot."""
    return isinstance(tag, dict) and isinstance(tag.get("Key"), str)


def _order(before: list[str], after: list[str]) -> list[str]:
    return sorted(after, key=icu_key) if before == sorted(before, key=icu_key) else after


def _tag_root(wanted: TagValues, write: Writer, context: Context) -> list[Operation]:
    """The root stack's own tags, which CloudFormation keeps outside the template: plain text only."""
    wanted = {key: value for key, value in wanted.items() if value is None or isinstance(value, str)}
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


def _tag_nested(node: Node, write: Writer, context: Context, use: KindUse) -> list[Operation]:
    """The tags of a nested stack's own resource, in its parent.

    CDK hands a nested stack's tags on to that resource with the lowest priority: they join those it has from
    above, and neither replace nor remove one of them (`NestedStack` of aws-cdk-lib).
    """
    stack, shape = context.stack(node), _shape(NESTED_STACK)
    assert stack.parent is not None
    assert stack.logical_id is not None
    assert shape is not None
    wanted, from_above = _wanted(use, stack.parent, context), own_tags(context.base.tree, node.stack)
    joining = {key: value for key, value in wanted.items() if key not in from_above}
    return _tag_resource(stack.parent, stack.logical_id, shape, joining, write, context, use)


def own_tags(tree: StackTree, stack: str) -> TagValues:
    """The tags of a nested stack's own resource; empty where it has none, or the tree no such stack."""
    own = tree.stacks.get(stack)
    resource = tree.stacks[own.parent or ROOT].resources.get(own.logical_id or "", {}) if own else {}
    tags = (resource.get("Properties") or {}).get("Tags")
    if not isinstance(tags, list):
        return {}
    return {tag["Key"]: tag["Value"] for tag in tags if isinstance(tag, dict) and {"Key", "Value"} <= tag.keys()}


KIND = Kind("tags", frozenset({"stack", "resource"}), compile_tags)
