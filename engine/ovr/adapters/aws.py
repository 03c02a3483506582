"""AWS through boto3: the one filling of the port in `deploy/port.py`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

from ovr.deploy.port import AwsFailure, Caller, FailureKind
from ovr.errors import Finding, OvrError

Client = Any
Answer = TypeVar("Answer")

_KINDS: Mapping[str, FailureKind] = {
    **dict.fromkeys(("Throttling", "ThrottlingException", "RequestLimitExceeded", "SlowDown"), "throttled"),
    **dict.fromkeys(("ExpiredToken", "ExpiredTokenException", "RequestExpired", "InvalidClientTokenId"), "expired"),
    **dict.fromkeys(("AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "403"), "denied"),
    **dict.fromkeys(("ChangeSetNotFound", "NoSuchKey", "NoSuchBucket", "404", "ParameterNotFound"), "missing"),
    **dict.fromkeys(("AlreadyExistsException", "PreconditionFailed", "412"), "exists"),
    **dict.fromkeys(("OperationInProgressException", "ConditionalRequestConflict"), "busy"),
}
"""AWS's error code → what it means to us; any other is `refused`."""

_WORDS: tuple[tuple[str, FailureKind], ...] = (
    ("does not exist", "missing"),
    ("already exists", "exists"),
    ("_IN_PROGRESS state", "busy"),
    ("No updates are to be performed", "no changes"),
)
"""What ValidationError, which CloudFormation gives for many things, says → what it means."""


@dataclass(frozen=True)
class AwsSession:
    """One caller in one region. `endpoint_url` sends every call to one place, an emulator.

    Raises OvrError OVR6001 where no region or credentials are found, or the profile does not exist.
    """

    profile: str | None = None
    region: str | None = None
    endpoint_url: str | None = None
    attempts: int = 8
    roles: Callable[[Caller], Mapping[str, str]] | None = None
    """For a caller: service → ARN of the role to take for it, if that is allowed."""
    calls: list[str] = field(default_factory=list, compare=False)
    """The operations that were sent, in order, to be counted."""

    def client(self, service: str) -> Client:
        from botocore.config import Config
        from botocore.exceptions import BotoCoreError

        config = Config(retries={"mode": "adaptive", "total_max_attempts": self.attempts}, connect_timeout=10)
        try:
            made = self._session_for(service).client(service, endpoint_url=self.endpoint_url, config=config)
        except BotoCoreError as error:
            raise _not_configured(error) from None
        made.meta.events.register("before-send", self._count)
        return made

    def _count(self, event_name: str, **_: Any) -> None:
        self.calls.append(event_name.rpartition(".")[2])

    @cached_property
    def _session(self) -> Any:
        import boto3
        from botocore.exceptions import BotoCoreError

        try:
            return boto3.Session(profile_name=self.profile, region_name=self.region)
        except BotoCoreError as error:
            raise _not_configured(error) from None

    @cached_property
    def cloudformation(self) -> Any:
        from ovr.adapters.aws_cloudformation import BotoCloudFormation

        return BotoCloudFormation(self.client("cloudformation"))

    @cached_property
    def store(self) -> Any:
        from ovr.adapters.aws_store import BotoStore

        return BotoStore(self.client("s3"))

    def _session_for(self, service: str) -> Any:
        """The session that acts as the role for a service; our own where there is none."""
        role = self._roles.get(service) if service != "sts" else None
        if role is None:
            return self._session
        if role not in self._taken:
            self._taken[role] = self._take(role) or self._session
        return self._taken[role]

    @cached_property
    def _roles(self) -> Mapping[str, str]:
        return self.roles(self.caller()) if self.roles else {}

    @cached_property
    def _taken(self) -> dict[str, Any]:
        return {}

    def _take(self, role: str) -> Any:
        """A session that acts as a role, for an hour; None where we may not take it: the CDK CLI goes on then, too."""
        import boto3

        sts = self.client("sts")
        try:
            found = call("AssumeRole", lambda: sts.assume_role(RoleArn=role, RoleSessionName="ovr"))
        except AwsFailure as failure:
            if failure.kind in ("denied", "refused", "missing"):
                return None
            raise
        keys = found["Credentials"]
        return boto3.Session(
            keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"], region_name=self._session.region_name
        )

    def caller(self) -> Caller:
        """Who we are ourselves, whatever roles are taken. Raises AwsFailure, OvrError OVR6001."""
        return self._caller

    @cached_property
    def _caller(self) -> Caller:
        client = self.client("sts")
        found = call("GetCallerIdentity", client.get_caller_identity)
        arn = str(found["Arn"])
        return Caller(found["Account"], arn, client.meta.region_name, arn.split(":")[1])

    def parameter(self, name: str) -> str | None:
        """The value of an SSM parameter; None where there is none. Raises AwsFailure."""
        client = self.client("ssm")
        try:
            found = call("GetParameter", lambda: client.get_parameter(Name=name))
        except AwsFailure as failure:
            if failure.kind == "missing":
                return None
            raise
        return str(found["Parameter"]["Value"])


def call(operation: str, send: Callable[[], Answer]) -> Answer:
    """The answer to a call. Raises AwsFailure for what AWS, or the way to it, says instead; OvrError OVR6001."""
    from botocore.exceptions import (
        BotoCoreError,
        ClientError,
        HTTPClientError,
        NoCredentialsError,
        PartialCredentialsError,
    )

    try:
        return send()
    except ClientError as error:
        told = error.response.get("Error", {})
        code, message = str(told.get("Code", "")), str(told.get("Message", ""))
        raise AwsFailure(_kind(code, message), operation, code, message) from None
    except (NoCredentialsError, PartialCredentialsError) as error:
        raise _not_configured(error) from None
    except HTTPClientError as error:
        raise AwsFailure("lost", operation, type(error).__name__, str(error)) from None
    except BotoCoreError as error:
        kind: FailureKind = "expired" if "expired" in str(error).lower() else "refused"
        raise AwsFailure(kind, operation, type(error).__name__, str(error)) from None


def _kind(code: str, message: str) -> FailureKind:
    if code == "ValidationError":
        return next((kind for words, kind in _WORDS if words in message), "refused")
    return _KINDS.get(code, "refused")


def _not_configured(error: Exception) -> OvrError:
    fix = "name a profile with --profile, and a region with --region, or sign in: `aws sso login`"
    return OvrError(Finding("OVR6001", "AWS cannot be reached as anybody", details=(str(error),), fix=fix))
