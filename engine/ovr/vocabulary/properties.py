"""The way into a resource: property names, items by index or by key."""

from __future__ import annotations

import json
from dataclasses import replace

from ovr.errors import Finding, OvrError, did_you_mean
from ovr.language.selector import Index, Match, Name, Segment
from ovr.language.selector_text import format_segment, join_name
from ovr.spans import Span
from ovr.template import pointer
from ovr.template.globs import glob_matches
from ovr.template.pointer import MISSING, Json
from ovr.template.tree import Node, StackTree


def into(node: Node, segment: Segment, tree: StackTree, span: Span | None) -> list[Node]:
    """The values that a segment leads to from a resource or a value; a plain name need not be there yet.

    Empty where nothing matches. Raises OvrError OVR2006 if several items have the value that `[key=value]` gives.
    """
    if node.kind == "resource":
        name = f"{node.stack}#{node.logical_id}" if node.name.startswith("/") else node.name
        node = replace(node, kind="value", pointer=(*node.pointer, "Properties"), construct=None, name=name)
    value = pointer.get(tree.stacks[node.stack].template, node.pointer)
    match segment:
        case Name(glob=True):
            if not isinstance(value, dict):
                return []
            return [_child(node, key, join_name(node.name, key)) for key in value if glob_matches(segment.text, key)]
        case Name():
            if value is MISSING or isinstance(value, dict):
                return [_child(node, segment.text, join_name(node.name, segment.text))]
            return []
        case Index(number=number):
            items = range(len(value)) if isinstance(value, list) else range(0)
            chosen = items if number is None else [number] if number in items else []
            return [_child(node, str(n), f"{node.name}[{n}]") for n in chosen]
        case Match():
            return _by_key(node, segment, value, span)
    return []


def _child(node: Node, token: str, name: str) -> Node:
    return replace(node, pointer=(*node.pointer, token), name=name)


def _by_key(node: Node, match: Match, value: Json, span: Span | None) -> list[Node]:
    if not isinstance(value, list):
        return []
    found = [n for n, item in enumerate(value) if _text(pointer.child(item, match.key)) == match.value]
    name = node.name + format_segment(match)
    if len(found) > 1:
        raise OvrError(
            Finding(
                "OVR2006",
                f"{len(found)} items of `{node.name}` have {match.key} = {match.value}",
                span,
                ("items " + ", ".join(f"[{n}]" for n in found),),
                fix="pick one by its index, or by a key that differs",
            )
        )
    for number in found:
        item = _child(node, str(number), name)
        guard = ((*item.pointer, match.key), value[number][match.key])
        return [replace(item, guards=(*node.guards, guard))]
    return []


def _text(value: Json) -> str | None:
    """A scalar as text, to be compared with what stands in `[key=value]`."""
    if isinstance(value, str):
        return value
    return None if value is MISSING or isinstance(value, (dict, list)) else json.dumps(value)


def nothing_there(node: Node, segment: Segment, tree: StackTree, span: Span | None) -> Finding:
    """Why `into` found nothing: what stands there instead."""
    at = node.pointer if node.kind == "value" else (*node.pointer, "Properties")
    value = pointer.get(tree.stacks[node.stack].template, at)
    wanted = f"`{node.name}{'' if isinstance(segment, (Index, Match)) else '.'}{format_segment(segment)}`"
    fix: str | None = None
    if isinstance(value, list):
        details = [f"`{node.name}` is a list of {len(value)} item{'' if len(value) == 1 else 's'}"]
        if isinstance(segment, Match):
            there = [text for item in value if (text := _text(pointer.child(item, segment.key))) is not None]
            owner = "its" if len(value) == 1 else "their"
            details.append(f"{owner} {segment.key}: {', '.join(there[:12])}" if there else f"no {segment.key} in it")
            fix = did_you_mean(segment.value, there)
        if isinstance(segment, (Index, Match)):
            fix = fix or f"pick one that is there; to add one: `{{op: add, path: /-, value: …}}` on `{node.name}`"
        else:
            fix = f"pick an item: `{node.name}[0]`, `{node.name}[Key=value]` or `{node.name}[*]`"
    elif isinstance(value, dict):
        details = [f"`{node.name}` has {', '.join(list(value)[:12]) or 'nothing'}"]
        if not isinstance(segment, Name):
            details[0] += ", and is no list"
    else:
        fix = f"end the selector at `{node.name}`" if value is not MISSING and isinstance(segment, Name) else None
        details = [f"there is no `{node.name}`" if value is MISSING else f"`{node.name}` is {json.dumps(value)[:60]}"]
    code = "OVR2006" if isinstance(segment, (Index, Match)) else "OVR2001"
    message = f"no item matches {wanted}" if code == "OVR2006" else f"no node matches {wanted}"
    return Finding(code, message, span, tuple(details), fix)
