"""YAML text → a Document: plain data, with the place of every value and key."""

from __future__ import annotations

from ovr.adapters.yaml_nodes import MAX_DEPTH, MAX_NODES, Node, compose, limit_exceeded
from ovr.adapters.yaml_scalars import plain_value
from ovr.errors import Finding, OvrError, did_you_mean
from ovr.language.values import Document, Path, Tagged
from ovr.spans import Source, Span

_TEXT_TAGS = ("tag:yaml.org,2002:str", "!")
_MERGE = "<<"
_FEWER = "use fewer aliases, or split the file"


def read_yaml(source: Source, tags: frozenset[str]) -> Document:
    """The document in a YAML 1.2 (or JSON) text. An empty text is None.

    `tags` are those that are known (`!Ref`); their values become `Tagged`, with text as it was written.
    Raises OvrError with all that is wrong: OVR1001 not YAML, OVR1002 a key twice, OVR1007 an unknown tag,
    OVR1008 too deep, too many values, or an alias inside itself, OVR1009–OVR1011 traps of YAML.
    """
    document, findings = read_leniently(source, tags)
    if findings or document is None:
        raise OvrError(findings)
    return document


def read_leniently(source: Source, tags: frozenset[str]) -> tuple[Document | None, list[Finding]]:
    """The same, with the findings beside what could be read, so that more can be found in one go."""
    root, findings = compose(source)
    if root is None and not findings:
        start = Span(source, 1, 1, 1, 1)
        return Document(None, {(): start}, {}), []
    if root is None:
        return None, findings
    builder = _Builder(tags, findings)
    try:
        value = builder.value(root, (), 1)
    except OvrError as error:
        return None, [*findings, *error.findings]
    return Document(value, builder.spans, builder.key_spans, frozenset(builder.unreadable)), findings


class _Builder:
    """Turns nodes into data. An alias is written out wherever it stands, within the bounds of compose()."""

    def __init__(self, tags: frozenset[str], findings: list[Finding]) -> None:
        self.tags = tags
        self.findings = findings
        self.spans: dict[Path, Span] = {}
        self.key_spans: dict[Path, Span] = {}
        self.unreadable: set[Path] = set()

    def value(self, node: Node, path: Path, depth: int) -> object:
        self.spans[path] = node.span
        if node.broken:
            self.unreadable.add(path)
        if depth > MAX_DEPTH:
            raise limit_exceeded(f"aliases nested more than {MAX_DEPTH} levels deep", node.span, _FEWER)
        if len(self.spans) > MAX_NODES:
            raise limit_exceeded(f"aliases that expand to more than {MAX_NODES:,} values", node.span, _FEWER)
        if node.tag is None or node.tag in _TEXT_TAGS:
            return self._content(node, path, depth)
        if node.tag not in self.tags:
            self._unknown_tag(node)
            self.unreadable.add(path)
        return Tagged(node.tag, self._content(node, path, depth), node.span)

    def _content(self, node: Node, path: Path, depth: int) -> object:
        if node.kind == "list":
            return [self.value(item, (*path, index), depth + 1) for index, item in enumerate(node.items)]
        if node.kind == "mapping":
            return self._mapping(node, path, depth)
        text = _joined_surrogates(node.text)
        if text is None:
            self.findings.append(
                Finding("OVR1001", "half of a character (`\\ud800`–`\\udfff` stand only in pairs)", node.span)
            )
            return ""
        if node.plain and (node.tag is None or text == ""):
            return plain_value(text)
        return text

    def _mapping(self, node: Node, path: Path, depth: int) -> dict[str, object]:
        written: dict[str, Node] = {}
        members: dict[str, tuple[Node, Node]] = {}
        for key, value in node.members:
            if key.kind != "scalar" or key.tag not in (None, *_TEXT_TAGS):
                self.findings.append(Finding("OVR1001", "a key must be text", key.span, fix="quote it"))
                continue
            if key.text in written:
                self._duplicate(key, written[key.text])
            written[key.text] = key
            if key.text == _MERGE and key.plain:
                for inherited in self._merged(key, value, depth):
                    members.setdefault(inherited[0].text, inherited)
            else:
                members[key.text] = (key, value)
        result = {}
        for name, (key, value) in members.items():
            self.key_spans[*path, name] = key.span
            result[name] = self.value(value, (*path, name), depth + 1)
        return result

    def _merged(self, key: Node, value: Node, depth: int) -> list[tuple[Node, Node]]:
        """The members that `<<: *one` or `<<: [*one, *two]` brings in (yaml.org/type/merge), those that win first."""
        if depth > MAX_DEPTH:
            raise limit_exceeded(f"merge keys nested more than {MAX_DEPTH} levels deep", key.span)
        if value.kind == "mapping" and value.tag is None:
            nested = [self._merged(k, v, depth + 1) for k, v in value.members if k.plain and k.text == _MERGE]
            own = [(k, v) for k, v in value.members if k.kind == "scalar" and not (k.plain and k.text == _MERGE)]
            return own + [member for members in nested for member in members]
        if value.kind == "list" and value.tag is None and all(item.kind == "mapping" for item in value.items):
            return [member for item in value.items for member in self._merged(key, item, depth + 1)]
        self.findings.append(
            Finding(
                "OVR1004",
                "`<<` merges a mapping in, and this is none",
                value.span,
                fix=f"give it an alias of a mapping (`<<: *defaults`), or quote the key: \"{_MERGE}\"",
            )
        )
        return []

    def _duplicate(self, key: Node, first: Node) -> None:
        self.findings.append(
            Finding(
                "OVR1002",
                f"the key `{key.text}` is written twice",
                key.span,
                details=(f"first on line {first.span.line}, column {first.span.column}",),
                fix="keep one of them",
            )
        )

    def _unknown_tag(self, node: Node) -> None:
        tag = node.tag or ""
        shown = tag.replace("tag:yaml.org,2002:", "!!")
        known = sorted(self.tags)
        self.findings.append(
            Finding(
                "OVR1007",
                f"`{shown}` is not a tag that is known here",
                node.span.part(0, len(shown)) if node.kind == "scalar" else node.span,
                details=tuple(filter(None, [did_you_mean(shown, known) or f"known are {', '.join(known)}"])),
                fix="quote the text if it is meant to begin with `!`",
            )
        )


def _joined_surrogates(text: str) -> str | None:
    """The text with escaped surrogates joined, as JSON writes `\\ud83d\\ude00` for 😀; None for half a pair."""
    if text.isascii():
        return text
    try:
        return text.encode("utf-16", "surrogatepass").decode("utf-16")
    except UnicodeDecodeError:
        return None
