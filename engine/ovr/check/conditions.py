"""`when` and `expires`: whether an override applies here and now (LANGUAGE.md §6)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from fnmatch import fnmatchcase

from ovr.errors import Finding, OvrError, Severity
from ovr.language.model import Override

OPTIONS = {"environment": "--env", "type": "--type", "region": "--region", "account": "--account"}
"""The option that supplies a fact that the base does not tell."""

WARN_DAYS = 30


def reason_to_skip(override: Override, facts: Mapping[str, str]) -> str | None:
    """Why the override does not apply to this base; None where it does. Raises OvrError for an unknown fact."""
    if not override.enabled:
        return "enabled: false"
    for key, wanted in (override.when or {}).items():
        if key == "not":
            if all(_holds(("not", k), w, facts, override) for k, w in wanted.items()):
                return "when not: " + ", ".join(f"{k} is {facts[k]}" for k in wanted)
        elif not _holds((key,), wanted, facts, override):
            return f"when: {key} is {facts[key]}, not {' or '.join(wanted)}"
    return None


def _holds(path: tuple[str, ...], globs: Sequence[str], facts: Mapping[str, str], override: Override) -> bool:
    key = path[-1]
    if key not in facts:
        raise OvrError(
            Finding(
                "OVR3020",
                f"`when` asks for the {key}, which this base does not tell",
                override.span_of("when", *path),
                fix=f"give it with `{OPTIONS[key]}`",
            )
        )
    return any(fnmatchcase(facts[key], glob) for glob in globs)


def expiry(override: Override, today: date) -> Finding | None:
    """A warning from 30 days before the day that `expires` names."""
    if override.expires is None:
        return None
    left = (date.fromisoformat(override.expires) - today).days
    if left > WARN_DAYS:
        return None
    if left < 0:
        message = f"this override expired on {override.expires}"
    else:
        message = f"this override expires on {override.expires}, in {left} day{'' if left == 1 else 's'}"
    return Finding(
        "OVR3019",
        message,
        override.span_of("expires"),
        details=(f"owner: {override.owner}",) if override.owner else (),
        fix="remove the override, or move the date on",
        severity=Severity.WARNING,
    )
