"""`stackOptions`: what belongs to the root stack as a whole."""

from __future__ import annotations

from ovr.compile.context import Context, Kind, Writer
from ovr.compile.merging import merge_writes
from ovr.errors import Finding, OvrError
from ovr.language.model import KindUse
from ovr.template.operations import Operation
from ovr.template.tree import ROOT, Node


def compile_stack_options(node: Node, use: KindUse, context: Context) -> list[Operation]:
    if node.stack != ROOT:
        raise OvrError(
            Finding(
                "OVR3004",
                f"`stackOptions` acts on the root stack, not on the nested stack {node.name or node.stack}",
                use.key_span,
                fix="write `select: stack`",
            )
        )
    write = Writer(context, use)
    stack = context.tree.root
    operations: list[Operation] = []
    if description := use.value.get("description"):
        writes = merge_writes(stack.template, (), {"Description": description.value})
        operations += [write(ROOT, op, path, value) for op, path, value in writes]
    if protection := use.value.get("terminationProtection"):
        writes = merge_writes(stack.options, (), {"terminationProtection": protection.value})
        operations += [write(ROOT, op, path, value, options=True) for op, path, value in writes]
    return operations


KIND = Kind("stackOptions", frozenset({"stack"}), compile_stack_options)
