"""Where an event happens: in which stack of the tree."""

from __future__ import annotations

from collections.abc import Iterable

from ovr.deploy.port import StackEvent
from ovr.template.tree import NESTED_STACK, ROOT, StackTree


class Places:
    """Learns from events which stack of CloudFormation is which stack of a tree."""

    def __init__(self, tree: StackTree, root_id: str, events: Iterable[StackEvent] = ()) -> None:
        self._tree = tree
        self._paths = {root_id: ROOT}
        for event in events:
            self.learn(event)

    def learn(self, event: StackEvent) -> None:
        """A parent's event on a nested stack says which one that is."""
        if event.type != NESTED_STACK or event.physical_id in ("", event.stack_id) or event.physical_id in self._paths:
            return
        holder = self.path(event.stack_id)
        child = self._tree.child(holder, event.logical_id) if holder in self._tree.stacks else None
        self._paths[event.physical_id] = child.path if child else f"{holder}/{event.logical_id}".lstrip("/")

    def path(self, stack_id: str) -> str:
        """The path of a stack; its own name where no event told of it."""
        return self._paths.get(stack_id, stack_id.rpartition(":stack/")[2].partition("/")[0] or stack_id)
