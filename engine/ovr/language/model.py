"""overrides.yaml as frozen values. What each field means is in the language reference."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ovr.errors import Finding
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
    """One entry of `overrides`. `index` counts all entries of all layers from 0, in the order of application.

    `layer` is the alias of the included file it stands in, with those around it (`team/security`); empty for the file
    that is planned. `id` and `replaces` are as seen from that file: `team/security/strong-passwords`. `withheld` are
    the selectors that the including files exclude.
    """

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
    replaces: str | None = None
    locked: bool = False
    layer: str = ""
    withheld: tuple[Selector, ...] = ()
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
    def called(self) -> str:
        """`strong-passwords, overrides.yaml:9`; the place alone of one without an id."""
        return f"{self.id}, {self.place}" if self.id else self.place

    @property
    def reaches_below(self) -> bool:
        """Whether it acts on the resources below a selected stack, so that `exclude` may take some of those away."""
        return any(use.name == "tags" for use in self.kinds)


@dataclass(frozen=True, slots=True)
class Include:
    """One item of `include`: a path or `pack:NAME`, and where it stands.

    `alias` is what it is called before the ids of its overrides, `given` the values of its parameters, `exclude` what
    none of its overrides may touch.
    """

    target: str
    alias: str
    at: Located
    given: Located | None = None
    exclude: tuple[Selector, ...] = ()

    @property
    def span(self) -> Span:
        """Where the path or the name of the pack is written."""
        return (self.at.get("from") or self.at).span


@dataclass(frozen=True, slots=True)
class OverrideFile:
    """A whole overrides file, with all that it includes.

    `files` are the overrides files it comes from, in the order of application; `digests`: each file that was read,
    as the user calls it → its SHA-256. `findings` are what to know of how the files were read. `protect` are the
    environments, as globs, that only a saved plan is applied to. `lost` are the names that entries would have added to
    templates which are left out, since something in them is wrong.
    """

    source: str
    overrides: tuple[Override, ...]
    base: str | None = None
    names: Mapping[str, str] = field(default_factory=dict)
    names_spans: Mapping[str, Span] = field(default_factory=dict)
    base_span: Span | None = None
    digests: Mapping[str, str] = field(default_factory=dict)
    files: tuple[str, ...] = ()
    protect: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    lost: frozenset[str] = frozenset()
