"""A plan as it is saved, to be reviewed and compared with a later one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ovr.errors import Finding
from ovr.plan import Plan
from ovr.render.json_plan import JsonObject, plan_to_json
from ovr.template.assets import nested_hash
from ovr.template.changes import StackChange
from ovr.template.tree import StackTree


def saved_plan(plan: Plan) -> JsonObject:
    """The plan as JSON with `result`: the SHA-256 of each template that it makes, by file; where it was compared with
    what is deployed, `deployed`: that of each template there, by stack.

    The hashes of the base's files and of the overrides are in the JSON of every plan. No time and no machine's
    path is in it: the same plan twice is the same text.
    """
    result = {stack.file: _digest(plan.result, stack) for stack in plan.stacks}
    saved = {**plan_to_json(plan), "result": dict(sorted(result.items()))}
    if plan.deployed is not None:
        changed = {stack.path: stack for stack in plan.stacks}
        unchanged = (path for path in plan.deployed.stacks if path not in changed)
        digests = {path: nested_hash(plan.deployed.stacks[path].template) for path in unchanged}
        saved["deployed"] = digests | {path: _digest(plan.deployed, stack) for path, stack in changed.items()}
    return saved


def _digest(tree: StackTree, stack: StackChange) -> str | None:
    """SHA-256 of the template as compact JSON; None where it is not there, or holds a secret, which a hash could be
    tried against."""
    if stack.path not in tree.stacks or any(c.masked for element in stack.elements for c in element.changes):
        return None
    return nested_hash(tree.stacks[stack.path].template)


def moved(saved: Mapping[str, Any], plan: Plan) -> Iterator[Finding]:
    """OVR6005 for each input of a saved plan that is another now, and for one that may not be applied at all.

    `plan` is made from the same inputs, compared with what the saved one was compared with.
    """
    if not saved["complete"]:
        yield _refused("the saved plan may not be applied: it has errors, or leaves overrides out")
    now = saved_plan(plan)
    if saved["ovr"] != now["ovr"]:
        yield _refused(f"the plan was made by ovr {saved['ovr']}, this is ovr {now['ovr']}")
    for name, value in saved["target"].items():
        if now["target"].get(name) != value:
            found = now["target"].get(name, "not known")
            yield _refused(f"the target is another: {name} was {value}, and is {found}")
    for what in ("base", "overrides_file"):
        then, present = saved[what].get("sha256") or {}, now[what]["sha256"]
        yield from _other_files(then, present, "")
    if saved.get("deployed") is not None:
        names = {"": now["target"]["stack"]}
        then, present = ({names.get(k, k): v for k, v in each.items()} for each in (saved["deployed"], now["deployed"]))
        yield from _other_files(then, present, "what is deployed: ")


def _other_files(then: Mapping[str, Any], now: Mapping[str, Any], what: str) -> Iterator[Finding]:
    for name in sorted({*then, *now}):
        if name not in now:
            yield _refused(f"{what}{name} was part of the plan, and is not any more")
        elif name not in then:
            yield _refused(f"{what}{name} was no part of the plan")
        elif then[name] != now[name]:
            yield _refused(f"{what}{name} has changed since the plan was made")


def _refused(message: str) -> Finding:
    return Finding("OVR6005", message, fix="plan again, have it reviewed, and apply that")
