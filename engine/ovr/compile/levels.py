"""Names at the wrong level: a property where a resource's attribute is expected, a logical ID where a section is."""

from __future__ import annotations

from collections.abc import Callable

from ovr.compile.context import Context
from ovr.errors import Finding, nearest
from ovr.knowledge.pseudo import RESOURCE_KEYS, TEMPLATE_SECTIONS
from ovr.knowledge.types import type_info
from ovr.spans import Span
from ovr.template import pointer
from ovr.template.pointer import Tokens
from ovr.template.tree import Node


def not_an_attribute(path: Tokens, span: Span, node: Node, context: Context) -> Finding | None:
    """What is wrong with a path into a resource whose first name is no attribute of resources."""
    name = path[0]
    if name in RESOURCE_KEYS:
        return None
    starts = f"the path starts at {node.name} itself, which has {', '.join(RESOURCE_KEYS)}"
    if name in _properties(node, context):
        message = f"`{name}` is a property, not an attribute of the resource"
        return Finding("OVR3013", message, span, (starts,), _did_you_mean("Properties", *path))
    near = nearest(name, RESOURCE_KEYS, 1) or nearest(name, sorted(_properties(node, context)), 1)
    fix = "a property is reached through `/Properties/…`"
    if near:
        fix = _did_you_mean(*(() if near[0] in RESOURCE_KEYS else ("Properties",)), near[0], *path[1:])
    return Finding("OVR3013", f"a resource has no attribute `{name}`", span, (starts,), fix)


def not_a_section(
    path: Tokens, span: Span, node: Node, context: Context, written: Callable[[Tokens], str] = pointer.format
) -> Finding | None:
    """What is wrong with a path into a template whose first name is no section of templates.

    `written` is how to write a path: as a pointer, or nested.
    """
    name = path[0]
    if name in TEMPLATE_SECTIONS:
        return None
    template = context.stack(node).template
    inside = [s for s in TEMPLATE_SECTIONS if isinstance(template.get(s), dict) and name in template[s]]
    near = nearest(name, TEMPLATE_SECTIONS, 1)
    fix = None
    if inside:
        fix = f"did you mean `{written((inside[0], *path))}`?"
    elif near:
        fix = f"did you mean `{written((near[0], *path[1:]))}`?"
    details = (f"its sections are {', '.join(TEMPLATE_SECTIONS)}",)
    return Finding("OVR3013", f"a template has no section `{name}`", span, details, fix)


def _did_you_mean(*path: str) -> str:
    return f"did you mean `{pointer.format(path)}`?"


def nested(path: Tokens) -> str:
    """`Policies: {PasswordPolicy: …}` for a path."""
    return f"{': {'.join(path)}: …{'}' * (len(path) - 1)}"


def _properties(node: Node, context: Context) -> set[str]:
    """The names of properties that a resource has or, by its type, may have."""
    info = type_info(context.type_of(node))
    return {*(context.resource(node).get("Properties") or {}), *((info.properties_at(()) or ()) if info else ())}
