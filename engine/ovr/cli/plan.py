"""`ovr plan`"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ovr.cli import options as o
from ovr.cli.answer import CHANGES, FAILED, OK, Answer, answer, screen_width, to_json, wants_color
from ovr.cli.inputs import Inputs, strictly

if TYPE_CHECKING:
    from ovr.errors import Finding
    from ovr.plan import Plan


def plan(
    file: o.FileOption = None,
    root: o.RootOption = None,
    base: o.BaseOption = None,
    stack: o.StackOption = None,
    env: o.EnvOption = None,
    type: o.TypeOption = None,
    region: o.RegionOption = None,
    account: o.AccountOption = None,
    only: o.OnlyOption = None,
    skip: o.SkipOption = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE", help="Save the plan there, as JSON with hashes.", readable=False),
    ] = None,
    online: Annotated[bool, typer.Option("--online", help="Compare with what is deployed: asks AWS.")] = False,
    profile: o.ProfileOption = None,
    endpoint_url: o.EndpointOption = None,
    format: o.FormatOption = o.Format.text,
    strict: o.StrictOption = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Shorten nothing, tell nothing together.")] = False,
    raw: Annotated[bool, typer.Option("--raw", help="Show references as the templates write them.")] = False,
    color: o.ColorOption = o.Color.auto,
    today: o.TodayOption = None,
) -> Answer:
    """Show what the overrides change, and why.

    Exit code 0: no changes; 2: changes; 1: an error.
    """
    inputs = Inputs(file, root, base, stack, env, type, region, account, today, tuple(only or ()), tuple(skip or ()))

    def work() -> Answer:
        made = strictly(_online(inputs, profile, endpoint_url) if online else inputs.plan(), strict)
        if out is not None and not made.has_errors:
            from ovr.adapters.atomic import write_output
            from ovr.render.saved_plan import saved_plan

            write_output(out, to_json(saved_plan(made)), made)
        code = FAILED if made.has_errors else CHANGES if made.has_changes else OK
        return Answer(_as_json(made) if format is o.Format.json else _as_text(made, color, verbose, raw), code)

    return answer(work, color, _no_plan if format is o.Format.json else None)


def _online(inputs: Inputs, profile: str | None, endpoint_url: str | None) -> Plan:
    from ovr.cli.online import online_plan

    return online_plan(inputs, profile, endpoint_url)


def _as_json(plan: Plan) -> str:
    from ovr.render.json_plan import plan_to_json

    return to_json(plan_to_json(plan))


def _as_text(plan: Plan, color: o.Color, verbose: bool, raw: bool) -> str:
    from ovr.render.text import render_plan

    width = screen_width(sys.stdout)
    return render_plan(plan, color=wants_color(color, sys.stdout), width=width, verbose=verbose, raw=raw)


def _no_plan(findings: tuple[Finding, ...]) -> str:
    from ovr.render.json_plan import errors_to_json

    return to_json(errors_to_json(findings))
