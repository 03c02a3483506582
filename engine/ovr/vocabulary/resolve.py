"""What selectors designate: the one way from a selector to nodes, with the match contract (LANGUAGE.md §2)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cached_property

from ovr.errors import Finding, OvrError
from ovr.language.grammar import parse_segments, parse_selector
from ovr.language.model import Override
from ovr.language.selector import (
    Deep,
    IdSelector,
    Index,
    Match,
    Name,
    NameSelector,
    PathSelector,
    QuerySelector,
    Segment,
    Selector,
)
from ovr.spans import Span
from ovr.template.tree import Node, StackTree
from ovr.vocabulary import misses
from ovr.vocabulary.constructs import Constructs, is_helper
from ovr.vocabulary.gen2 import build_names
from ovr.vocabulary.globs import glob_matches
from ovr.vocabulary.names import NameNode, Vocabulary
from ovr.vocabulary.query import run_query
from ovr.vocabulary.walk import Place, Trail, Walker


class Resolver:
    """Finds the nodes of one tree. The names are those of the tree it was first made for (see `updated`)."""

    def __init__(self, tree: StackTree, names: Mapping[str, str] | None = None) -> None:
        """`names` maps keys of `defineBackend` to construct paths (`archive`: `/storage/shopArchive`)."""
        self.tree = tree
        self.constructs = Constructs(tree)
        self._base = tree
        self._base_constructs = self.constructs
        self._vocabulary: Vocabulary = build_names(tree, self.constructs, names or {})

    def updated(self, tree: StackTree) -> Resolver:
        """The same names on a changed tree; a renamed resource keeps its names, a removed one loses them."""
        fresh = object.__new__(Resolver)
        fresh.tree = tree
        fresh.constructs = Constructs(tree, self.constructs)
        fresh._base = self._base
        fresh._base_constructs = self._base_constructs
        fresh._vocabulary = self._vocabulary
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

    def designate(self, override: Override) -> tuple[Node, ...]:
        """The nodes an override acts on: its `select`, less its `exclude`, under its `expect`.

        Raises OvrError with every selector that is at fault.
        """
        expect = override.expect
        selected = self._union(override.select, strict=expect is None)
        excluded = self._union(override.exclude, strict=True)
        kept = [node for node in selected if not any(_covers(other, node) for other in excluded)]
        for selector in override.exclude:
            taken = self.find(selector)
            if not any(_covers(other, node) for other in taken for node in selected):
                raise OvrError(misses.excludes_nothing(selector))
        if expect is not None and not expect.low <= len(kept) <= (len(kept) if expect.high is None else expect.high):
            nearest = [self._miss(s) for s in override.select if not self.find(s)]
            raise OvrError(misses.unexpected(override, expect, kept, nearest))
        if expect is None and not kept:
            raise OvrError(misses.all_excluded(override, selected))
        return tuple(kept)

    def _union(self, selectors: Iterable[Selector], *, strict: bool) -> list[Node]:
        nodes: dict[object, Node] = {}
        findings: list[Finding] = []
        for selector in selectors:
            try:
                found = self.require(selector) if strict else self.find(selector)
            except OvrError as error:
                findings += error.findings
            else:
                for node in found:
                    nodes.setdefault(node.key, node)
        if findings:
            raise OvrError(findings)
        return list(nodes.values())

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
            elif place.names is not None and (known := place.names.attributes.get(".".join(words[length:]))):
                owner, attribute = known
                best = (node, attribute) if (node := self._moved(owner)) else best
        if best is None:
            raise self._failure(selector)
        return best

    # from resources to names

    def name_of(self, stack: str, logical_id: str) -> str:
        """The name in the user's words: the short one of an L2 (`auth.userPool`) if there is one; empty if none."""
        return self._names_by_place.get((stack, logical_id), "")

    def construct_of(self, stack: str, logical_id: str) -> str:
        """The construct path below the root stack, with a leading `/`; empty if there is none."""
        return self.constructs.paths(stack).get(logical_id, "") if stack in self.tree.stacks else ""

    def resources_below(self, construct: str) -> list[Node]:
        """All resources at or below a construct path, in the order of the templates."""
        return [self._named(node) for node in self.constructs.below(construct)]

    def entries(self) -> Iterator[tuple[str, Node]]:
        """Every name that stands for a node, with the node, in the order of the tree of names."""
        seen: set[int] = set()
        for each in self._vocabulary.root.everything():
            node = self._current(each)
            if node is not None and id(each) not in seen:
                seen.add(id(each))
                yield each.name, node

    # inside

    @property
    def _start(self) -> list[Place]:
        return [Place(self._vocabulary.root, None)]

    @cached_property
    def _walker(self) -> Walker:
        return Walker(self.tree, self._current)

    def _current(self, names: NameNode) -> Node | None:
        return self._moved(names.node) if names.node is not None else None

    def _moved(self, node: Node) -> Node | None:
        """A node of the base where it is now; None if it is gone."""
        if node.stack not in self.tree.stacks:
            return None
        moves = self._moves.get(node.stack)
        if node.kind == "stack" or not moves or node.logical_id not in moves:
            return node
        now = moves[node.logical_id]
        return None if now is None else replace(node, pointer=("Resources", now, *node.pointer[2:]))

    @cached_property
    def _moves(self) -> dict[str, dict[str, str | None]]:
        """Per stack: logical IDs of the base that are gone, and under which ID their construct path is found now."""
        found: dict[str, dict[str, str | None]] = {}
        for path, before in self._base.stacks.items():
            after = self.tree.stacks.get(path)
            if after is None or after is before or after.resources.keys() == before.resources.keys():
                continue
            added = after.resources.keys() - before.resources.keys()
            now = {p: i for i, p in self.constructs.paths(path).items() if i in added}
            base = self._base_constructs.paths(path)
            gone = [i for i in before.resources if i not in after.resources]
            found[path] = {i: now.get(base.get(i, "")) for i in gone}
        return found

    @cached_property
    def _names_by_place(self) -> dict[tuple[str, str], str]:
        best: dict[tuple[str, str], str] = {}
        short: set[tuple[str, str]] = set()
        for name, node in self.entries():
            if node.kind != "resource":
                continue
            place = (node.stack, node.logical_id)
            if place not in best or (node.construct and place not in short):
                best[place] = name
            if node.construct:
                short.add(place)
        return best

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
        if trail.places and isinstance(failed, (Index, Match)) and not _is_wild(failed):
            raise OvrError(misses.miss(self, selector, trail, segments))
        return []

    def _by_path(self, path: str) -> list[Node]:
        imported = self._vocabulary.imports.get(path)
        if imported is not None and (node := self._moved(imported)):
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

    def _miss(self, selector: Selector) -> Finding:
        """Why a selector designates nothing."""
        if isinstance(selector, NameSelector):
            return misses.miss(self, selector, self._walk_names(selector), selector.segments)
        if isinstance(selector, IdSelector):
            return misses.miss(self, selector, self._walk_id(selector), selector.segments)
        if isinstance(selector, PathSelector):
            return misses.no_path(self, selector)
        return misses.no_result(self.tree, selector)

    def _failure(self, selector: Selector) -> OvrError:
        return OvrError(self._miss(selector))

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


def is_plain(selector: Selector) -> bool:
    """Whether a selector must designate exactly one node: it has no wildcard and is no query."""
    match selector:
        case NameSelector(segments=segments):
            return not any(_is_wild(segment) for segment in segments)
        case IdSelector(logical_id=logical_id, segments=segments):
            return not any(_is_wild(segment) for segment in (logical_id, *segments))
        case PathSelector():
            return True
    return False


def _is_wild(segment: Segment) -> bool:
    match segment:
        case Deep() | Name(glob=True) | Index(number=None):
            return True
    return False


def _covers(outer: Node, inner: Node) -> bool:
    """Whether `inner` is `outer` or lies inside it."""
    return outer.stack == inner.stack and inner.pointer[: len(outer.pointer)] == outer.pointer


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
