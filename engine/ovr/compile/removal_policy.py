"""`removalPolicy`: DeletionPolicy and UpdateReplacePolicy as CDK's applyRemovalPolicy sets them."""

from __future__ import annotations

from ovr.compile.context import Context, Kind, Writer
from ovr.compile.merging import merge_writes
from ovr.errors import Finding, OvrError
from ovr.knowledge.removal import REMOVAL_POLICIES, SNAPSHOT_TYPES
from ovr.language.model import KindUse
from ovr.template.operations import Operation
from ovr.template.tree import Node


def compile_removal_policy(node: Node, use: KindUse, context: Context) -> list[Operation]:
    policy = use.value.value
    type_name = context.type_of(node)
    if policy == "SNAPSHOT" and type_name not in SNAPSHOT_TYPES:
        raise OvrError(
            Finding(
                "OVR3007",
                f"`{node.name}` cannot be kept as a snapshot: it is of type {type_name}",
                use.value.span,
                details=("only these types can: " + ", ".join(sorted(SNAPSHOT_TYPES)),),
                fix="use `removalPolicy: RETAIN`",
            )
        )
    deletion, update_replace = REMOVAL_POLICIES[policy]
    patch = {"UpdateReplacePolicy": update_replace, "DeletionPolicy": deletion}
    write = Writer(context, use)
    template = context.stack(node).template
    return [write(node.stack, op, path, value) for op, path, value in merge_writes(template, node.pointer, patch)]


KIND = Kind("removalPolicy", frozenset({"resource"}), compile_removal_policy)
