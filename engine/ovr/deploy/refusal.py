"""What AWS's failures mean to the user: the one place where they become findings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Literal

from ovr.deploy.port import AwsFailure
from ovr.errors import Finding, OvrError

_SERVICES = {"GetCallerIdentity": "sts", "GetParameter": "ssm", "AssumeRole": "sts"}
_OBJECTS = {"HeadObject": "s3:GetObject", "GetObject": "s3:GetObject", "PutObject": "s3:PutObject"}
_OBJECTS["ListObjectsV2"] = "s3:ListBucket"
RESUME = "`ovr apply --resume` follows it"


Progress = Literal["not begun", "perhaps begun", "running", "done"]
"""How far a deployment is when AWS fails."""
_THEN: Mapping[Progress, tuple[str, str]] = {
    "not begun": ("", "nothing was executed; then apply again"),
    "perhaps begun": ("CloudFormation may have begun all the same", f"then {RESUME}, if it has"),
    "running": ("the deployment goes on in CloudFormation without us", f"then {RESUME}"),
    "done": ("all but this is done", "then apply again"),
}
"""→ what to say of it, and what to do at last."""


@contextmanager
def explained(progress: Progress = "not begun") -> Iterator[None]:
    """What AWS refuses inside becomes an OvrError."""
    try:
        yield
    except AwsFailure as failure:
        raise OvrError(_finding(failure, progress)) from None


def _finding(failure: AwsFailure, progress: Progress) -> Finding:
    said = f"{failure.operation}: {failure.code}: {failure.message}"
    of_progress, then = _THEN[progress]
    code, message, fix = _told(failure, then)
    return Finding(code, message, details=(said, of_progress) if of_progress else (said,), fix=fix)


def _told(failure: AwsFailure, then: str) -> tuple[str, str, str]:
    """Code, message, and what to do first."""
    operation = failure.operation
    match failure.kind:
        case "expired":
            return "OVR6011", "the credentials are over", f"sign in again, {then}"
        case "busy":
            again = "wait until it has ended, and plan again: what is deployed may be another"
            return "OVR6008", "another operation runs on the stack", again
        case "exists":
            return "OVR6008", "another deployment came first", "plan again: what is deployed is another now"
        case "denied":
            return "OVR6002", f"the caller may not call {operation}", f"it needs {_permission(operation)}; {then}"
        case "lost":
            return "OVR6002", f"no answer came to {operation}", f"check the network, {then}"
        case "throttled":
            return "OVR6002", "AWS asks for fewer calls", f"wait a little, {then}"
    return "OVR6002", f"AWS refuses {operation}", f"correct what it says, {then}"


def _permission(operation: str) -> str:
    """The IAM action behind an operation."""
    return _OBJECTS.get(operation) or f"{_SERVICES.get(operation, 'cloudformation')}:{operation}"
