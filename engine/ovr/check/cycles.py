"""Circles of resources that wait for one another, in one template.

Nested stacks wait for one another through the template of their parent, so a circle between them is one there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise

from ovr.check.touched import NameOf, SpanOf, Template, members, touched_references, touched_stacks
from ovr.errors import Finding
from ovr.template import pointer
from ovr.template.references import Reference, element_references
from ovr.template.tree import StackTree

Edges = Mapping[str, Reference]
"""Logical ID that is waited for → the first reference to it."""


def new_cycles(before: StackTree, after: StackTree, span_of: SpanOf, name_of: NameOf) -> Iterator[Finding]:
    """A finding for each new dependency that closes a circle: each circle once."""
    for old, stack in touched_stacks(before, after):
        graph = _Graph(stack.template)
        seen: set[frozenset[str]] = set()
        for reference, known in touched_references(old, stack.template):
            if known or reference.path[0] != "Resources" or not graph.has_edge(reference):
                continue
            way_back = graph.path(reference.name, reference.path[1])
            if way_back and frozenset(way_back) not in seen:
                seen.add(frozenset(way_back))
                yield _finding(stack.path, [reference.path[1], *way_back], graph, reference, span_of, name_of)


class _Graph:
    """Which resource of a template waits for which; edges are read when they are asked for."""

    def __init__(self, template: Template) -> None:
        self._resources = members(template, "Resources")
        self._edges: dict[str, Edges] = {}

    def has_edge(self, reference: Reference) -> bool:
        return reference.kind != "Condition" and reference.name in self._resources

    def edges(self, logical_id: str) -> Edges:
        if logical_id not in self._edges:
            found: dict[str, Reference] = {}
            for reference in element_references(self._resources[logical_id], ("Resources", logical_id)):
                if self.has_edge(reference):
                    found.setdefault(reference.name, reference)
            self._edges[logical_id] = found
        return self._edges[logical_id]

    def path(self, start: str, end: str) -> list[str] | None:
        """The shortest way from one resource to another, both included; None if there is none."""
        came_from: dict[str, str | None] = {start: None}
        queue = [start]
        for node in queue:
            if node == end:
                way: list[str] = []
                at: str | None = end
                while at is not None:
                    way.append(at)
                    at = came_from[at]
                return way[::-1]
            for target in self.edges(node):
                if target not in came_from:
                    came_from[target] = node
                    queue.append(target)
        return None


def _finding(
    stack: str, cycle: list[str], graph: _Graph, closing: Reference, span_of: SpanOf, name_of: NameOf
) -> Finding:
    names = {logical_id: name_of(stack, logical_id) for logical_id in cycle}
    steps = []
    for source, target in pairwise(cycle):
        reference = graph.edges(source)[target]
        steps.append(f"{names[source]} → {names[target]}: {reference.kind} at {pointer.format(reference.path[2:])}")
    return Finding(
        "OVR3014",
        "a cycle: " + " → ".join(names[logical_id] for logical_id in cycle),
        span_of(stack, closing.path),
        details=tuple(steps),
        fix="take one of these dependencies away, or turn its direction round",
        place=f"{stack or 'the root stack'}: {pointer.format(closing.path)}",
    )
