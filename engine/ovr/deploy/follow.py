"""Following a deployment: the events of a stack and of all stacks inside it, until the end.

Source: AWS CloudFormation user guide, "Stack status codes".
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from math import inf
from typing import Literal

from ovr.deploy.pace import Pace
from ovr.deploy.port import CloudFormation, StackEvent
from ovr.template.tree import NESTED_STACK

Result = Literal["done", "rolled back", "failed", "stuck", "deleted"]
_RESULTS: dict[str, Result] = {
    "CREATE_COMPLETE": "done",
    "UPDATE_COMPLETE": "done",
    "IMPORT_COMPLETE": "done",
    "ROLLBACK_COMPLETE": "rolled back",
    "UPDATE_ROLLBACK_COMPLETE": "rolled back",
    "IMPORT_ROLLBACK_COMPLETE": "rolled back",
    "CREATE_FAILED": "failed",
    "UPDATE_FAILED": "failed",
    "ROLLBACK_FAILED": "stuck",
    "UPDATE_ROLLBACK_FAILED": "stuck",
    "DELETE_FAILED": "stuck",
    "DELETE_COMPLETE": "deleted",
}
"""Status of a stack in which nothing more happens by itself → what it means."""


@dataclass(frozen=True, slots=True)
class StackEnd:
    """How a deployment ended: the root stack's status, and everything that happened, oldest first."""

    status: str
    result: Result
    events: tuple[StackEvent, ...]


def ending(status: str) -> Result | None:
    """What a stack's status means for its last operation; None while that runs."""
    return _RESULTS.get(status)


def is_running(status: str) -> bool:
    """Whether an operation is going on."""
    return status.endswith("_IN_PROGRESS") and status != "REVIEW_IN_PROGRESS"


@dataclass(slots=True)
class Follower:
    """Reads events of a tree of stacks; `seen` is the last event of each that was read.

    What nested stacks tell from before the root's operation is of earlier ones. A nested stack is read while it is at
    work only: a tree may have dozens."""

    cloudformation: CloudFormation
    root_id: str
    seen: dict[str, str | None] = field(default_factory=dict)
    _happened: list[StackEvent] = field(default_factory=list)
    _began: float = inf
    _announced: dict[str, str] = field(default_factory=dict)
    _own: dict[str, str] = field(default_factory=dict)

    def start(self) -> None:
        """Remembers what has happened up to now, so that it is not told again."""
        old = self.cloudformation.events(self.root_id, None)
        self.seen[self.root_id] = old[-1].id if old else None

    def follow(self, pace: Pace, tell: Callable[[StackEvent], None]) -> StackEnd:
        """Tells each event once, in order, until the root stack has come to rest. Raises AwsFailure."""
        while True:
            fresh = sorted(self._fresh(), key=lambda event: event.time)
            for event in fresh:
                tell(event)
            self._happened += fresh
            status = self._status()
            if status in _RESULTS:
                return StackEnd(status, _RESULTS[status], tuple(self._happened))
            pace.wait(again=bool(fresh))

    def _fresh(self) -> Iterator[StackEvent]:
        waiting, done = [self.root_id, *(stack for stack in self._announced if self._is_at_work(stack))], set[str]()
        while waiting:
            stack_id = waiting.pop(0)
            if stack_id in done:
                continue
            done.add(stack_id)
            for event in self.cloudformation.events(stack_id, self.seen.get(stack_id)):
                self.seen[stack_id] = event.id
                if stack_id == self.root_id:
                    self._began = min(self._began, event.time)
                elif event.time < self._began:
                    continue
                yield event
                if event.physical_id == stack_id:
                    self._own[stack_id] = event.status
                elif event.type == NESTED_STACK and event.physical_id:
                    self._announce(event)
                    waiting.append(event.physical_id)

    def _announce(self, event: StackEvent) -> None:
        """Its parent says what becomes of a nested stack: what that itself said before is of an earlier turn."""
        self._announced[event.physical_id] = event.status
        if event.status.endswith("_IN_PROGRESS"):
            self._own.pop(event.physical_id, None)

    def _is_at_work(self, stack_id: str) -> bool:
        """Whether a nested stack has more to tell, by itself or else by its parent."""
        return (self._own.get(stack_id) or self._announced[stack_id]) not in _RESULTS

    def _status(self) -> str:
        """The root's status once its last event says that it rests; asked for then, to be sure."""
        own = [e for e in self._happened if e.physical_id == self.root_id and e.stack_id == self.root_id]
        if not own or own[-1].status not in _RESULTS:
            return ""
        stack = self.cloudformation.stack(self.root_id)
        return stack.status if stack else "DELETE_COMPLETE"
