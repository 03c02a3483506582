"""A plan as it is saved, to be reviewed and compared with a later one."""

from __future__ import annotations

from ovr.plan import Plan
from ovr.render.json_plan import JsonObject, plan_to_json
from ovr.template.assets import nested_hash
from ovr.template.changes import StackChange


def saved_plan(plan: Plan) -> JsonObject:
    """The plan as JSON with `result`: the SHA-256 of each template that it makes, by file.

    The hashes of the base's files and of the overrides are in the JSON of every plan. No time and no machine's
    path is in it: the same plan twice is the same text.
    """
    result = {stack.file: _digest(plan, stack) for stack in plan.stacks}
    return {**plan_to_json(plan), "result": dict(sorted(result.items()))}


def _digest(plan: Plan, stack: StackChange) -> str | None:
    """SHA-256 of the template as compact JSON; None where it holds a secret, which a hash could be tried against."""
    if any(change.masked for element in stack.elements for change in element.changes):
        return None
    return nested_hash(plan.result.stacks[stack.path].template)
