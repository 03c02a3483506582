"""What `ovr apply` needs of AWS, and no more. `adapters/aws*.py` fills it; nothing here knows boto3.

Shapes follow the CloudFormation API reference; times are seconds since the epoch, as `Clock.now` gives them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

FailureKind = Literal["throttled", "expired", "denied", "missing", "exists", "busy", "no changes", "lost", "refused"]
"""What an AWS error means to us: `busy` an operation is running, `lost` no answer came and the call may have acted."""


class AwsFailure(Exception):
    """A call that failed, after the adapter's own retries. `code` and `message` are AWS's own words."""

    def __init__(self, kind: FailureKind, operation: str, code: str, message: str) -> None:
        super().__init__(f"{operation}: {code}: {message}")
        self.kind = kind
        self.operation = operation
        self.code = code
        self.message = message


@dataclass(frozen=True, slots=True)
class Caller:
    """Who we are to AWS (sts:GetCallerIdentity), and where."""

    account: str
    arn: str
    region: str
    partition: str = "aws"


@dataclass(frozen=True, slots=True)
class DeployedStack:
    """One answer of DescribeStacks. NoEcho parameters have the value that CloudFormation gives, asterisks."""

    name: str
    id: str
    status: str
    reason: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)
    parameters: Mapping[str, str] = field(default_factory=dict)
    outputs: Mapping[str, str] = field(default_factory=dict)
    capabilities: Sequence[str] = ()
    notification_arns: Sequence[str] = ()
    role_arn: str | None = None
    parent_id: str | None = None
    termination_protection: bool = False
    updated: float | None = None


@dataclass(frozen=True, slots=True)
class DeployedResource:
    """One row of ListStackResources."""

    logical_id: str
    physical_id: str
    type: str
    status: str


@dataclass(frozen=True, slots=True)
class StackEvent:
    """One row of DescribeStackEvents."""

    id: str
    stack_id: str
    stack_name: str
    logical_id: str
    physical_id: str
    type: str
    status: str
    reason: str
    time: float
    token: str = ""


@dataclass(frozen=True, slots=True)
class PropertyChange:
    """One Details entry of a resource change. `path` is a JSON pointer below the resource (`/Properties/…`), where
    CloudFormation gives one; `recreation`: Never, Conditionally or Always; `before`, `after` with property values."""

    attribute: str
    name: str
    path: str = ""
    recreation: str = "Never"
    evaluation: str = "Static"
    source: str = ""
    cause: str = ""
    before: str | None = None
    after: str | None = None


@dataclass(frozen=True, slots=True)
class ResourceChange:
    """One change of a change set. `action`: Add, Modify, Remove, Import, Dynamic; `replacement`: True, False,
    Conditional or empty; `nested`: the change set of a nested stack."""

    action: str
    logical_id: str
    type: str
    physical_id: str = ""
    replacement: str = ""
    policy_action: str = ""
    scope: Sequence[str] = ()
    details: Sequence[PropertyChange] = ()
    nested: str | None = None


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """A whole DescribeChangeSet, all its pages together. `status` is CREATE_PENDING, CREATE_IN_PROGRESS,
    CREATE_COMPLETE, FAILED, DELETE_*; `execution` is UNAVAILABLE, AVAILABLE, EXECUTE_IN_PROGRESS, …"""

    id: str
    name: str
    stack_id: str
    stack_name: str
    status: str
    execution: str
    reason: str = ""
    changes: Sequence[ResourceChange] = ()
    created: float | None = None


@dataclass(frozen=True, slots=True)
class ChangeSetRequest:
    """CreateChangeSet, nested stacks and property values always included. `token` makes it recognisable."""

    stack: str
    name: str
    token: str
    kind: Literal["CREATE", "UPDATE"]
    template_url: str
    parameters: Mapping[str, str | None] = field(default_factory=dict)
    """Name → value; None: as it is deployed (UsePreviousValue)."""
    tags: Mapping[str, str] = field(default_factory=dict)
    capabilities: Sequence[str] = ()
    notification_arns: Sequence[str] = ()
    role_arn: str | None = None
    on_failure: str | None = None
    """ROLLBACK, DO_NOTHING or DELETE, for the creation of a stack."""
    description: str = ""


class CloudFormation(Protocol):
    """The calls on stacks. Each raises AwsFailure; what is not there is None, an empty sequence, or quietly gone."""

    def stack(self, name: str) -> DeployedStack | None: ...

    def template(self, stack: str) -> str: ...

    def resources(self, stack: str) -> Sequence[DeployedResource]: ...

    def change_sets(self, stack: str) -> Sequence[ChangeSet]:
        """Those that are there, without their changes."""
        ...

    def create_change_set(self, request: ChangeSetRequest) -> tuple[str, str]:
        """Ids of the change set and of its stack."""
        ...

    def change_set(self, id: str) -> ChangeSet | None: ...

    def execute_change_set(self, id: str, token: str, *, disable_rollback: bool = False) -> None: ...

    def delete_change_set(self, id: str) -> None: ...

    def delete_stack(self, stack: str, token: str) -> None: ...

    def continue_rollback(self, stack: str, token: str, skip: Sequence[str] = ()) -> None: ...

    def set_termination_protection(self, stack: str, on: bool) -> None: ...

    def events(self, stack_id: str, since: str | None) -> Sequence[StackEvent]:
        """The events after the one with the id `since` (None: all of the last operation), oldest first."""
        ...


class ObjectStore(Protocol):
    """The calls on buckets. Each raises AwsFailure."""

    def exists(self, bucket: str, key: str) -> bool: ...

    def get(self, bucket: str, key: str) -> bytes | None: ...

    def put(self, bucket: str, key: str, body: bytes, *, overwrite: bool, content_type: str = "") -> bool:
        """Whether it was written: without `overwrite`, what is there already stays."""
        ...

    def keys(self, bucket: str, prefix: str) -> Sequence[str]: ...


class Aws(Protocol):
    """All of AWS that a deployment sees, in one region as one caller."""

    @property
    def cloudformation(self) -> CloudFormation: ...

    @property
    def store(self) -> ObjectStore: ...

    def caller(self) -> Caller: ...

    def parameter(self, name: str) -> str | None:
        """The value of an SSM parameter."""
        ...


class Clock(Protocol):
    """Time, which tests hold in their hands."""

    def now(self) -> float: ...

    def sleep(self, seconds: float) -> None: ...
