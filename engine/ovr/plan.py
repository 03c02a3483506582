"""The pipeline from a base and an overrides file to a Plan, readable top to bottom."""

from __future__ import annotations

from dataclasses import dataclass

from ovr.errors import Finding
from ovr.language.model import Override
from ovr.template.changes import StackChange
from ovr.template.operations import Operation
from ovr.template.tree import Base, StackTree


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one override: `applied`, `unchanged` (nothing to do) or `skipped` and why."""

    override: Override
    state: str
    nodes: tuple[str, ...] = ()
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Summary:
    """Resources by what happens to them; stacks that differ; stacks in all; other values that differ."""

    add: int
    change: int
    replace: int
    remove: int
    other: int
    stacks_changed: int
    stacks: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What the overrides do to the base: a value, rendered by `ovr.render`, executed by `ovr.deploy`.

    `partial`: `--only`/`--skip` left overrides out, so it must not be applied. `applicable`: it may be
    executed (there is something to do, it is not partial, no finding is an error).
    """

    base: Base
    source: str
    outcomes: tuple[Outcome, ...]
    operations: tuple[Operation, ...]
    stacks: tuple[StackChange, ...]
    result: StackTree
    summary: Summary
    findings: tuple[Finding, ...] = ()
    partial: tuple[str, ...] = ()

    @property
    def has_changes(self) -> bool:
        return bool(self.stacks)

    @property
    def applicable(self) -> bool:
        return self.has_changes and not self.partial and not any(f.severity == "error" for f in self.findings)
