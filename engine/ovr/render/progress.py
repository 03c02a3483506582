"""A deployment while it runs: a calm tree on a terminal, one line for each event elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from ovr.render.look import Look, Role

_CLEANUP = "cleaning up"
"""What CloudFormation calls UPDATE_COMPLETE_CLEANUP_IN_PROGRESS: what was replaced or removed is deleted."""


@dataclass(frozen=True, slots=True)
class Happening:
    """An event in words: in which stack (its path, or what to call the root), to what (empty: the stack itself)."""

    stack: str
    name: str
    status: str
    reason: str
    time: float

    @property
    def failed(self) -> bool:
        return self.status.endswith("_FAILED")

    @property
    def running(self) -> bool:
        return self.status.endswith("_IN_PROGRESS")


def event_line(happening: Happening, look: Look, time_of_day: Callable[[float], str]) -> str:
    """`12:03:04 auth  UPDATE_COMPLETE  auth.userPool`, with the reason of what failed."""
    what = f"  {happening.name}" if happening.name else ""
    status = (_role(happening.status), happening.status)
    reason = f": {_one_line(happening.reason)}" if happening.failed and happening.reason else ""
    return look.line(0, ("dim", time_of_day(happening.time)), f" {happening.stack}  ", status, what, reason)


@dataclass(slots=True)
class _Stack:
    status: str = ""
    began: float = 0.0
    ended: float = 0.0
    running: dict[str, Happening] = field(default_factory=dict)
    done: set[str] = field(default_factory=set)
    failed: dict[str, Happening] = field(default_factory=dict)


@dataclass(slots=True)
class Progress:
    """What is known of a running deployment, stack by stack in the order in which they began."""

    look: Look
    began: float
    _stacks: dict[str, _Stack] = field(default_factory=dict)

    def tell(self, happening: Happening) -> None:
        stack = self._stacks.setdefault(happening.stack, _Stack(began=happening.time))
        if not happening.name:
            stack.status = happening.status
            stack.ended = 0.0 if happening.running else happening.time
            return
        former = stack.running.pop(happening.name, None)
        if happening.failed:
            stack.failed.setdefault(happening.name, happening)
        elif happening.running:
            stack.running[happening.name] = former if former and former.status == happening.status else happening
        else:
            stack.done.add(happening.name)

    def lines(self, now: float, rows: int) -> list[str]:
        """The tree as it is at a moment, in at most `rows` lines."""
        lines = []
        for name, stack in self._stacks.items():
            lines.append(self._heading(name, stack, now))
            lines += [self._failure(each) for each in stack.failed.values()]
            lines += [self._activity(each, now) for each in stack.running.values()]
        if len(lines) > rows > 1:
            lines = [*lines[: rows - 1], self.look.line(2, ("dim", f"… {len(lines) - rows + 1} more lines"))]
        return lines

    def _heading(self, name: str, stack: _Stack, now: float) -> str:
        ended = stack.ended if stack.ended else now
        words = _CLEANUP if stack.status.endswith("CLEANUP_IN_PROGRESS") else stack.status.replace("_", " ").lower()
        count = f", {len(stack.done)} done" if stack.done else ""
        took = f"  {_duration(ended - stack.began)}{count}"
        room = self.look.room - len(words) - len(took) - 4
        return self.look.line(0, ("heading", _cut(name, room)), "  ", (_role(stack.status), words), ("dim", took))

    def _activity(self, each: Happening, now: float) -> str:
        verb = each.status.partition("_")[0].lower()
        took = f"  {_duration(now - each.time)}"
        room = self.look.room - len(verb) - len(took) - 6
        return self.look.line(4, _cut(each.name, room), f"  {verb}", ("dim", took))

    def _failure(self, each: Happening) -> str:
        text = _cut(f"{each.name} failed: {_one_line(each.reason)}", self.look.room - 4)
        return self.look.line(4, ("remove", text))


def _role(status: str) -> Role:
    if status.endswith("_FAILED") or "ROLLBACK" in status:
        return "remove"
    return "dim" if status.endswith("_IN_PROGRESS") else "add"


def _duration(seconds: float) -> str:
    """`4 s`, `2 min 05 s`."""
    whole = max(int(seconds), 0)
    return f"{whole} s" if whole < 60 else f"{whole // 60} min {whole % 60:02} s"


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _cut(text: str, room: int) -> str:
    return text if len(text) <= room else f"{text[: max(room - 1, 8)]}…"
