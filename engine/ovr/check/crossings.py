"""What goes from one nested stack to another: which resource is taken, and which resources take it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ovr.check.touched import NameOf
from ovr.template.follow import origin
from ovr.template.references import Reference, references
from ovr.template.tree import StackTree

Place = tuple[str, str]
"""(stack, logical ID)"""

_MOST_USERS = 3


@dataclass(frozen=True, slots=True)
class Crossing:
    """A resource's attribute that a nested stack takes through a parameter.

    `consumer` is the stack that takes, `parameter` its parameter; `source` and `attribute` what is taken, called
    `taken`; `users` are the resources that use it, `names` what to call them.
    """

    consumer: str
    parameter: str
    source: Place
    attribute: str
    taken: str
    users: tuple[Place, ...]
    names: tuple[str, ...]

    @property
    def users_listed(self) -> str:
        """The names of the users, the first few of many."""
        distinct = list(dict.fromkeys(self.names))
        more = len(distinct) - _MOST_USERS
        return ", ".join(distinct[:_MOST_USERS]) + (f" and {more} more" if more > 0 else "")


def crossing(tree: StackTree, stack: str, edge: Reference, name_of: NameOf, words_for: NameOf) -> Crossing | None:
    """What a reference in the parameters of a nested stack carries; None for any other reference.

    `name_of` gives what can be written for what is taken, `words_for` what to call those who take it.
    """
    _, logical_id, *rest = edge.path
    child = tree.child(stack, logical_id)
    if child is None or rest[:2] != ["Properties", "Parameters"] or len(rest) < 3:
        return None
    found = origin(tree, child.path, {"Ref": rest[2]})
    if found is None:
        return None
    source, attribute = found[:2], found[2]
    users = tuple(dict.fromkeys(_users(tree, child.path, rest[2])))
    taken = name_of(*source) + ("" if attribute == "Ref" else f".{attribute}")
    return Crossing(child.path, rest[2], source, attribute, taken, users, tuple(words_for(*user) for user in users))


def _users(tree: StackTree, stack: str, parameter: str) -> Iterator[Place]:
    """The resources that use a parameter, those of stacks further down too."""
    for reference in references(tree.stacks[stack].template):
        if reference.name != parameter or reference.path[0] != "Resources":
            continue
        _, logical_id, *rest = reference.path
        child = tree.child(stack, logical_id)
        if child is not None and rest[:2] == ["Properties", "Parameters"] and len(rest) > 2:
            yield from _users(tree, child.path, rest[2])
        else:
            yield stack, logical_id
