"""What would be lost, told before everything else: neither end of a screen hides it (PLAN.md)."""

from __future__ import annotations

from dataclasses import replace

from ovr.check.danger import Danger
from ovr.plan import Plan
from ovr.render.elements import body_lines, cause_lines
from ovr.render.look import Look
from ovr.template.changes import ElementChange
from ovr.template.pointer import overlap

SIGN = "!"


def danger_lines(danger: Danger, plan: Plan, look: Look) -> list[str]:
    """`! data.tables.Todo will be REPLACED: its items are lost`, the changes and overrides behind it, the way out."""
    allowed = " (allowed)" if danger.allowed else ""
    first, *rest = look.wrapped(2, f"{danger.what}{allowed}")
    lines = [look.line(0, ("remove", f"{SIGN} {first}")), *(look.line(2, ("remove", line)) for line in rest)]
    element = _element(danger, plan)
    lines += body_lines(element, plan, look) if element else cause_lines(danger.causes, plan, look)
    if danger.fix:
        way = f"way out: {danger.fix} (`ovr explain {danger.code}`)"
        lines += [look.line(6, line) for line in look.wrapped(6, way)]
    return lines


def _element(danger: Danger, plan: Plan) -> ElementChange | None:
    """The changed resource with those of its changes that are behind the danger."""
    paths = [change.path for change in danger.changes]
    for stack in plan.stacks:
        for element in stack.elements:
            if (element.stack, element.id, element.section) == (danger.stack, danger.logical_id, "Resources"):
                behind = tuple(c for c in element.changes if any(overlap(c.path, path) for path in paths))
                return replace(element, changes=behind) if behind else None
    return None
