"""The guard over what holds data: what is replaced, removed, left unprotected, or refused by the service.

LANGUAGE.md §7 says what counts; the tables are knowledge/stateful.py and knowledge/protections.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from ovr.check.allowances import Answer
from ovr.check.comparison import Comparison
from ovr.check.danger import Danger
from ovr.check.emptied import EMPTIES, emptied
from ovr.check.holdings import Holding, holding
from ovr.check.unprotected import Weakened, weakened, weaker_policies
from ovr.check.verdicts import RENAMED
from ovr.errors import Finding, Severity
from ovr.knowledge.stateful import WAYS_OUT
from ovr.language.model import Override
from ovr.template import pointer
from ovr.template.changes import Change, ElementChange, StackChange, Verdict
from ovr.template.evaluate import evaluators
from ovr.template.pointer import Tokens
from ovr.template.tree import NESTED_STACK

_CONSENT = "no override is behind it, so none can allow it: `ovr apply` asks (`--allow-destructive={}`)"
_GOING = ("remove", "may-remove", "replace", "may-replace")


def find_dangers(
    comparison: Comparison, changes: tuple[StackChange, ...]
) -> tuple[tuple[Danger, ...], tuple[Finding, ...]]:
    """All dangers, in the order of the changes, and the findings for those that are not allowed; an allowed refusal
    is a warning still: no `allow` makes the service accept it.

    `changes` are those of the plan with their verdicts, before secrets are hidden.
    """
    dangers: list[Danger] = []
    findings: list[Finding] = []
    for danger in _Guard(comparison).dangers(changes):
        answer = _asked(danger, comparison)
        dangers.append(replace(danger, allowed=answer.allowed))
        if not answer.allowed or danger.kind == "refused":
            findings.append(_finding(danger, answer, comparison))
    return tuple(dangers), tuple(findings)


class _Guard:
    def __init__(self, comparison: Comparison) -> None:
        self._comparison = comparison
        self._old, self._new = evaluators(comparison.before, comparison.after, comparison.facts)

    def dangers(self, changes: tuple[StackChange, ...]) -> Iterator[Danger]:
        gone = {path for path in self._comparison.before.stacks if path not in self._comparison.after.stacks}
        elements = [element for stack in changes if stack.path not in gone for element in stack.elements]
        children = {(stack.parent, stack.logical_id): path for path, stack in self._comparison.after.stacks.items()}
        going = {children.get((e.stack, e.id)): e.verdict for e in elements if e.type == NESTED_STACK}
        for element in elements:
            if element.section == "options":
                yield from _of_options(element)
            elif element.section == "Resources" and not _goes_with(going.get(element.stack), element):
                yield from self._of_resource(element)

    def _of_resource(self, element: ElementChange) -> Iterator[Danger]:
        kind = element.verdict.kind if element.verdict else "update"
        if element.action in ("remove", "replace"):
            kind = element.action
        if kind == "refused":
            yield self._refused(element)
        elif kind in _GOING and (held := self._holding(element, removed=kind.endswith("remove"))):
            yield self._lost(element, kind, held)
        if kind not in ("remove", "replace") and element.action == "change":
            yield from self._weakened(element)
        if element.type == EMPTIES:
            yield from self._emptied(element)

    def _holding(self, element: ElementChange, *, removed: bool) -> Holding | None:
        """What is lost with a resource. One that gets another logical ID is removed under its former one."""
        if removed or element.renamed_from:
            place = (element.stack, element.renamed_from or element.id)
            names = self._comparison.names[0]
            return holding(self._comparison.before, place, "DeletionPolicy", names.called)
        place, names = (element.stack, element.id), self._comparison.names[1]
        return holding(self._comparison.after, place, "UpdateReplacePolicy", names.called)

    def _lost(self, element: ElementChange, kind: str, held: Holding) -> Danger:
        removed, may = kind.endswith("remove"), kind.startswith("may-")
        grave = _grave(element)
        name = self._name(element)
        condition = next((c.verdict.condition for c in grave if c.verdict and c.verdict.condition), "") if may else ""
        what = f"{name} {'may' if may else 'will'} be {'REMOVED' if removed else 'REPLACED'}"
        what += " by its new logical ID" if element.renamed_from else f" if {condition}" if condition else ""
        return Danger(
            "delete" if removed else "replace",
            element.stack,
            element.id,
            name,
            f"{what}: {held.removed(may=may) if removed else held.replaced(may=may)}",
            self._renamers(element) or _causes(grave),
            grave,
            grave[0].path if grave else (),
            _way_out(element, held, removed=removed),
            reasons=_reasons([RENAMED if element.renamed_from else None, *(c.verdict for c in grave)]),
            former=element.renamed_from,
            certain=not may,
        )

    def _renamers(self, element: ElementChange) -> tuple[int, ...]:
        """The overrides that gave a resource another logical ID."""
        if not element.renamed_from:
            return ()
        touching = self._comparison.causes.touching(element.stack, ("Resources", element.id))
        return tuple(dict.fromkeys(each.override for each in touching if each.op == "move" and len(each.path) == 2))

    def _refused(self, element: ElementChange) -> Danger:
        grave = tuple(c for c in element.changes if c.verdict and c.verdict.kind == "refused")
        path = grave[0].path if grave else ()
        name, service = self._name(element), _service(element, path)
        return Danger(
            "refused",
            element.stack,
            element.id,
            name,
            f"{name}: {service} will REFUSE this once it is deployed; the deploy rolls back, nothing is lost",
            _causes(grave),
            grave,
            path,
            WAYS_OUT.get((element.type, "refused"), "make another one beside it, and move over"),
            reasons=_reasons(c.verdict for c in grave),
        )

    def _weakened(self, element: ElementChange) -> Iterator[Danger]:
        name = self._name(element)
        for each in self._losses(element):
            behind = tuple(c for c in element.changes if any(pointer.overlap(c.path, path) for path in each.paths))
            # a sandbox holds nothing that is not its developer's own, and that some of it ages is a first setting of it
            stops = not (each.word == "data-loss" and each.first and self._comparison.facts.get("type") == "sandbox")
            yield Danger(
                each.word,
                element.stack,
                element.id,
                name,
                f"{name}: {each.what}",
                _causes(behind),
                behind,
                each.paths[0],
                "leave it out" if each.first else "keep it",
                certain=each.certain,
                stops=stops,
            )

    def _losses(self, element: ElementChange) -> Iterator[Weakened]:
        trees = (self._comparison.before, self._comparison.after)
        if any(element.stack not in tree.stacks for tree in trees):
            return
        before, after = (tree.stacks[element.stack].resources.get(element.id, {}) for tree in trees)
        if self._holding(element, removed=True):
            yield from weaker_policies(before, after)
        evaluators = (self._old, before), (self._new, after)
        evaluated = (e.value(element.stack, resource.get("Properties", {})) for e, resource in evaluators)
        yield from weakened(before, after, lambda: tuple(evaluated), self._comparison.name_of)

    def _emptied(self, element: ElementChange) -> Iterator[Danger]:
        for each in emptied(self._comparison, element):
            name = self._comparison.name_of(*each.bucket)
            what = f"{name}: {each.what}"
            causes = _causes(element.changes)
            yield Danger(each.word, *each.bucket, name, what, causes, fix=each.fix, certain=each.certain)

    def _name(self, element: ElementChange) -> str:
        """What to call it: by its name in the base where it has another afterwards, or none."""
        if element.action == "remove" or element.renamed_from:
            return self._comparison.names[0].called(element.stack, element.renamed_from or element.id)
        return self._comparison.name_of(element.stack, element.id)


def _goes_with(fate: Verdict | None, element: ElementChange) -> bool:
    """Whether it is replaced or removed because its whole stack is, of which that is told: with the same verdict."""
    return fate is not None and any(c.verdict is fate for c in element.changes if not c.path and c.via)


def _of_options(element: ElementChange) -> Iterator[Danger]:
    for change in element.changes:
        if change.path[:1] == ("terminationProtection",) and change.before is True:
            what = "the root stack: termination protection goes off"
            yield Danger(
                "unprotect", "", "", "stack", what, change.causes, (change,), ("terminationProtection",), "keep it"
            )


def _grave(element: ElementChange) -> tuple[Change, ...]:
    """The changes that are behind a replacement or removal; all of them where none is by itself."""
    grave = tuple(change for change in element.changes if change.verdict and change.verdict.loses)
    return grave or element.changes


def _causes(changes: Iterable[Change]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(cause for change in changes for cause in change.causes))


def _reasons(verdicts: Iterable[Verdict | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(v.reason for v in verdicts if v and v.kind != "update" and v.reason))


def _service(element: ElementChange, path: Tokens) -> str:
    """Who refuses a change."""
    if path in (("Type",), ("Properties", "ServiceToken")):
        return "CloudFormation"
    return element.type.split("::")[1] if element.type.startswith("AWS::") else "its handler"


def _way_out(element: ElementChange, held: Holding, *, removed: bool) -> str:
    if element.renamed_from:
        return f"keep its logical ID, {element.renamed_from}"
    if not removed:
        return WAYS_OUT.get((element.type, "replace"), "make another one beside it, and move what it holds")
    if held.policy == "Retain":
        return "keep it"
    keeping = "give what it holds" if element.type == NESTED_STACK else "keep what it holds:"
    return f"keep it, or {keeping} `removalPolicy: RETAIN` in a deployment before this one"


def _overrides(danger: Danger, comparison: Comparison) -> list[Override]:
    return [override for override in comparison.overrides if override.index in danger.causes]


def _asked(danger: Danger, comparison: Comparison) -> Answer:
    """Whether one of the overrides behind it allows it."""
    ids = [each for each in (danger.logical_id, danger.former) if each]
    present = [comparison.name_of(danger.stack, danger.logical_id)] if danger.former else []
    names = dict.fromkeys([danger.name, *present, *ids, *(f"{danger.stack}/{each}".lstrip("/") for each in ids)])
    behind: list[Override | None] = [*_overrides(danger, comparison)] or [None]
    answers = [comparison.allowances.ask(danger.word, [*names], override) for override in behind]
    return next((answer for answer in answers if answer.allowed), answers[-1])


def _finding(danger: Danger, answer: Answer, comparison: Comparison) -> Finding:
    behind = _overrides(danger, comparison)
    path = ("Resources", danger.logical_id, *danger.path)
    elsewhere = comparison.is_deployed and not behind
    span = comparison.span(danger.stack, path) if danger.logical_id and not elsewhere else None
    instead = danger.fix or "take the override away"
    return Finding(
        danger.code,
        danger.what,
        span or (behind[-1].span if behind else None),
        details=danger.reasons,
        fix=_CONSENT.format(danger.key) if elsewhere else instead if answer.allowed else answer.fix(instead),
        severity=Severity.ERROR if danger.stops and not (answer.allowed or elsewhere) else Severity.WARNING,
        place=danger.place,
    )
