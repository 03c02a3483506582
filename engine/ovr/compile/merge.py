"""`merge` and `attributes`: RFC 7396 merge patches."""

from __future__ import annotations

from ovr.compile.context import Context, Kind, Place, Writer
from ovr.compile.levels import nested, not_a_section
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
    if node.kind == "value":
        return _merged(node, node.pointer, use, context)
    _refuse_scalar(node, use)
    if node.kind == "stack":
        _refuse_no_sections(node, use, context)
        return _merged(node, node.pointer, use, context)
    _refuse_attributes(node, use, context)
    return _merged(node, (*node.pointer, "Properties"), use, context)


def compile_attributes(node: Node, use: KindUse, context: Context) -> list[Operation]:
    """Into the resource itself: DeletionPolicy, DependsOn, Condition, Metadata, …"""
    return _merged(node, node.pointer, use, context)


def _merged(node: Node, path: Tokens, use: KindUse, context: Context) -> list[Operation]:
    write = Writer(context, use)
    patch = resolve(use.value, node.stack, context)
    place = Place(use.value, path)
    made = [
        write(node.stack, op, at, value, span=place.span(at, key=True), written=place)
        for op, at, value in merge_writes(context.stack(node).template, path, patch)
    ]
    return [*write.guards(node), *made] if made else []


def _refuse_scalar(node: Node, use: KindUse) -> None:
    if isinstance(use.value.value, dict):
        return
    of, example = ("sections", "Description: …") if node.kind == "stack" else ("properties", "PropertyName: …")
    raise OvrError(
        Finding(
            "OVR1004",
            f"a merge on a {node.kind} is a mapping of {of}",
            use.value.span,
            fix=f"write `merge: {{{example}}}`",
        )
    )


def _refuse_no_sections(node: Node, use: KindUse, context: Context) -> None:
    found = [not_a_section((key,), at.key_span, node, context, nested) for key, at in use.value.items()]
    if any(found):
        raise OvrError(finding for finding in found if finding)


def _refuse_attributes(node: Node, use: KindUse, context: Context) -> None:
    info = type_info(context.type_of(node))
    own = set((info.properties_at(()) or ()) if info else ())
    wrong = [(key, at) for key, at in use.value.items() if key in RESOURCE_KEYS and key not in own]
    if wrong:
        raise OvrError([_attribute_in_merge(key, at.key_span) for key, at in wrong])


def _attribute_in_merge(key: str, span: Span) -> Finding:
    if key == "Properties":
        fix = "a merge on a resource works on its Properties already: leave `Properties:` out"
    elif key == "Type":
        fix = "the type of a resource cannot be changed: add another one with `resources`, and `remove` this one"
    else:
        fix = f"write `attributes: {{{key}: …}}`"
    return Finding(
        "OVR3013", f"`{key}` is an attribute of the resource, not a property of its type", span, fix=fix
    )


MERGE = Kind("merge", frozenset({"stack", "resource", "value"}), compile_merge)
ATTRIBUTES = Kind("attributes", frozenset({"resource"}), compile_attributes)
