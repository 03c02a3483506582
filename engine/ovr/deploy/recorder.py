"""Records one deployment: before it is executed, and when it has ended."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ovr import __version__
from ovr.deploy.effects import effect_to_json, effects
from ovr.deploy.failure import first_failure
from ovr.deploy.follow import StackEnd, ending, is_running
from ovr.deploy.ledger import Begun, Ended, Entry, KeptFile, Ledger, entry_id
from ovr.deploy.port import CloudFormation, DeployedStack, StackEvent
from ovr.deploy.snapshot import pack, without_secrets
from ovr.deploy.target import Target
from ovr.plan import Plan


@dataclass(frozen=True, slots=True)
class Recorder:
    """The ledger of a stack, and what is recorded with each plan. `describe` gives a plan as it is saved, `files` are
    the overrides and what they name by their path below the project, `source` the first of them.

    Every method raises OvrError OVR6012."""

    ledger: Ledger
    describe: Callable[[Plan], Mapping[str, Any]]
    files: Mapping[str, KeptFile] = field(default_factory=dict)
    source: str = ""
    undoes: str = ""

    def begin(self, plan: Plan, target: Target, change_set: str, now: float) -> str:
        """Records that the change set is about to be executed, and gives the id of that record."""
        before = ("", b"") if plan.deployed is None else pack(without_secrets(plan.deployed))
        after = pack(without_secrets(plan.result))
        begun = Begun(
            id=entry_id(now, change_set),
            stack=target.stack_name,
            account=target.caller.account,
            region=target.caller.region,
            who=target.caller.arn,
            began=now,
            change_set=change_set,
            ovr=__version__,
            plan=self.describe(plan),
            source=self.source,
            effects=[effect_to_json(effect) for effect in effects(plan)],
            files=self.files,
            before=before[0],
            after=after[0],
            updated=target.deployed.updated if target.deployed else None,
            undoes=self.undoes,
        )
        self.ledger.begin(begun, {digest: data for digest, data in (before, after) if digest})
        return begun.id

    def end(self, id: str, now: float, end: StackEnd | None) -> None:
        """Records the end that was seen; None: it was not executed at all."""
        if end is None:
            self.ledger.end(Ended(id, now, "not executed"))
        else:
            self.ledger.end(Ended(id, now, end.result, end.status, _reason(end.events)))


def _reason(events: Sequence[StackEvent]) -> str:
    failure = first_failure(events)
    return f"{failure.logical_id}: {failure.reason}" if failure else ""


def settle(cloudformation: CloudFormation, stack: DeployedStack | None, entries: Sequence[Entry]) -> dict[str, Ended]:
    """What can be found out of deployments whose end nobody saw: id → end.

    The stack's last operation tells whose it was, since each is executed with the name of its change set as token.
    Raises AwsFailure.
    """
    found: dict[str, Ended] = {}
    unknown = [entry.begun for entry in entries if entry.ended is None]
    if not unknown:
        return found
    events = () if stack is None else cloudformation.events(stack.id, None)
    own = [event for event in events if stack and event.physical_id == stack.id]
    for begun in unknown:
        ended = _ending(begun, stack, own)
        if ended is not None:
            found[begun.id] = ended
    return found


def _ending(begun: Begun, stack: DeployedStack | None, own: Sequence[StackEvent]) -> Ended | None:
    if any(event.token == begun.change_set for event in own):
        result = ending(own[-1].status)
        return Ended(begun.id, own[-1].time, result, own[-1].status) if result else None
    if stack is None or stack.status == "REVIEW_IN_PROGRESS":
        return Ended(begun.id, begun.began, "not executed")
    untouched = stack.updated == begun.updated and not is_running(stack.status)
    return Ended(begun.id, begun.began, "not executed", stack.status) if untouched else None
