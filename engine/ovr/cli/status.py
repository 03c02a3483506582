"""`ovr status`"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from ovr.cli import options as o
from ovr.cli.answer import CHANGES, OK, Answer, answer, screen_width, to_json, wants_color
from ovr.cli.history import FORMAT_VERSION, findings_as_json, moment
from ovr.cli.inputs import Inputs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ovr.deploy.effects import Effect
    from ovr.deploy.ledger import Entry
    from ovr.deploy.standing import Standing, Stands
    from ovr.plan import Plan
    from ovr.render.look import Look, Role

_ROLES: dict[Stands, Role] = {"in force": "add", "never applied": "change", "taken out": "change"}


def status(
    file: o.FileOption = None,
    root: o.RootOption = None,
    base: o.BaseOption = None,
    stack: o.StackOption = None,
    env: o.EnvOption = None,
    type: o.TypeOption = None,
    profile: o.ProfileOption = None,
    region: o.RegionOption = None,
    endpoint_url: o.EndpointOption = None,
    format: o.FormatOption = o.Format.text,
    color: o.ColorOption = o.Color.auto,
    today: o.TodayOption = None,
) -> Answer:
    """Show for each override whether it is in force in what is deployed.

    If not: whether another deploy has reverted it, somebody has put another value there (drifted), or it was never
    applied. Exit code 0: all are in force; 2: not all are; 1: an error.
    """
    inputs = Inputs(file, root, base, stack, env, type, region, today=today)
    is_json = format is o.Format.json

    def work() -> Answer:
        from ovr.cli.online import online_plan
        from ovr.cli.records import recorded
        from ovr.deploy.standing import standings
        from ovr.render.look import Look

        plan = online_plan(inputs, profile, endpoint_url)
        entries = recorded(plan.base, profile, region, endpoint_url)
        last = next((entry for entry in entries if entry.result == "done"), None)
        found = standings(plan, last)
        code = OK if all(each.stands == "in force" for each in found) else CHANGES
        if is_json:
            return Answer(to_json(_to_json(plan, found, last)), code)
        look = Look(wants_color(color, sys.stdout), screen_width(sys.stdout))
        return Answer("".join(f"{line}\n" for line in _lines(plan, found, last, look)), code)

    return answer(work, color, findings_as_json if is_json else None)


def _lines(plan: Plan, found: Sequence[Standing], last: Entry | None, look: Look) -> list[str]:
    applied = f"last applied {moment(last.begun.began)} ({last.id})" if last else "no deployment is on record"
    lines = [look.line(0, ("heading", plan.base.tree.name), f"  {applied}"), ""]
    width = max((len(each.stands) for each in found), default=0)
    for each in found:
        role = _ROLES.get(each.stands, "remove")
        note = f"  ({each.note})" if each.note else ""
        lines.append(look.line(0, (role, each.stands.ljust(width)), f"  {each.called}{note}"))
        lines += [look.line(4, line) for effect in each.missing for line in _told(effect, each.stands, plan)]
    count = sum(each.stands == "in force" for each in found)
    return [*lines, *([""] if found else []), look.line(0, f"{count} of {len(found)} overrides are in force.")]


def _told(effect: Effect, stands: Stands, plan: Plan) -> list[str]:
    from ovr.render.values import inline, label
    from ovr.template.pointer import MISSING

    stack, section, id, steps = effect.place
    tree = plan.result if stack in plan.result.stacks else plan.before
    named = section == "Resources" and stack in tree.stacks and id in tree.stacks[stack].resources
    name = plan.names[1].called(stack, id) if named and tree is plan.result else " ".join(filter(None, (section, id)))
    own = steps[1:] if steps[:1] == ("Properties",) else steps
    place = f"{name} {label(own)}".strip()

    def shown(value: Any) -> str:
        return "nothing" if value is MISSING else inline(value)

    if stands == "taken out":
        return [f"{place}: {shown(effect.after)} is still deployed"]
    return [f"{place}: {shown(effect.before)} is deployed, not {shown(effect.after)}"]


def _to_json(plan: Plan, found: Sequence[Standing], last: Entry | None) -> dict[str, Any]:
    from ovr.deploy.effects import effect_to_json

    written = []
    for each in found:
        override = each.override
        where = {"file": override.span.source.name, "line": override.span.line} if override else {}
        missing = [{k: v for k, v in effect_to_json(e).items() if k != "overrides"} for e in each.missing]
        about = {"id": override.id if override else None, "called": each.called, **where}
        written.append({**about, "status": each.stands, "note": each.note, "differences": missing})
    applied = {"id": last.id, "began": last.begun.began, "who": last.begun.who} if last else None
    deployed = plan.deployed is not None
    about = {"format_version": FORMAT_VERSION, "stack": plan.base.tree.name, "deployed": deployed}
    return {**about, "last_applied": applied, "overrides": written}
