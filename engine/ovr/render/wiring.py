"""What carries values between stacks: counted, since nobody asked for it word by word."""

from __future__ import annotations

from ovr.plan import Plan
from ovr.render.client import is_told_to_clients
from ovr.render.elements import only_follows
from ovr.template.changes import ElementChange


def follows(element: ElementChange) -> bool:
    """Whether nothing but references to something else changes in the element."""
    return not element.renamed_from and all(map(only_follows, element.changes))


def is_wiring(element: ElementChange) -> bool:
    """Whether a derived element carries a value between stacks: an output, a parameter, what a stack is given."""
    return (element.section in ("Outputs", "Parameters") and element.action == "add") or all(
        change.path[:2] == ("Properties", "Parameters") for change in element.changes
    )


def count_wiring(plan: Plan) -> dict[tuple[str, str], int]:
    """(`Outputs` or `Parameters`, path of the stack) → how many were added only to carry values."""
    counts: dict[tuple[str, str], int] = {}
    for element in (element for stack in plan.stacks for element in stack.elements):
        if element.section not in ("Outputs", "Parameters") or is_told_to_clients(element, plan):
            continue
        if follows(element) and is_wiring(element):
            key = element.section, element.stack
            counts[key] = counts.get(key, 0) + 1
    return counts
