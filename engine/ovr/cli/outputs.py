"""`ovr outputs`"""

from __future__ import annotations

import sys

from ovr.cli import options as o
from ovr.cli.answer import Answer, answer, screen_width, to_json, wants_color
from ovr.cli.inputs import Inputs, strictly
from ovr.errors import Finding, OvrError


def outputs(
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
    strict: o.StrictOption = False,
    color: o.ColorOption = o.Color.auto,
    today: o.TodayOption = None,
) -> Answer:
    """Print amplify_outputs.json as it will be with the overrides.

    What only a deploy can tell is a placeholder such as <auth.userPool.userPoolId>."""
    inputs = Inputs(file, root, base, stack, env, type, region, account, today, tuple(only or ()), tuple(skip or ()))

    def work() -> Answer:
        plan = strictly(inputs.plan(), strict)
        if plan.has_errors:
            raise OvrError(plan.findings)
        if plan.client.after is None:
            raise OvrError(_not_amplify(plan.base.location))
        notices = ""
        if plan.findings:
            from ovr.render.findings import render_findings

            notices = render_findings(plan.findings, wants_color(color, sys.stderr), screen_width(sys.stderr))
        return Answer(to_json(plan.client.after), error=notices)

    return answer(work, color)


def _not_amplify(location: str) -> Finding:
    return Finding(
        "OVR5010",
        f"Amplify makes no amplify_outputs.json of {location}",
        details=("it is made of outputs that the root template lists in its Metadata, under `AWS::Amplify::…`",),
        fix="name the root of an Amplify Gen 2 backend with `--base`",
    )
