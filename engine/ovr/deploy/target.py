"""The stack that a deployment is about, and the proof that it is the right one.

Source of the states: AWS CloudFormation user guide, "Stack status codes".
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from ovr.deploy.port import Aws, Caller, DeployedStack
from ovr.errors import Finding, OvrError
from ovr.template.tree import Base

Standing = Literal["absent", "empty", "ready", "running", "remains", "stuck"]
"""What can be done with the stack: `absent` and `empty` (only change sets so far) are a first deployment, `ready` takes
an update, `running` is being changed, `remains` is what a failed creation left, `stuck` needs help first."""

_STANDINGS: dict[str, Standing] = {
    "REVIEW_IN_PROGRESS": "empty",
    "CREATE_COMPLETE": "ready",
    "UPDATE_COMPLETE": "ready",
    "UPDATE_ROLLBACK_COMPLETE": "ready",
    "IMPORT_COMPLETE": "ready",
    "IMPORT_ROLLBACK_COMPLETE": "ready",
    "UPDATE_FAILED": "ready",
    "CREATE_FAILED": "ready",
    "ROLLBACK_COMPLETE": "remains",
    "ROLLBACK_FAILED": "remains",
    "UPDATE_ROLLBACK_FAILED": "stuck",
    "DELETE_FAILED": "stuck",
    "IMPORT_ROLLBACK_FAILED": "stuck",
}
_WAYS_OUT = {
    "running": "wait until it has ended, and plan again; `ovr apply --resume` follows it",
    "remains": "a stack whose creation failed takes no update: delete it first "
    "(`aws cloudformation delete-stack --stack-name NAME`), then apply again",
    "UPDATE_ROLLBACK_FAILED": "let the rollback go on: `ovr apply --continue-rollback`",
    "DELETE_FAILED": "somebody was deleting this stack: delete it whole, or find out who",
    "IMPORT_ROLLBACK_FAILED": "finish the import first: CloudFormation takes no update until then",
}
TELLING_TAGS = ("amplify:app-id", "amplify:branch-name", "amplify:deployment-type")
"""Tags that Amplify gives its root stacks, which say whose a stack is."""


@dataclass(frozen=True, slots=True)
class Target:
    """The stack by its name, who asks, and what is deployed under that name."""

    stack_name: str
    caller: Caller
    deployed: DeployedStack | None

    @property
    def standing(self) -> Standing:
        if self.deployed is None:
            return "absent"
        status = self.deployed.status
        return _STANDINGS.get(status, "running" if status.endswith("_IN_PROGRESS") else "stuck")

    @property
    def is_first(self) -> bool:
        """Whether nothing of it is there yet."""
        return self.standing in ("absent", "empty")


def find_target(aws: Aws, base: Base, stack_name: str, *, expect_account: str | None = None) -> Target:
    """The target of a base.

    Raises AwsFailure, OvrError OVR6003 where account, region or tags are others than the base's.
    """
    caller = aws.caller()
    target = Target(stack_name, caller, aws.cloudformation.stack(stack_name))
    if wrong := list(_wrong(target, base, expect_account)):
        raise OvrError(wrong)
    return target


def require_ready(target: Target) -> None:
    """Raises OvrError where the stack takes no update now: OVR6008 while one runs, OVR6004 else."""
    standing = target.standing
    if standing not in ("running", "remains", "stuck"):
        return
    assert target.deployed is not None
    status = target.deployed.status
    fix = _WAYS_OUT.get(standing) or _WAYS_OUT.get(status, "look at its events in the CloudFormation console")
    code = "OVR6008" if standing == "running" else "OVR6004"
    details = (target.deployed.reason,) if target.deployed.reason else ()
    message = f"the stack {target.stack_name} is {status}"
    raise OvrError(Finding(code, message, details=details, fix=fix.replace("NAME", target.stack_name)))


def _wrong(target: Target, base: Base, expect_account: str | None) -> Iterator[Finding]:
    caller, facts = target.caller, base.facts
    for what, wanted, found in (
        ("the account", expect_account, caller.account),
        ("the account of the base", facts.get("account"), caller.account),
        ("the region of the base", facts.get("region"), caller.region),
    ):
        if wanted is not None and wanted != found:
            details = (f"expected {wanted}, found {found} ({caller.arn})",)
            yield Finding("OVR6003", f"{what} is another", details=details, fix="check --profile and --region")
    if target.is_first or target.deployed is None or target.deployed.status.startswith("DELETE_"):
        return
    wanted_tags = base.tree.root.options.get("tags") or {}
    for name in TELLING_TAGS:
        expected, present = wanted_tags.get(name), target.deployed.tags.get(name)
        if expected != present:
            yield Finding(
                "OVR6003",
                f"the deployed stack {target.stack_name} is not the base's: its tag {name} is another",
                details=(f"the base has {expected or 'none'}, the stack has {present or 'none'}",),
                fix="check --base, --stack and the account",
            )
