"""What the fake CloudFormation remembers."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

REGION, ACCOUNT = "us-east-1", "123456789012"


@dataclass
class Resource:
    """One resource of a stack: what it was made from, and what it is called."""

    type: str
    physical: str
    status: str
    properties: dict[str, Any]
    body: dict[str, Any]
    reason: str = ""
    updated: float = field(default_factory=time.time)


@dataclass
class ChangeSetState:
    name: str
    id: str
    stack_id: str
    token: str
    kind: str
    template: dict[str, Any]
    text: str
    parameters: dict[str, str]
    options: dict[str, Any]
    status: str = "CREATE_PENDING"
    execution: str = "UNAVAILABLE"
    reason: str = ""
    changes: list[dict[str, Any]] = field(default_factory=list)
    parent: str | None = None
    root: str | None = None
    executed_with: str | None = None
    created: float = field(default_factory=time.time)


@dataclass
class StackState:
    name: str
    id: str
    status: str
    template: dict[str, Any] = field(default_factory=dict)
    text: str = ""
    parameters: dict[str, str] = field(default_factory=dict)
    tags: list[dict[str, str]] = field(default_factory=list)
    capabilities: list[str] = field(default_factory=list)
    notification_arns: list[str] = field(default_factory=list)
    role_arn: str | None = None
    policy: dict[str, Any] | None = None
    protected: bool = False
    parent: str | None = None
    root: str | None = None
    reason: str = ""
    resources: dict[str, Resource] = field(default_factory=dict)
    outputs: dict[str, str] = field(default_factory=dict)
    events: list[dict[str, Any]] = field(default_factory=list)
    change_sets: dict[str, ChangeSetState] = field(default_factory=dict)
    work: Iterator[None] | None = None
    before_failure: dict[str, Any] = field(default_factory=dict)
    token: str = ""
    created: float = field(default_factory=time.time)
    updated: float | None = None

    @property
    def busy(self) -> bool:
        return self.status.endswith("_IN_PROGRESS") and self.status != "REVIEW_IN_PROGRESS"


_numbers = itertools.count(1)


def unique() -> str:
    """A name that was never given before, in the form of a UUID."""
    return f"00000000-0000-4000-8000-{next(_numbers):012d}"


def stack_arn(name: str) -> str:
    return f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/{name}/{unique()}"


def change_set_arn(name: str) -> str:
    return f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:changeSet/{name}/{unique()}"
