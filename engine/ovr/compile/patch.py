"""`patch`: RFC 6902 operations relative to the selected node."""

from __future__ import annotations

from ovr.compile.context import Context, Kind, Writer
from ovr.compile.values import resolve
from ovr.errors import Finding, OvrError, did_you_mean
from ovr.knowledge.pseudo import RESOURCE_KEYS, TEMPLATE_SECTIONS
from ovr.knowledge.types import type_info
from ovr.language.model import KindUse
from ovr.language.values import Located
from ovr.template import pointer
from ovr.template.operations import Operation
from ovr.template.pointer import MISSING, Tokens
from ovr.template.tree import Node


def compile_patch(node: Node, use: KindUse, context: Context) -> list[Operation]:
    """One operation for each of the user's, with the node's pointer in front of its paths."""
    write = Writer(context, use)
    operations = write.guards(node)
    for item in use.value:
        path = _path(item["path"], node, context)
        source = _path(item["from"], node, context) if "from" in item else None
        value = resolve(item["value"], node.stack, context) if "value" in item else MISSING
        operations.append(write(node.stack, item["op"].value, path, value, source=source, span=item["path"].span))
    return operations


def _path(written: Located, node: Node, context: Context) -> Tokens:
    try:
        tokens = pointer.parse(written.value)
    except ValueError as error:
        raise OvrError(
            Finding("OVR1015", f"`{written.value}` is no JSON pointer: {error}", written.span)
        ) from None
    if tokens and node.kind == "resource":
        _check_attribute(tokens, written, node, context)
    elif tokens and node.kind == "stack" and tokens[0] not in TEMPLATE_SECTIONS:
        _unknown_section(tokens, written, node, context)
    return (*node.pointer, *tokens)


def _check_attribute(tokens: Tokens, written: Located, node: Node, context: Context) -> None:
    first = tokens[0]
    if first in RESOURCE_KEYS:
        return
    resource = context.resource(node)
    info = type_info(context.type_of(node))
    properties = {*(resource.get("Properties") or {}), *((info.properties_at(()) or ()) if info else ())}
    if first in properties:
        fix: str | None = f"did you mean `{pointer.format(('Properties', *tokens))}`?"
    else:
        near = did_you_mean(first, [*RESOURCE_KEYS, *sorted(properties)])
        fix = near or "a property is reached through `/Properties/…`"
    raise OvrError(
        Finding(
            "OVR3013",
            f"a resource has no attribute `{first}`",
            written.span,
            details=(f"the paths of this patch start at the resource {node.name or node.logical_id} itself",),
            fix=fix,
        )
    )


def _unknown_section(tokens: Tokens, written: Located, node: Node, context: Context) -> None:
    first = tokens[0]
    template = context.stack(node).template
    inside = next(
        (s for s in TEMPLATE_SECTIONS if isinstance(template.get(s), dict) and first in template[s]), None
    )
    if inside:
        fix: str | None = f"did you mean `{pointer.format((inside, *tokens))}`?"
    else:
        fix = did_you_mean(first, TEMPLATE_SECTIONS) or "start with one of these"
    raise OvrError(
        Finding(
            "OVR3013",
            f"a template has no section `{first}`",
            written.span,
            details=("it has " + ", ".join(TEMPLATE_SECTIONS),),
            fix=fix,
        )
    )


KIND = Kind("patch", frozenset({"stack", "resource", "value"}), compile_patch)
