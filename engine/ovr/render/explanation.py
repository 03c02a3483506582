"""One selector explained: how it is read, what it designates, what stands there and may, what touches it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ovr.check.secrets import hide_at
from ovr.language.model import Override
from ovr.language.selector import (
    Deep,
    IdSelector,
    Index,
    Match,
    Name,
    NameSelector,
    PathSelector,
    Segment,
    Selector,
)
from ovr.language.selector_text import format_segment
from ovr.plan import Plan
from ovr.render.changes import value_lines
from ovr.render.elements import describe
from ovr.render.look import Look
from ovr.render.node_facts import NodeFacts
from ovr.template import pointer
from ovr.template.operations import Operation
from ovr.template.pointer import MISSING, Tokens
from ovr.template.tree import Base, Node
from ovr.vocabulary.resolve import Resolver

_FORMS = {
    NameSelector: "a name",
    PathSelector: "a construct path",
    IdSelector: "a stack and a logical ID",
}


def render_parse(selector: Selector, look: Look) -> str:
    """How a selector is read, part by part."""
    lines = [look.line(0, ("heading", selector.text)), look.line(2, f"is {_FORMS.get(type(selector), 'a query')}")]
    rows: list[tuple[str, str]] = []
    if isinstance(selector, PathSelector):
        rows = [(part, "construct") for part in selector.path.strip("/").split("/")]
    if isinstance(selector, IdSelector):
        rows = [(selector.stack or "(root)", "stack"), (selector.logical_id.text, "logical ID")]
    if isinstance(selector, NameSelector | IdSelector):
        rows += [(format_segment(segment), _meaning(segment)) for segment in selector.segments]
    widest = max(len(part) for part, _ in rows)
    lines += [look.line(4, part.ljust(widest), ("dim", f"  {meaning}")) for part, meaning in rows]
    return "".join(f"{line}\n" for line in lines)


def render_node(node: Node, base: Base, resolver: Resolver, look: Look) -> str:
    """Where a node is and its value in the base, secrets hidden."""
    stack = base.tree.stacks[node.stack]
    lines = [look.line(0, ("heading", node.name or node.stack or base.tree.name))]
    rows = [("stack", node.stack or f"{base.tree.name} (root)"), ("template", stack.file)]
    if node.pointer:
        resource = stack.resources.get(node.logical_id, {})
        rows.append(("resource", f"{node.logical_id} ({resource.get('Type', 'unknown type')})"))
        rows.append(("construct", resolver.construct_of(node.stack, node.logical_id)))
        rows.append(("pointer", pointer.format(node.pointer)))
    lines += [look.line(2, ("dim", f"{label:<9}"), f"  {value}") for label, value in rows if value]
    lines.append(look.line(2, ("dim", "now")))
    lines += [*_value_lines(node, base, look), *NodeFacts(node, base.tree).lines(look)]
    return "".join(f"{line}\n" for line in lines)


def node_to_json(node: Node, base: Base, resolver: Resolver, plan: Plan | None) -> dict[str, Any]:
    """All that is told of a node as plain data; `value` is missing where nothing is there."""
    stack = base.tree.stacks[node.stack]
    value = pointer.get(stack.template, node.pointer)
    resource = stack.resources.get(node.logical_id, {}) if node.pointer else {}
    said: dict[str, Any] = {
        "selector": node.name,
        "stack": node.stack,
        "template": stack.file,
        "pointer": pointer.format(node.pointer),
        "logical_id": node.logical_id if node.pointer else None,
        "type": resource.get("Type"),
        "construct": (resolver.construct_of(node.stack, node.logical_id) or None) if node.pointer else None,
    }
    if value is not MISSING and node.kind != "stack":
        said["value"] = hide_at(value, node.stack, node.pointer, base.tree, base.tree)
    said |= NodeFacts(node, base.tree).as_json()
    said["overrides"] = [{"id": each.id, "place": each.place} for each in _touching(node, plan)] if plan else []
    return said


def render_touching(node: Node, plan: Plan, look: Look) -> str:
    """The overrides that write at, above or below a node."""
    found = _touching(node, plan)
    if not found:
        return look.line(2, ("dim", "overrides"), "  none touches it") + "\n"
    lines = [look.line(2, ("dim", "overrides")), *(look.line(4, describe(override)) for override in found)]
    return "".join(f"{line}\n" for line in lines)


def _touching(node: Node, plan: Plan) -> list[Override]:
    touching = {operation.override for operation in plan.operations if _touches(operation, node)}
    return [outcome.override for outcome in plan.outcomes if outcome.override.index in touching]


def _meaning(segment: Segment) -> str:
    match segment:
        case Name(glob=True):
            return "every name that matches"
        case Deep():
            return "any number of names"
        case Index(number=None):
            return "every item"
        case Index(number=number):
            return f"the item at index {number}"
        case Match(key=key, value=value):
            return f"the one item whose {key} is {value}"
    return "name"


def _value_lines(node: Node, base: Base, look: Look) -> Iterable[str]:
    template = base.tree.stacks[node.stack].template
    value = pointer.get(template, node.pointer)
    if value is MISSING:
        return [look.line(4, "nothing: an override may add it")]
    if node.kind == "stack":
        sections = ((name, section) for name, section in template.items() if isinstance(section, dict))
        return [look.line(4, f"{name}: {len(section)}") for name, section in sections]
    return value_lines(hide_at(value, node.stack, node.pointer, base.tree, base.tree), look, 4)


def _touches(operation: Operation, node: Node) -> bool:
    if operation.stack != node.stack or operation.document != "template" or operation.op == "test":
        return False
    paths: list[Tokens] = [path for path in (operation.path, operation.source) if path is not None]
    return any(path[: len(node.pointer)] == node.pointer[: len(path)] for path in paths)
