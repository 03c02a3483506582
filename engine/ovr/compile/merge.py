"""`merge` and `attributes`: RFC 7396 merge patches."""

from __future__ import annotations

from ovr.compile.context import Context, Kind, Writer
from ovr.compile.merging import merge_writes
from ovr.compile.values import resolve
from ovr.errors import Finding, OvrError
from ovr.knowledge.pseudo import RESOURCE_KEYS
from ovr.knowledge.types import type_info
from ovr.language.model import KindUse
from ovr.spans import Span
from ovr.template.operations import Operation
from ovr.template.pointer import Tokens
from ovr.template.tree import Node


def compile_merge(node: Node, use: KindUse, context: Context) -> list[Operation]:
    """On a resource into its Properties, on a stack into the template, on a value into that value."""
    if node.kind == "resource":
        _refuse_attributes(node, use, context)
        return _merged(node, (*node.pointer, "Properties"), use, context)
    return _merged(node, node.pointer, use, context)


def compile_attributes(node: Node, use: KindUse, context: Context) -> list[Operation]:
    """Into the resource itself: DeletionPolicy, DependsOn, Condition, Metadata, …"""
    return _merged(node, node.pointer, use, context)


def _merged(node: Node, path: Tokens, use: KindUse, context: Context) -> list[Operation]:
    write = Writer(context, use)
    patch = resolve(use.value, node.stack, context)
    if patch is None:
        raise OvrError(
            Finding("OVR1004", "a merge of null would remove the node", use.key_span, fix="use `remove: true`")
        )
    made = [
        write(node.stack, op, at, value)
        for op, at, value in merge_writes(context.stack(node).template, path, patch)
    ]
    return [*write.guards(node), *made] if made else []


def _refuse_attributes(node: Node, use: KindUse, context: Context) -> None:
    if not isinstance(use.value.value, dict):
        raise OvrError(
            Finding(
                "OVR1004",
                "a merge on a resource is a mapping of properties",
                use.value.span,
                fix="write `merge: {PropertyName: value}`",
            )
        )
    info = type_info(context.type_of(node))
    own = set((info.properties_at(()) or ()) if info else ())
    wrong = [(key, at) for key, at in use.value.items() if key in RESOURCE_KEYS and key not in own]
    if wrong:
        raise OvrError([_attribute_in_merge(key, at.key_span) for key, at in wrong])


def _attribute_in_merge(key: str, span: Span) -> Finding:
    if key == "Properties":
        fix = "a merge on a resource works on its Properties already: leave `Properties:` out"
    else:
        fix = f"write `attributes: {{{key}: …}}`"
    return Finding(
        "OVR3013", f"`{key}` is an attribute of the resource, not a property of its type", span, fix=fix
    )


MERGE = Kind("merge", frozenset({"stack", "resource", "value"}), compile_merge)
ATTRIBUTES = Kind("attributes", frozenset({"resource"}), compile_attributes)
