"""What a kind may look at while it compiles, and what a kind is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from ovr.compile.secrets import SecretAccess
from ovr.compile.wiring import Wiring
from ovr.errors import Finding
from ovr.language.model import KindUse, Override
from ovr.language.values import Located, Tagged
from ovr.spans import Span
from ovr.template.operations import Op, Operation, Written
from ovr.template.pointer import MISSING, Json, Tokens
from ovr.template.tree import Base, Node, NodeKind, Stack, StackTree
from ovr.vocabulary.resolve import Resolver


@dataclass(frozen=True, slots=True)
class Context:
    """The tree as the entries before this one left it, and everything known about it.

    `nodes` are all that the entry selects. `added`: per stack path, logical IDs and parameters that this very entry
    adds, so that its values may name them. `wiring` collects what its references to other stacks need, `secrets`
    what its secrets do, `notes` what the user should know of how its values were read.
    """

    base: Base
    tree: StackTree
    resolver: Resolver
    override: Override
    wiring: Wiring
    secrets: SecretAccess
    nodes: tuple[Node, ...] = ()
    added: Mapping[str, frozenset[str]] = field(default_factory=dict)
    notes: list[Finding] = field(default_factory=list)

    def stack(self, node: Node) -> Stack:
        return self.tree.stacks[node.stack]

    def resource(self, node: Node) -> dict[str, Json]:
        """The resource that a resource or value node is in."""
        return self.stack(node).resources[node.logical_id]

    def type_of(self, node: Node) -> str:
        return str(self.resource(node).get("Type", ""))


Compile = Callable[[Node, KindUse, Context], list[Operation]]


@dataclass(frozen=True, slots=True)
class Kind:
    """One override kind: a row of the table in `kinds`.

    `nodes` are the node kinds it can act on. `single`: only one node may be selected. `compile` gives the
    operations for one node; it raises OvrError for a value that cannot be compiled.
    """

    name: str
    nodes: frozenset[NodeKind]
    compile: Compile
    single: bool = False


class Writer:
    """Makes operations that carry where they come from: one override, one kind."""

    def __init__(self, context: Context, use: KindUse) -> None:
        self._override = context.override.index
        self._kind = use.name
        self._span = use.key_span

    def __call__(
        self,
        stack: str,
        op: Op,
        path: Tokens,
        value: Json = MISSING,
        *,
        source: Tokens | None = None,
        derived: bool = False,
        options: bool = False,
        span: Span | None = None,
        written: Written | None = None,
    ) -> Operation:
        return Operation(
            stack,
            op,
            path,
            value,
            source,
            document="options" if options else "template",
            override=self._override,
            kind=self._kind,
            derived=derived,
            span=span or self._span,
            written=written,
        )

    def guards(self, node: Node) -> list[Operation]:
        """The tests that hold an item picked by key to its place."""
        return [self(node.stack, "test", path, value, derived=True) for path, value in node.guards]


@dataclass(frozen=True, slots=True)
class Place:
    """A value of the overrides file that goes to the place `pointer` of a template."""

    value: Located
    pointer: Tokens

    def span(self, path: Tokens, *, key: bool) -> Span:
        """Where the user wrote what stands at a pointer; of the nearest around it that is written there."""
        at = self.value
        for token in path[len(self.pointer) :]:
            inside = at.value
            try:
                at = at[int(token) if isinstance(inside, list) else token]
            except (KeyError, IndexError, TypeError, ValueError):
                break
        if key:
            return at.key_span
        return at.value.span if isinstance(at.value, Tagged) else at.span


def strings(value: Located) -> list[Located]:
    """A value that is one string or a list of them, as a list."""
    return list(value) if isinstance(value.value, list) else [value]
