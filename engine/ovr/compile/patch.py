"""`patch`: RFC 6902 operations relative to the selected node."""

from __future__ import annotations

from ovr.compile.context import Context, Kind, Place, Writer
from ovr.compile.levels import not_a_section, not_an_attribute
from ovr.compile.values import resolve
from ovr.errors import Finding, OvrError
from ovr.language.model import KindUse
from ovr.language.values import Located
from ovr.template import pointer
from ovr.template.operations import Operation
from ovr.template.pointer import MISSING, Tokens
from ovr.template.tree import Node


def compile_patch(node: Node, use: KindUse, context: Context) -> list[Operation]:
    """One operation for each of the user's, with the node's pointer in front of its paths."""
    write = Writer(context, use)
    operations, findings = write.guards(node), list[Finding]()
    for item in use.value:
        try:
            operations.append(_operation(item, node, context, write))
        except OvrError as error:
            findings += error.findings
    if findings:
        raise OvrError(findings)
    return operations


def _operation(item: Located, node: Node, context: Context, write: Writer) -> Operation:
    op, span = item["op"].value, item["path"].span
    path = _path(item["path"], node, context)
    if op == "remove" and not path:
        raise OvrError(Finding("OVR3001", "a template cannot be removed as a whole", span))
    source = _path(item["from"], node, context) if op in ("move", "copy") else None
    value = resolve(item["value"], node.stack, context) if op in ("add", "replace", "test") else MISSING
    written = Place(item["value"], path) if value is not MISSING else None
    return write(node.stack, op, path, value, source=source, span=span, written=written)


def _path(written: Located, node: Node, context: Context) -> Tokens:
    """A path of the user's, from the template's root on."""
    tokens = pointer.parse(written.value)
    check = {"resource": not_an_attribute, "stack": not_a_section}.get(node.kind)
    finding = check(tokens, written.span, node, context) if tokens and check else None
    if finding:
        raise OvrError(finding)
    return (*node.pointer, *tokens)


KIND = Kind("patch", frozenset({"stack", "resource", "value"}), compile_patch)
