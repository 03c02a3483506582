"""`dependsOn`: dependencies on resources and stacks, where CDK's node.addDependency puts them (CDK_NAMING.md §6)."""

from __future__ import annotations

from ovr.compile.context import Context, Kind, Writer, strings
from ovr.errors import Finding, OvrError
from ovr.knowledge.icu import icu_key
from ovr.language.grammar import parse_selector
from ovr.language.model import KindUse
from ovr.language.values import Located
from ovr.template.operations import Op, Operation
from ovr.template.tree import Node, StackTree


def compile_depends_on(node: Node, use: KindUse, context: Context) -> list[Operation]:
    wanted: dict[tuple[str, str], set[str]] = {}
    for item in strings(use.value):
        for target in _targets(item, context):
            stack, source_id, target_id = _edge(node, target, item, context.tree)
            wanted.setdefault((stack, source_id), set()).add(target_id)
    write = Writer(context, use)
    operations = []
    for (stack, logical_id), ids in wanted.items():
        resource = context.tree.stacks[stack].resources[logical_id]
        present = resource.get("DependsOn", [])
        before = [present] if isinstance(present, str) else list(present)
        if ids <= set(before):
            continue
        after = sorted({*before, *ids}, key=lambda each: icu_key(_sort_path(stack, each, context)))
        op: Op = "replace" if "DependsOn" in resource else "add"
        operations.append(write(stack, op, ("Resources", logical_id, "DependsOn"), after))
    return operations


def _targets(item: Located, context: Context) -> list[Node]:
    """The resources (or the stack) that one selector means; a construct means all resources below it."""
    found: list[Node] = []
    for node in context.resolver.require(parse_selector(item.value, item.span)):
        if node.kind == "value":
            raise OvrError(
                Finding(
                    "OVR3011",
                    f"`{item.value}` is a property: only resources and stacks can be waited for",
                    item.span,
                )
            )
        below = (
            context.resolver.resources_below(node.construct) if node.construct and node.kind == "resource" else []
        )
        found += [*(each for each in below if each.stack == node.stack), *([] if node in below else [node])]
    return found


def _edge(source: Node, target: Node, item: Located, tree: StackTree) -> tuple[str, str, str]:
    """(stack, dependent logical ID, logical ID depended on), in the lowest stack that has both or their ancestors."""
    source_chain, target_chain = _chain(source, tree), _chain(target, tree)
    common = next(stack for stack in source_chain if stack in target_chain)
    source_id, target_id = source_chain[common], target_chain[common]
    if source_id is None or target_id is None or source_id == target_id:
        inside = source.name or "the selected node"
        raise OvrError(
            Finding(
                "OVR3011",
                f"{inside} cannot depend on `{item.value}`",
                item.span,
                details=("one of them is inside the other, or they are the same",),
                fix="depend on a resource of another stack, or on another resource of the same stack",
            )
        )
    return common, source_id, target_id


def _chain(node: Node, tree: StackTree) -> dict[str, str | None]:
    """For each stack from the node's own up to the root: the logical ID there that is the node or holds it."""
    at: str | None = None if node.kind == "stack" else node.logical_id
    chain: dict[str, str | None] = {}
    for stack in tree.ancestors(node.stack):
        chain[stack.path] = at
        at = stack.logical_id
    return chain


def _sort_path(stack: str, logical_id: str, context: Context) -> str:
    resource = context.tree.stacks[stack].resources.get(logical_id) or {}
    path = (resource.get("Metadata") or {}).get("aws:cdk:path")
    return path if isinstance(path, str) else f"{context.tree.name}/{stack}/{logical_id}"


KIND = Kind("dependsOn", frozenset({"stack", "resource"}), compile_depends_on)
