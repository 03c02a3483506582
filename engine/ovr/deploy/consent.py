"""What a deployment may only do if somebody says so (LANGUAGE.md §7)."""

from __future__ import annotations

from collections.abc import Collection

from ovr.check.danger import Danger
from ovr.errors import Finding, OvrError, Severity
from ovr.language.model import OverrideFile
from ovr.plan import Plan
from ovr.template.globs import glob_matches

_STALE = "OVR5005"


def losses(plan: Plan) -> tuple[Danger, ...]:
    """The dangers that need consent, allowed by an override or not, once for each resource; where nothing is deployed,
    nothing is lost."""
    if plan.deployed is None:
        return ()
    found = {danger.key: danger for danger in reversed(plan.dangers) if danger.kind != "refused" and danger.stops}
    return tuple(reversed(found.values()))


def unconsented(plan: Plan, given: Collection[str]) -> tuple[Danger, ...]:
    """The losses that are not among those consented to, by `STACK/LOGICALID` or name."""
    return tuple(danger for danger in losses(plan) if danger.key not in given and danger.name not in given)


def nobody_consented(dangers: Collection[Danger]) -> OvrError:
    """OVR6009 for each loss that nobody can be asked about."""
    return OvrError(
        Finding("OVR6009", danger.what, fix=f"if that is meant: `--allow-destructive={danger.key}`", place=danger.place)
        for danger in dangers
    )


def require_applicable(plan: Plan) -> None:
    """Raises OvrError for a plan that may not be executed: its own errors, a partial one, a base that is stale."""
    if plan.has_errors:
        raise OvrError(plan.findings)
    if plan.partial:
        raise OvrError(Finding("OVR9002", "a PARTIAL plan cannot be applied", fix="leave out `--only` and `--skip`"))
    stale = [finding for finding in plan.findings if finding.code == _STALE]
    if stale:
        raise OvrError(Finding(f.code, f.message, f.span, f.details, f.fix, Severity.ERROR) for f in stale)


def require_review(overrides: OverrideFile, environment: str | None, *, is_saved: bool) -> None:
    """Raises OvrError OVR6013 where the environment is protected and no saved plan is applied."""
    protecting = [name for name in overrides.protect if environment and glob_matches(name, environment)]
    if protecting and not is_saved:
        fix = "`ovr plan --out plan.ovr`, have it reviewed, then `ovr apply plan.ovr`"
        raise OvrError(Finding("OVR6013", f"{environment} is protected: it takes saved plans only", fix=fix))
