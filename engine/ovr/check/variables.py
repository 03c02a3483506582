"""Environment variables that a service would not take, or that Amplify's own code in a function needs or sets.

Judged on the result, whatever kind of override made it; what the base already has is passed over. Sources: those of
`knowledge/environment.py`; what Amplify's code does when a function starts: @aws-amplify/backend-function
`lambda-shims/resolve_ssm_params.ts`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from ovr.check.alike import told_once
from ovr.check.comparison import Comparison
from ovr.check.touched import touched_resources
from ovr.errors import Finding, Severity
from ovr.knowledge.environment import (
    LIMITS,
    PLACEHOLDER,
    SSM_CONFIG,
    Config,
    Flaw,
    Limits,
    flaws_of_name,
    flaws_of_value,
    read_config,
)
from ovr.knowledge.limits import NEAR
from ovr.template import pointer
from ovr.template.diff import same
from ovr.template.intrinsics import is_intrinsic
from ovr.template.pointer import MISSING, Json, Tokens

Variables = dict[str, Json]


def variable_findings(comparison: Comparison) -> list[Finding]:
    """OVR3023 and OVR1004 for what the service does not take, OVR4010 for what is nearly too much, OVR3026 for what
    Amplify's code needs or sets."""
    return list(told_once(_findings(comparison)))


def _findings(comparison: Comparison) -> Iterator[Finding]:
    touched = touched_resources(comparison.before, comparison.after, comparison.causes.renamed)
    for stack, logical_id, before, resource in touched:
        limits = LIMITS.get(str(pointer.get(resource, ("Type",))))
        if limits is None:
            continue
        was, now = _variables(before, limits.path), _variables(resource, limits.path)
        for at, flaw in _flaws(was, now, limits, comparison.name_of(stack.path, logical_id)):
            yield _finding(flaw, stack.path, ("Resources", logical_id, *limits.path, *at), comparison)


def _variables(resource: Json, path: Tokens) -> Variables | None:
    """The variables of a resource; None where they are computed as a whole."""
    value = pointer.get(resource, path)
    if value is MISSING:
        computed = any(is_intrinsic(pointer.get(resource, path[:depth])) for depth in range(1, len(path)))
        return None if computed else {}
    return value if isinstance(value, dict) and not is_intrinsic(value) else None


def _finding(flaw: Flaw, stack: str, path: Tokens, comparison: Comparison) -> Finding:
    cause = comparison.causes.operation(stack, path)
    span = cause.where(path, key=True) if cause else None
    place = pointer.place(stack, path)
    return Finding(flaw.code, flaw.message, span, flaw.details, flaw.fix, flaw.severity, place)


def _flaws(was: Variables | None, now: Variables | None, limits: Limits, owner: str) -> Iterator[tuple[Tokens, Flaw]]:
    """(name of the variable, what is wrong with it); no name for what is wrong with all."""
    if now is None:
        return
    before = was or {}
    fresh = {name: value for name, value in now.items() if not same(before.get(name, MISSING), value)}
    for name, value in fresh.items():
        flaws = flaws_of_name(name, limits) if name not in before else iter(())
        yield from (((name,), flaw) for flaw in [*flaws, *flaws_of_value(name, value, limits)])
    if fresh and (flaw := _too_much(now, limits, owner)):
        yield (), flaw
    config = read_config(before)
    if config is not None:
        yield from _amplifys_own(config, before, now, owner)


def _too_much(now: Variables, limits: Limits, owner: str) -> Flaw | None:
    """What is wrong with all variables together. What is computed counts as empty: the least that it can be."""
    known = {name: value if isinstance(value, str) else "" for name, value in now.items()}
    size = len(json.dumps(known, separators=(",", ":"), ensure_ascii=False).encode(errors="replace"))
    if limits.total and size >= NEAR * limits.total:
        over = size > limits.total
        part = "but {0} takes {1:,}" if over else f"{size / limits.total:.0%} of the {{1:,}} that {{0}} takes"
        message = f"the variables of `{owner}` come to {size:,} bytes, {part.format(limits.service, limits.total)}"
        largest = sorted(known, key=lambda name: len(known[name]), reverse=True)[:3]
        details = ("the largest are " + ", ".join(f"`{name}` ({len(known[name]):,})" for name in largest),)
        fix = "keep large values elsewhere, for instance in parameters of SSM, and pass their names"
        if not over:
            return Flaw("OVR4010", message, fix, details, Severity.WARNING)
        return Flaw("OVR3023", message, fix, details)
    if limits.count and len(now) > limits.count:
        message = f"`{owner}` would have {len(now)} variables, but {limits.service} takes {limits.count}"
        return Flaw("OVR3023", message, "put several into one, as JSON text")
    return None


def _amplifys_own(was: Config, before: Variables, now: Variables, owner: str) -> Iterator[tuple[Tokens, Flaw]]:
    """What a function does not find any more, and what Amplify's code sets back when the function starts."""
    config = read_config(now)
    if config is None:
        yield (SSM_CONFIG,), _config_lost(was, now, owner)
        return
    for name in {**was, **config}:
        value = now.get(name, MISSING)
        if name not in config and value == PLACEHOLDER:
            message = f"`{owner}` does not find the value of `{name}` any more"
            details = (f"`{SSM_CONFIG}`, which says where it is, lacks it",)
            yield (SSM_CONFIG,), _warning(message, f"leave `{SSM_CONFIG}` as it was", details)
        elif name in config and before.get(name) == PLACEHOLDER and value not in (MISSING, PLACEHOLDER):
            message = f"`{name}` of `{owner}` is set back when the function starts"
            details = (f"`{SSM_CONFIG}` names it, so Amplify's code gives it its value from SSM",)
            fix = f"write `environment: {{{name}: …}}`, which takes it out of there"
            yield (name,), _warning(message, fix, details)


def _config_lost(was: Config, now: Variables, owner: str) -> Flaw:
    what = "is taken away" if SSM_CONFIG not in now else "cannot be read any more"
    held = ", ".join(f"`{name}`" for name in was)
    has = f"with it Amplify's code in the function finds the values of {held}" if held else "it names no secret yet"
    fix = "set single variables with `environment: {NAME: value}`, which keeps the others"
    return _warning(f"`{SSM_CONFIG}` of `{owner}` {what}", fix, (has,))


def _warning(message: str, fix: str, details: tuple[str, ...]) -> Flaw:
    return Flaw("OVR3026", message, fix, details, Severity.WARNING)
