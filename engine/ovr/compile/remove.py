"""`remove: true`: takes the selected node away, a resource only where nothing refers to it any more."""

from __future__ import annotations

from ovr.compile.context import Context, Kind, Writer
from ovr.errors import Finding, OvrError, did_you_mean
from ovr.knowledge.pseudo import RESOURCE_ATTRIBUTES
from ovr.knowledge.types import type_info
from ovr.language.model import KindUse
from ovr.template import pointer
from ovr.template.operations import Operation
from ovr.template.pointer import MISSING, Tokens
from ovr.template.references import Reference, references
from ovr.template.tree import Node

_MOST_SHOWN = 8
_KEYS = {"Ref": "Ref", "GetAtt": "Fn::GetAtt", "Sub": "Fn::Sub"}
"""Under which key a reference stands."""


def compile_remove(node: Node, use: KindUse, context: Context) -> list[Operation]:
    write = Writer(context, use)
    if node.kind == "value":
        if pointer.get(context.stack(node).template, node.pointer) is MISSING:
            _refuse_unknown(node, context)
            return []
        return [*write.guards(node), write(node.stack, "remove", node.pointer)]
    place = _element(node, context)
    if place is None:
        fix = "select what is to be removed: a nested stack, a resource, a property"
        raise OvrError(Finding("OVR3004", "the root stack cannot be removed by an override", use.key_span, fix=fix))
    _refuse_if_used(*place, node, use, context)
    return [write(place[0], "remove", place[1])]


def _element(node: Node, context: Context) -> tuple[str, Tokens] | None:
    """(stack, pointer) of what goes away with a node: for a stack its resource in the parent, None for the root."""
    if node.kind != "stack":
        return node.stack, node.pointer
    own = context.stack(node)
    if own.parent is None or own.logical_id is None:
        return None
    return own.parent, ("Resources", own.logical_id)


def _refuse_unknown(node: Node, context: Context) -> None:
    """Refuses the name of a property that is not there and that the type does not have; what it may have is absent."""
    path, name = node.pointer[3:-1], node.pointer[-1]
    info = type_info(context.type_of(node))
    known = info.properties_at(path) if info else None
    if known is None or name in known:
        return
    there = pointer.get(context.stack(node).template, node.pointer[:-1])
    names = list(there) if isinstance(there, dict) else []
    fix = did_you_mean(name, names)
    if name in RESOURCE_ATTRIBUTES and not path:
        fix = f"`{name}` is an attribute of the resource: write `attributes: {{{name}: null}}`"
    raise OvrError(
        Finding(
            "OVR3003",
            f"there is no `{node.name}` to remove",
            context.override.select[0].span,
            details=(f"there is {', '.join(names) or 'nothing'}",),
            fix=fix,
        )
    )


def _refuse_if_used(stack: str, element: Tokens, node: Node, use: KindUse, context: Context) -> None:
    removed = {place for each in context.nodes if (place := _element(each, context))}
    users = [
        reference
        for reference in references(context.tree.stacks[stack].template)
        if reference.name == element[1]
        and reference.kind != "Condition"
        and not any((stack, reference.path[:end]) in removed for end in range(1, len(reference.path) + 1))
    ]
    if not users:
        return
    shown = [_described(stack, user, context) for user in users[:_MOST_SHOWN]]
    if len(users) > _MOST_SHOWN:
        shown.append(f"… and {len(users) - _MOST_SHOWN} more")
    raise OvrError(
        Finding(
            "OVR3006",
            f"`{node.name}` cannot be removed: it is still referred to",
            use.key_span,
            details=tuple(shown),
            fix="remove or change what refers to it, in this entry or one above it",
        )
    )


def _described(stack: str, reference: Reference, context: Context) -> str:
    """`Ref in auth.userPoolClient at /Properties/UserPoolId`."""
    section, name, *rest = reference.path
    if section == "Resources":
        name = context.resolver.called(stack, name)
    else:
        name = f"{section.lower().removesuffix('s')} {name}"
    if reference.kind != "DependsOn":
        rest = rest[: rest.index(_KEYS[reference.kind])]
    return f"{reference.kind} in {name} at {pointer.format(tuple(rest))}"


KIND = Kind("remove", frozenset({"stack", "resource", "value"}), compile_remove)
