"""The names of a base on what has become of it: renamed resources keep their names, removed ones lose them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from ovr.template.pointer import Json
from ovr.template.tree import Node, StackTree
from ovr.vocabulary.constructs import Constructs
from ovr.vocabulary.names import NameNode, Vocabulary


@dataclass(frozen=True)
class BaseNames:
    """The tree that the names were read off, with the names: made once, shared by all that follows."""

    tree: StackTree
    constructs: Constructs
    vocabulary: Vocabulary

    def resources(self, stack: str) -> dict[str, dict[str, Json]]:
        """The resources of a stack of the base; none where it had no such stack."""
        return self.tree.stacks[stack].resources if stack in self.tree.stacks else {}

    @cached_property
    def by_place(self) -> dict[tuple[str, str], str]:
        """(stack path, logical ID) → the best name: an L2's if there is one, else the first."""
        best: dict[tuple[str, str], str] = {}
        short: set[tuple[str, str]] = set()
        for each in self.vocabulary.root.everything():
            if each.node is None or each.node.kind != "resource":
                continue
            place = (each.node.stack, each.node.logical_id)
            if place not in best or (each.node.construct and place not in short):
                best[place] = each.name
            if each.node.construct:
                short.add(place)
        return best


class CurrentNames:
    """Where the nodes of the base's names are in another tree. The construct path tells a resource, not its ID."""

    def __init__(self, base: BaseNames, tree: StackTree, constructs: Constructs) -> None:
        self.base = base
        self._tree = tree
        self._constructs = constructs

    def current(self, names: NameNode) -> Node | None:
        """The node that a name stands for now; None if it stands for none, or its node is gone."""
        return self.moved(names.node) if names.node is not None else None

    def moved(self, node: Node) -> Node | None:
        """A node of the base where it is now; None if it is gone."""
        if node.stack not in self._tree.stacks:
            return None
        moves = self._moves.get(node.stack)
        if node.kind == "stack" or not moves or node.logical_id not in moves:
            return node
        now = moves[node.logical_id]
        return None if now is None else replace(node, pointer=("Resources", now, *node.pointer[2:]))

    def name_of(self, stack: str, logical_id: str) -> str:
        """The best name of a resource; empty if it has none."""
        moves = self._moves.get(stack, {})
        before = next((was for was, now in moves.items() if now == logical_id), logical_id)
        return "" if moves.get(before, logical_id) != logical_id else self.base.by_place.get((stack, before), "")

    def entries(self) -> Iterator[tuple[str, Node]]:
        """Every name that stands for a node, with the node, in the order of the tree of names."""
        seen: set[int] = set()
        for each in self.base.vocabulary.root.everything():
            node = self.current(each)
            if node is not None and id(each) not in seen:
                seen.add(id(each))
                yield each.name, node

    @cached_property
    def _moves(self) -> dict[str, dict[str, str | None]]:
        """Per stack: logical IDs of the base that mean no resource or another one now, and where theirs is now."""
        found: dict[str, dict[str, str | None]] = {}
        for path, before in self.base.tree.stacks.items():
            after = self._tree.stacks.get(path)
            if after is None or after is before or after.resources.keys() == before.resources.keys():
                continue
            was, paths = self.base.constructs.paths(path), self._constructs.paths(path)
            now = {construct: logical_id for logical_id, construct in paths.items()}
            moves: dict[str, str | None] = {}
            for logical_id in before.resources:
                there = now.get(was.get(logical_id, ""))
                if there != logical_id and (there is not None or logical_id not in after.resources):
                    moves[logical_id] = there
            found[path] = moves
        return found
