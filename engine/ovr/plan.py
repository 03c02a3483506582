"""The pipeline from a base and an overrides file to a Plan, readable top to bottom."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date

from ovr.check.access.changes import PermissionChange, permission_changes
from ovr.check.allowances import Allowances
from ovr.check.anatomy import malformed_templates
from ovr.check.attributes import unknown_attributes
from ovr.check.client_configuration import ClientConfiguration, compare_configurations
from ovr.check.clients import client_findings
from ovr.check.comparison import Comparison
from ovr.check.concealing import conceal
from ovr.check.conditions import expiry
from ovr.check.conflicts import conflicts
from ovr.check.cycles import new_cycles
from ovr.check.danger import Danger
from ovr.check.dangling import dangling_references
from ovr.check.effects import with_effects
from ovr.check.emptied import kept_but_emptied, kept_in_a_sandbox
from ovr.check.foreign_code import foreign_code
from ovr.check.given import parameters_given
from ovr.check.guard import find_dangers
from ovr.check.iam import iam_findings
from ovr.check.limits import limit_findings
from ovr.check.mappings import missing_in_mappings
from ovr.check.names_twice import names_twice
from ovr.check.permissions import permission_findings
from ovr.check.properties import unknown_properties
from ovr.check.resource_types import unknown_types
from ovr.check.schema import schema_findings
from ovr.check.secrets import hide_secrets
from ovr.check.texts import lists_for_texts
from ovr.check.variables import variable_findings
from ovr.compilation import Outcome, chosen_of, compile_all
from ovr.compile.client_outputs import follow_properties
from ovr.compile.difference import count, tree_changes
from ovr.compile.locks import broken_locks
from ovr.errors import Finding, OvrError, Severity, did_you_mean
from ovr.language.model import Override, OverrideFile
from ovr.template.alignment import aligned
from ovr.template.causes import Causes, CausesSince
from ovr.template.changes import StackChange
from ovr.template.operations import Operation, apply
from ovr.template.tree import Base, StackTree
from ovr.vocabulary.resolve import Resolver


@dataclass(frozen=True, slots=True)
class Summary:
    """Resources by what happens to them; other elements that differ; stacks that differ, and stacks in all.

    `may_replace`, `may_remove` and `refused` are counted among those that change.
    """

    add: int
    change: int
    replace: int
    remove: int
    other: int
    stacks_changed: int
    stacks: int
    may_replace: int = 0
    may_remove: int = 0
    refused: int = 0


@dataclass(frozen=True, slots=True)
class Plan:
    """What the overrides do to the base: a value, rendered by `ovr.render`, executed by `ovr.deploy`.

    `result` is the base with `operations` applied in order. `partial` says what `--only` and `--skip` left out.
    `names` name the nodes of what it is compared with and of the result. `client` is amplify_outputs.json before and
    after. `deployed` is what is deployed, where that is known: then changes, permissions, dangers and `client` are
    those of the deployment, and a change without causes is not from an override. Else they are those of the base.
    """

    base: Base
    overrides: OverrideFile
    outcomes: tuple[Outcome, ...]
    operations: tuple[Operation, ...]
    stacks: tuple[StackChange, ...]
    result: StackTree
    summary: Summary
    names: tuple[Resolver, Resolver]
    permissions: tuple[PermissionChange, ...] = ()
    findings: tuple[Finding, ...] = ()
    partial: tuple[str, ...] = ()
    client: ClientConfiguration = field(default_factory=lambda: ClientConfiguration(None, None))
    dangers: tuple[Danger, ...] = ()
    deployed: StackTree | None = None

    @property
    def before(self) -> StackTree:
        """What the result is compared with."""
        return self.base.tree if self.deployed is None else self.deployed

    @property
    def source(self) -> str:
        """The overrides file as the user knows it."""
        return self.overrides.source

    @property
    def has_changes(self) -> bool:
        return bool(self.stacks)

    @property
    def has_errors(self) -> bool:
        return any(finding.severity is Severity.ERROR for finding in self.findings)

    @property
    def applicable(self) -> bool:
        """Whether it may be executed: there is something to do, all of it is there, and nothing forbids it."""
        return self.has_changes and not self.partial and not self.has_errors


def build_plan(
    base: Base,
    overrides: OverrideFile,
    *,
    only: Collection[str] = (),
    skip: Collection[str] = (),
    today: date | None = None,
    deployed: StackTree | None = None,
) -> Plan:
    """Select, compile and apply every override in order, check the result, and say what differs.

    `only` and `skip` are ids of overrides. With `deployed` it says what a deployment does to that. Raises OvrError with
    all that keeps overrides from compiling; what a check finds in the result is in the plan's `findings` instead.
    """
    chosen = _chosen(overrides, only, skip)
    made = compile_all(chosen, base, overrides)
    outcomes, operations, result = tuple(made.outcomes), tuple(made.operations), made.tree
    before, after = made.before, made.names
    followed = follow_properties(base.tree, result, operations, after)
    if followed.operations:
        operations = (*operations, *followed.operations)
        result = apply(result, followed.operations)
        after = after.updated(result)
    gone = [stack for path, stack in base.tree.stacks.items() if path not in result.stacks]
    causes = Causes(operations, gone)
    applied = [outcome.override for outcome in outcomes if outcome.state != "skipped"]
    acting = [outcome.override for outcome in outcomes if outcome.state in ("applied", "unchanged")]
    allowances = Allowances(acting, today)
    comparison = Comparison(base.tree, result, causes, (before, after), applied, today, allowances, base.facts)
    update = comparison if deployed is None else _since(comparison, deployed, base)
    changes = with_effects(tree_changes(update.before, result, update.causes, update.names), update)
    dangers, at_risk = find_dangers(update, changes)
    stacks = hide_secrets(changes, update.before, result)
    client = compare_configurations(update, base.facts.get("region"))
    told_to_clients = (*followed.findings, *client_findings(update, client, stacks))
    locked = broken_locks(made.locks, base, result, after, causes)
    checked = (*at_risk, *_findings(comparison, outcomes), *locked, *told_to_clients)
    findings = (*base.findings, *overrides.findings, *checked)
    return Plan(
        base=base,
        overrides=overrides,
        outcomes=outcomes,
        operations=operations,
        stacks=stacks,
        result=result,
        permissions=permission_changes(update),
        summary=_summary(stacks, result),
        names=update.names,
        findings=tuple(conceal(findings, (update.before, base.tree, result))),
        partial=tuple(_name(o) for o in overrides.overrides if o not in chosen),
        client=client,
        dangers=dangers,
        deployed=None if deployed is None else update.before,
    )


def _since(comparison: Comparison, deployed: StackTree, base: Base) -> Comparison:
    """The comparison with what is deployed instead of the base."""
    if any(override.allow for override in comparison.overrides):
        # What has been deployed is no loss any more, but its `allow` is still needed by whoever deploys anew.
        changes = tree_changes(comparison.before, comparison.after, comparison.causes, comparison.names)
        find_dangers(comparison, with_effects(changes, comparison))
    before = aligned(deployed, comparison.after)
    after = comparison.names[1]
    names = (after if before is comparison.after else Resolver(before, base.names), after)
    causes = CausesSince(comparison.causes, base.tree, comparison.after, before)
    return replace(comparison, before=before, causes=causes, names=names, is_deployed=True)


def _name(override: Override) -> str:
    return override.id or override.place


_ONCE_EACH = "write the option once for each id: `--skip one --skip two`"


def _chosen(overrides: OverrideFile, only: Collection[str], skip: Collection[str]) -> tuple[Override, ...]:
    ids = [override.id for override in overrides.overrides if override.id]
    unknown = [
        Finding(
            "OVR1020",
            f"no override has the id `{name}`",
            details=("ids: " + ", ".join(ids),) if ids else ("no override has an `id`",),
            fix=_ONCE_EACH if set(name.split(",")) <= set(ids) else did_you_mean(name, ids),
        )
        for name in [*only, *skip]
        if name not in ids
    ]
    if unknown:
        raise OvrError(unknown)
    return chosen_of(overrides, only, skip)


CHECKS: tuple[Callable[[Comparison], Iterable[Finding]], ...] = (
    conflicts,
    unknown_properties,
    schema_findings,
    malformed_templates,
    unknown_types,
    dangling_references,
    missing_in_mappings,
    unknown_attributes,
    parameters_given,
    names_twice,
    limit_findings,
    new_cycles,
    variable_findings,
    lists_for_texts,
    iam_findings,
    permission_findings,
    foreign_code,
    kept_but_emptied,
    kept_in_a_sandbox,
)
"""What the result is held against: each check says what the overrides made wrong."""


def _findings(comparison: Comparison, outcomes: Iterable[Outcome]) -> Iterator[Finding]:
    for check in CHECKS:
        yield from check(comparison)
    yield from comparison.allowances.findings()
    for outcome in outcomes:
        yield from outcome.findings
    for override in comparison.overrides:
        if comparison.today and (found := expiry(override, comparison.today)):
            yield found


def _summary(stacks: tuple[StackChange, ...], result: StackTree) -> Summary:
    kinds = [element.verdict.kind for stack in stacks for element in stack.elements if element.verdict]
    return Summary(
        add=count(stacks, "add"),
        change=count(stacks, "change"),
        replace=count(stacks, "replace"),
        remove=count(stacks, "remove"),
        other=sum(e.section != "Resources" for s in stacks for e in s.elements),
        stacks_changed=len(stacks),
        stacks=len(result.stacks),
        may_replace=kinds.count("may-replace"),
        may_remove=kinds.count("may-remove"),
        refused=kinds.count("refused"),
    )
