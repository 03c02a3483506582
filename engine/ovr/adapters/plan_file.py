"""A plan saved to a file, to be reviewed and compared with a later one."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from ovr.adapters.atomic import write_atomically
from ovr.plan import Plan
from ovr.render.json_plan import plan_to_json
from ovr.template.changes import StackChange


def save_plan(plan: Plan, path: Path) -> None:
    """Writes the plan as JSON with `result`, the hashes of the templates that it makes, by file.

    The hashes of the base's files and of the overrides are in the JSON of every plan. No time and no machine's
    path is written: the same plan twice is the same bytes. Raises OvrError OVR5007.
    """
    result = {stack.file: _digest(plan, stack) for stack in plan.stacks}
    saved = {**plan_to_json(plan), "result": dict(sorted(result.items()))}
    write_atomically(path, json.dumps(saved, indent=2, ensure_ascii=False) + "\n")


def _digest(plan: Plan, stack: StackChange) -> str | None:
    """SHA-256 of the template as compact JSON; None where it holds a secret, which a hash could be tried against."""
    if any(change.masked for element in stack.elements for change in element.changes):
        return None
    template = plan.result.stacks[stack.path].template
    text = json.dumps(template, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
