"""A running deployment on the screen: calm, within the screen, each thing where it belongs."""

from __future__ import annotations

import time

from ovr.render.look import Look
from ovr.render.progress import Happening, Progress, event_line


def happening(stack: str, name: str, status: str, at: float, reason: str = "") -> Happening:
    return Happening(stack, name, status, reason, at)


def clock(seconds: float) -> str:
    return time.strftime("%H:%M:%S", time.gmtime(seconds))


def test_one_line_for_each_event_elsewhere() -> None:
    look = Look()
    told = [
        event_line(happening("auth", "auth.userPool", "UPDATE_COMPLETE", 43384), look, clock),
        event_line(happening("app", "", "UPDATE_IN_PROGRESS", 43385, "User Initiated"), look, clock),
        event_line(happening("auth", "auth.userPool", "UPDATE_FAILED", 43386, "too\n  \x1b[31mlong"), look, clock),
    ]
    assert told == [
        "12:03:04 auth  UPDATE_COMPLETE  auth.userPool",
        "12:03:05 app  UPDATE_IN_PROGRESS",
        "12:03:06 auth  UPDATE_FAILED  auth.userPool: too \\x1b[31mlong",
    ]


def running() -> Progress:
    progress = Progress(Look(width=60), 0)
    for each in (
        happening("app", "", "UPDATE_IN_PROGRESS", 0),
        happening("auth", "", "UPDATE_IN_PROGRESS", 2),
        happening("auth", "auth.userPool", "UPDATE_IN_PROGRESS", 3),
        happening("auth", "auth.userPool", "UPDATE_IN_PROGRESS", 5),
        happening("auth", "auth.client", "CREATE_COMPLETE", 6),
        happening("data", "", "UPDATE_IN_PROGRESS", 4),
        happening("data", "data.tables.Todo", "UPDATE_FAILED", 9, "no: " + 80 * "x"),
        happening("data", "", "UPDATE_COMPLETE", 130),
        happening("app", "", "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", 130),
    ):
        progress.tell(each)
    return progress


def test_a_tree_on_a_terminal() -> None:
    assert running().lines(140, 24) == [
        "app  cleaning up  2 min 20 s",
        "auth  update in progress  2 min 18 s, 1 done",
        "    auth.userPool  update  2 min 17 s",
        "data  update complete  2 min 06 s",
        "    data.tables.Todo failed: no: xxxxxxxxxxxxxxxxxxxxxxxxxx…",
    ]


def test_it_stays_within_the_screen() -> None:
    lines = running().lines(140, 3)
    assert len(lines) == 3
    assert lines[-1] == "  … 3 more lines"
    assert all(len(line) <= 60 for line in running().lines(140, 24))


def test_what_is_done_runs_no_more() -> None:
    progress = running()
    progress.tell(happening("auth", "auth.userPool", "UPDATE_COMPLETE", 141))
    assert progress.lines(150, 24)[1] == "auth  update in progress  2 min 28 s, 2 done"
