"""Permissions that nobody should get unseen: judged on the result against the base, whatever kind made them.

What counts is written in LANGUAGE.md §4. What CDK's own grants give (`access`) needs no word.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ovr.check.allowances import Word
from ovr.check.comparison import Comparison
from ovr.check.excess import Excess, excesses, message
from ovr.check.exposure import exposures
from ovr.check.losses import Read, losses
from ovr.check.policies import Holder, Statement, touched_holders
from ovr.check.terms import Terms, read_terms
from ovr.errors import Finding, Severity
from ovr.knowledge.escalations import ESCALATIONS
from ovr.template import pointer
from ovr.template.follow import origin
from ovr.template.operations import Operation
from ovr.template.pointer import MISSING, Json, Tokens
from ovr.template.possible import Possible

_PEOPLE = ("AWS::IAM::Role", "AWS::IAM::User", "AWS::IAM::Group")


@dataclass(frozen=True, slots=True)
class Concern:
    """Something that needs `allow: [word]`. `message` begins with a verb: who it is about comes before it."""

    word: Word
    message: str
    path: Tokens
    value: Json = MISSING
    fix: str = "name what is needed"
    severity: Severity = Severity.ERROR
    details: tuple[str, ...] = ()


def permission_findings(comparison: Comparison) -> Iterator[Finding]:
    """A finding for each permission that is newly given, or restriction that is lost, without being allowed."""
    was, now = Possible(comparison.before, comparison.present_names), Possible(comparison.after)
    for holder in touched_holders(comparison):
        for concern in _concerns(holder, was, now):
            if found := _finding(concern, holder, comparison):
                yield found


def _concerns(holder: Holder, was: Possible, now: Possible) -> Iterator[Concern]:
    old = [(each, read_terms(each, was)) for each in holder.statements(holder.before)]
    new = [(each, read_terms(each, now)) for each in holder.statements(holder.after)]
    yield from _given(holder, old, new)
    if holder.after or holder.type_name not in _PEOPLE:  # who is gone may do nothing
        for loss in losses(holder, old, new, was, now):
            yield Concern(loss.word, loss.message, loss.path, loss.value, "keep it")
    for word, text, path, value, fix in exposures(holder, was, now):
        yield Concern(word, text, path, value, fix)


def _given(holder: Holder, old: Sequence[Read], new: Sequence[Read]) -> Iterator[Concern]:
    """What is too much in the statements, and was in none before: told together where it is of one kind."""
    said = {(statement.purpose, terms) for statement, terms in old}
    fresh = [(statement, terms) for statement, terms in new if (statement.purpose, terms) not in said]
    had = {each for read in old for each in _excesses(holder, *read)} if fresh else set()
    for statement, terms in fresh:
        groups: dict[tuple[str, str, str], list[Excess]] = {}
        for each in dict.fromkeys(_excesses(holder, statement, terms)):
            if each not in had:
                groups.setdefault((each.word, each.kind, each.where), []).append(each)
        for group in groups.values():
            yield _concern(group, statement.path, statement.value)


def _excesses(holder: Holder, statement: Statement, terms: Terms) -> Iterator[Excess]:
    return excesses(terms, statement.purpose, statement.type_name, known=bool(holder.before))


def _concern(group: list[Excess], path: Tokens, value: Json) -> Concern:
    """Where one of the actions takes no resource but `*`, the statement had to say so: that is a warning."""
    first = group[0]
    actions = [each.what for each in group]
    alone = next((each.what for each in group if each.severity is Severity.WARNING), None)
    fix = "name what is needed"
    if first.kind == "every resource" and alone:
        fix = f"`{alone}` takes no resource but `*`: leave it out if it is not needed"
        if len(group) > 1:
            fix = f"give `{alone}`, which takes nothing else, a statement of its own, and name resources for the rest"
    details = [f"`{action}` {ESCALATIONS[action]}" for action in actions[:3]] if first.kind == "escalation" else []
    severity = Severity.WARNING if alone else Severity.ERROR
    return Concern(first.word, message(group), path, value, fix, severity, tuple(details))


def _finding(concern: Concern, holder: Holder, comparison: Comparison) -> Finding | None:
    stack = holder.stack
    operation = _cause(concern, stack, comparison)
    who = _owners(holder, comparison)
    own = (comparison.name_of(stack, holder.logical_id), holder.logical_id, f"{stack}/{holder.logical_id}")
    names = [alias for name in (*who, *own) for alias in _aliases(name)]
    answer = comparison.allowances.ask(concern.word, names, comparison.override(operation))
    if answer.allowed:
        return None
    return Finding(
        "OVR4302",
        f"{who[0]} {concern.message}",
        operation.where(concern.path) if operation else None,
        details=concern.details,
        fix=answer.fix(concern.fix),
        severity=concern.severity,
        place=pointer.place(stack, concern.path),
    )


def _cause(concern: Concern, stack: str, comparison: Comparison) -> Operation | None:
    """What wrote it; where nothing did, what changed a parameter that it is made of, here or in a stack above."""
    if found := comparison.causes.operation(stack, concern.path, concern.value):
        return found
    at: str | None = stack
    while at is not None:
        here = comparison.after.stacks[at]
        for section in ("Parameters", "Mappings"):
            for name in here.template.get(section) or {}:
                if found := comparison.causes.operation(at, (section, name)):
                    return found
        at = here.parent
        given = ("Resources", here.logical_id or "", "Properties", "Parameters")
        if at is not None and (found := comparison.causes.operation(at, given)):
            return found
    return None


def _owners(holder: Holder, comparison: Comparison) -> list[str]:
    """Who a policy is about: the roles, users and groups that it names; a resource stands for itself."""
    properties = (holder.after or holder.before).get("Properties")
    owners = []
    for key in ("Roles", "Users", "Groups", "RoleName", "UserName", "GroupName", "Bucket", "Topics", "Queues"):
        value = pointer.get(properties, (key,))
        for each in value if isinstance(value, list) else [value]:
            if found := origin(comparison.after, holder.stack, each):
                owners.append(comparison.name_of(*found[:2]))
    return owners or [comparison.name_of(holder.stack, holder.logical_id)]


def _aliases(name: str) -> Iterator[str]:
    """The name; a function's role goes by the function too (`worker.lambda.role`, `worker.lambda`, `worker`)."""
    yield name
    for suffix in (".role", ".lambda.role"):
        if name.endswith(suffix):
            yield name.removesuffix(suffix)
