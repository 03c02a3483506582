"""References to nothing, and cycles: what CloudFormation would refuse and an override has made."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise

from ovr.errors import Finding, did_you_mean
from ovr.spans import Span
from ovr.template import pointer
from ovr.template.pointer import Json, Tokens
from ovr.template.references import Reference, references
from ovr.template.tree import StackTree

SpanOf = Callable[[str, Tokens], Span | None]
"""(stack, pointer) → where the override that wrote there is written."""


def dangling_references(before: StackTree, after: StackTree, span_of: SpanOf) -> Iterator[Finding]:
    """A finding for each name that nothing has any more or that never was, in the stacks that changed."""
    for path, stack in after.stacks.items():
        old = before.stacks.get(path)
        if old is not None and old.template is stack.template:
            continue
        known = {(r.kind, r.name, r.path) for r in _dangling(old.template)} if old else set()
        for reference in _dangling(stack.template):
            if (reference.kind, reference.name, reference.path) not in known:
                yield _finding(path, reference, stack.template, span_of)


def _dangling(template: dict[str, Json]) -> Iterator[Reference]:
    resources = template.get("Resources") or {}
    parameters = template.get("Parameters") or {}
    conditions = template.get("Conditions") or {}
    if "Transform" in template or any(key.startswith("Fn::") for key in resources):
        return  # a macro may make what is missing
    for reference in references(template):
        if reference.kind == "Condition":
            found = reference.name in conditions
        elif reference.kind in ("DependsOn", "GetAtt"):
            found = reference.name in resources
        else:
            found = (
                reference.name in resources or reference.name in parameters or reference.name.startswith("AWS::")
            )
        if not found:
            yield reference


def _finding(stack: str, reference: Reference, template: dict[str, Json], span_of: SpanOf) -> Finding:
    sections = ("Conditions",) if reference.kind == "Condition" else ("Resources", "Parameters")
    names = [name for section in sections for name in template.get(section) or {}]
    place = f"{stack or 'the root stack'}: {pointer.format(reference.path)}"
    what = "no condition" if reference.kind == "Condition" else "nothing"
    return Finding(
        "OVR3012",
        f"{reference.kind} names `{reference.name}`, but {what} in {stack or 'the root stack'} is called that",
        span_of(stack, reference.path) or span_of(stack, ("Resources", reference.name)),
        fix=did_you_mean(reference.name, names),
        place=place,
    )


def new_cycles(before: StackTree, after: StackTree, span_of: SpanOf) -> Iterator[Finding]:
    """A finding for each circle of resources in one template that was not there before.

    Nested stacks wait for one another through the parent's template, so a circle between them is one there.
    """
    for path, stack in after.stacks.items():
        old = before.stacks.get(path)
        if old is not None and old.template is stack.template:
            continue
        edges = _edges(stack.template)
        old_edges = _edges(old.template) if old else {}
        for cycle in _cycles(edges):
            steps = list(pairwise(cycle))
            fresh = [(a, b) for a, b in steps if b not in old_edges.get(a, {})]
            if fresh:
                yield _cycle_finding(path, cycle, edges, fresh[0], span_of)


def _edges(template: dict[str, Json]) -> dict[str, dict[str, Reference]]:
    resources = template.get("Resources") or {}
    edges: dict[str, dict[str, Reference]] = {logical_id: {} for logical_id in resources}
    for reference in references(template):
        if reference.path[0] == "Resources" and reference.kind != "Condition" and reference.name in resources:
            edges[reference.path[1]].setdefault(reference.name, reference)
    return edges


def _cycles(edges: dict[str, dict[str, Reference]]) -> Iterator[list[str]]:
    """One closed path through each knot of resources that wait for one another (depth first, iterative)."""
    state: dict[str, int] = {}
    for start in edges:
        if start in state:
            continue
        path: list[str] = []
        stack: list[tuple[str, Iterator[str]]] = [(start, iter(edges[start]))]
        state[start] = 1
        path.append(start)
        while stack:
            node, targets = stack[-1]
            target = next(targets, None)
            if target is None:
                stack.pop()
                path.pop()
                state[node] = 2
            elif state.get(target) == 1:
                yield [*path[path.index(target) :], target]
            elif target not in state:
                state[target] = 1
                path.append(target)
                stack.append((target, iter(edges[target])))


def _cycle_finding(
    stack: str,
    cycle: list[str],
    edges: dict[str, dict[str, Reference]],
    closing: tuple[str, str],
    span_of: SpanOf,
) -> Finding:
    steps = []
    for source, target in pairwise(cycle):
        reference = edges[source][target]
        steps.append(f"{source} → {target} ({reference.kind} at {pointer.format(reference.path[2:])})")
    reference = edges[closing[0]][closing[1]]
    return Finding(
        "OVR3014",
        "a cycle: " + " → ".join(cycle),
        span_of(stack, reference.path),
        details=tuple(steps),
        fix="take one of these dependencies away, or turn its direction round",
        place=f"{stack or 'the root stack'}: {pointer.format(reference.path)}",
    )
