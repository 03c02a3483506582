"""Coming back to a deployment that runs, or that got stuck."""

from __future__ import annotations

from collections.abc import Callable

from ovr.deploy.apply import Talk
from ovr.deploy.failure import failed
from ovr.deploy.follow import Follower, StackEnd
from ovr.deploy.ledger import Ledger
from ovr.deploy.pace import Pace
from ovr.deploy.port import Aws, Caller, Clock
from ovr.deploy.recorder import settle
from ovr.deploy.refusal import explained
from ovr.deploy.target import Target, find_target
from ovr.errors import Finding, OvrError
from ovr.template.tree import Base

STUCK = "UPDATE_ROLLBACK_FAILED"


def resume(
    aws: Aws, clock: Clock, base: Base, stack_name: str, talk: Talk, ledger: Callable[[Aws, Caller], Ledger]
) -> tuple[Target, StackEnd | None]:
    """Follows what runs on the stack to its end, None where nothing runs, and records the ends that nobody saw.

    Raises OvrError OVR6007 where it failed, OVR6012 where it cannot be recorded."""
    end = None
    with explained("running"):
        target = find_target(aws, base, stack_name)
        if target.deployed is not None and target.standing == "running":
            follower = Follower(aws.cloudformation, target.deployed.id)
            talk.begun(follower.root_id, base.tree)
            end = follower.follow(Pace(clock), talk.event)
    with explained("done"):
        settle(ledger(aws, target.caller), aws.cloudformation)
    return target, _judged(end, follower, base) if end else None


def continue_rollback(aws: Aws, clock: Clock, base: Base, stack_name: str, talk: Talk, token: str) -> StackEnd:
    """Lets a rollback that got stuck go on, and follows it.

    Raises OvrError: OVR6004 where none is stuck, OVR6007 where it gets stuck again.
    """
    with explained():
        target = find_target(aws, base, stack_name)
        if target.deployed is None or target.deployed.status != STUCK:
            status = target.deployed.status if target.deployed else "not deployed"
            raise OvrError(Finding("OVR6004", f"no rollback of {stack_name} is stuck: the stack is {status}"))
        follower = Follower(aws.cloudformation, target.deployed.id)
        follower.start()
        aws.cloudformation.continue_rollback(stack_name, token)
    talk.begun(follower.root_id, base.tree)
    with explained("running"):
        end = follower.follow(Pace(clock), talk.event)
    return end if end.result == "rolled back" else _judged(end, follower, base)


def _judged(end: StackEnd, follower: Follower, base: Base) -> StackEnd:
    if end.result != "done":
        raise OvrError(failed(end, follower.root_id, None, base.tree))
    return end
