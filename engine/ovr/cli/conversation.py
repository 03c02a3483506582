"""What `ovr apply` says while it works, and how it asks."""

from __future__ import annotations

import sys
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ovr.cli.answer import screen_width, wants_color
from ovr.deploy.apply import is_done
from ovr.deploy.consent import nobody_consented, unconsented
from ovr.deploy.failure import called
from ovr.deploy.places import Places
from ovr.errors import Finding, OvrError
from ovr.render.look import Look
from ovr.render.plain import one_line
from ovr.render.progress import Happening, Progress, event_line
from ovr.template.tree import NESTED_STACK

if TYPE_CHECKING:
    from ovr.cli.options import Color
    from ovr.deploy.port import ChangeSet, StackEvent
    from ovr.deploy.target import Target
    from ovr.plan import Plan
    from ovr.template.tree import StackTree

_REPAINT = 1.0
"""Seconds between two looks of a running deployment."""
_UP, _CLEAR = "\x1b[{}A", "\x1b[J"
"""Cursor up by lines, clear to the end of the screen (ECMA-48)."""


@dataclass
class Conversation:
    """Fills `deploy.apply.Talk` and `deploy.port.Clock` on the standard streams.

    `given` are the losses consented to on the command line. On a terminal it asks, and shows the deployment as a tree
    that is rewritten in place; else each event is a line, and nobody can be asked.
    """

    color: Color
    yes: bool = False
    given: Collection[str] = ()
    verbose: bool = False
    is_running: bool = False
    _plan: Plan | None = None
    _places: Places | None = None
    _progress: Progress | None = None
    _painted: int = 0
    _look: Look = field(init=False)

    def __post_init__(self) -> None:
        self._look = Look(wants_color(self.color, sys.stdout), screen_width(sys.stdout), self.verbose)
        if hasattr(sys.stdout, "reconfigure"):
            sys.stdout.reconfigure(errors="backslashreplace")

    @property
    def interactive(self) -> bool:
        """Whether there is somebody to ask."""
        return sys.stdin.isatty() and sys.stdout.isatty()

    # the clock

    def now(self) -> float:
        return time.time()

    def sleep(self, seconds: float) -> None:
        while seconds > 0:
            time.sleep(min(seconds, _REPAINT))
            seconds -= _REPAINT
            self._paint()

    # what is said before

    def step(self, words: str) -> None:
        self._say(self._look.line(0, ("dim", f"… {words}")))

    def plan(self, target: Target, plan: Plan, others: Sequence[ChangeSet]) -> None:
        from ovr.render.text import render_plan

        self._plan = plan
        look = self._look
        self._say("", *(look.line(0, line) for line in _about(target)), "")
        if target.is_first:
            count = sum(len(stack.resources) for stack in plan.result.stacks.values())
            self._say(look.line(0, f"Nothing is deployed yet: {count} resources are made."), "")
        self._say(render_plan(plan, color=look.color, width=look.width, verbose=self.verbose).rstrip("\n"))
        if others:
            names = ", ".join(each.name for each in others)
            self._say("", look.line(0, ("change", "!"), f" Change sets of others go away with it: {names}"))
        self._say("")
        if not self.interactive and not is_done(target, plan):
            if missing := unconsented(plan, self.given):
                raise nobody_consented(missing)
            if not self.yes:
                raise OvrError(Finding("OVR6013", "nobody is here to ask", fix="say `--yes` where that is meant"))

    def consents(self, target: Target, plan: Plan) -> bool:
        if not self.interactive:
            return self.yes and not unconsented(plan, self.given)
        self._say("")
        for danger in unconsented(plan, self.given):
            if not self._asked(f"{danger.what}.\n  Type {danger.name} if that is meant: ", danger.name):
                return False
        if self.yes:
            return True
        return self._asked(f"Apply this to {target.stack_name}?\n  Type yes: ", "yes")

    def _asked(self, question: str, wanted: str) -> bool:
        sys.stdout.write("\n".join(one_line(line) for line in question.split("\n")))
        sys.stdout.flush()
        return sys.stdin.readline().strip() == wanted

    # what is said while it runs

    def begun(self, root_id: str, tree: StackTree) -> None:
        self.is_running = True
        self._places = Places(tree, root_id)
        self._root = tree.name
        if sys.stdout.isatty() and not self.verbose:
            self._progress = Progress(self._look, self.now())
            self._say("")

    def event(self, event: StackEvent) -> None:
        assert self._places is not None
        self._places.learn(event)
        own = event.physical_id == event.stack_id
        if event.type == NESTED_STACK and not own and (event.physical_id or not event.status.endswith("_FAILED")):
            return  # the nested stack tells of itself, unless it never came to be
        path = self._places.path(event.stack_id)
        name = "" if own else called(self._plan, path, event.logical_id) if self._plan else event.logical_id
        happening = Happening(path or self._root, name, event.status, event.reason, event.time)
        if self._progress is None:
            self._say(event_line(happening, self._look, _time_of_day))
        else:
            self._progress.tell(happening)
            self._paint()

    def _paint(self) -> None:
        if self._progress is None:
            return
        import shutil

        lines = self._progress.lines(self.now(), shutil.get_terminal_size().lines - 2)
        back = _UP.format(self._painted) if self._painted else ""
        sys.stdout.write(f"{back}\r{_CLEAR}" + "".join(f"{line}\n" for line in lines))
        sys.stdout.flush()
        self._painted = len(lines)

    def _say(self, *lines: str) -> None:
        sys.stdout.write("".join(f"{line}\n" for line in lines))
        sys.stdout.flush()


def _about(target: Target) -> list[str]:
    caller = target.caller
    stack = f"Stack    {target.stack_name}"
    if target.deployed is not None:
        stack += f" ({target.deployed.status})"
    return [f"Account  {caller.account}, {caller.region}", f"Caller   {caller.arn}", stack]


def _time_of_day(seconds: float) -> str:
    return time.strftime("%H:%M:%S", time.localtime(seconds))
