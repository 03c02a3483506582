"""All overrides of a file on the base, one after another: what became of each, and the tree that they leave."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from ovr.check.comparison import Comparison
from ovr.check.concealing import conceal
from ovr.check.conditions import reason_to_skip
from ovr.check.properties import unknown_properties
from ovr.check.resource_types import unknown_types
from ovr.check.schema import schema_findings
from ovr.check.variables import variable_findings
from ovr.compile.entry import Compiled, compile_override
from ovr.compile.locks import Lock
from ovr.compile.redundant import is_noteworthy, redundancy
from ovr.errors import Finding, OvrError, Severity, by_place
from ovr.language.model import Override, OverrideFile
from ovr.language.partial import names_given, not_consequences
from ovr.language.selector import Selector
from ovr.template.causes import Causes
from ovr.template.diff import same
from ovr.template.operations import Operation
from ovr.template.tree import Base, StackTree
from ovr.vocabulary.contract import takes_nothing
from ovr.vocabulary.resolve import Resolver

State = Literal["applied", "unchanged", "unmatched", "skipped"]

PIECEWISE: tuple[Callable[[Comparison], Iterable[Finding]], ...] = (
    unknown_properties,
    unknown_types,
    variable_findings,
    schema_findings,
)
"""The checks that judge one by one what overrides wrote, and so can judge some although not all compiled."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one override: `applied`, `unchanged` (the base has it already), `unmatched` (it selects
    nothing, and `expect` allows that) or `skipped` and why.

    `nodes` are the names of what it selected, `findings` what to know of how its values were read.
    """

    override: Override
    state: State
    nodes: tuple[str, ...] = ()
    note: str | None = None
    findings: tuple[Finding, ...] = ()


@dataclass
class Compilation:
    """The overrides of `chosen` on the base as far as they have come: `tree` and `names` are what they leave.

    `errors` are what kept some from compiling, `lost` the names that these would have added to templates.
    """

    base: Base
    chosen: Sequence[Override]
    tree: StackTree
    before: Resolver
    names: Resolver
    lost: set[str]
    outcomes: list[Outcome] = field(default_factory=list)
    operations: list[Operation] = field(default_factory=list)
    locks: list[Lock] = field(default_factory=list)
    errors: list[Finding] = field(default_factory=list)
    withheld: dict[Selector, bool] = field(default_factory=dict)

    def add(self, override: Override) -> None:
        """Apply one override to what those before it left."""
        try:
            reason = reason_to_skip(override, self.base.facts)
            if reason:
                self.outcomes.append(Outcome(override, "skipped", note=reason))
                return
            compiled = compile_override(override, self.base, self.tree, self.names)
        except OvrError as error:
            self.errors += not_consequences(error.findings, self.lost)
            self._add_rest(override)
            return
        for selector in override.withheld:
            self.withheld[selector] = self.withheld.get(selector, False) or selector in compiled.withholding
        self.outcomes.append(self._outcome(override, compiled))
        if override.locked:
            self.locks.append(Lock(override, compiled, self.tree))
        self._advance(compiled)

    def _add_rest(self, override: Override) -> None:
        """Apply the kinds of a failed override that compile alone, so that more of what comes after can be judged."""
        for use in override.kinds:
            try:
                self._advance(compile_override(replace(override, kinds=(use,)), self.base, self.tree, self.names))
            except OvrError:
                self.lost.update(names_given({use.name: use.value.value}))

    def _advance(self, compiled: Compiled) -> None:
        self.operations += compiled.operations
        if compiled.tree is not self.tree:
            self.tree = compiled.tree
            self.names = self.names.updated(self.tree)

    def _outcome(self, override: Override, compiled: Compiled) -> Outcome:
        names = tuple(node.name for node in compiled.nodes)
        state = _state(compiled, self.tree)
        notes = compiled.notes
        if state == "unchanged" and is_noteworthy(override) and not notes:
            chosen = {each.index: each for each in self.chosen}
            notes = (redundancy(override, self.base, self.before, self.operations, chosen),)
        return Outcome(override, state, names, _left_out(compiled), notes)

    def all_errors(self) -> list[Finding]:
        """What kept overrides from compiling, and what is wrong, each for itself, in what did compile; by place."""
        comparison = Comparison(self.base.tree, self.tree, Causes(self.operations), (self.names,) * 2, self.chosen)
        found = [*self.errors]
        for check in PIECEWISE:
            found += (finding for finding in check(comparison) if finding.severity is Severity.ERROR)
        return sorted(conceal(dict.fromkeys(found), (self.base.tree, self.tree)), key=by_place)


def compile_all(chosen: Sequence[Override], base: Base, overrides: OverrideFile) -> Compilation:
    """The chosen overrides of a file on the base. Raises OvrError with all that keeps any of them from compiling."""
    made = _compiled(chosen, base, overrides)
    made.errors += [takes_nothing(selector, made.names) for selector, takes in made.withheld.items() if not takes]
    if made.errors:
        raise OvrError(made.all_errors())
    return made


def errors_of_the_rest(
    base: Base, overrides: OverrideFile, only: Collection[str] = (), skip: Collection[str] = ()
) -> list[Finding]:
    """What else is wrong with a file that can be read only in part, as far as the base tells."""
    return _compiled(chosen_of(overrides, only, skip), base, overrides).all_errors()


def _compiled(chosen: Sequence[Override], base: Base, overrides: OverrideFile) -> Compilation:
    before = Resolver(base.tree, {**base.names, **overrides.names}, written=overrides.names_spans)
    made = Compilation(base, chosen, base.tree, before, before, set(overrides.lost))
    for override in chosen:
        made.add(override)
    return made


def chosen_of(overrides: OverrideFile, only: Collection[str], skip: Collection[str]) -> tuple[Override, ...]:
    """The overrides that `--only` and `--skip` leave."""
    return tuple(o for o in overrides.overrides if (not only or o.id in only) and o.id not in (skip or ()))


def _left_out(compiled: Compiled) -> str | None:
    """Why nothing is left for an override to act on, where including files exclude all that it selects."""
    if compiled.nodes or not compiled.withholding:
        return None
    return f"`exclude` at {compiled.withholding[0].span} takes away all that it selects"


def _state(compiled: Compiled, before: StackTree) -> State:
    if not compiled.nodes:
        return "skipped" if compiled.withholding else "unmatched"
    touched = {operation.stack for operation in compiled.operations}
    pairs = ((before.stacks.get(path), compiled.tree.stacks.get(path)) for path in touched)
    equal = all(a and b and same(a.template, b.template) and same(a.options, b.options) for a, b in pairs)
    return "unchanged" if equal else "applied"
