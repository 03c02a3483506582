"""`locked: true`: what a locked override wrote must stand in the result of all overrides (LANGUAGE.md §6)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ovr.compile.context import Context
from ovr.compile.entry import Compiled
from ovr.compile.kinds import KINDS
from ovr.compile.secrets import SecretAccess
from ovr.compile.wiring import Wiring
from ovr.errors import Finding, OvrError
from ovr.language.model import KindUse, Override
from ovr.template import pointer
from ovr.template.causes import Causes
from ovr.template.operations import Operation, apply
from ovr.template.pointer import MISSING, Json, Tokens
from ovr.template.tree import Base, Node, StackTree
from ovr.template.writes import Write, writes_of
from ovr.vocabulary.resolve import Resolver

_ONCE = frozenset({"patch", "resources", "stacks", "logicalId", "remove"})
"""Kinds that cannot be asked for twice. Any other is asked again of the result: then nothing may be left to do, even
where the base had already what it asks for."""


@dataclass(frozen=True, slots=True)
class Lock:
    """A locked override, what it came to, and the tree before it."""

    override: Override
    compiled: Compiled
    before: StackTree


@dataclass(frozen=True, slots=True)
class _Place:
    stack: str
    document: str
    path: Tokens
    gone: bool = False


def broken_locks(
    locks: Iterable[Lock], base: Base, result: StackTree, resolver: Resolver, causes: Causes
) -> Iterator[Finding]:
    """OVR3033 for each locked override that does not hold: what it wrote is different, or its resource is gone."""
    for lock in locks:
        places = [*_gone(lock, result), *_asked_again(lock, base, result, resolver), *_written_once(lock, result)]
        by: dict[int, list[tuple[_Place, Operation]]] = {}
        for place in places:
            later = causes.touching(place.stack, place.path, place.document)
            culprit = next((each for each in reversed(later) if each.override != lock.override.index), None)
            if culprit is not None and (place.gone or not culprit.derived):
                by.setdefault(culprit.override, []).append((place, culprit))
        for found in by.values():
            yield _broken(lock.override, *found[0])


def _gone(lock: Lock, result: StackTree) -> Iterator[_Place]:
    """The nodes whose resource or stack is not there any more, under its own name."""
    if any(use.name in ("remove", "logicalId") for use in lock.override.kinds):
        return
    for node in lock.compiled.nodes:
        own = lock.before.stacks[node.stack]
        if node.stack not in result.stacks:
            yield _Place(own.parent or "", "template", ("Resources", own.logical_id or ""), gone=True)
        elif node.pointer and pointer.get(result.stacks[node.stack].template, node.pointer[:2]) is MISSING:
            yield _Place(node.stack, "template", node.pointer[:2], gone=True)


def _asked_again(lock: Lock, base: Base, result: StackTree, resolver: Resolver) -> Iterator[_Place]:
    """What there would be to do if the override were applied to the result."""
    gone = {(place.stack, place.path) for place in _gone(lock, result)}
    there = (node for node in lock.compiled.nodes if node.stack in result.stacks)
    nodes = tuple(node for node in there if (node.stack, node.pointer[:2]) not in gone)
    index = lock.override.index
    context = Context(base, result, resolver, lock.override, Wiring(result, index), SecretAccess(index), nodes)
    for use in lock.override.kinds:
        if use.name not in _ONCE:
            for node in nodes:
                yield from (place for place in _left(node, use, context) if _was_there(place, lock))


def _left(node: Node, use: KindUse, context: Context) -> Iterator[_Place]:
    try:
        operations = KINDS[use.name].compile(node, use, context)
    except OvrError:  # what it asks for cannot even be asked for any more
        yield _Place(node.stack, "template", node.pointer)
        return
    for operation in operations:
        if operation.op != "test":
            yield _Place(operation.stack, operation.document, operation.path)


def _was_there(place: _Place, lock: Lock) -> bool:
    """Whether the element was there for the override to act on: what was added later it says nothing about."""
    stack = lock.compiled.tree.stacks.get(place.stack)
    return stack is not None and (
        place.document != "template" or pointer.get(stack.template, place.path[:2]) is not MISSING
    )


def _written_once(lock: Lock, result: StackTree) -> Iterator[_Place]:
    tree, writes = lock.before, list[Write]()
    for operation in lock.compiled.operations:
        before, tree = tree, apply(tree, [operation])
        if operation.kind in _ONCE:
            writes += writes_of(operation, _document(before, operation), _document(tree, operation))
    for write in writes:
        operation = write.operation
        now, then = _document(result, operation), _document(lock.compiled.tree, operation)
        if operation.kind == "logicalId":
            holds = pointer.get(now, write.path) is not MISSING
        else:
            holds = write.holds(now) or not write.holds(then)
        if not holds:
            yield _Place(operation.stack, operation.document, write.path)


def _document(tree: StackTree, operation: Operation) -> Json:
    stack = tree.stacks.get(operation.stack)
    if stack is None:
        return {}
    return stack.template if operation.document == "template" else stack.options


def _broken(override: Override, place: _Place, culprit: Operation) -> Finding:
    what = "takes away what it is about" if place.gone else "changes what it wrote"
    return Finding(
        "OVR3033",
        f"`{override.id or override.place}` is locked, and this {what}",
        culprit.where(place.path),
        details=(f"its reason: {override.reason}",) if override.reason else (),
        fix=f"take this back, or speak with {override.owner or 'those who locked it'}",
        place=pointer.place(place.stack, place.path),
        related=((f"locked by {override.called}", override.span_of("locked")),),
    )
