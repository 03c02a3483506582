"""`ovr render`"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ovr.cli import options as o
from ovr.cli.answer import Answer, answer, screen_width, wants_color
from ovr.cli.inputs import Inputs, strictly
from ovr.errors import Finding, OvrError

if TYPE_CHECKING:
    from ovr.plan import Plan


def render(
    out: Annotated[
        str,
        typer.Option("--out", metavar="DIR|FILE|-", help="Where to: a folder for an assembly, a file for a template."),
    ],
    file: o.FileOption = None,
    root: o.RootOption = None,
    base: o.BaseOption = None,
    stack: o.StackOption = None,
    env: o.EnvOption = None,
    type: o.TypeOption = None,
    region: o.RegionOption = None,
    account: o.AccountOption = None,
    strict: o.StrictOption = False,
    unchecked: Annotated[
        bool, typer.Option("--unchecked", help="Write what a check refuses too, marked so that it is not deployed.")
    ] = False,
    color: o.ColorOption = o.Color.auto,
    today: o.TodayOption = None,
) -> Answer:
    """Write the base with the overrides in it.

    An assembly is written to a folder, a template to a file or, with `-`, to standard output."""
    inputs = Inputs(file, root, base, stack, env, type, region, account, today)

    def work() -> Answer:
        plan = strictly(inputs.plan(), strict)
        if plan.has_errors and not unchecked:
            raise OvrError(plan.findings)
        return Answer(_write(plan, out), error=_notices(plan, wants_color(color, sys.stderr)))

    return answer(work, color)


def _write(plan: Plan, out: str) -> str:
    """Writes the plan's result and says so; or gives it, where it goes to standard output."""
    from ovr.render.plain import one_line

    if plan.base.kind == "assembly":
        if out == "-":
            message = "an assembly is a folder of files, which standard output cannot take"
            raise OvrError(Finding("OVR5007", message, fix="name a folder: `--out DIR`"))
        from ovr.adapters.render_out import render_assembly

        count = len(render_assembly(plan, Path(out)))
        return one_line(f"{out}: written, {count} file{' differs' if count == 1 else 's differ'} from the base.") + "\n"
    from ovr.adapters.template_file import write_template

    text = write_template(plan)
    if out == "-":
        return text
    from ovr.adapters.atomic import write_output

    write_output(Path(out), text, plan)
    return one_line(f"{out}: written.") + "\n"


def _notices(plan: Plan, colored: bool) -> str:
    if not plan.findings:
        return ""
    from ovr.render.findings import render_findings

    warning = "\nUNCHECKED: written although a check refuses it; it must not be deployed.\n" if plan.has_errors else ""
    return render_findings(plan.findings, colored, screen_width(sys.stderr)) + warning
