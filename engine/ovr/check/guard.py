"""The guard over what holds data: what is replaced, removed, left unprotected, or refused by the service.

LANGUAGE.md §7 says what counts; the tables are knowledge/stateful.py and knowledge/protections.py.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from ovr.check.allowances import Answer, Word
from ovr.check.comparison import Comparison
from ovr.check.unprotected import Weakened, weakened
from ovr.errors import Finding, Severity
from ovr.knowledge.stateful import WAYS_OUT, holds
from ovr.language.model import Override
from ovr.template import pointer
from ovr.template.changes import Change, ElementChange, StackChange
from ovr.template.evaluate import Evaluator
from ovr.template.pointer import Tokens
from ovr.template.tree import StackTree

_CONSENT = "no override is behind it, so none can allow it: `ovr apply` asks (`--allow-destructive={}`)"
NESTED = "AWS::CloudFormation::Stack"
DangerKind = Literal["replace", "delete", "unprotect", "data-loss", "refused"]
_CODES: Mapping[DangerKind, str] = {
    "replace": "OVR4101",
    "refused": "OVR4102",
    "delete": "OVR4103",
    "unprotect": "OVR4104",
    "data-loss": "OVR4104",
}
_WORDS: Mapping[DangerKind, Word] = {
    "replace": "replace",
    "refused": "replace",
    "delete": "delete",
    "unprotect": "unprotect",
    "data-loss": "data-loss",
}
"""What has to be allowed. Who allows a replacement allows that the service refuses to do without one."""


@dataclass(frozen=True, slots=True)
class Danger:
    """What a deployment would lose, or fail at.

    `name` is the resource in the user's words, `what` a sentence that begins with it; `certain` is False where it
    depends on what only the deploy knows, which `what` then says; `stops` whether the plan does, unless it is allowed;
    `changes` are those behind it, `fix` the way out;
    `allowed` whether the override behind it says so, with a reason.
    """

    kind: DangerKind
    stack: str
    logical_id: str
    name: str
    what: str
    causes: tuple[int, ...] = ()
    changes: tuple[Change, ...] = ()
    path: Tokens = ()
    fix: str | None = None
    certain: bool = True
    stops: bool = True
    allowed: bool = False

    @property
    def code(self) -> str:
        return _CODES[self.kind]

    @property
    def key(self) -> str:
        """`STACK/LOGICALID`, as consent names it; the name of what is no resource."""
        return f"{self.stack}/{self.logical_id}".lstrip("/") or self.name

    @property
    def place(self) -> str:
        return pointer.place(self.stack, ("Resources", self.logical_id, *self.path) if self.logical_id else self.path)


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
        secrets: dict[str, str] = {}
        self._old = Evaluator(comparison.before, comparison.facts, secrets, "before")
        self._new = Evaluator(comparison.after, comparison.facts, secrets, "after")

    def dangers(self, changes: tuple[StackChange, ...]) -> Iterator[Danger]:
        gone = {path for path in self._comparison.before.stacks if path not in self._comparison.after.stacks}
        for stack in changes:
            for element in stack.elements if stack.path not in gone else ():
                if element.section == "options":
                    yield from _of_options(element)
                elif element.section == "Resources" and not _goes_with_its_stack(element):
                    yield from self._of_resource(element)

    def _of_resource(self, element: ElementChange) -> Iterator[Danger]:
        kind = "remove" if element.action == "remove" else element.verdict.kind if element.verdict else "update"
        if element.action == "replace":
            kind = "replace"
        if kind == "refused":
            yield self._refused(element)
        elif kind in ("remove", "may-remove", "replace", "may-replace") and (held := self._held(element)):
            yield self._lost(element, kind, held)
        if kind not in ("remove", "replace") and element.action == "change":
            yield from self._weakened(element)

    def _held(self, element: ElementChange) -> str | None:
        """What is lost with a resource; a nested stack holds what is in it."""
        if element.type != NESTED:
            return holds(element.type)
        tree = self._comparison.before
        child = tree.child(element.stack, element.renamed_from or element.id)
        inside = [*_stateful_below(tree, child.path)] if child else []
        if not inside:
            return None
        names = [self._comparison.names[0].called(*place) for place in inside]
        return f"what it holds ({', '.join(names[:4])}" + (f" and {len(names) - 4} more)" if len(names) > 4 else ")")

    def _lost(self, element: ElementChange, kind: str, held: str) -> Danger:
        removed = kind.endswith("remove")
        may = kind.startswith("may-")
        grave = _grave(element)
        verb = "REMOVED" if removed else "REPLACED"
        name = self._name(element, gone=removed)
        certainty = f"may be {verb}" if may else f"will be {verb}"
        condition = next((c.verdict.condition for c in grave if c.verdict and c.verdict.condition), "") if may else ""
        what = f"{name} {certainty}" + (f" if {condition}" if condition else "")
        return Danger(
            "delete" if removed else "replace",
            element.stack,
            element.id,
            name,
            f"{what}: {self._consequence(element, held, removed=removed)}",
            self._renamers(element) or _causes(grave),
            grave,
            grave[0].path if grave else (),
            _way_out(element.type, removed=removed),
            certain=not may,
        )

    def _renamers(self, element: ElementChange) -> tuple[int, ...]:
        """The overrides that gave a resource another logical ID."""
        if not element.renamed_from:
            return ()
        touching = self._comparison.causes.touching(element.stack, ("Resources", element.id))
        return tuple(dict.fromkeys(each.override for each in touching if each.op == "move" and len(each.path) == 2))

    def _consequence(self, element: ElementChange, held: str, *, removed: bool) -> str:
        """What becomes of what it holds; by the policy that CloudFormation goes by."""
        policy = "DeletionPolicy" if removed else "UpdateReplacePolicy"
        tree = self._comparison.before if removed else self._comparison.after
        logical_id = (element.renamed_from or element.id) if removed else element.id
        resource = tree.stacks[element.stack].resources.get(logical_id, {})
        kept = resource.get(policy)
        if kept in ("Retain", "RetainExceptOnCreate"):
            rest = "stays behind, in no stack" if removed else "stays behind, and an empty one takes its place"
            return f"the old one with {held} {rest} ({policy} {kept})"
        if kept == "Snapshot":
            return f"{held} {'are' if _is_plural(held) else 'is'} kept in a snapshot only ({policy} Snapshot)"
        return f"{held} {'are' if _is_plural(held) else 'is'} lost"

    def _refused(self, element: ElementChange) -> Danger:
        grave = [c for c in element.changes if c.verdict and c.verdict.kind == "refused"]
        service = element.type.split("::")[1] if element.type.startswith("AWS::") else "its handler"
        name = self._name(element)
        return Danger(
            "refused",
            element.stack,
            element.id,
            name,
            f"{name}: {service} will REFUSE this once it is deployed; the deploy rolls back, nothing is lost",
            _causes(grave),
            tuple(grave),
            grave[0].path if grave else (),
            WAYS_OUT.get((element.type, "refused"), "make another one beside it, and move over"),
        )

    def _weakened(self, element: ElementChange) -> Iterator[Danger]:
        for each in self._losses(element):
            behind = [c for c in element.changes if pointer.overlap(c.path, each.path)]
            name = self._name(element)
            causes = _causes(behind)
            what = f"{name}: {each.what}"
            # a sandbox holds nothing that is not its developer's own, and that some of it ages is a first setting of it
            stops = not (each.word == "data-loss" and each.first and self._comparison.facts.get("type") == "sandbox")
            at = (element.stack, element.id, name)
            fix = "leave it out" if each.first else "keep it"
            yield Danger(each.word, *at, what, causes, tuple(behind), each.path, fix, stops=stops)

    def _losses(self, element: ElementChange) -> Iterator[Weakened]:
        stacks = (self._comparison.before.stacks, self._comparison.after.stacks)
        before, after = (tree[element.stack].resources.get(element.id, {}) for tree in stacks if element.stack in tree)
        yield from weakened(
            element.type,
            before,
            after,
            lambda: tuple(
                evaluator.value(element.stack, resource.get("Properties", {}))
                for evaluator, resource in ((self._old, before), (self._new, after))
            ),
        )

    def _name(self, element: ElementChange, *, gone: bool = False) -> str:
        names = self._comparison.names[0 if gone and element.action == "remove" else 1]
        return names.called(element.stack, element.id)


def _stateful_below(tree: StackTree, path: str) -> Iterator[tuple[str, str]]:
    """The resources that hold something in a stack and in all below it."""
    for stack in tree.stacks.values():
        if stack.path == path or stack.path.startswith(f"{path}/"):
            for logical_id, resource in stack.resources.items():
                if holds(str(resource.get("Type"))):
                    yield stack.path, logical_id


def _goes_with_its_stack(element: ElementChange) -> bool:
    """Whether it is replaced or removed because its whole stack is: that is told of the stack."""
    return any(not change.path and change.via for change in element.changes)


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


def _causes(changes: tuple[Change, ...] | list[Change]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(cause for change in changes for cause in change.causes))


def _is_plural(held: str) -> bool:
    """`its log events`, `the messages in it`, not `its address`; several names are."""
    nouns = {word for word in held.partition(", ")[0].split()[1:3] if word.endswith("s")}
    return bool(nouns - {"address", "is", "its"})


def _way_out(type_name: str, *, removed: bool) -> str:
    if removed:
        return "keep it, or keep what it holds: `removalPolicy: RETAIN` in a deployment before this one"
    return WAYS_OUT.get((type_name, "replace"), "make another one beside it, and move what it holds")


def _overrides(danger: Danger, comparison: Comparison) -> list[Override]:
    return [override for override in comparison.overrides if override.index in danger.causes]


def _asked(danger: Danger, comparison: Comparison) -> Answer:
    """Whether one of the overrides behind it allows it."""
    names = dict.fromkeys(
        (danger.name, danger.logical_id or danger.name, f"{danger.stack}/{danger.logical_id}".lstrip("/"))
    )
    behind: list[Override | None] = [*_overrides(danger, comparison)] or [None]
    answers = [comparison.allowances.ask(_WORDS[danger.kind], [*names], override) for override in behind]
    return next((answer for answer in answers if answer.allowed), answers[-1])


def _finding(danger: Danger, answer: Answer, comparison: Comparison) -> Finding:
    behind = _overrides(danger, comparison)
    path = ("Resources", danger.logical_id, *danger.path)
    elsewhere = comparison.is_deployed and not behind
    span = comparison.span(danger.stack, path) if danger.logical_id and not elsewhere else None
    instead = danger.fix or "take the override away"
    evidence = [c.verdict for c in danger.changes if c.verdict and c.verdict.kind != "update"]
    return Finding(
        danger.code,
        danger.what,
        span or (behind[-1].span if behind else None),
        details=tuple(dict.fromkeys(verdict.reason for verdict in evidence if verdict.reason)),
        fix=_CONSENT.format(danger.key) if elsewhere else instead if answer.allowed else answer.fix(instead),
        severity=Severity.ERROR if danger.stops and not (answer.allowed or elsewhere) else Severity.WARNING,
        place=danger.place,
    )
