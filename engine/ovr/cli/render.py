"""`ovr render`"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from ovr.cli import options as o
from ovr.cli.answer import Answer, answer, wants_color
from ovr.cli.inputs import Inputs, strictly
from ovr.errors import OvrError


def render(
    out: Annotated[
        str,
        typer.Option("--out", metavar="DIR|FILE|-", help="Where to: a folder for an assembly, a file for a template."),
    ],
    file: o.FileOption = None,
    base: o.BaseOption = None,
    stack: o.StackOption = None,
    env: o.EnvOption = None,
    type: o.TypeOption = None,
    region: o.RegionOption = None,
    account: o.AccountOption = None,
    strict: o.StrictOption = False,
    color: o.ColorOption = o.Color.auto,
    today: o.TodayOption = None,
) -> Answer:
    """Write the base with the overrides in it.

    An assembly is written to a folder, a template to a file or, with `-`, to standard output."""
    inputs = Inputs(file, base, stack, env, type, region, account, today)

    def work() -> Answer:
        plan = strictly(inputs.plan(), strict)
        if plan.has_errors:
            raise OvrError(plan.findings)
        from ovr.render.findings import render_findings

        warnings = render_findings(plan.findings, wants_color(color, sys.stderr)) if plan.findings else ""
        if plan.base.kind == "assembly":
            from ovr.adapters.render_out import render_assembly

            files = render_assembly(plan, Path(out))
            count = len(files)
            return Answer(
                f"{out}: written, {count} file{'' if count == 1 else 's'} not as in the base.\n", error=warnings
            )
        from ovr.adapters.template_file import write_template

        text = write_template(plan)
        if out == "-":
            return Answer(text, error=warnings)
        from ovr.adapters.atomic import write_atomically

        write_atomically(Path(out), text)
        return Answer(f"{out}: written.\n", error=warnings)

    return answer(work, color)
