"""`ovr validate`"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from ovr.cli import options as o
from ovr.cli.answer import FAILED, OK, Answer, answer, screen_width, to_json, wants_color
from ovr.cli.inputs import Inputs, strictly
from ovr.errors import Finding, OvrError, Severity

if TYPE_CHECKING:
    from ovr.language.model import Override
    from ovr.plan import Plan


def validate(
    file: o.FileOption = None,
    root: o.RootOption = None,
    base: o.BaseOption = None,
    stack: o.StackOption = None,
    env: o.EnvOption = None,
    type: o.TypeOption = None,
    region: o.RegionOption = None,
    account: o.AccountOption = None,
    format: o.ReportOption = o.Report.text,
    strict: o.StrictOption = False,
    color: o.ColorOption = o.Color.auto,
    today: o.TodayOption = None,
) -> Answer:
    """Check the overrides, without showing the changes.

    Exit code 0: nothing is wrong; 1: an error.
    """
    inputs = Inputs(file, root, base, stack, env, type, region, account, today)

    def work() -> Answer:
        plan = strictly(inputs.plan(), strict)
        code = FAILED if plan.has_errors else OK
        if format is not o.Report.text:
            return Answer(_written(format, plan.findings, inputs, plan), code)
        return _in_words(plan, color)

    def report(findings: tuple[Finding, ...]) -> str:
        return _written(format, findings, inputs)

    return answer(work, color, None if format is o.Report.text else report)


def _in_words(plan: Plan, color: o.Color) -> Answer:
    from ovr.render.findings import render_findings
    from ovr.render.plain import one_line
    from ovr.render.text import counted_overrides

    if plan.has_errors:
        told = render_findings(plan.findings, wants_color(color, sys.stderr), screen_width(sys.stderr))
        return Answer(error=told, code=FAILED)
    where = f"{counted_overrides(plan)} on {plan.base.location}"
    said = one_line(f"{plan.source} is valid: {where}.") + "\n"
    warnings = render_findings(plan.findings, wants_color(color, sys.stdout), screen_width(sys.stdout))
    return Answer(f"{warnings}\n{said}" if warnings else said)


def _written(format: o.Report, findings: tuple[Finding, ...], inputs: Inputs, plan: Plan | None = None) -> str:
    if format is o.Report.json:
        return _as_json(findings)
    if format is o.Report.sarif:
        return _as_sarif(findings, inputs)
    return _as_junit(findings, inputs, plan)


def _as_json(findings: tuple[Finding, ...]) -> str:
    from ovr.render.json_plan import FORMAT_VERSION, findings_to_json

    valid = all(finding.severity is not Severity.ERROR for finding in findings)
    return to_json({"format_version": FORMAT_VERSION, "valid": valid, "findings": findings_to_json(findings)})


def _as_sarif(findings: tuple[Finding, ...], inputs: Inputs) -> str:
    from ovr.adapters.bases import project_root
    from ovr.adapters.error_pages import error_pages
    from ovr.render.sarif import findings_to_sarif

    here = Path.cwd().resolve()
    folder = here.relative_to(project_root(here)).as_posix()
    return to_json(findings_to_sarif(findings, error_pages(), inputs.file_name(), folder))


def _as_junit(findings: tuple[Finding, ...], inputs: Inputs, plan: Plan | None) -> str:
    from ovr.render.junit import findings_to_junit

    skipped = {o.override.index: o.note or "" for o in plan.outcomes if o.state == "skipped"} if plan else {}
    return findings_to_junit(findings, _overrides(inputs, plan), skipped, inputs.file_name())


def _overrides(inputs: Inputs, plan: Plan | None) -> tuple[Override, ...]:
    """The overrides of the plan; where there is none, those of the file, if it can be read."""
    if plan is not None:
        return plan.overrides.overrides
    try:
        return inputs.overrides().overrides
    except (OvrError, OSError):
        return ()
