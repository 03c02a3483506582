"""overrides.yaml as frozen values. What each field means is in the language reference."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ovr.language.selector import Selector
from ovr.language.values import Located
from ovr.spans import Span


@dataclass(frozen=True, slots=True)
class Expect:
    """How many nodes must match: at least `low`, at most `high` (None: no limit). `text` as written."""

    low: int
    high: int | None
    text: str


@dataclass(frozen=True, slots=True)
class KindUse:
    """One override kind in an entry: its name and its value, unread; `key_span` is where its name stands."""

    name: str
    value: Located
    key_span: Span


@dataclass(frozen=True, slots=True)
class Override:
    """One entry of `overrides`. `index` counts all entries of all layers from 0, in the order of application."""

    index: int
    span: Span
    select: tuple[Selector, ...]
    kinds: tuple[KindUse, ...]
    id: str | None = None
    reason: str | None = None
    owner: str | None = None
    ticket: str | None = None
    expires: str | None = None
    enabled: bool = True
    exclude: tuple[Selector, ...] = ()
    expect: Expect | None = None
    when: Mapping[str, Any] | None = None
    allow: tuple[Any, ...] = ()
    entry: Located | None = field(default=None, compare=False, repr=False)

    def span_of(self, *path: str) -> Span:
        """The place of one of its fields (`when`, `region`: the key in `when`); its own where it has none."""
        at = self.entry
        for key in path:
            at = at.get(key) if at else None
        return at.key_span if at else self.span

    @property
    def place(self) -> str:
        """`overrides.yaml:9`, as plans name it."""
        return f"{self.span.source.name}:{self.span.line}"

    @property
    def reaches_below(self) -> bool:
        """Whether it acts on the resources below a selected stack, so that `exclude` may take some of those away."""
        return any(use.name == "tags" for use in self.kinds)


@dataclass(frozen=True, slots=True)
class OverrideFile:
    """A whole overrides file. `digests`: each file that was read, as the user calls it → its SHA-256."""

    source: str
    overrides: tuple[Override, ...]
    base: str | None = None
    names: Mapping[str, str] = field(default_factory=dict)
    names_spans: Mapping[str, Span] = field(default_factory=dict)
    base_span: Span | None = None
    digests: Mapping[str, str] = field(default_factory=dict)
