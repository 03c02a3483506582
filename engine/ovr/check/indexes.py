"""Indexes that the user wrote into lists, and what changes what they mean."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ovr.language.model import Override
from ovr.language.selector import Index
from ovr.template import pointer
from ovr.template.operations import Operation
from ovr.template.pointer import Json, Tokens
from ovr.template.writes import moved_on

_BY_SELECTOR = ("patch", "merge", "remove")
"""Kinds that act on a value that the selector may have picked by index."""


@dataclass(frozen=True, slots=True)
class Listing:
    """A list whose items an operation changed: from the item `since` on, or as a whole (None)."""

    operation: Operation
    path: Tokens
    since: int | None

    def concerns(self, at: Tokens, *, any_change: bool) -> bool:
        """Whether the index at the end of `at` counts in this list; without `any_change`, only if it means another
        item than before."""
        if self.since is None:
            return any_change and at[: len(self.path)] == self.path
        return at[:-1] == self.path and (any_change or self.since <= int(at[-1]))

    def moved(self, operation: Operation, before: Json) -> Listing | None:
        """The same after another operation."""
        path = moved_on(self.path, operation, before)
        return None if path is None else self if path == self.path else replace(self, path=path)


def moved_items(operation: Operation, before: Json, after: Json) -> Iterator[Listing]:
    """The lists whose items an operation changed."""
    places = [operation.path] + ([operation.source] if operation.op == "move" and operation.source else [])
    for path in places:
        holder = pointer.get(before, path[:-1])
        if path and isinstance(holder, list) and operation.op != "replace":
            since = int(path[-1]) if path[-1].isdecimal() else len(holder)
            yield Listing(operation, path[:-1], since)
        elif not operation.derived and pointer.get(before, path) is not pointer.get(after, path):
            yield Listing(operation, path, None)


def written_indexes(
    operation: Operation, override: Override, before: Json, guards: Sequence[Tokens]
) -> Iterator[Tokens]:
    """Pointers to the items that the user picked by index, those with a `test` on them left out: it holds them."""
    if operation.derived or operation.kind not in _BY_SELECTOR:
        return
    by_selector = any(
        isinstance(segment, Index) and segment.number is not None
        for selector in override.select
        for segment in getattr(selector, "segments", ())
    )
    written = 0 if by_selector else len(operation.path) - _written_length(operation, override)
    for depth in range(written, len(operation.path)):
        at = operation.path[: depth + 1]
        if not at[-1].isdecimal() or not isinstance(pointer.get(before, at[:-1]), list):
            continue
        if not any(guard[: len(at)] == at for guard in guards):
            yield at


def _written_length(operation: Operation, override: Override) -> int:
    """How many tokens of an operation's pointer stand in the `path` of a patch."""
    if operation.kind != "patch":
        return 0
    paths = [pointer.parse(item["path"].value) for use in override.kinds if use.name == "patch" for item in use.value]
    return max((len(path) for path in paths if path and operation.path[-len(path) :] == path), default=0)
