"""Which override made something: the operation that wrote it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ovr.language.model import Override
from ovr.spans import Span
from ovr.template.diff import same
from ovr.template.operations import Operation
from ovr.template.pointer import MISSING, Json, Tokens, overlap


@dataclass(frozen=True, slots=True)
class Causes:
    """Finds operations, and the overrides that they are of."""

    operations: Sequence[Operation]
    overrides: Sequence[Override]

    @property
    def renamed(self) -> dict[tuple[str, str], str]:
        """(stack, logical ID before all operations) → the present one, of resources that were moved."""
        found: dict[tuple[str, str], str] = {}
        for each in self.operations:
            if each.op == "move" and each.source and each.source[:1] == each.path[:1] == ("Resources",):
                if len(each.source) != 2 or len(each.path) != 2:
                    continue
                old, new = each.source[1], each.path[1]
                first = next((place for place, now in found.items() if place[0] == each.stack and now == old), None)
                found[first or (each.stack, old)] = new
        return found

    def operation(self, stack: str, path: Tokens, value: Json = MISSING) -> Operation | None:
        """The last operation that wrote this value; without one, the last at, above or below the pointer."""
        touching = [o for o in self.operations if o.stack == stack and o.document == "template" and o.op != "test"]
        if value is not MISSING:
            element = [o for o in touching if overlap(o.path, path[:2]) and _contains(o.value, value)]
            if element:
                return element[-1]
        at = [o for o in touching if overlap(o.path, path) or (o.source and overlap(o.source, path))]
        return at[-1] if at else None

    def order(self, stack: str, path: Tokens) -> int:
        """When a pointer was written last, as a number; -1 for never."""
        operation = self.operation(stack, path)
        return next((n for n, each in enumerate(self.operations) if each is operation), -1)

    def override(self, operation: Operation | None) -> Override | None:
        index = operation.override if operation else -1
        return next((override for override in self.overrides if override.index == index), None)

    def span(self, stack: str, path: Tokens, value: Json = MISSING) -> Span | None:
        operation = self.operation(stack, path, value)
        return operation.where(path) if operation else None


def _contains(value: Json, wanted: Json) -> bool:
    """Whether a value is, or has inside it, the other one."""
    if same(value, wanted):
        return True
    if isinstance(value, dict):
        return any(_contains(member, wanted) for member in value.values())
    return isinstance(value, list) and any(_contains(item, wanted) for item in value)
