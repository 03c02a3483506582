"""The plan's section on amplify_outputs.json, and which changes of the root stack it tells."""

from __future__ import annotations

from dataclasses import replace

from ovr.knowledge.amplify_outputs import outputs_of
from ovr.knowledge.client_outputs import RULES
from ovr.plan import Plan
from ovr.render.changes import change_lines
from ovr.render.look import Look
from ovr.render.values import key
from ovr.template.changes import ElementChange
from ovr.template.tree import ROOT


def client_lines(plan: Plan, look: Look) -> list[str]:
    """`~ auth.password_policy.min_length: 8 → 10`, one for each key that differs."""
    lines: list[str] = []
    for change in plan.client.changes:
        lines += change_lines(change, ".".join(map(key, change.path)), look, 2)
    return lines


_FOLLOWING = frozenset(rule.output for rule in RULES)


def as_asked_for(element: ElementChange) -> ElementChange:
    """The element; an output of the root stack that follows a property as if it had been asked for, so that its values
    are shown."""
    if element.stack != ROOT or element.section != "Outputs" or element.id not in _FOLLOWING:
        return element
    return replace(element, changes=tuple(replace(change, derived=False) for change in element.changes))


def is_told_to_clients(element: ElementChange, plan: Plan) -> bool:
    """Whether an element of the root stack only follows other changes, and the section tells what comes of it."""
    if element.stack != ROOT or not all(change.derived for change in element.changes):
        return False
    told = {output for change in plan.client.changes for output in outputs_of(change.path)}
    if element.section == "Outputs":
        return element.id in told
    return element.section == "Metadata" and all(change.after in told for change in element.changes)
