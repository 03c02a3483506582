"""What an operation wrote, piece by piece, and where that is after later operations.

The pieces are what a user would call "what this override says": `merge` says a value for each property it names, a
`patch` one for its pointer, what adds to a list the items that are new.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ovr.template import pointer
from ovr.template.diff import same
from ovr.template.intrinsics import is_intrinsic
from ovr.template.operations import Operation
from ovr.template.pointer import MISSING, Json, Tokens

MEMBER_WISE = frozenset({"merge", "attributes", "removalPolicy", "environment", "tags", "stackOptions", "outputs"})
"""Kinds that say something about each member of an object, not about the object as a whole."""

ADDING = frozenset({"tags", "dependsOn", "grant"})
"""Kinds that add to a list, although they may write the whole of it anew."""


@dataclass(frozen=True, slots=True)
class Write:
    """One value that an operation wrote, and its pointer; `items` are what it added to the list there, if it is one.

    `value` is MISSING for what was taken away.
    """

    operation: Operation
    path: Tokens
    value: Json
    items: tuple[Json, ...] = ()

    def holds(self, document: Json) -> bool:
        """Whether what was written stands in a document."""
        now = pointer.get(document, self.path)
        if self.items:
            return all(_is_among(item, listed(now)) for item in self.items)
        return now is self.value or (now is not MISSING and self.value is not MISSING and same(now, self.value))


def writes_of(operation: Operation, before: Json, after: Json) -> list[Write]:
    """What an operation wrote; nothing where it only follows from others, or tests. `before` and `after` are the
    document around the operation."""
    if operation.op == "test" or operation.derived:
        return []
    path = operation.path
    if isinstance(pointer.get(before, path[:-1]), list) and path and operation.op != "replace":
        added = operation.op != "remove"
        items = (_added_item(operation, before),) if added else ()
        return [Write(operation, path[:-1], pointer.get(after, path[:-1]), items)] if added else []
    value = pointer.get(after, path)
    if operation.kind in ADDING and isinstance(value, (list, str)):
        old = listed(pointer.get(before, path))
        return [Write(operation, path, value, tuple(item for item in listed(value) if not _is_among(item, old)))]
    if operation.kind in MEMBER_WISE:
        return [Write(operation, at, leaf) for at, leaf in _leaves(path, value)]
    return [Write(operation, path, value)]


def listed(value: Json) -> list[Json]:
    """A value that stands for a list of one as that list (`DependsOn: Queue`); nothing as an empty one."""
    if value is MISSING:
        return []
    return value if isinstance(value, list) else [value]


def keeps_all(before: Json, after: Json) -> bool:
    """Whether every item of a list is still among those of another."""
    return all(_is_among(item, listed(after)) for item in listed(before))


def moved_on(path: Tokens, operation: Operation, before: Json) -> Tokens | None:
    """Where a pointer leads after an operation on the document `before`: resources are renamed, items of lists move.

    None for an item that was taken away.
    """
    if operation.op == "move" and operation.source is not None and path[: len(operation.source)] == operation.source:
        return (*operation.path, *path[len(operation.source) :])
    if operation.op == "remove":
        return _shifted(path, operation.path, before, by=-1)
    if operation.op in ("add", "copy"):
        return _shifted(path, operation.path, before, by=1)
    return path


def _shifted(path: Tokens, at: Tokens, before: Json, by: int) -> Tokens | None:
    holder = at[:-1]
    if len(path) < len(at) or path[: len(holder)] != holder or not at or not at[-1].isdecimal():
        return path
    token = path[len(holder)]
    if not token.isdecimal() or int(token) < int(at[-1]) or not isinstance(pointer.get(before, holder), list):
        return path
    if by < 0 and int(token) == int(at[-1]):
        return None
    return (*holder, str(int(token) + by), *path[len(at) :])


def _added_item(operation: Operation, before: Json) -> Json:
    if operation.source is not None:
        return pointer.get(before, operation.source)
    return operation.value


def _is_among(item: Json, items: list[Json]) -> bool:
    return any(same(item, each) for each in items)


def _leaves(path: Tokens, value: Json) -> Iterator[tuple[Tokens, Json]]:
    """The values inside objects, by pointer; an intrinsic function and an empty object are values."""
    if isinstance(value, dict) and value and not is_intrinsic(value):
        for key, member in value.items():
            yield from _leaves((*path, key), member)
    else:
        yield path, value
