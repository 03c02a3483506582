"""`outputs`: CloudFormation outputs of a stack, and sections of amplify_outputs.json."""

from __future__ import annotations

from ovr.compile.client import client_operations
from ovr.compile.context import Context, Kind, Writer
from ovr.compile.resources import LOGICAL_ID
from ovr.compile.values import resolve
from ovr.errors import Finding, OvrError
from ovr.language.model import KindUse
from ovr.template.diff import same
from ovr.template.operations import Operation
from ovr.template.pointer import Json
from ovr.template.tree import ROOT, Node


def compile_outputs(node: Node, use: KindUse, context: Context) -> list[Operation]:
    write = Writer(context, use)
    present: dict[str, Json] = context.stack(node).template.get("Outputs") or {}
    operations: list[Operation] = []
    made: dict[str, Json] = {}
    for name, written in use.value.items():
        if name == "client" and node.stack == ROOT:
            continue
        if not LOGICAL_ID.fullmatch(name):
            raise OvrError(
                Finding("OVR3010", f"`{name}` is no output name: only letters and digits", written.key_span)
            )
        output = resolve(written, node.stack, context)
        if name not in present:
            made[name] = output
        elif not same(present[name], output):
            operations.append(write(node.stack, "replace", ("Outputs", name), output))
    if "Outputs" in context.stack(node).template:
        operations += [write(node.stack, "add", ("Outputs", name), output) for name, output in made.items()]
    elif made:
        operations.append(write(node.stack, "add", ("Outputs",), made))
    if node.stack == ROOT and (client := use.value.get("client")):
        operations += client_operations(client, write, context)
    return operations


KIND = Kind("outputs", frozenset({"stack"}), compile_outputs, single=True)
