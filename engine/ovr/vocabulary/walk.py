"""Walking along the segments of a selector: through names first, then into properties."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from ovr.language.selector import Deep, Name, Segment
from ovr.spans import Span
from ovr.template.globs import glob_matches
from ovr.template.tree import Node, StackTree
from ovr.vocabulary.names import NameNode
from ovr.vocabulary.properties import into


@dataclass(frozen=True, slots=True)
class Place:
    """Where a walk has come: at a name, a node, or a name that stands for a node."""

    names: NameNode | None
    node: Node | None

    @property
    def key(self) -> tuple[int, object]:
        return (id(self.names), self.node and self.node.key)


@dataclass(frozen=True, slots=True)
class Trail:
    """How far a walk came: `places` after `taken` segments, and, where more than one name was meant, those."""

    places: list[Place]
    taken: int
    ambiguous: tuple[NameNode, ...] = ()


class Walker:
    """Walks over one tree. `current` gives the present node of a name (None: it is gone)."""

    def __init__(self, tree: StackTree, current: Callable[[NameNode], Node | None]) -> None:
        self._tree = tree
        self._current = current

    def walk(
        self, places: list[Place], segments: Sequence[Segment], span: Span | None, *, values: bool = True
    ) -> Trail:
        """Follows the segments as far as they lead. Without `values`, never from a resource into its properties."""
        deep = False
        for taken, segment in enumerate(segments):
            following, ambiguous = self._names(places, segment)
            if not following and values and not deep and not ambiguous:
                following = self._values(places, segment, span)
            if not following:
                return Trail(places, taken, ambiguous)
            places, deep = _once(following), isinstance(segment, Deep)
        return Trail(places, len(segments))

    def _names(self, places: list[Place], segment: Segment) -> tuple[list[Place], tuple[NameNode, ...]]:
        """The names a segment leads to, and several that a word would mean."""
        found: list[Place] = []
        for place in places:
            if isinstance(segment, Deep) and place.names:
                found += self._places(place.names.descendants())
            elif isinstance(segment, Name) and segment.glob and place.names:
                visible = place.names.visible()
                found += self._places(child for name, child in visible if glob_matches(segment.text, name))
            elif isinstance(segment, Name):
                member, ambiguous = self._member(place, segment.text)
                if ambiguous:
                    return [], ambiguous
                found += member
        return found, ()

    def _member(self, place: Place, word: str) -> tuple[list[Place], tuple[NameNode, ...]]:
        if place.names is not None:
            if word in place.names.members:
                return self._places([place.names.members[word]]), ()
            meant = place.names.aliases.get(word, [])
            if len(meant) > 1:
                return [], tuple(meant)
            if meant:
                return self._places(meant), ()
        if word == "stack" and place.node is not None and place.node.kind != "value":
            name = place.node.name + ("" if place.node.kind == "stack" else ".stack")
            return [Place(None, Node(place.node.stack, "stack", (), name))], ()
        return [], ()

    def _values(self, places: list[Place], segment: Segment, span: Span | None) -> list[Place]:
        return [
            Place(None, node)
            for place in places
            if place.node is not None and place.node.kind != "stack"
            for node in into(place.node, segment, self._tree, span)
        ]

    def _places(self, names: Iterable[NameNode]) -> list[Place]:
        """Places at these names, those whose node is gone left out."""
        found = []
        for each in names:
            node = self._current(each)
            if node is not None or each.node is None:
                found.append(Place(each, node))
        return found


def _once(places: list[Place]) -> list[Place]:
    return list({place.key: place for place in places}.values())
