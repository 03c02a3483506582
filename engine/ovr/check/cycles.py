"""Circles of resources that wait for one another, in one template.

Nested stacks wait for one another through the template of their parent, so a circle between them is one there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from ovr.check.comparison import Comparison
from ovr.check.crossings import Crossing, crossing
from ovr.check.touched import Template, members, touched_references, touched_stacks
from ovr.check.ways_out import ways_out
from ovr.errors import Finding
from ovr.template import pointer
from ovr.template.references import Reference, element_references
from ovr.template.tree import Stack

Edges = Mapping[str, Reference]
"""Logical ID that is waited for → the first reference to it."""


def new_cycles(comparison: Comparison) -> Iterator[Finding]:
    """A finding for each circle that new dependencies close, once, at the one that came last."""
    for old, stack in touched_stacks(comparison.before, comparison.after):
        graph = _Graph(stack.template)
        closing: dict[frozenset[str], list[tuple[Reference, list[str]]]] = {}
        for reference, known in touched_references(old, stack.template):
            if known or reference.path[0] != "Resources" or not graph.has_edge(reference):
                continue
            way_back = graph.path(reference.name, reference.path[1])
            if way_back:
                closing.setdefault(frozenset(way_back), []).append((reference, way_back))
        for found in closing.values():
            yield _Telling(stack, graph, comparison).finding(found)


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


@dataclass(frozen=True, slots=True)
class _Telling:
    """Says what a circle is: the stacks or resources on it, what is on each edge, which override closes it."""

    stack: Stack
    graph: _Graph
    comparison: Comparison

    def finding(self, closing: list[tuple[Reference, list[str]]]) -> Finding:
        """`closing`: the new references that close one circle, each with the way back."""
        causes, tree, name_of = self.comparison.causes, self.comparison.after, self.comparison.name_of
        words_for = self.comparison.words_for
        last, way_back = max(closing, key=lambda each: causes.order(self.stack.path, each[0].path))
        cycle = [*way_back, last.name]
        edges = [self.graph.edges(source)[target] for source, target in pairwise(way_back)] + [last]
        crossings = [crossing(tree, self.stack.path, edge, name_of, words_for) for edge in edges]
        others = [reference for reference, way in closing if way == way_back and reference is not last]
        override = self.comparison.override(causes.operation(self.stack.path, last.path))
        also = [crossing(tree, self.stack.path, each, name_of, words_for) for each in others]
        closed = [each for each in (*also, crossings[-1]) if each]
        ways = ways_out(tree, closed, [each for each in crossings[:-1] if each], override, name_of)
        way_out = "take one of these dependencies away, or turn its direction round"
        return Finding(
            "OVR3014",
            "a cycle: " + " → ".join(map(self._name, cycle)),
            causes.span(self.stack.path, last.path),
            details=(
                *map(self._step, edges, crossings, pairwise(cycle)),
                *(f"closed as well by {span}" for each in others if (span := self._place(each))),
                *(["ways out:", *(f"- {way}" for way in ways)] if ways else ()),
            ),
            fix=None if ways else way_out,
            place=pointer.place(self.stack.path, last.path[:2]),
        )

    def _name(self, logical_id: str) -> str:
        child = self.comparison.after.child(self.stack.path, logical_id)
        return child.path if child else self.comparison.name_of(self.stack.path, logical_id)

    def _step(self, edge: Reference, crossed: Crossing | None, ends: tuple[str, str]) -> str:
        source, target = map(self._name, ends)
        if crossed is None:
            what = f"{edge.kind} at {pointer.format(edge.path[2:])}"
        else:
            what = f"{crossed.users_listed} {'takes' if len(crossed.users) == 1 else 'take'} {crossed.taken}"
        place = self._place(edge)
        return f"{source} → {target}: {what} ({place or 'in the base'})"

    def _place(self, reference: Reference) -> str | None:
        span = self.comparison.span(self.stack.path, reference.path)
        return f"{span.source.name}:{span.line}" if span else None
