"""`outputs`: CloudFormation outputs of a stack, and sections of amplify_outputs.json."""

from __future__ import annotations

from ovr.compile.client import client_operations
from ovr.compile.context import Context, Kind, Place, Writer
from ovr.compile.resources import LOGICAL_ID, spelt_as_id
from ovr.compile.values import resolve
from ovr.errors import Finding, OvrError
from ovr.language.model import KindUse
from ovr.language.values import Located
from ovr.template.diff import same
from ovr.template.intrinsics import is_intrinsic
from ovr.template.operations import Operation
from ovr.template.pointer import Json
from ovr.template.tree import ROOT, Node

CLIENT = "client"
"""The name below `outputs` that stands for amplify_outputs.json."""


def compile_outputs(node: Node, use: KindUse, context: Context) -> list[Operation]:
    write = Writer(context, use)
    template = context.stack(node).template
    present: dict[str, Json] = template.get("Outputs") or {}
    operations: list[Operation] = []
    made: dict[str, Json] = {}
    findings: list[Finding] = []
    for name, written in use.value.items():
        if name == CLIENT and node.stack == ROOT:
            continue
        try:
            output = _output(name, written, node, context)
        except OvrError as error:
            findings += error.findings
            continue
        path, at = ("Outputs", name), written.key_span
        if name in present and not same(present[name], output):
            operations.append(write(node.stack, "replace", path, output, span=at, written=Place(written, path)))
        elif name not in present and "Outputs" in template:
            operations.append(write(node.stack, "add", path, output, span=at, written=Place(written, path)))
        elif name not in present:
            made[name] = output
    if made:
        operations.append(write(node.stack, "add", ("Outputs",), made, written=Place(use.value, ("Outputs",))))
    if findings:
        raise OvrError(findings)
    if node.stack == ROOT and (client := use.value.get(CLIENT)):
        operations += client_operations(client, write, context)
    return operations


def _output(name: str, written: Located, node: Node, context: Context) -> Json:
    """The output as the template has it. Raises OvrError for a name or a value that CloudFormation does not take."""
    if name == CLIENT and "Value" not in written:
        message = f"`client` is for the root stack only: {node.name} has no amplify_outputs.json"
        raise OvrError(Finding("OVR3004", message, written.key_span, fix="put it in an entry with `select: stack`"))
    if not LOGICAL_ID.fullmatch(name):
        message = f"`{name}` is no output name: only letters and digits, at most 255"
        raise OvrError(Finding("OVR3010", message, written.key_span, fix=spelt_as_id(name)))
    output = resolve(written, node.stack, context)
    value = output["Value"]
    if value is None or isinstance(value, list) or (isinstance(value, dict) and not is_intrinsic(value)):
        message = "the value of an output is text"
        fix = 'write it as JSON text in quotes, or `!Join [",", […]]` for a list'
        raise OvrError(Finding("OVR1004", message, written["Value"].key_span, fix=fix))
    return output


KIND = Kind("outputs", frozenset({"stack"}), compile_outputs, single=True)
