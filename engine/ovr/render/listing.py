"""What can be selected, as text and as JSON."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ovr.render.look import Look
from ovr.template.tree import Node, StackTree

_MANY = 12
"""Members of one collection above which it is told in one line."""
_WIDEST = 50
"""Columns that names and types are aligned to at most."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One selector: what it designates (a type, or `stack`), where, and under which logical ID."""

    name: str
    type: str
    stack: str
    logical_id: str

    @property
    def collection(self) -> str:
        """The name without its last member: `data.tables` of `data.tables.Todo`."""
        if self.name.endswith('"]'):
            return self.name[: self.name.rindex('["')]
        return self.name.rpartition(".")[0]


def describe_nodes(nodes: Iterable[tuple[str, Node]], tree: StackTree) -> list[Entry]:
    """The entries for named nodes, in their order."""
    entries = []
    for name, node in nodes:
        logical_id = node.logical_id if node.pointer else ""
        resource = tree.stacks[node.stack].resources.get(logical_id, {})
        entries.append(Entry(name, str(resource.get("Type", "stack")), node.stack, logical_id))
    return entries


def render_entries(entries: list[Entry], prefix: str, look: Look) -> str:
    """A selector with its type and stack on each line; a large collection in one, unless `prefix` leads into it."""
    collections: dict[tuple[str, str], list[Entry]] = {}
    for entry in entries:
        collections.setdefault((entry.collection, entry.type), []).append(entry)
    rows: list[tuple[str, str, str]] = []
    for (collection, kind), members in collections.items():
        if len(members) > _MANY and collection and not look.verbose and not prefix.startswith(collection):
            rows.append((f"{collection}.*", f"{len(members)} × {kind}", f"ovr resources {collection}"))
        else:
            rows += [(entry.name, entry.type, entry.stack or "(root)") for entry in members]
    return "".join(f"{line}\n" for line in _table(rows, look))


def _table(rows: list[tuple[str, str, str]], look: Look) -> list[str]:
    first = min(max((len(name) for name, _, _ in rows), default=0), _WIDEST)
    second = min(max((len(kind) for _, kind, _ in rows), default=0), _WIDEST)
    if look.width and not all(look.fits(first + second + 4, where) for _, _, where in rows):
        first = second = 0
    lines = []
    for name, kind, where in rows:
        about = f"{kind.ljust(second)}  {where}"
        gap = max(first - len(name), 0) + 2
        if look.width is None or look.fits(len(name) + gap, about):
            lines.append(look.line(0, ("strong", name), " " * gap, ("dim", about)))
        else:
            lines += [look.line(0, ("strong", name)), look.line(4, ("dim", about))]
    return lines


def entries_to_json(entries: Iterable[Entry]) -> list[dict[str, str]]:
    """The same as plain data."""
    return [
        {"selector": entry.name, "type": entry.type, "stack": entry.stack, "logical_id": entry.logical_id}
        for entry in entries
    ]
