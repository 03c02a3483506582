"""Editing a YAML template in place: only the characters of what changes are rewritten.

The text is compared with the new value part by part, top down; a part that has the same value is not looked into.
So comments, order, quotes, indentation and short tags stay, byte for byte, wherever nothing changed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from ovr.adapters.yaml_document import read_yaml
from ovr.adapters.yaml_layout import Part, layout
from ovr.adapters.yaml_write import after_colon, after_dash, block, inline, scalar
from ovr.language.tags import CLOUDFORMATION_TAGS, long_form
from ovr.spans import Source
from ovr.template.diff import same
from ovr.template.pointer import Json

Edit = tuple[int, int, str]
"""text[start:end] is replaced by this."""


class _Unsuited(Exception):
    """This part is not laid out in a way that can be edited inside; it must be written anew as a whole."""


def edited(text: str, before: dict[str, Json], after: dict[str, Json]) -> str:
    """The text of a YAML template whose value is `before`, changed so that its value is `after`.

    Where that cannot be done in place (aliases share what must differ) the whole is written anew.
    """
    newline = "\r\n" if "\r\n" in text else "\n"
    try:
        edits = sorted(_Editor(text).value(layout(text), before, after), key=lambda edit: edit[:2])
        fresh = _applied(text, edits, newline)
    except _Unsuited:
        fresh = ""
    if not _reads_as(fresh, after):
        fresh = (block(after, 0) if after else "{}").replace("\n", newline) + newline
    return fresh


def _applied(text: str, edits: list[Edit], newline: str) -> str:
    pieces, at = [], 0
    for start, end, replacement in edits:
        pieces += [text[at:start], replacement.replace("\n", newline)]
        at = max(at, end)
    return "".join((*pieces, text[at:]))


def _reads_as(text: str, value: Json) -> bool:
    from ovr.errors import OvrError

    try:
        return same(long_form(read_yaml(Source("", text), CLOUDFORMATION_TAGS).value), value)
    except OvrError:
        return False


@dataclass(frozen=True, slots=True)
class _Slot:
    """Where a value stands in its collection: behind a key's colon or an item's dash, at `behind`; `column` is
    that of the key or dash."""

    behind: int
    column: int
    dash: bool


class _Editor:
    def __init__(self, text: str) -> None:
        self.text = text

    def value(self, part: Part, old: Json, new: Json) -> Iterator[Edit]:
        """The edits inside a part. Raises _Unsuited where it must be rewritten whole."""
        if same(old, new):
            return
        if part.tag is not None:
            old, new = self._untagged(part, old, new)
        if part.kind == "mapping" and isinstance(new, dict) and isinstance(old, dict):
            yield from self._mapping(part, old, new)
        elif part.kind == "list" and isinstance(new, list) and isinstance(old, list):
            yield from self._list(part, old, new)
        elif part.kind == "scalar" and part.tag is not None and isinstance(new, str) and "\n" not in new:
            yield part.start, part.end, f"{part.tag} {scalar(new)}"
        else:
            raise _Unsuited

    def _untagged(self, part: Part, old: Json, new: Json) -> tuple[Json, Json]:
        """What the tag is written before, where the new value can keep the tag."""
        key = next(iter(old))
        if not isinstance(new, dict) or list(new) != [key]:
            raise _Unsuited
        old, new = old[key], new[key]
        if part.kind == "scalar" and key == "Fn::GetAtt" and isinstance(new, list):
            new = ".".join(new) if all(isinstance(n, str) for n in new) and "." not in new[0] else new
        return old, new

    def _in_slot(self, slot: _Slot, part: Part, old: Json, new: Json) -> list[Edit]:
        """The edits of a value in a block collection, rewriting it whole where that is needed."""
        try:
            return list(self.value(part, old, new))
        except _Unsuited:
            written = (after_dash if slot.dash else after_colon)(new, slot.column)
            end = self._line_end(part.end) if "\n" in written or part.block_text else part.end
            return [(slot.behind, end, written)]

    def _mapping(self, part: Part, old: dict[str, Json], new: dict[str, Json]) -> Iterator[Edit]:
        members = {key.text: (key, value) for key, value in part.members}
        if members.keys() != old.keys() or len(members) != len(part.members):
            raise _Unsuited  # a merge key, or something repeated
        gone = [key for key in old if key not in new]
        renamed = _renamed(old, new, gone)
        if part.flow:
            yield from self._flow(
                part, [(members[k][1], old[k], new[k]) for k in old if k in new], old.keys() == new.keys()
            )
            return
        if not new or len(gone) == len(old):
            raise _Unsuited
        for name, (key, value) in members.items():
            if name in renamed:
                yield key.start, key.end, scalar(renamed[name])
            elif name in gone:
                yield self._removal(key.start, value.end)
            else:
                slot = _Slot(self._colon(key) + 1, self._column(key.start), dash=False)
                yield from self._in_slot(slot, value, old[name], new[name])
        kept = [name for name in members if name not in gone or name in renamed]
        key, last = members[kept[-1]]
        column = self._column(key.start)
        for name in new:
            if name not in old and name not in renamed.values():
                entry = "\n" + " " * column + scalar(name) + ":" + after_colon(new[name], column)
                yield self._line_end(last.end), self._line_end(last.end), entry

    def _list(self, part: Part, old: list[Json], new: list[Json]) -> Iterator[Edit]:
        if part.flow:
            yield from self._flow(part, list(zip(part.items, old, new, strict=False)), len(old) == len(new))
            return
        if not new or len(part.items) != len(old):
            raise _Unsuited
        dashes = [self._dash(item) for item in part.items]
        column = self._column(dashes[0])
        matcher = SequenceMatcher(None, [_canonical(i) for i in old], [_canonical(i) for i in new], autojunk=False)
        for _, i1, i2, j1, j2 in (op for op in matcher.get_opcodes() if op[0] != "equal"):
            paired = min(i2 - i1, j2 - j1)
            for n in range(paired):
                slot = _Slot(dashes[i1 + n] + 1, column, dash=True)
                yield from self._in_slot(slot, part.items[i1 + n], old[i1 + n], new[j1 + n])
            for i in range(i1 + paired, i2):
                yield self._removal(dashes[i], part.items[i].end)
            added = ["-" + after_dash(new[j], column) for j in range(j1 + paired, j2)]
            if added and i1 + paired == 0:
                yield dashes[0], dashes[0], "".join(item + "\n" + " " * column for item in added)
            elif added:
                at = self._line_end(part.items[i1 + paired - 1].end)
                yield at, at, "".join("\n" + " " * column + item for item in added)

    def _flow(self, part: Part, pairs: list[tuple[Part, Json, Json]], same_shape: bool) -> Iterator[Edit]:
        """Inside brackets values are replaced one by one; where members come or go all is written anew."""
        if not same_shape or len(pairs) != len(part.items) + len(part.members):
            raise _Unsuited
        for child, old, new in pairs:
            try:
                yield from list(self.value(child, old, new))
            except _Unsuited:
                yield child.start, child.end, inline(new)

    def _removal(self, start: int, end: int) -> Edit:
        """An entry's lines, with the comment right above it."""
        first = self._line_start(start)
        if self.text[first:start].strip():
            raise _Unsuited  # something else begins on this line
        while first and self._is_comment(
            above := self._line_start(first - 1), first, start - self._line_start(start)
        ):
            first = above
        return first, min(self._line_end(end) + self._break_length(end), len(self.text)), ""

    def _is_comment(self, start: int, end: int, column: int) -> bool:
        line = self.text[start:end]
        return line.lstrip().startswith("#") and len(line) - len(line.lstrip()) == column

    def _break_length(self, offset: int) -> int:
        end = self._line_end(offset)
        return 2 if self.text.startswith("\r\n", end) else 1

    def _colon(self, key: Part) -> int:
        colon = self.text.find(":", key.end)
        if colon < 0 or self.text[key.end : colon].strip() or "\n" in self.text[key.end : colon]:
            raise _Unsuited
        return colon

    def _dash(self, item: Part) -> int:
        dash = self.text.rfind("-", self._line_start(item.start), item.start)
        if dash < 0 or self.text[dash + 1 : item.start].strip():
            raise _Unsuited
        return dash

    def _column(self, offset: int) -> int:
        return offset - self._line_start(offset)

    def _line_start(self, offset: int) -> int:
        return self.text.rfind("\n", 0, offset) + 1

    def _line_end(self, offset: int) -> int:
        end = self.text.find("\n", offset)
        end = len(self.text) if end < 0 else end
        return end - 1 if end and self.text[end - 1 : end] == "\r" else end


def _renamed(old: dict[str, Json], new: dict[str, Json], gone: list[str]) -> dict[str, str]:
    """Old → new key where a member has only another name now."""
    added = [key for key in new if key not in old]
    renamed: dict[str, str] = {}
    for key in gone:
        match = next((a for a in added if a not in renamed.values() and same(old[key], new[a])), None)
        if match is not None:
            renamed[key] = match
    return renamed


def _canonical(value: Json) -> str:
    return json.dumps(value, sort_keys=True)
