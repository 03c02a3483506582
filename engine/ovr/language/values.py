"""Values as a user wrote them, each with its place in the file.

A document is plain data (dict, list, str, int, float, bool, None) in which a tagged value (`!Ref X`) is a
`Tagged`. Places stand beside the data, by path, so that the data stays plain.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ovr.spans import Span

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Tagged:
    """A value with a YAML tag: `!Sub "${A}"` is Tagged("!Sub", "${A}", span)."""

    tag: str
    value: Any
    span: Span


@dataclass(frozen=True, slots=True)
class Document:
    """A parsed YAML or JSON text: its data, the span of every value and of every key, by path from the root.

    The content of a Tagged value has the path of the Tagged itself followed by its own keys and indexes.
    `unreadable` are the paths of values that stand for what could not be read, so that nothing more is said of them;
    `files` holds the content of the files that plain values name, by the path of the value.
    """

    value: Any
    spans: Mapping[Path, Span]
    key_spans: Mapping[Path, Span]
    unreadable: frozenset[Path] = frozenset()
    files: Mapping[Path, Any] = field(default_factory=dict)

    @property
    def root(self) -> Located:
        return Located(self, (), self.value)

    def readable(self, path: Path) -> bool:
        """Whether neither the value at a path nor one around it is unreadable."""
        return not self.unreadable or not any(path[:end] in self.unreadable for end in range(len(path) + 1))

    def span(self, path: Path) -> Span:
        """The place of the value at a path; of the nearest around it for what came from another file."""
        while path not in self.spans:
            path = path[:-1]
        return self.spans[path]


@dataclass(frozen=True, slots=True)
class Located:
    """A value inside a document, with its place."""

    document: Document
    path: Path
    value: Any

    @property
    def span(self) -> Span:
        """The value's own span."""
        return self.document.span(self.path)

    @property
    def key_span(self) -> Span:
        """The span of the key that leads here; the value's own for a list item or the root."""
        return self.document.key_spans.get(self.path) or self.span

    def __getitem__(self, key: str | int) -> Located:
        """The member or item `key`. Raises KeyError or IndexError as the plain value would."""
        value = self.value.value if isinstance(self.value, Tagged) else self.value
        return Located(self.document, (*self.path, key), value[key])

    def __contains__(self, key: str) -> bool:
        return isinstance(self.value, dict) and key in self.value

    def get(self, key: str) -> Located | None:
        return self[key] if key in self else None  # noqa: SIM401  (this is `get`)

    def items(self) -> Iterator[tuple[str, Located]]:
        """Members of a mapping, in the order of the file."""
        for key in self.value:
            yield key, self[key]

    def __iter__(self) -> Iterator[Located]:
        """Items of a list."""
        for index in range(len(self.value)):
            yield self[index]


def replace_tags(
    value: Any, tag: str, content: Callable[[Tagged, Path], Any], may_stand: Callable[[Path], bool]
) -> Any:
    """The data with its content in place of each value that has the tag, at paths where it may stand."""

    def inside(value: Any, path: Path) -> Any:
        if isinstance(value, Tagged) and value.tag == tag and may_stand(path):
            return content(value, path)
        if isinstance(value, Tagged):
            return replace(value, value=inside(value.value, path))
        if isinstance(value, dict):
            return {key: inside(member, (*path, key)) for key, member in value.items()}
        if isinstance(value, list):
            return [inside(item, (*path, index)) for index, item in enumerate(value)]
        return value

    return inside(value, ())
