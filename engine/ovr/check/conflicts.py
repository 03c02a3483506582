"""Overrides that write the same place: what one says and another takes back, and indexes into lists that another
changed (LANGUAGE.md §6).

Judged on the compiled operations, document by document: a write at or above an earlier one, with another outcome there,
is a conflict; one below it, or to the same list, refines it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter

from ovr.check.comparison import Comparison
from ovr.check.indexes import Listing, moved_items, written_indexes
from ovr.errors import Finding, Severity
from ovr.knowledge.amplify_outputs import CUSTOM_OUTPUT
from ovr.knowledge.environment import SSM_CONFIG
from ovr.language.model import Override
from ovr.template import pointer
from ovr.template.diff import same
from ovr.template.operations import Operation, apply_one
from ovr.template.pointer import MISSING, Json, Tokens
from ovr.template.writes import ADDING, Write, keeps_all, moved_on, writes_of

Document = tuple[str, str]
"""Stack, and which of its documents."""

_COMPUTED = frozenset({SSM_CONFIG, CUSTOM_OUTPUT})
"""Members that ovr computes from what all overrides say together: lists in one text."""


def conflicts(comparison: Comparison) -> Iterator[Finding]:
    """Contradictions (OVR3031), indexes into changed lists (OVR3032), `replaces` without effect (OVR3034)."""
    overrides = {override.index: override for override in comparison.overrides}
    replaced: set[tuple[int, int]] = set()
    for (stack, document), operations in _contested(comparison.causes.operations).items():
        own = comparison.before.stacks.get(stack)
        start = {} if own is None else own.template if document == "template" else own.options
        history = _History(start, overrides)
        for index, group in groupby(operations, key=attrgetter("override")):
            if index in overrides:
                yield from history.apply(overrides[index], list(group))
        replaced |= history.replaced
    for override in comparison.overrides:
        yield from _without_effect(override, comparison.overrides, replaced)


def _contested(operations: Sequence[Operation]) -> dict[Document, list[Operation]]:
    """The operations, by document, on elements that more than one override writes: all others cannot conflict."""
    by_element: dict[tuple[str, str, Tokens], set[int]] = {}
    for operation in operations:
        for path in filter(None, (operation.path, operation.source)):
            by_element.setdefault((operation.stack, operation.document, path[:2]), set()).add(operation.override)
    wide = _wide(operations)
    many = {key for key, indexes in by_element.items() if len(indexes) > 1}
    found: dict[Document, list[Operation]] = {}
    for operation in operations:
        document = (operation.stack, operation.document)
        if document in wide or (*document, operation.path[:2]) in many:
            found.setdefault(document, []).append(operation)
    return found


def _wide(operations: Sequence[Operation]) -> set[Document]:
    """Documents that several overrides write, one of them a whole section, or with something moved or copied."""
    by: dict[Document, set[int]] = {}
    wide: set[Document] = set()
    for operation in operations:
        document = (operation.stack, operation.document)
        by.setdefault(document, set()).add(operation.override)
        if len(operation.path) < 2 or operation.source is not None:
            wide.add(document)
    return {document for document in wide if len(by[document]) > 1}


@dataclass(slots=True, eq=False)
class _Said:
    """What an override wrote, and where that is by now; None where it was an item that is gone."""

    write: Write
    path: Tokens | None

    def value(self, document: Json) -> Json:
        return MISSING if self.path is None else pointer.get(document, self.path)

    def follow(self, operation: Operation, before: Json) -> None:
        self.path = None if self.path is None else moved_on(self.path, operation, before)


@dataclass(frozen=True, slots=True)
class _Clash:
    """The operation that went over what an earlier override said, and what stood there before.

    `expected`: the later override holds what it writes over against a `test`, so that nothing is lost unawares.
    """

    said: _Said
    by: Operation
    was: Json
    expected: bool

    def survives(self, document: Json) -> bool:
        """Whether what was said still holds."""
        now, items = self.said.value(document), self.said.write.items
        if items:
            return keeps_all([item for item in items if keeps_all([item], self.was)], now)
        return keeps_all(self.was, now) if self.by.kind in ADDING else now is self.was or same(now, self.was)


@dataclass(slots=True)
class _History:
    """One document as the operations change it, with what the overrides so far wrote into it."""

    value: Json
    overrides: dict[int, Override]
    said: list[_Said] = field(default_factory=list)
    listings: list[Listing] = field(default_factory=list)
    replaced: set[tuple[int, int]] = field(default_factory=set)

    def apply(self, override: Override, operations: list[Operation]) -> Iterator[Finding]:
        """The next override's operations; what they contradict."""
        clashes: dict[_Said, _Clash] = {}
        fresh: list[_Said] = []
        guards = [operation.path for operation in operations if operation.op == "test"]
        tests = [operation.path for operation in operations if operation.op == "test" and not operation.derived]
        for operation in operations:
            before, self.value = self.value, apply_one(self.value, operation)
            if operation.op == "test":
                continue
            yield from self._moved_items(override, operation, before, guards)
            for said in self.said:
                if _goes_over(operation, said, before):
                    expected = any(path == (said.path or ())[: len(path)] for path in tests)
                    clashes.setdefault(said, _Clash(said, operation, said.value(before), expected))
            for said in (*self.said, *fresh):
                said.follow(operation, before)
            self.listings = [moved for each in self.listings if (moved := each.moved(operation, before))]
            fresh += [_Said(write, write.path) for write in writes_of(operation, before, self.value)]
            self.listings += moved_items(operation, before, self.value)
        yield from self._judged(override, list(clashes.values()))
        self.said += [said for said in fresh if not _COMPUTED.intersection(said.write.path)]

    def _judged(self, override: Override, clashes: list[_Clash]) -> Iterator[Finding]:
        lost: dict[int, list[_Clash]] = {}
        for clash in clashes:
            earlier = self.overrides[clash.said.write.operation.override]
            if override.replaces is not None and override.replaces == earlier.id:
                self.replaced.add((override.index, earlier.index))
            elif clash.survives(self.value):
                continue
            elif not clash.expected and not earlier.locked:  # a lock that does not hold is said elsewhere
                lost.setdefault(earlier.index, []).append(clash)
            self.said.remove(clash.said)
        for index, found in lost.items():
            yield _contradiction(override, self.overrides[index], found)

    def _moved_items(
        self, override: Override, operation: Operation, before: Json, guards: list[Tokens]
    ) -> Iterator[Finding]:
        for at in written_indexes(operation, override, before, guards):
            for listing in self.listings:
                earlier = self.overrides.get(listing.operation.override)
                if earlier is None or earlier.index == override.index:
                    continue
                elsewhere = earlier.span.source.name != override.span.source.name
                if listing.concerns(at, any_change=elsewhere):
                    yield _index(override, earlier, operation, listing, at, elsewhere)
                    return


def _goes_over(operation: Operation, said: _Said, before: Json) -> bool:
    """Whether an operation writes at or above what was written, so that its outcome there is what counts.

    A rename takes what was written along, and what is put into a list leaves its items as they are.
    """
    if said.path is None or operation.derived or operation.kind == "logicalId":
        return False
    into_list = bool(operation.path) and isinstance(pointer.get(before, operation.path[:-1]), list)
    if into_list and operation.op in ("add", "copy"):
        return False
    places = [operation.path, *([operation.source] if operation.op == "move" and operation.source else [])]
    return any(
        path == said.path[: len(path)] or (bool(said.write.items) and into_list and path[:-1] == said.path)
        for path in places
    )


def _contradiction(override: Override, earlier: Override, clashes: list[_Clash]) -> Finding:
    first = clashes[0]
    more = f", here and in {_counted(len(clashes) - 1)}" if clashes[1:] else ""
    named = earlier.id or earlier.place
    fix = "change one of them; or give the earlier one an `id`, and this one `replaces: <id>` if it is meant to win"
    if earlier.id is not None:
        own = _seen_from(override, earlier.id)
        fix = f"change one of them, or write `replaces: {own}` if this one is meant to win"
    there = first.said.write.operation.where(first.said.write.path) or earlier.span
    return Finding(
        "OVR3031",
        f"this undoes what `{named}` wrote{more}",
        first.by.where(first.said.write.path) or override.span,
        fix=fix,
        place=pointer.place(first.by.stack, first.said.write.path),
        related=((f"written by {earlier.called}", there),),
    )


def _counted(places: int) -> str:
    return "1 other place" if places == 1 else f"{places} other places"


def _seen_from(override: Override, name: str) -> str:
    """An id as another override writes it: from within a layer without that layer's alias."""
    return name.removeprefix(f"{override.layer}/") if override.layer else name


def _index(
    override: Override, earlier: Override, operation: Operation, listing: Listing, at: Tokens, elsewhere: bool
) -> Finding:
    what = "another file changed" if elsewhere else "changed above"
    return Finding(
        "OVR3032",
        f"the index {at[-1]} counts in a list that {what}",
        operation.span or override.span,
        fix="select the item by one of its keys: `….list[Key=value]`",
        severity=Severity.ERROR if elsewhere else Severity.NOTE,
        place=pointer.place(operation.stack, at[:-1]),
        related=((f"changed by {earlier.called}", listing.operation.span or earlier.span),),
    )


def _without_effect(
    override: Override, overrides: Sequence[Override], replaced: set[tuple[int, int]]
) -> Iterator[Finding]:
    earlier = next((each for each in overrides if override.replaces and each.id == override.replaces), None)
    if earlier is not None and (override.index, earlier.index) not in replaced:
        yield Finding(
            "OVR3034",
            f"nothing that `{earlier.id}` wrote is replaced here: both hold",
            override.span_of("replaces"),
            fix="take `replaces` out, or correct it",
            severity=Severity.NOTE,
            related=((f"this is {earlier.called}", earlier.span),),
        )
