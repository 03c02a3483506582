"""The tree of names that a vocabulary gives to nodes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from ovr.language.selector_text import join_name
from ovr.template.tree import Node


@dataclass(slots=True, eq=False)
class NameNode:
    """A name, the node it stands for (none for a mere collection or construct) and the names below it.

    `name` is the full name as the user would write it. `hidden` are members that wildcards never match: Amplify's
    helpers and reserved members (`stack`, a function's `role`, a bucket's `policy`). `aliases` are other spellings;
    one that leads to several name nodes is ambiguous. `attributes` are names that mean an attribute, called the same,
    of a resource (`data.apiId`). Filled while the vocabulary is built, never changed after.
    """

    name: str
    node: Node | None = None
    members: dict[str, NameNode] = field(default_factory=dict)
    hidden: frozenset[str] = frozenset()
    aliases: dict[str, list[NameNode]] = field(default_factory=dict)
    attributes: dict[str, Node] = field(default_factory=dict)

    def add(self, member: str, *, hidden: bool = False) -> NameNode:
        """A new member without a node."""
        return self.add_node(member, NameNode(join_name(self.name, member)), hidden=hidden)

    def add_node(self, member: str, node: NameNode, *, hidden: bool = False) -> NameNode:
        """A name node as a member."""
        self.members[member] = node
        if hidden:
            self.hidden |= {member}
        return node

    def alias(self, word: str, *nodes: NameNode) -> None:
        """Another spelling for a member; given several times or for several nodes, it is ambiguous."""
        self.aliases.setdefault(word, []).extend(nodes)

    def add_resource(
        self, member: str, stack: str, logical_id: str, construct: str | None = None, *, hidden: bool = False
    ) -> NameNode:
        """A new member that stands for a resource; `construct` is the L2's path if the name is an L2's."""
        child = self.add(member, hidden=hidden)
        child.node = Node(stack, "resource", ("Resources", logical_id), child.name, construct=construct)
        return child

    def add_stack(self, member: str, stack: str, *, hidden: bool = False) -> NameNode:
        """A new member that stands for a stack's template."""
        child = self.add(member, hidden=hidden)
        child.node = Node(stack, "stack", (), child.name)
        return child

    def visible(self) -> Iterator[tuple[str, NameNode]]:
        """The members that wildcards match."""
        return ((name, child) for name, child in self.members.items() if name not in self.hidden)

    def descendants(self) -> Iterator[NameNode]:
        """This name node and all visible ones below, parents first."""
        yield self
        for _, child in self.visible():
            yield from child.descendants()

    def everything(self) -> Iterator[NameNode]:
        """This name node and all below, hidden ones too."""
        yield self
        for child in self.members.values():
            yield from child.everything()


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All names of a base.

    `known` are the construct paths of what `defineBackend` made, in the order of the templates, each with the other
    paths that mean the same. `imports` maps construct paths without a resource of their own to the resource meant.
    """

    root: NameNode
    known: dict[str, tuple[str, ...]]
    imports: dict[str, Node] = field(default_factory=dict)
