"""Records one deployment: before it is executed, and when it has ended."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ovr import __version__
from ovr.deploy.effects import effect_to_json, effects
from ovr.deploy.failure import first_failure
from ovr.deploy.follow import StackEnd, ending
from ovr.deploy.ledger import Begun, Ended, Entry, KeptFile, Ledger, entry_id
from ovr.deploy.port import AwsFailure, ChangeSet, CloudFormation, StackEvent
from ovr.deploy.snapshot import pack, without_secrets
from ovr.deploy.target import Target
from ovr.plan import Plan


@dataclass(frozen=True, slots=True)
class Recorder:
    """The ledger of a stack, and what is recorded with each plan.

    `describe` gives the plan as it is saved, `keep` the path of its overrides file below the project, and the texts of
    that and of what it names. `undoes` is the deployment that is taken back. Every method raises OvrError OVR6012."""

    ledger: Ledger
    describe: Callable[[Plan], Mapping[str, Any]]
    keep: Callable[[Plan], tuple[str, Mapping[str, KeptFile]]]
    undoes: str = ""

    def begin(self, plan: Plan, target: Target, change_set: ChangeSet, now: float) -> str:
        """Records that the change set is about to be executed, and gives the id of that record."""
        result = without_secrets(plan.result)
        before = ("", b"") if plan.deployed is None else pack(without_secrets(plan.deployed, result))
        after = pack(result)
        source, files = self.keep(plan)
        begun = Begun(
            id=entry_id(now, change_set.name),
            stack=target.stack_name,
            stack_id=change_set.stack_id,
            account=target.caller.account,
            region=target.caller.region,
            who=target.caller.arn,
            began=now,
            change_set=change_set.name,
            ovr=__version__,
            plan=self.describe(plan),
            source=source,
            effects=[effect_to_json(effect) for effect in effects(plan)],
            files=files,
            before=before[0],
            after=after[0],
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


def settle(ledger: Ledger, cloudformation: CloudFormation) -> None:
    """Records the end of deployments that nobody saw the end of, as far as it is known now, and one that was seen but
    not recorded everywhere.

    Raises AwsFailure, OvrError OVR6012."""
    entries = ledger.entries(unended=True)
    seen = [entry.ended for entry in entries if entry.ended]
    for ended in (*seen, *ends_of(entries, cloudformation)):
        ledger.end(ended, seen=False)


def ends_of(entries: Sequence[Entry], cloudformation: CloudFormation) -> Iterator[Ended]:
    """How those of the deployments ended that nobody saw the end of. Raises AwsFailure.

    Each is executed with the name of its change set as token, by which the stack's events know it."""
    for begun in (entry.begun for entry in entries if entry.ended is None):
        try:
            events = cloudformation.events(begun.stack_id, "")
        except AwsFailure as failure:
            if failure.kind != "missing":
                raise
            continue  # AWS forgets the events of a stack some months after its end
        ended = _ending(begun, [event for event in events if event.physical_id == begun.stack_id])
        if ended is not None:
            yield ended


def _ending(begun: Begun, events: Sequence[StackEvent]) -> Ended | None:
    """What the events of the root stack itself say of a deployment; None while it runs."""
    own = [event for event in events if event.token == begun.change_set]
    if not own or own[0].status.startswith("DELETE"):  # of the empty stack that the change set had made
        return Ended(begun.id, begun.began, "not executed")
    result = ending(own[-1].status)
    return Ended(begun.id, own[-1].time, result, own[-1].status) if result else None


def settled(entries: Sequence[Entry], cloudformation: CloudFormation) -> tuple[Entry, ...]:
    """The same deployments with the ends that can be found out; nothing is recorded. Raises AwsFailure."""
    ends = {ended.id: ended for ended in ends_of(entries, cloudformation)}
    return tuple(replace(entry, ended=entry.ended or ends.get(entry.id)) for entry in entries)
