"""`remove: true`: takes the selected node away, a resource only where nothing refers to it any more."""

from __future__ import annotations

from ovr.compile.context import Context, Kind, Writer
from ovr.errors import Finding, OvrError
from ovr.language.model import KindUse
from ovr.template import pointer
from ovr.template.operations import Operation
from ovr.template.references import references
from ovr.template.tree import Node

_MOST_SHOWN = 8


def compile_remove(node: Node, use: KindUse, context: Context) -> list[Operation]:
    write = Writer(context, use)
    if node.kind == "value":
        if pointer.get(context.stack(node).template, node.pointer) is pointer.MISSING:
            return []
        return [*write.guards(node), write(node.stack, "remove", node.pointer)]
    stack, logical_id = node.stack, None if node.kind == "stack" else node.logical_id
    if node.kind == "stack":
        own = context.stack(node)
        if own.parent is None:
            raise OvrError(Finding("OVR3004", "the root stack cannot be removed by an override", use.key_span))
        stack, logical_id = own.parent, own.logical_id
    assert logical_id is not None
    _refuse_if_used(stack, logical_id, node, use, context)
    return [write(stack, "remove", ("Resources", logical_id))]


def _refuse_if_used(stack: str, logical_id: str, node: Node, use: KindUse, context: Context) -> None:
    users = [
        reference
        for reference in references(context.tree.stacks[stack].template)
        if reference.name == logical_id
        and reference.kind != "Condition"
        and reference.path[:2] != ("Resources", logical_id)
    ]
    if not users:
        return
    shown = [f"{u.kind} at {pointer.format(u.path)}" for u in users[:_MOST_SHOWN]]
    if len(users) > _MOST_SHOWN:
        shown.append(f"… and {len(users) - _MOST_SHOWN} more")
    raise OvrError(
        Finding(
            "OVR3006",
            f"{node.name or logical_id} is still referred to",
            use.key_span,
            details=tuple(shown),
            fix="remove or change what refers to it first, in an entry above this one",
        )
    )


KIND = Kind("remove", frozenset({"stack", "resource", "value"}), compile_remove)
