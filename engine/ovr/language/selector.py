"""Selectors as values. `parse_selector` reads one; vocabulary.resolve finds what it designates."""

from __future__ import annotations

from dataclasses import dataclass, field

from ovr.spans import Span


@dataclass(frozen=True, slots=True)
class Name:
    """A component by name. `glob`: `*` in it stands for any characters. `offset`: where it stands in the text."""

    text: str
    glob: bool = False
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Deep:
    """`**`: any number of components."""

    offset: int = 0


@dataclass(frozen=True, slots=True)
class Index:
    """`[0]`: an item of a list; None is `[*]`, every item."""

    number: int | None
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Match:
    """`[key=value]`: the one item whose member `key` has this value (compared as text)."""

    key: str
    value: str
    offset: int = 0


Segment = Name | Deep | Index | Match


@dataclass(frozen=True, slots=True)
class NameSelector:
    """`auth.cfn.cfnUserPool.Policies`: a name of the vocabulary, then a way into its properties."""

    text: str
    segments: tuple[Segment, ...]
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class PathSelector:
    """`/auth/amplifyAuth/UserPool`: a construct path below the root stack."""

    text: str
    path: str
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class IdSelector:
    """`auth#LogicalId.Policies`: stack (a stack path or a stack's name), logical ID, way into its properties.

    `logical_id` may hold `*` as a glob.
    """

    text: str
    stack: str
    logical_id: Name
    segments: tuple[Segment, ...] = ()
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class QuerySelector:
    """`{type, stack, where}`: globs on type and stack path, and a JMESPath predicate."""

    type: str | None = None
    stack: str | None = None
    where: str | None = None
    span: Span | None = field(default=None, compare=False)
    where_span: Span | None = field(default=None, compare=False)

    @property
    def text(self) -> str:
        parts = [f"{k}: {v}" for k in ("type", "stack", "where") if (v := getattr(self, k)) is not None]
        return "{" + ", ".join(parts) + "}"


RESERVED = frozenset({"stack", "functions", "storage", "backend", "project"})
"""First words with a meaning of their own; a user's name that collides is reached by its prefix."""

Selector = NameSelector | PathSelector | IdSelector | QuerySelector


def is_wild(segment: Segment) -> bool:
    """Whether a segment may lead to several places: `*` in a name, `**`, `[*]`."""
    match segment:
        case Deep() | Name(glob=True) | Index(number=None):
            return True
    return False


def is_plain(selector: Selector) -> bool:
    """Whether a selector must designate exactly one node: it has no wildcard and is no query."""
    match selector:
        case NameSelector(segments=segments):
            return not any(is_wild(segment) for segment in segments)
        case IdSelector(logical_id=logical_id, segments=segments):
            return not any(is_wild(segment) for segment in (logical_id, *segments))
        case PathSelector():
            return True
    return False
