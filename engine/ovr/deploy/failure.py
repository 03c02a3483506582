"""Why a deployment failed: the first cause under all that was cancelled or failed because of it.

Source: AWS CloudFormation user guide, "Troubleshooting CloudFormation", "Stack failure options".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ovr.deploy.follow import StackEnd
from ovr.deploy.places import Places
from ovr.deploy.port import StackEvent
from ovr.errors import Finding
from ovr.language.model import Override
from ovr.plan import Plan
from ovr.template import pointer
from ovr.template.tree import NESTED_STACK, StackTree

_CANCELLED = re.compile(r"Resource (creation|update|deletion) cancelled", re.IGNORECASE)

FIXES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"already exists", re.I), "give it another name, or none, so that CloudFormation makes one up"),
    (
        re.compile(r"not authorized to perform|AccessDenied|UnauthorizedOperation", re.I),
        "the role that CloudFormation acts as lacks a permission; the message names it",
    ),
    (
        re.compile(r"Invalid AttributeDataType|Existing schema attributes cannot be modified|cannot be updated", re.I),
        "Cognito does not change this on a pool that is there: take the override away, or move the users",
    ),
    (
        re.compile(r"Cannot perform more than one GSI", re.I),
        "change one index in each deployment: split the override in two",
    ),
    (re.compile(r"LimitExceeded|limit exceeded|quota", re.I), "a quota of the account is reached: ask AWS to raise it"),
    (re.compile(r"Rate exceeded|Throttling", re.I), "AWS was asked too often: apply again"),
    (re.compile(r"is not empty", re.I), "empty it first, or keep it with `removalPolicy: RETAIN`"),
    (re.compile(r"custom resource|CustomResource", re.I), "the log of the custom resource's function says why"),
)
"""What AWS says → what helps. From the words that the services use."""


@dataclass(frozen=True, slots=True)
class Failure:
    """The resource that failed first, in which stack (its ARN), and what AWS said; `others` failed because of it."""

    stack_id: str
    logical_id: str
    type: str
    reason: str
    fix: str | None
    others: int


def first_failure(events: Sequence[StackEvent]) -> Failure | None:
    """The cause of it all; None where no resource failed. `events` are of the whole tree, oldest first."""
    failed = [event for event in events if event.status.endswith("_FAILED") and "ROLLBACK" not in event.status]
    with_failures = {event.stack_id for event in failed if not _only_passes_on(event, set())}
    causes = [event for event in failed if not _only_passes_on(event, with_failures)]
    if not causes:
        return None
    first = causes[0]
    fix = next((fix for pattern, fix in FIXES if pattern.search(first.reason)), None)
    return Failure(first.stack_id, first.logical_id, first.type, first.reason, fix, len(failed) - 1)


def _only_passes_on(event: StackEvent, with_failures: set[str]) -> bool:
    """Whether it failed because something else did: it was cancelled, it is the stack itself, or holds the cause."""
    if _CANCELLED.search(event.reason) or event.physical_id == event.stack_id:
        return True
    return event.type == NESTED_STACK and event.physical_id in with_failures


def failed(end: StackEnd, root_id: str, plan: Plan | None, tree: StackTree) -> Finding:
    """OVR6007: what failed first, in the user's words, the override behind it, what became of the stack.

    `tree` is that of the result, or of the base where there is no plan."""
    after = _AFTERWARDS.get(end.result, f"the stack is {end.status}")
    failure, ways = first_failure(end.events), _NEXT.get(end.result)
    if failure is None:
        return Finding("OVR6007", f"the deployment ended with {end.status}", details=(after,), fix=ways)
    stack = Places(tree, root_id, end.events).path(failure.stack_id)
    told = [failure.reason]
    if failure.others:
        told.append(f"{failure.others} more failed or {'was' if failure.others == 1 else 'were'} cancelled by that")
    name, behind = failure.logical_id, list[Override]()
    if plan is not None:
        name = called(plan, stack, name)
        behind = list(_behind(plan, stack, failure.logical_id))
        told.append(f"by {', '.join(each.called for each in behind)}" if behind else "no override touches it")
    return Finding(
        "OVR6007",
        f"{name} ({failure.type}) failed, and with it the deployment",
        behind[-1].span if behind else None,
        details=(*told, after, *_stuck(end, root_id, plan, tree)),
        fix="; ".join(filter(None, (failure.fix, ways))) or None,
        place=pointer.place(stack, ("Resources", failure.logical_id)),
    )


def called(plan: Plan, stack: str, logical_id: str) -> str:
    """What to call a resource before the user; its logical ID where neither tree of the plan has it."""
    for tree, names in ((plan.result, plan.names[1]), (plan.before, plan.names[0])):
        if stack in tree.stacks and logical_id in tree.stacks[stack].resources:
            return names.called(stack, logical_id)
    return logical_id


def _stuck(end: StackEnd, root_id: str, plan: Plan | None, tree: StackTree) -> Iterator[str]:
    """What could not be brought back, each with AWS's words."""
    back = [index for index, event in enumerate(end.events) if event.status.endswith("ROLLBACK_IN_PROGRESS")]
    places = Places(tree, root_id, end.events)
    for event in end.events[back[0] :] if end.result == "stuck" and back else ():
        if event.status.endswith("_FAILED") and not _only_passes_on(event, set()) and event.type != NESTED_STACK:
            stack = places.path(event.stack_id)
            name = called(plan, stack, event.logical_id) if plan else event.logical_id
            yield f"{name} was not brought back: {event.reason}"


_AFTERWARDS = {
    "rolled back": "CloudFormation has rolled back: the stack is as it was before",
    "failed": "nothing was rolled back: the stack is as it was left",
    "stuck": "the rollback is stuck: CloudFormation could not bring everything back",
    "deleted": "the stack was deleted again",
}
_NEXT = {
    "stuck": "correct what the reason names, then `ovr apply --continue-rollback`",
    "failed": "correct it and apply again",
}


def _behind(plan: Plan, stack: str, logical_id: str) -> Iterator[Override]:
    """The overrides that change a resource, in order."""
    elements = (e for s in plan.stacks for e in s.elements if s.path == stack and e.section == "Resources")
    causes = {cause for e in elements if e.id == logical_id for change in e.changes for cause in change.causes}
    causes |= {o.override for o in plan.operations if o.stack == stack and o.path[:2] == ("Resources", logical_id)}
    return (outcome.override for outcome in plan.outcomes if outcome.override.index in causes)
