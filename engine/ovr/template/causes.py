"""Which operations are behind something in the result of a plan."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ovr.spans import Span
from ovr.template.diff import same
from ovr.template.operations import Operation
from ovr.template.pointer import MISSING, Json, Tokens, get, overlap
from ovr.template.tree import Stack, StackTree

Key = tuple[str, str, Tokens]
"""Stack, document, and the beginning of a pointer: section and element."""


class Causes:
    """Finds the operations that wrote at, above or below a pointer.

    `gone` are the stacks of the base that the operations took away. `renamed`: (stack, present logical ID) → the
    logical ID in the base, of resources that were moved.
    """

    def __init__(self, operations: Sequence[Operation], gone: Iterable[Stack] = ()) -> None:
        self.operations = operations
        self.gone = tuple(gone)
        self.renamed: dict[tuple[str, str], str] = {}
        self._gone = {stack.path: stack for stack in self.gone}
        self._order = {id(operation): index for index, operation in enumerate(operations)}
        self._by_element: dict[Key, list[Operation]] = {}
        for operation in operations:
            if operation.op == "test":
                continue
            for path in _places(operation):
                self._by_element.setdefault((operation.stack, operation.document, path[:2]), []).append(operation)
            if _renames(operation):
                assert operation.source is not None
                former = operation.source[1]
                self.renamed[operation.stack, operation.path[1]] = self.renamed.pop((operation.stack, former), former)

    def touching(self, stack: str, path: Tokens, document: str = "template") -> list[Operation]:
        """All that wrote at, above or below a pointer, in order."""
        return [o for o in self._near(stack, path, document) if _touches(o, path)]

    def operation(self, stack: str, path: Tokens, value: Json = MISSING) -> Operation | None:
        """The last operation that wrote this value into the element; without one, the last that touches the pointer."""
        if value is not MISSING:
            wrote = [o for o in self.touching(stack, path[:2]) if _contains(o.value, value)]
            if wrote:
                return wrote[-1]
        at = self.touching(stack, path)
        return at[-1] if at else None

    def behind(self, stack: str, path: Tokens, document: str = "template") -> list[Operation]:
        """What made the difference at a pointer: the operations that touch it, or the nearest place above that one
        touches; those that took its stack away. What a later one made irrelevant is left out."""
        if stack in self._gone and (own := self._gone[stack]).parent is not None:
            return self.behind(own.parent, ("Resources", own.logical_id or ""))
        for length in range(len(path), -1, -1):
            if hits := self.touching(stack, path[:length], document):
                return _last_word(hits, path)
        return []

    def order(self, stack: str, path: Tokens) -> int:
        """When a pointer was written last, as a number; -1 for never."""
        operation = self.operation(stack, path)
        return self._order[id(operation)] if operation else -1

    def span(self, stack: str, path: Tokens, value: Json = MISSING) -> Span | None:
        """Where the user wrote what stands at a pointer."""
        operation = self.operation(stack, path, value)
        return operation.where(path) if operation else None

    def _near(self, stack: str, path: Tokens, document: str) -> list[Operation]:
        """The operations on an element, and on all that it lies in or that lies in it."""
        if len(path) >= 2:
            keys: Iterable[Key] = ((stack, document, path[:length]) for length in range(3))
        else:
            keys = [k for k in self._by_element if k[:2] == (stack, document) and overlap(k[2], path)]
        found = {id(operation): operation for key in keys for operation in self._by_element.get(key, ())}
        return sorted(found.values(), key=lambda each: self._order[id(each)])


class CausesSince(Causes):
    """The same for differences to what is deployed, which not all come from overrides.

    An override is behind one only where the result is not the base's there; what the base adds to what is deployed is
    the base's, whatever overrides write into it.
    """

    def __init__(self, causes: Causes, base: StackTree, result: StackTree, deployed: StackTree) -> None:
        super().__init__(causes.operations, causes.gone)
        self._trees = (deployed, base, result)

    def touching(self, stack: str, path: Tokens, document: str = "template") -> list[Operation]:
        return super().touching(stack, path, document) if self._is_made(stack, path, document) else []

    def behind(self, stack: str, path: Tokens, document: str = "template") -> list[Operation]:
        return super().behind(stack, path, document) if self._is_made(stack, path, document) else []

    def _is_made(self, stack: str, path: Tokens, document: str) -> bool:
        deployed, base, result = (_value(tree.stacks.get(stack), path, document) for tree in self._trees)
        return not same(base, result) and not (deployed is MISSING and base is not MISSING)


def _value(stack: Stack | None, path: Tokens, document: str) -> Json:
    if stack is None:
        return MISSING
    return get(stack.template if document == "template" else stack.options, path)


def _renames(operation: Operation) -> bool:
    """Whether a whole resource gets another logical ID."""
    places = [path for path in _places(operation) if len(path) == 2 and path[0] == "Resources"]
    return operation.op == "move" and len(places) == 2


def _places(operation: Operation) -> list[Tokens]:
    """What an operation writes or takes away; the empty pointer is the whole document."""
    return [operation.path] if operation.source is None else [operation.path, operation.source]


def _touches(operation: Operation, path: Tokens) -> bool:
    return any(overlap(written, path) for written in _places(operation))


def _last_word(operations: list[Operation], path: Tokens) -> list[Operation]:
    """Without what a later operation on the whole value made irrelevant."""
    for index in range(len(operations) - 1, 0, -1):
        operation = operations[index]
        if operation.op in ("replace", "remove") and operation.path == path[: len(operation.path)]:
            return operations[index:]
    return operations


def _contains(value: Json, wanted: Json) -> bool:
    """Whether a value is, or has inside it, the other one."""
    if same(value, wanted):
        return True
    if isinstance(value, dict):
        return any(_contains(member, wanted) for member in value.values())
    return isinstance(value, list) and any(_contains(item, wanted) for item in value)
