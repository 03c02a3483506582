"""What is lost with a resource, and what becomes of it: by its type, by what is in a nested stack, by its policies."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ovr.knowledge.removal import PolicyName, policy_of
from ovr.knowledge.stateful import holds
from ovr.template.certainty import NameOf
from ovr.template.tree import NESTED_STACK, StackTree

_MOST_NAMES = 4


@dataclass(frozen=True, slots=True)
class Holding:
    """What a resource holds, as a noun, and what keeps it: `policy` is one of removal.POLICY_STRENGTHS, and `name`
    the attribute that says so."""

    what: str
    name: PolicyName
    policy: str

    def removed(self, *, may: bool) -> str:
        """What becomes of it when the resource is removed."""
        if self.policy == "Retain":
            return f"it stays behind with {self.what}, in no stack ({self._said})"
        return self._lost(may=may)

    def replaced(self, *, may: bool) -> str:
        """What becomes of it when another resource takes its place."""
        if self.policy == "Retain":
            return f"the old one stays behind with {self.what}, and an empty one takes its place ({self._said})"
        return self._lost(may=may)

    def _lost(self, *, may: bool) -> str:
        if self.policy == "Snapshot":
            return f"all that stays of {self.what} is a snapshot ({self._said})"
        return f"this {'would lose' if may else 'loses'} {self.what}"

    @property
    def _said(self) -> str:
        return f"{self.name} {self.policy}"


def holding(tree: StackTree, place: tuple[str, str], name: PolicyName, name_of: NameOf) -> Holding | None:
    """What the resource at (stack, logical ID) holds and what keeps it; None where a deployment makes it as it was."""
    stack, logical_id = place
    resource = tree.stacks[stack].resources.get(logical_id) or {}
    policy = policy_of(resource, name)
    if resource.get("Type") != NESTED_STACK:
        what = holds(str(resource.get("Type")))
        return Holding(what, name, policy) if what else None
    child = tree.child(stack, logical_id)
    inside = list(_stateful_below(tree, child.path)) if child else []
    if not inside:
        return None
    if policy != "Retain":
        # the stack is deleted, and what is in it by policies of its own
        name = "DeletionPolicy"
        kept = [each for each in inside if policy_of(tree.stacks[each[0]].resources[each[1]], name) == "Retain"]
        policy = "Retain" if kept == inside else "Delete"
        inside = [each for each in inside if each not in kept] or inside
    names = [name_of(*each) for each in inside]
    more = f" and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
    return Holding(f"what it holds ({', '.join(names[:_MOST_NAMES])}{more})", name, policy)


def _stateful_below(tree: StackTree, path: str) -> Iterator[tuple[str, str]]:
    """The resources that hold something in a stack and in all below it."""
    for stack in tree.stacks.values():
        if stack.path == path or stack.path.startswith(f"{path}/"):
            for logical_id, resource in stack.resources.items():
                if holds(str(resource.get("Type"))):
                    yield stack.path, logical_id
