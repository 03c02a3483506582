"""`stackOptions`: what belongs to the root stack as a whole."""

from __future__ import annotations

from ovr.compile.context import Context, Kind, Writer
from ovr.compile.merging import merge_writes
from ovr.errors import Finding, OvrError
from ovr.language.model import KindUse
from ovr.language.values import Located
from ovr.template.operations import Operation
from ovr.template.tree import ROOT, Node

LONGEST_DESCRIPTION = 1024
"""In bytes (CloudFormation user guide, "Understand CloudFormation quotas")."""


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
        _refuse_long(description)
        writes = merge_writes(stack.template, (), {"Description": description.value})
        operations += [write(ROOT, op, path, value) for op, path, value in writes]
    if protection := use.value.get("terminationProtection"):
        _refuse_lone_template(protection, context)
        writes = merge_writes(stack.options, (), {"terminationProtection": protection.value})
        operations += [write(ROOT, op, path, value, options=True) for op, path, value in writes]
    return operations


def _refuse_long(description: Located) -> None:
    size = len(description.value.encode())
    if size > LONGEST_DESCRIPTION:
        message = f"a stack's description has at most {LONGEST_DESCRIPTION} bytes, this one has {size}"
        raise OvrError(Finding("OVR1005", message, description.key_span, fix="shorten it"))


def _refuse_lone_template(protection: Located, context: Context) -> None:
    if context.base.kind == "template":
        message = "termination protection belongs to a stack, and a template file says nothing of it"
        fix = "set it with `aws cloudformation update-termination-protection`"
        raise OvrError(Finding("OVR3004", message, protection.key_span, fix=fix))


KIND = Kind("stackOptions", frozenset({"stack"}), compile_stack_options)
