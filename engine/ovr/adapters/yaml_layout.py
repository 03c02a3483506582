"""Where the parts of a YAML text stand, to the character: what editing it in place needs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

_KINDS: dict[str, Literal["scalar", "list", "mapping", "alias"]] = {
    "ScalarEvent": "scalar",
    "SequenceStartEvent": "list",
    "MappingStartEvent": "mapping",
    "AliasEvent": "alias",
}


@dataclass(slots=True)
class Part:
    """A value in a YAML text: text[start:end], its tag and anchor included, comments behind it not.

    `flow`: in brackets or braces. `block_text`: a scalar after `|` or `>`. `text` is what a scalar says; `members`
    are (key, value) pairs.
    """

    kind: Literal["scalar", "list", "mapping", "alias"]
    start: int
    end: int
    tag: str | None = None
    flow: bool = False
    block_text: bool = False
    text: str = ""
    items: list[Part] = field(default_factory=list)
    members: list[tuple[Part, Part]] = field(default_factory=list)


def layout(text: str) -> Part:
    """The parts of the one document in a text that is known to be YAML."""
    from ruamel.yaml import YAML

    events = iter(YAML(typ="safe", pure=True).parse(text))
    start = next(event for event in events if type(event).__name__ in _KINDS)
    return _part(start, events, text)


def _part(event: Any, events: Iterator[Any], text: str) -> Part:
    kind = _KINDS[type(event).__name__]
    part = Part(kind, event.start_mark.index, event.end_mark.index, tag=getattr(event, "tag", None))
    if kind == "scalar":
        part.text = event.value
        part.block_text = event.style in ("|", ">")
        if part.block_text:  # its mark is behind the comments and empty lines that may follow
            part.end = part.start + len(text[part.start : part.end].rstrip())
    elif kind != "alias":
        part.flow = bool(event.flow_style)
        _content(part, events, text)
    return part


def _content(part: Part, events: Iterator[Any], text: str) -> None:
    while not type(event := next(events)).__name__.endswith("EndEvent"):
        child = _part(event, events, text)
        if part.kind == "list":
            part.items.append(child)
        else:
            value = _part(next(events), events, text)
            part.members.append((child, value))
            # an omitted value is marked at the next token; it stands right behind its key's colon
            if value.kind == "scalar" and value.start == value.end:
                value.start = value.end = text.index(":", child.end) + 1
            child = value
        part.end = child.end
    if part.flow:
        part.end = event.end_mark.index
