"""What a command says, before anything is printed."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TextIO

from ovr.errors import Finding, OvrError

if TYPE_CHECKING:
    from ovr.cli.options import Color

    FindingsToText = Callable[[tuple[Finding, ...]], str]

OK, FAILED, CHANGES = 0, 1, 2
"""Exit codes: nothing to do (or done), an error, the plan has changes."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A text for standard output, one for standard error, and the exit code."""

    text: str = ""
    code: int = OK
    error: str = ""


def answer(work: Callable[[], Answer], color: Color, report: FindingsToText | None = None) -> Answer:
    """What `work` answers, or what stopped it: in words on standard error; as a `report` on standard output."""
    try:
        return work()
    except (OvrError, OSError) as stopped:
        findings = stopped.findings if isinstance(stopped, OvrError) else (_system_error(stopped),)
        if report is not None:
            return Answer(report(findings), FAILED)
        from ovr.render.findings import render_findings

        said = render_findings(findings, wants_color(color, sys.stderr), screen_width(sys.stderr))
        return Answer(error=said, code=FAILED)


def _system_error(error: OSError) -> Finding:
    """What the system refuses anywhere: permission, a folder that is gone, a failing disk."""
    why = error.strerror or str(error)
    if isinstance(error.filename, str):
        return Finding("OVR5009", f"{os.path.relpath(error.filename)} cannot be read", details=(why,))
    if isinstance(error, FileNotFoundError):
        return Finding("OVR5009", "the current folder does not exist any more", fix="change to the project's folder")
    return Finding("OVR5009", "a file cannot be read", details=(why,))


def refused(findings: tuple[Finding, ...]) -> str:
    """What stopped a command that answers in JSON."""
    from ovr.render.json_plan import findings_to_json

    return to_json({"findings": findings_to_json(findings)})


def to_json(value: object) -> str:
    """JSON as people read it; what a terminal must not get, or UTF-8 cannot hold, is an escape."""
    import json

    from ovr.render.plain import plain_json

    return plain_json(json.dumps(value, indent=2, ensure_ascii=False)) + "\n"


def wants_color(color: Color, stream: TextIO) -> bool:
    """`auto`: on a terminal that can, unless NO_COLOR is set (https://no-color.org)."""
    if color != "auto":
        return color == "always"
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def screen_width(stream: TextIO) -> int | None:
    """The columns of the terminal; None where the stream leads to none."""
    if not stream.isatty():
        return None
    columns = os.environ.get("COLUMNS", "")
    if columns.isdigit() and int(columns) > 0:
        return int(columns)
    try:
        return os.get_terminal_size(stream.fileno()).columns or None
    except OSError:
        return None
