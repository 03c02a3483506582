"""Permissions that nobody should get unseen: judged on the result against the base, whatever kind made them.

What counts is written in LANGUAGE.md §4. What CDK's own grants give (`access`) needs no word.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from ovr.check.allowances import Word
from ovr.check.comparison import Comparison
from ovr.check.exposure import exposures
from ovr.check.policies import Holder, Purpose, Statement, touched_holders
from ovr.errors import Finding, Severity
from ovr.knowledge.access import EXPANDED_TO_EVERYTHING
from ovr.knowledge.iam_actions import acts_on
from ovr.template import pointer
from ovr.template.diff import same
from ovr.template.follow import origin
from ovr.template.pointer import MISSING, Json, Tokens

ESCALATIONS = ("iam:PassRole", "sts:AssumeRole")
"""Actions that on every resource hand over what others may do. Source: LANGUAGE.md §4."""
_LOST: dict[Purpose, Word] = {"identity": "escalation", "resource": "public", "trust": "trust"}
"""What has to be allowed where a restriction of a policy is lost."""


@dataclass(frozen=True, slots=True)
class Concern:
    """Something that needs `allow: [word]`. `message` begins with a verb: who it is about comes before it."""

    word: Word
    message: str
    path: Tokens
    value: Json = MISSING
    fix: str = "name what is needed"
    severity: Severity = Severity.ERROR


def permission_findings(comparison: Comparison) -> Iterator[Finding]:
    """A finding for each permission that is newly given, or restriction that is lost, without being allowed."""
    for holder in touched_holders(comparison):
        concerns = [*_of_statements(holder), *_of_losses(holder)]
        concerns += [Concern(word, message, path, value, fix) for word, message, path, value, fix in exposures(holder)]
        for concern in concerns:
            if found := _finding(concern, holder, comparison):
                yield found


def _of_statements(holder: Holder) -> Iterator[Concern]:
    for statement in holder.added():
        if not statement.allows:
            continue
        for word, message in _flaws(statement):
            yield Concern(word, message, statement.path, statement.value)
        if statement.purpose == "identity":
            yield from _reach(statement)


def _flaws(statement: Statement) -> Iterator[tuple[Word, str]]:
    """(word, what the statement gives) for all that is too much in it."""
    if statement.purpose != "identity":
        word: Word = "trust" if statement.purpose == "trust" else "public"
        if "NotPrincipal" in statement.value:
            yield word, "lets in everyone but those named: `NotPrincipal`"
        elif _is_anyone(statement.value.get("Principal")):
            yield word, "lets in anyone: Principal `*`"
    if statement.purpose == "trust" or statement.type_name == "AWS::KMS::Key":
        return
    if "NotAction" in statement.value:
        yield "wildcard", "gets every action but those named: `NotAction`"
    for action in statement.texts("Action"):
        if isinstance(action, str) and (action == "*" or action.endswith(":*")):
            yield "wildcard", f"gets every action{f' of {action[:-2]}' if action != '*' else ''}: `{action}`"


def _reach(statement: Statement) -> Iterator[Concern]:
    """What an identity may do on every resource.

    Where one of the actions takes no resource but `*`, the statement had to say so: that is a warning.
    """
    at = (statement.path, statement.value)
    actions = [action for action in statement.texts("Action") if isinstance(action, str)]
    if "NotResource" in statement.value:
        yield Concern("wildcard", f"gets {_listed(actions)} on all resources but those named: `NotResource`", *at)
    if "*" not in statement.texts("Resource") or tuple(actions) in EXPANDED_TO_EVERYTHING:
        return
    escalating = [each for each in ESCALATIONS if any(fnmatchcase(each.lower(), a.lower()) for a in actions)]
    if escalating:
        yield Concern("escalation", f"gets {_listed(escalating)} on every role: resource `*`", *at)
    others = [action for action in actions if action not in escalating]
    if not others:
        return
    everywhere = next((action for action in others if acts_on(action) == ()), None)
    fix = f"give `{everywhere}`, which takes nothing else, a statement of its own, and name resources for the rest"
    yield Concern(
        "wildcard",
        f"gets {_listed(others)} on every resource: `*`",
        *at,
        fix=fix if everywhere and len(others) > 1 else "name what is needed",
        severity=Severity.WARNING if everywhere else Severity.ERROR,
    )


def _is_anyone(principal: Any) -> bool:
    if isinstance(principal, dict):
        names = principal.get("AWS", [])
        return "*" in (names if isinstance(names, list) else [names])
    return bool(principal == "*")


def _listed(names: list[str]) -> str:
    shown = ", ".join(f"`{name}`" for name in names[:3])
    return f"{shown} and {len(names) - 3} more" if len(names) > 3 else shown


def _of_losses(holder: Holder) -> Iterator[Concern]:
    """Denials, conditions and boundaries that are there no more."""
    if not holder.after and holder.type_name in ("AWS::IAM::Role", "AWS::IAM::User", "AWS::IAM::Group"):
        return  # who is gone may do nothing
    added = holder.added()
    for old in holder.lost():
        word, fix = _LOST[old.purpose], "keep it"
        if not old.allows:
            yield Concern(word, f"loses a denial of {_listed(_actions(old))}", old.path, fix=fix)
            continue
        for new in added:
            if new.allows and _lost_condition(old.value, new.value):
                message = f"loses a condition on {_listed(_actions(new))}"
                yield Concern(word, message, new.path, new.value, fix)
    boundary = ("Properties", "PermissionsBoundary")
    was, now = pointer.get(holder.before, boundary), pointer.get(holder.after, boundary)
    if holder.type_name.startswith("AWS::IAM::") and was is not MISSING and not same(was, now) and holder.after:
        verb = "loses" if now is MISSING else "changes"
        path = ("Resources", holder.logical_id, *boundary)
        yield Concern("escalation", f"{verb} its permissions boundary", path, fix="keep the boundary")


def _actions(statement: Statement) -> list[str]:
    return [str(each) for key in ("Action", "NotAction") for each in statement.texts(key)]


def _lost_condition(old: dict[str, Json], new: dict[str, Json]) -> bool:
    """Whether one statement is the other without one of its conditions."""
    rest, other = ({k: v for k, v in each.items() if k not in ("Condition", "Sid")} for each in (old, new))
    was, now = old.get("Condition"), new.get("Condition", {})
    if not same(rest, other) or not isinstance(was, dict) or not isinstance(now, dict):
        return False
    for operator, block in was.items():
        kept = now.get(operator)
        if not isinstance(kept, dict) or (isinstance(block, dict) and not block.keys() <= kept.keys()):
            return True
    return False


def _finding(concern: Concern, holder: Holder, comparison: Comparison) -> Finding | None:
    stack = holder.stack
    operation = comparison.causes.operation(stack, concern.path, concern.value)
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
        fix=answer.fix(concern.fix),
        severity=concern.severity,
        place=pointer.place(stack, concern.path),
    )


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
