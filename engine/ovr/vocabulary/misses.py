"""Why a selector designates nothing, or too much: what is there instead, and the nearest names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from ovr.errors import Finding, OvrError, did_you_mean, nearest
from ovr.language.selector import (
    RESERVED,
    IdSelector,
    Name,
    NameSelector,
    PathSelector,
    QuerySelector,
    Segment,
    Selector,
    is_wild,
)
from ovr.language.selector_text import format_segments, join_name, place_in
from ovr.spans import Span
from ovr.template.globs import glob_matches
from ovr.template.pointer import Json
from ovr.template.tree import Node, StackTree
from ovr.vocabulary.constructs import is_helper
from ovr.vocabulary.names import NameNode
from ovr.vocabulary.properties import nothing_there
from ovr.vocabulary.walk import Trail

if TYPE_CHECKING:
    from ovr.vocabulary.resolve import Resolver

_SHOWN = 12
"""Names in one list."""

_SHOWN_FIRST_WORDS = 40
"""Names in the list of all that a backend has."""


def miss(resolver: Resolver, selector: NameSelector | IdSelector, trail: Trail, segments: Sequence[Segment]) -> Finding:
    """No node at the end of a walk: which segment leads nowhere, and what its predecessor offers."""
    if isinstance(selector, IdSelector) and not trail.places:
        return _no_id(resolver, selector)
    if trail.taken == len(segments):
        return _no_node(selector, trail, segments)
    failed = segments[trail.taken]
    shown = _through(selector, segments, trail.taken)
    span = place_in(selector.span, selector.text, 0, len(shown))
    nodes = [place.node for place in trail.places if place.node is not None]
    names = [place.names for place in trail.places if place.names is not None]
    offers = list(dict.fromkeys(word for each in names for word in _members(each)))
    if nodes and not offers:
        if nodes[0].kind != "stack":
            return nothing_there(nodes[0], failed, resolver.tree, span)
        detail = f"`{nodes[0].name}` is a stack: a selector ends there"
        fix = f"select `{nodes[0].name}` and reach further by a path, as in `path: /Outputs/…` or `path: /Resources/…`"
        return Finding("OVR2001", f"no node matches `{shown}`", span, (detail,), fix)
    prefix = format_segments(segments[: trail.taken])
    word = getattr(failed, "text", "")
    if any(word in each.attributes for each in names):
        detail = f"`{shown}` is an attribute: it stands in `!GetAtt {shown}`, not in a selector"
        owner = next(each.attributes[word].name for each in names if word in each.attributes)
        return Finding("OVR2001", f"no node matches `{shown}`", span, (detail,), f"select `{owner}`, which has it")
    if any(word in each.members for each in names):
        return Finding("OVR2001", f"no node matches `{shown}`", span, ("an override before this one removed it",))
    if not offers and is_wild(failed):
        fix = 'write `expect: "0+"` if there may be none'
        return Finding("OVR2001", f"no node matches `{shown}`", span, (f"{prefix} is empty",), fix)
    shown_offers = _listed(offers, _SHOWN if prefix else _SHOWN_FIRST_WORDS)
    owner = prefix or "the backend"
    if any(is_wild(segment) for segment in segments[: trail.taken]):
        owner = f"what matches `{prefix}`"
    detail = f"{owner} {'has ' + shown_offers if offers else 'is empty'}"
    return Finding("OVR2001", f"no node matches `{shown}`", span, (detail,), _fix(resolver, prefix, word, offers))


def _through(selector: NameSelector | IdSelector, segments: Sequence[Segment], taken: int) -> str:
    """The selector's text up to and with the segment that leads nowhere."""
    if taken + 1 >= len(segments):
        return selector.text
    return selector.text[: segments[taken + 1].offset].rstrip(".")


def _members(names: NameNode) -> list[str]:
    usual = [name for name, _ in names.visible()]
    return [*usual, *(name for name in names.members if name in names.hidden)]


def _fix(resolver: Resolver, prefix: str, word: str, offers: Sequence[str]) -> str | None:
    """The name most likely meant: the same word in another case, then elsewhere, then a near one."""
    if "*" in word and any(glob_matches(word, each) for each in offers):
        glob = format_segments([Name(word, glob=True)])
        return f"between single quotes `*` stands for itself: did you mean `{prefix}{glob}`?"
    same = next((each for each in offers if each.casefold() == word.casefold()), None)
    known = [] if same else [name for name, _ in resolver.entries()]
    if word and not same:
        same_end = [name for name in known if name.casefold().endswith("." + word.casefold())]
        inside = [name for name in same_end if name.startswith(prefix)] or same_end
        if inside:
            return "did you mean " + " or ".join(f"`{name}`" for name in inside[:3]) + "?"
    if near := [same] if same else nearest(word, offers, 1):
        return f"did you mean `{join_name(prefix, near[0])}`?"
    if hint := did_you_mean(join_name(prefix, word) if word else prefix, known[:2000]):
        return hint
    constructs = resolver.known_constructs
    if prefix or not constructs or word in RESERVED:
        return None
    likely = next((path for path in constructs if word.casefold() in path.casefold()), constructs[-1])
    return f"if `{word}` is a key of defineBackend, say what it stands for, as in `names: {{{word}: {likely}}}`"


def _no_node(selector: NameSelector | IdSelector, trail: Trail, segments: Sequence[Segment]) -> Finding:
    """The walk came to its end, but at names that stand for no node."""
    names = [place.names for place in trail.places if place.names is not None]
    text = format_segments(segments)
    wild = any(is_wild(segment) for segment in segments)
    offers = list(dict.fromkeys(word for each in names for word in _members(each)))
    if len(names) == 1 and not wild:
        details = [f"{text} is a group of names: it has {_listed(offers)}" if offers else f"{text} is empty"]
        if names[0].attributes:
            details.append(f"and for `!GetAtt`: {_listed(names[0].attributes)}")
        nearest_node = next((each.name for each in names[0].descendants() if each.node is not None), None)
        fix = f"select one of them, as in `{nearest_node}`" if nearest_node else None
        return Finding("OVR2001", f"no node matches `{selector.text}`", selector.span, tuple(details), fix)
    details = [f"below these names there are {_listed(offers)}"] if offers else []
    return Finding("OVR2001", f"no node matches `{selector.text}`", selector.span, tuple(details), None)


def _no_id(resolver: Resolver, selector: IdSelector) -> Finding:
    """A stack or a logical ID that is not there."""
    message = f"no node matches `{selector.text}`"
    stacks = resolver.tree.stacks
    stack = resolver.stack_of(selector)
    if stack is None:
        paths = [path for path in stacks if path]
        near = nearest(selector.stack.strip("/"), paths, 1)
        hint = f"did you mean `{near[0]}{selector.text[len(selector.stack) :]}`?" if near else None
        details = (f"there is no stack `{selector.stack}`; the stacks are {_listed(paths) or 'only the root'}",)
        span = place_in(selector.span, selector.text, 0, len(selector.stack))
        return Finding("OVR2001", message, span, details, hint)
    wanted = selector.logical_id
    span = place_in(selector.span, selector.text, wanted.offset, len(wanted.text))
    elsewhere = [path for path, each in stacks.items() if wanted.text in each.resources]
    if elsewhere:
        fix = "did you mean " + " or ".join(f"`{path}#{wanted.text}`" for path in elsewhere[:3]) + "?"
        return Finding("OVR2001", message, span, (f"{stack or 'the root stack'} has no `{wanted.text}`",), fix)
    known, now = resolver.now(stack, wanted.text)
    if known:
        what = f"renamed `{wanted.text}`" if now else f"removed `{wanted.text}`"
        hint = f"did you mean `{stack}#{now}`?" if now else None
        return Finding("OVR2001", message, span, (f"an override before this one {what}",), hint)
    near = nearest(wanted.text, list(stacks[stack].resources), 1)
    count = len(stacks[stack].resources)
    where = f"{stack or 'the root stack'} has {count} resource{'' if count == 1 else 's'}, none called `{wanted.text}`"
    return Finding("OVR2001", message, span, (where,), f"did you mean `{stack}#{near[0]}`?" if near else None)


def no_path(resolver: Resolver, selector: PathSelector) -> Finding:
    """A construct path without a resource: what the longest part that exists holds."""
    message = f"no node matches `{selector.path}`"
    parts = selector.path[1:].split("/")
    for length in range(len(parts), -1, -1):
        prefix = "/" + "/".join(parts[:length])
        children = _own_children(resolver, prefix)
        if not children:
            continue
        start = "" if prefix == "/" else prefix
        if length == len(parts):
            detail = f"{prefix} is a construct without a resource of its own; it has {_listed(children)}"
            below = next((f"{start}/{c}" for c in children if resolver.constructs.find(f"{start}/{c}")), None)
            fix = f"select one of them, as in `{below}`" if below else None
        else:
            detail = f"{start or 'the root stack'} has {_listed(children)}"
            near = nearest(parts[length], children, 1)
            fix = _path_meant(resolver, selector.path) or (f"did you mean `{start}/{near[0]}`?" if near else None)
        return Finding("OVR2001", message, selector.span, (detail,), fix)
    details = ("this base has no construct paths: use names or `stack#LogicalId`",)
    return Finding("OVR2001", message, selector.span, details, None)


def _own_children(resolver: Resolver, path: str) -> list[str]:
    """The constructs below a path; without the helpers of Amplify and CDK where there are others."""
    children = list(resolver.constructs.children(path))
    return [each for each in children if not is_helper(f"{path.rstrip('/')}/{each}")] or children


def _path_meant(resolver: Resolver, path: str) -> str | None:
    """What else than a construct path below the root stack was written."""
    if stack := _before_hash(path, resolver.tree):
        return f"did you mean `{stack}`?"
    first, _, rest = path[1:].partition("/")
    if first == resolver.tree.name and resolver.constructs.find("/" + rest):
        return f"leave the root stack's name off: `/{rest}`"
    construct, dot, steps = path.partition(".")
    nodes = resolver.constructs.find(construct)
    if dot and len(nodes) == 1 and nodes[0].kind == "resource":
        node = nodes[0]
        name = resolver.name_of(node.stack, node.logical_id) or f"{node.stack}#{node.logical_id}"
        return f"a construct path ends at the resource: did you mean `{name}.{steps}`?"
    return None


def _before_hash(path: str, tree: StackTree) -> str:
    """`data#X` for `/data#X`, where that is a resource."""
    stack, _, logical_id = path[1:].partition("#")
    there = tree.stacks.get(stack)
    return f"{stack}#{logical_id}" if there and logical_id.partition(".")[0] in there.resources else ""


def misnamed(resolver: Resolver, key: str, path: str, span: Span) -> Finding:
    """A key of `names` that stands for no construct."""
    missing = no_path(resolver, PathSelector(path, path, span))
    if meant := _construct_meant(resolver, path):
        missing = replace(missing, details=("a name stands for a construct path",), fix=f"did you mean `{meant}`?")
    return replace(missing, message=f"there is no construct `{path}`, which `{key}` should stand for")


def _construct_meant(resolver: Resolver, path: str) -> str:
    """The construct path of what a text without a leading `/` names; empty if it names nothing."""
    if path.startswith("/"):
        return ""
    try:
        node, attribute = resolver.reference(path)
    except OvrError:
        return ""
    return "" if attribute else node.construct or resolver.construct_of(node.stack, node.logical_id)


def no_result(tree: StackTree, query: QuerySelector) -> Finding:
    """A query that matches nothing."""
    types = list(dict.fromkeys(str(r.get("Type")) for s in tree.stacks.values() for r in s.resources.values()))
    details: list[str] = []
    fix = None
    if query.type is not None and "*" not in query.type and query.type not in types:
        details.append(f"the base has no resource of type {query.type}")
        fix = did_you_mean(query.type, types)
    elif query.stack is not None and not any(glob_matches(query.stack, path, "/") for path in tree.stacks):
        details.append(f"there is no stack `{query.stack}`; the stacks are {_listed(list(tree.stacks)[1:])}")
        fix = did_you_mean(query.stack, list(tree.stacks))
    elif query.stack is not None and query.type is not None:
        there = [p or "the root" for p, s in tree.stacks.items() for r in s.resources.values() if _is(r, query.type)]
        details.append(f"there are resources of type {query.type} in {_listed(dict.fromkeys(there)) or 'no stack'}")
    text = query.text if len(query.text) <= 160 else query.text[:159] + "…"
    return Finding("OVR2001", f"no node matches `{text}`", query.span, tuple(details), fix)


def _is(resource: Json, type_: str) -> bool:
    return glob_matches(type_, str(resource.get("Type")))


def several(selector: Selector, nodes: Sequence[Node]) -> Finding:
    """A plain selector with several nodes."""
    return Finding(
        "OVR2002",
        f"`{selector.text}` matches {len(nodes)} nodes, not one",
        selector.span,
        (listed_nodes(nodes),),
        "name one of them, or say how many you expect: `expect: " + str(len(nodes)) + "`",
    )


def ambiguous(selector: NameSelector | IdSelector, trail: Trail, words: Sequence[str]) -> Finding:
    """A word that several names share."""
    segments = getattr(selector, "segments", ())
    rest = format_segments(segments[trail.taken + 1 :])
    word = getattr(segments[trail.taken], "text", words[-1])
    spelled = [each.name + ("." + rest if rest else "") for each in trail.ambiguous]
    return Finding(
        "OVR2004",
        f"`{word}` means {len(spelled)} things",
        place_in(selector.span, selector.text, segments[trail.taken].offset, len(word)),
        ("it is " + " or ".join(f"`{each}`" for each in spelled),),
        "write the one you mean",
    )


def listed_nodes(nodes: Sequence[Node]) -> str:
    """`found a, b, c and 9 more`"""
    return "found " + _listed([node.name for node in nodes])


def _listed(words: Iterable[str], most: int = _SHOWN) -> str:
    """`a, b, c and 9 more`"""
    words = list(words)
    if len(words) <= most:
        return ", ".join(words)
    return ", ".join(words[:most]) + f" and {len(words) - most} more"
