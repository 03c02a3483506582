"""Why a deployment failed: the first cause under all that was cancelled or failed because of it.

Source: AWS CloudFormation user guide, "Troubleshooting CloudFormation", "Stack failure options".
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ovr.deploy.change_set import NESTED
from ovr.deploy.port import StackEvent

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
    return event.type == NESTED and event.physical_id in with_failures
