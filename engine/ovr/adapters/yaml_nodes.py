"""YAML text → a graph of nodes with places, within bounds. The one door to ruamel.yaml's parser.

ruamel's own composer and constructor are not used: they would turn texts into YAML 1.1 values, lose the
places of keys, and stop at the first mistake.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from ovr.adapters.text_files import position
from ovr.adapters.yaml_errors import explain
from ovr.adapters.yaml_traps import Problem, undefined_alias
from ovr.errors import Finding, OvrError
from ovr.spans import Source, Span

MAX_DEPTH = 64
MAX_NODES = 100_000


@dataclass(slots=True, eq=False)
class Node:
    """A scalar (`text` as written), a list (`items`) or a mapping (`members`).

    `plain`: not in quotes. `broken`: it stands for what cannot be read, and is told of.
    """

    kind: Literal["scalar", "list", "mapping"]
    span: Span
    tag: str | None = None
    text: str = ""
    plain: bool = False
    broken: bool = False
    items: list[Node] = field(default_factory=list)
    members: list[tuple[Node, Node]] = field(default_factory=list)


def compose(source: Source) -> tuple[Node | None, list[Finding]]:
    """The root node (None: nothing there, or unreadable), and what is wrong with the text as YAML."""
    composer = _Composer(source)
    return composer.document(), composer.findings


def limit_exceeded(what: str, span: Span, fix: str = "write it flatter, or split the file") -> OvrError:
    return OvrError(Finding("OVR1008", what, span, fix=fix))


class _Composer:
    def __init__(self, source: Source) -> None:
        self.source = source
        self.findings: list[Finding] = []
        self.anchors: dict[str, Node] = {}
        self.open: set[Node] = set()
        self.count = 0
        self.last = Span(source, 1, 1, 1, 1)

    def document(self) -> Node | None:
        from ruamel.yaml import YAML
        from ruamel.yaml.error import MarkedYAMLError
        from ruamel.yaml.reader import ReaderError

        root: Node | None = None
        try:
            events = iter(YAML(typ="safe", pure=True).parse(self.source.text))
            for event in events:
                name = type(event).__name__
                if name == "DocumentStartEvent" and root is None:
                    root = self._node(next(events), events, 1)
                elif name == "DocumentStartEvent":
                    self._second_document(event)
                    break
        except OvrError as error:
            self.findings.extend(error.findings)
            return None
        except MarkedYAMLError as error:
            self.findings.append(explain(self._problem(error)))
            return None
        except ReaderError as error:
            self.findings.append(self._unprintable(error.position))
            return None
        except (ValueError, OverflowError):  # ruamel checks the digits of \U…, not that the number is a character
            self.findings.append(explain(Problem("found unknown escape character", self.last)))
            return None
        return root

    def _node(self, event: Any, events: Iterator[Any], depth: int) -> Node:
        span = self.last = self._span(event.start_mark, event.end_mark)
        if depth > MAX_DEPTH:
            raise limit_exceeded(f"nested more than {MAX_DEPTH} levels deep", span)
        self.count += 1
        if self.count > MAX_NODES:
            raise limit_exceeded(f"more than {MAX_NODES:,} values in one file", span)
        name = type(event).__name__
        if name == "AliasEvent":
            return self._alias(event.anchor, span)
        if name == "ScalarEvent":
            node = Node("scalar", span, event.tag, event.value, plain=event.style is None)
        elif name == "SequenceStartEvent":
            node = Node("list", span, event.tag)
        else:
            node = Node("mapping", span, event.tag)
        if event.anchor:
            self.anchors[event.anchor] = node
        if node.kind != "scalar":
            self.open.add(node)
            self._content(node, events, depth)
            self.open.remove(node)
        return node

    def _content(self, node: Node, events: Iterator[Any], depth: int) -> None:
        while not type(event := next(events)).__name__.endswith("EndEvent"):
            child = self._node(event, events, depth + 1)
            if node.kind == "list":
                node.items.append(child)
            else:
                key, child = child, self._node(next(events), events, depth + 1)
                if child.plain and not child.text and not child.tag:
                    child.span = _behind(key.span)
                node.members.append((key, child))
            end = child.span
        start = node.span
        if event.end_mark.index > event.start_mark.index:  # a closing bracket; else the last value is the end
            end = self._span(event.start_mark, event.end_mark)
        elif not (node.items or node.members):
            end = start
        node.span = Span(self.source, start.line, start.column, end.end_line, end.end_column)

    def _alias(self, name: str, span: Span) -> Node:
        node = self.anchors.get(name)
        if node is None:
            self.findings.append(undefined_alias(name, span, sorted(self.anchors)))
        elif node in self.open:
            self.findings.append(
                Finding(
                    "OVR1008",
                    f"the alias `*{name}` stands inside what it repeats",
                    span,
                    details=(f"`&{name}` is on line {node.span.line}",),
                    fix="write the value out",
                )
            )
        else:
            return replace(node, span=span)
        return Node("scalar", span, text=f"*{name}", broken=True)

    def _second_document(self, event: Any) -> None:
        span = self._span(event.start_mark, event.end_mark)
        self.findings.append(
            Finding("OVR1001", "a second YAML document begins here", span, fix="take the line `---` out")
        )

    def _unprintable(self, offset: int) -> Finding:
        character = self.source.text[offset]
        return Finding(
            "OVR1001",
            f"a character that no text may hold (U+{ord(character):04X})",
            position(self.source, offset),
            details=("it does not show in an editor; often it comes from copying",),
            fix="delete it",
        )

    def _problem(self, error: Any) -> Problem:
        at = error.problem_mark or error.context_mark
        since = error.context_mark
        return Problem(
            error.problem or "",
            self._span(at, at),
            error.context or "",
            self._span(since, since) if since is not None else None,
        )

    def _span(self, start: Any, end: Any) -> Span:
        return Span(self.source, start.line + 1, start.column + 1, end.line + 1, end.column + 1)


def _behind(key: Span) -> Span:
    """Where the value of a key would be: ruamel places an absent one at whatever comes next."""
    colon = key.source.line(key.end_line).find(":", key.end_column - 1)
    column = colon + 2 if colon >= 0 else key.end_column
    return Span(key.source, key.end_line, column, key.end_line, column)
