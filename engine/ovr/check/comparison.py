"""What every check reads: the base, the result, and which override made what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from ovr.check.allowances import Allowances
from ovr.language.model import Override
from ovr.spans import Span
from ovr.template.causes import Causes
from ovr.template.operations import Operation
from ovr.template.pointer import MISSING, Json, Tokens
from ovr.template.tree import StackTree
from ovr.vocabulary.belonging import belonging
from ovr.vocabulary.resolve import Resolver


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """The tree `before` all overrides and `after` them.

    `names` name the nodes of the one and of the other; `overrides` are those that were applied; `today` is None
    where no date counts. `allowances` answers whether an override allows what it does. `facts` are those of
    the base (`environment`, `type`, `region`, `account`). `is_deployed`: `before` is what is deployed, so that not all
    that differs comes from overrides.
    """

    before: StackTree
    after: StackTree
    causes: Causes
    names: tuple[Resolver, Resolver]
    overrides: Sequence[Override] = ()
    today: date | None = None
    allowances: Allowances = field(default_factory=Allowances)
    facts: Mapping[str, str] = field(default_factory=dict)
    is_deployed: bool = False

    def span(self, stack: str, path: Tokens, value: Json = MISSING) -> Span | None:
        """Where the user wrote what stands at a pointer, if an override did."""
        return self.causes.span(stack, path, value)

    def override(self, operation: Operation | None) -> Override | None:
        """The override that an operation is of."""
        index = operation.override if operation else -1
        return next((override for override in self.overrides if override.index == index), None)

    @property
    def present_names(self) -> dict[tuple[str, str], str]:
        """(stack, logical ID in the base) → the one in the result, of what was renamed."""
        return {(stack, former): present for (stack, present), former in self.causes.renamed.items()}

    def name_of(self, stack: str, logical_id: str) -> str:
        """What to call a resource of the result before the user."""
        return self.names[1].called(stack, logical_id)

    def words_for(self, stack: str, logical_id: str) -> str:
        """The same in words that are no selector, for what belongs to something with a name."""
        return belonging(self.names[1], stack, logical_id) or self.name_of(stack, logical_id)
