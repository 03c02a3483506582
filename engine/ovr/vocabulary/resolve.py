"""What selectors designate: the one way from a selector to nodes, and from a reference to its node."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cached_property

from ovr.errors import Finding, OvrError
from ovr.language.grammar import parse_segments, parse_selector
from ovr.language.selector import (
    IdSelector,
    Index,
    Match,
    Name,
    NameSelector,
    PathSelector,
    QuerySelector,
    Segment,
    Selector,
    is_plain,
    is_wild,
)
from ovr.spans import Span
from ovr.template.globs import glob_matches
from ovr.template.tree import Node, StackTree
from ovr.vocabulary import misses
from ovr.vocabulary.constructs import Constructs, is_helper
from ovr.vocabulary.current import BaseNames, CurrentNames
from ovr.vocabulary.gen2 import build_names
from ovr.vocabulary.query import run_query
from ovr.vocabulary.walk import Place, Trail, Walker


class Resolver:
    """Finds the nodes of one tree. The names are those of the tree it was first made for (see `updated`)."""

    def __init__(
        self, tree: StackTree, names: Mapping[str, str] | None = None, *, written: Mapping[str, Span] | None = None
    ) -> None:
        """`names` maps keys of `defineBackend` to construct paths (`archive`: `/storage/shopArchive`).

        `written` are the places of those that the user wrote: they must mean something (OvrError OVR2001); of the
        others, what means nothing is passed over.
        """
        self.tree = tree
        self.constructs = Constructs(tree)
        base = BaseNames(tree, self.constructs, build_names(tree, self.constructs, names or {}))
        self._names = CurrentNames(base, tree, self.constructs)
        meant = names or {}
        wrong = [(key, span) for key, span in (written or {}).items() if not self._is_construct(meant[key])]
        if wrong:
            raise OvrError(misses.misnamed(self, key, meant[key], span) for key, span in wrong)

    def updated(self, tree: StackTree) -> Resolver:
        """The same names on a changed tree; a renamed resource keeps its names, a removed one loses them."""
        fresh = object.__new__(Resolver)
        fresh.tree = tree
        fresh.constructs = Constructs(tree, self.constructs)
        fresh._names = CurrentNames(self._names.base, tree, fresh.constructs)
        return fresh

    # from selectors to nodes

    def find(self, selector: Selector) -> list[Node]:
        """The nodes that a selector designates, in the order of the templates; none is an answer.

        Raises OvrError: OVR2004 for an ambiguous name, OVR2005 for a predicate that fails, OVR2006 where
        `[n]` or `[key=value]` has no item or several.
        """
        match selector:
            case NameSelector():
                nodes = self._found(self._walk_names(selector), selector, selector.segments)
            case IdSelector():
                nodes = self._found(self._walk_id(selector), selector, selector.segments)
            case PathSelector():
                nodes = self._by_path(selector.path)
            case QuerySelector():
                nodes = [self._node(*place) for place in run_query(selector, self.tree, self._describe)]
        return self._ordered(nodes)

    def require(self, selector: Selector) -> list[Node]:
        """The same under the match contract: exactly one node for a plain selector, else at least one.

        Raises OvrError OVR2001 or OVR2002 as well.
        """
        nodes = self.find(selector)
        if not nodes:
            raise self._failure(selector)
        if len(nodes) > 1 and is_plain(selector):
            raise OvrError(misses.several(selector, nodes))
        return nodes

    def miss(self, selector: Selector) -> Finding:
        """Why a selector designates nothing."""
        if isinstance(selector, NameSelector):
            return misses.miss(self, selector, self._walk_names(selector), selector.segments)
        if isinstance(selector, IdSelector):
            return misses.miss(self, selector, self._walk_id(selector), selector.segments)
        if isinstance(selector, PathSelector):
            return misses.no_path(self, selector)
        return misses.no_result(self.tree, selector)

    def reference(self, text: str, span: Span | None = None) -> tuple[Node, str]:
        """What a reference means: the longest name of a stack, resource, construct or parameter, and the attribute.

        The attribute is as written, all that follows the name, empty if nothing does. Raises OvrError OVR2001,
        OVR2003, OVR2004.
        """
        selector = parse_selector(text, span)
        if isinstance(selector, PathSelector):
            return self._path_reference(selector)
        if isinstance(selector, IdSelector):
            return self._id_reference(selector)
        words = _plain_words(selector, selector.segments)
        best: tuple[Node, str] | None = None
        for length in range(1, len(words) + 1):
            trail = self._walker.walk(self._start, selector.segments[:length], span, values=False)
            if trail.ambiguous:
                raise OvrError(misses.ambiguous(selector, trail, words))
            if trail.taken < length:
                break
            place = trail.places[0]
            if place.node is not None:
                best = (place.node, ".".join(words[length:]))
            elif place.names is not None and (owner := place.names.attributes.get(".".join(words[length:]))):
                best = (node, words[-1]) if (node := self._names.moved(owner)) else best
        if best is None:
            raise self._failure(selector)
        return best

    # from resources to names

    def name_of(self, stack: str, logical_id: str) -> str:
        """The name in the user's words: the short one of an L2 (`auth.userPool`) if there is one; empty if none."""
        return self._names.name_of(stack, logical_id)

    def called(self, stack: str, logical_id: str) -> str:
        """What to call a resource before the user: its name, the name of the stack that it makes, or its place."""
        child = self.tree.child(stack, logical_id)
        if child is not None:
            own = child.path.rpartition("/")[2]
            names = (name for name, node in self.entries() if node.key == (child.path, ()))
            return next((name for name in names if own in name.split(".")), child.path)
        return self._node(stack, logical_id).name

    def is_first_word(self, word: str) -> bool:
        """Whether names may begin with this word."""
        root = self._names.base.vocabulary.root
        return word in root.members or word in root.aliases

    def now(self, stack: str, logical_id: str) -> tuple[bool, str | None]:
        """Whether the base had this resource, and its logical ID now; None if it is gone."""
        node = self._names.moved(Node(stack, "resource", ("Resources", logical_id)))
        return logical_id in self._names.base.resources(stack), node.logical_id if node else None

    def construct_of(self, stack: str, logical_id: str) -> str:
        """The construct path below the root stack, with a leading `/`; empty if there is none."""
        return self.constructs.paths(stack).get(logical_id, "") if stack in self.tree.stacks else ""

    def resources_below(self, construct: str) -> list[Node]:
        """All resources at or below a construct path, in the order of the templates."""
        return [self._named(node) for node in self.constructs.below(construct)]

    def entries(self) -> Iterator[tuple[str, Node]]:
        """Every name that stands for a node, with the node, in the order of the tree of names."""
        return self._names.entries()

    @property
    def known_constructs(self) -> list[str]:
        """The construct paths of what `defineBackend` made: what a key in `names` may stand for."""
        return list(self._names.base.vocabulary.known)

    # inside

    def _is_construct(self, path: str) -> bool:
        """Whether a name may stand for this construct path."""
        known = self._names.base.vocabulary.known.values()
        return any(path in paths for paths in known) or bool(self.constructs.find(path))

    @property
    def _start(self) -> list[Place]:
        return [Place(self._names.base.vocabulary.root, None)]

    @cached_property
    def _walker(self) -> Walker:
        return Walker(self.tree, self._names.current)

    def _describe(self, stack: str, logical_id: str) -> dict[str, str]:
        return {"name": self.name_of(stack, logical_id), "path": self.construct_of(stack, logical_id)}

    def _node(self, stack: str, logical_id: str) -> Node:
        """A resource's node, called by the best name it has."""
        name = self.name_of(stack, logical_id) or self.construct_of(stack, logical_id) or f"{stack}#{logical_id}"
        return Node(stack, "resource", ("Resources", logical_id), name)

    def _named(self, node: Node) -> Node:
        return replace(node, name=self._node(node.stack, node.logical_id).name)

    def _walk_names(self, selector: NameSelector) -> Trail:
        return self._walker.walk(self._start, selector.segments, selector.span)

    def _walk_id(self, selector: IdSelector) -> Trail:
        stack = self.stack_of(selector)
        resources = self.tree.stacks[stack].resources if stack is not None else {}
        wanted = selector.logical_id
        if wanted.glob:
            paths = self.constructs.paths(stack) if stack is not None else {}
            ids = [i for i in resources if glob_matches(wanted.text, i) and not is_helper(paths.get(i, ""))]
        else:
            ids = [wanted.text] if wanted.text in resources else []
        places = [Place(None, self._node(stack or "", logical_id)) for logical_id in ids]
        return self._walker.walk(places, selector.segments, selector.span)

    def stack_of(self, selector: IdSelector) -> str | None:
        """The path of the stack before `#`: a stack path, or a name that means a stack."""
        if selector.stack in self.tree.stacks:
            return selector.stack
        if "/" in selector.stack:
            return None
        trail = self._walker.walk(self._start, parse_segments(selector.stack), selector.span, values=False)
        nodes = [p.node for p in trail.places if p.node is not None and p.node.kind == "stack"]
        complete = trail.taken == len(parse_segments(selector.stack))
        return nodes[0].stack if complete and len(nodes) == 1 else None

    def _found(self, trail: Trail, selector: NameSelector | IdSelector, segments: tuple[Segment, ...]) -> list[Node]:
        """The nodes at the end of a complete walk. Raises for an ambiguous name and for an item that is not there."""
        if trail.ambiguous:
            raise OvrError(misses.ambiguous(selector, trail, [s.text for s in segments if isinstance(s, Name)]))
        if trail.taken == len(segments):
            return [place.node for place in trail.places if place.node is not None]
        failed = segments[trail.taken]
        if trail.places and isinstance(failed, (Index, Match)) and not is_wild(failed):
            raise OvrError(misses.miss(self, selector, trail, segments))
        return []

    def _by_path(self, path: str) -> list[Node]:
        imported = self._names.base.vocabulary.imports.get(path)
        if imported is not None and (node := self._names.moved(imported)):
            return [node]
        return self.constructs.find(path)

    def _ordered(self, nodes: list[Node]) -> list[Node]:
        """Each node once, in the order of the templates."""
        once = list({node.key: node for node in reversed(nodes)}.values())[::-1]
        if len(once) < 2:
            return once
        stacks = {path: n for n, path in enumerate(self.tree.stacks)}
        places = {
            (path, i): n
            for path in {node.stack for node in once}
            for n, i in enumerate(self.tree.stacks[path].resources)
        }
        return sorted(
            once, key=lambda n: (stacks[n.stack], places.get((n.stack, n.logical_id), -1) if n.pointer else -1)
        )

    def _failure(self, selector: Selector) -> OvrError:
        return OvrError(self.miss(selector))

    def _path_reference(self, selector: PathSelector) -> tuple[Node, str]:
        path, attribute = selector.path, ""
        while True:
            nodes = self._by_path(path)
            if len(nodes) == 1:
                return self._named(nodes[0]) if nodes[0].kind == "resource" else nodes[0], attribute
            path, dot, last = path.rpartition(".")
            if not dot or "/" in last:
                raise self._failure(selector)
            attribute = f"{last}.{attribute}" if attribute else last

    def _id_reference(self, selector: IdSelector) -> tuple[Node, str]:
        attribute = ".".join(_plain_words(selector, (selector.logical_id, *selector.segments))[1:])
        stack = self.stack_of(selector)
        wanted = selector.logical_id.text
        if stack is not None:
            if wanted in self.tree.stacks[stack].resources:
                return self._node(stack, wanted), attribute
            if wanted in (self.tree.stacks[stack].template.get("Parameters") or {}):
                return Node(stack, "value", ("Parameters", wanted), f"{stack}#{wanted}"), attribute
        raise self._failure(selector)


def _plain_words(selector: NameSelector | IdSelector, segments: tuple[Segment, ...]) -> list[str]:
    """The words of a reference, which has neither wildcards nor items."""
    words = []
    for segment in segments:
        if not isinstance(segment, Name) or segment.glob:
            raise OvrError(
                Finding(
                    "OVR2003",
                    f"the reference `{selector.text}` must name one thing",
                    selector.span,
                    ("a reference has no wildcards and no `[…]` items",),
                    "write `name.attribute`: `!GetAtt auth.userPool.Arn`",
                )
            )
        words.append(segment.text)
    return words
