"""`ovr validate`"""

from __future__ import annotations

import sys

from ovr.cli import options as o
from ovr.cli.answer import FAILED, OK, Answer, answer, screen_width, to_json, wants_color
from ovr.cli.inputs import Inputs, strictly
from ovr.errors import Finding, Severity


def validate(
    file: o.FileOption = None,
    base: o.BaseOption = None,
    stack: o.StackOption = None,
    env: o.EnvOption = None,
    type: o.TypeOption = None,
    region: o.RegionOption = None,
    account: o.AccountOption = None,
    format: o.FormatOption = o.Format.text,
    strict: o.StrictOption = False,
    color: o.ColorOption = o.Color.auto,
    today: o.TodayOption = None,
) -> Answer:
    """Check the overrides, without showing the changes.

    Exit code 0: nothing is wrong; 1: an error.
    """
    inputs = Inputs(file, base, stack, env, type, region, account, today)

    def work() -> Answer:
        plan = strictly(inputs.plan(), strict)
        code = FAILED if plan.has_errors else OK
        if format is o.Format.json:
            return Answer(to_json(_verdict(plan.findings)), code)
        from ovr.render.findings import render_findings

        if code == FAILED:
            told = render_findings(plan.findings, wants_color(color, sys.stderr), screen_width(sys.stderr))
            return Answer(error=told, code=code)
        count = len(plan.outcomes)
        said = f"{plan.source} is valid: {count} override{'' if count == 1 else 's'} on {plan.base.location}.\n"
        warnings = render_findings(plan.findings, wants_color(color, sys.stdout), screen_width(sys.stdout))
        return Answer(f"{warnings}\n{said}" if warnings else said)

    return answer(work, color, _verdict if format is o.Format.json else None)


def _verdict(findings: tuple[Finding, ...]) -> dict[str, object]:
    from ovr.render.json_plan import FORMAT_VERSION, findings_to_json

    valid = all(finding.severity is not Severity.ERROR for finding in findings)
    return {"format_version": FORMAT_VERSION, "valid": valid, "findings": findings_to_json(findings)}
