"""`dependsOn`: dependencies on resources and stacks, where CDK's node.addDependency puts them (CDK_NAMING.md §6)."""

from __future__ import annotations

from itertools import product

from ovr.compile.context import Context, Kind, Writer, strings
from ovr.compile.late_policies import is_late_policy
from ovr.errors import Finding, OvrError
from ovr.knowledge.icu import icu_key
from ovr.language.grammar import parse_selector
from ovr.language.model import KindUse
from ovr.language.values import Located
from ovr.template.operations import Op, Operation
from ovr.template.tree import Node, StackTree


def compile_depends_on(node: Node, use: KindUse, context: Context) -> list[Operation]:
    wanted: dict[tuple[str, str], set[str]] = {}
    items = strings(use.value)
    for item in items:
        targets = _targets(item, context)
        for source, target in product(_sources(node, targets, context), targets):
            if source.key == target.key and len(targets) > 1:
                continue  # it is part of the construct that it depends on
            stack, source_id, target_id = _edge(source, target, item, context.tree)
            wanted.setdefault((stack, source_id), set()).add(target_id)
    write = Writer(context, use)
    span = items[0].span if len(items) == 1 else use.key_span
    operations = []
    for (stack, logical_id), ids in wanted.items():
        resource = context.tree.stacks[stack].resources[logical_id]
        present = resource.get("DependsOn", [])
        before = [present] if isinstance(present, str) else list(present)
        if ids <= set(before):
            continue
        after = sorted({*before, *ids}, key=lambda each: icu_key(_sort_path(stack, each, context)))
        op: Op = "replace" if "DependsOn" in resource else "add"
        operations.append(write(stack, op, ("Resources", logical_id, "DependsOn"), after, span=span))
    return operations


def _targets(item: Located, context: Context) -> list[Node]:
    """The resources (or the stack) that one selector means."""
    found: list[Node] = []
    for node in context.resolver.require(parse_selector(item.value, item.span)):
        if node.kind == "value":
            raise OvrError(
                Finding(
                    "OVR3011",
                    f"`{item.value}` is a property: only resources and stacks can be depended on",
                    item.span,
                    fix=f"name the resource: `{context.resolver.called(node.stack, node.logical_id)}`",
                )
            )
        found += _whole(node, context)
    return found


def _sources(node: Node, targets: list[Node], context: Context) -> list[Node]:
    """What has to wait: the selected node, and of its construct what is not itself waited for."""
    waited_for = {target.key for target in targets}
    return [each for each in _whole(node, context) if each.key == node.key or each.key not in waited_for]


def _whole(node: Node, context: Context) -> list[Node]:
    """A node with all else that its construct has in its stack, as node.addDependency takes both of its ends.

    Policies that Amplify completes later are left out, as they are in CDK.
    """
    if node.kind != "resource" or not node.construct:
        return [node]
    below = [
        each
        for each in context.resolver.resources_below(node.construct)
        if each.stack == node.stack and (each.key == node.key or not is_late_policy(context.resource(each)))
    ]
    return below if any(each.key == node.key for each in below) else [*below, node]


def _edge(source: Node, target: Node, item: Located, tree: StackTree) -> tuple[str, str, str]:
    """(stack, dependent logical ID, logical ID depended on), in the lowest stack that has both or their ancestors."""
    source_chain, target_chain = _chain(source, tree), _chain(target, tree)
    common = next(stack for stack in source_chain if stack in target_chain)
    source_id, target_id = source_chain[common], target_chain[common]
    if source_id is not None and target_id is not None and source_id != target_id:
        return common, source_id, target_id
    if source.key == target.key:
        why, fix = f"`{source.name}` cannot depend on itself", "leave it out"
    elif source_id is None:
        why, fix = f"`{source.name}` cannot depend on what is inside it", "select a resource of the stack"
    else:
        why, fix = f"`{source.name}` cannot depend on the stack that it is in", "name a resource of the stack"
    details = (f"`{item.value}` is `{target.name}`",) if item.value != target.name else ()
    raise OvrError(Finding("OVR3011", why, item.span, details, fix))


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
