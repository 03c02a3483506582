"""`ovr history`"""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ovr.cli import options as o
from ovr.cli.answer import Answer, answer, screen_width, to_json, wants_color
from ovr.cli.inputs import Inputs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ovr.deploy.ledger import Begun, Entry
    from ovr.errors import Finding
    from ovr.render.look import Look, Role

FORMAT_VERSION = "1.0"
_ROLES: dict[str, Role] = {"done": "add", "not executed": "dim", "unknown": "change"}
_SIGNS = (("add", "+"), ("change", "~"), ("replace", "±"), ("remove", "-"))


def history(
    entry: Annotated[
        str, typer.Argument(metavar="[ID]", help="This deployment alone, with its overrides; any unambiguous part.")
    ] = "",
    file: o.FileOption = None,
    root: o.RootOption = None,
    base: o.BaseOption = None,
    stack: o.StackOption = None,
    env: o.EnvOption = None,
    type: o.TypeOption = None,
    profile: o.ProfileOption = None,
    region: o.RegionOption = None,
    endpoint_url: o.EndpointOption = None,
    limit: Annotated[int, typer.Option("--limit", metavar="N", min=1, help="The newest so many.")] = 20,
    format: o.FormatOption = o.Format.text,
    color: o.ColorOption = o.Color.auto,
) -> Answer:
    """List what was deployed: when, by whom, what it changed, and how it ended.

    Read from .ovr/ledger, for branches from the asset bucket too.
    """
    inputs = Inputs(file, root, base, stack, env, type, region)
    is_json = format is o.Format.json

    def work() -> Answer:
        from ovr.cli.records import recorded
        from ovr.deploy.ledger import MAX_ENTRIES, find_entry
        from ovr.render.look import Look

        overrides = inputs.overrides() if inputs.has_overrides() else None
        found = recorded(inputs.open_base(overrides), profile, region, endpoint_url, MAX_ENTRIES if entry else limit)
        chosen = [find_entry(found, entry)] if entry else found
        if is_json:
            written = [_to_json(each) for each in chosen]
            return Answer(to_json({"format_version": FORMAT_VERSION, "deployments": written}))
        look = Look(wants_color(color, sys.stdout), screen_width(sys.stdout))
        lines = _detailed(chosen[0], look) if entry else _listed(chosen, look)
        return Answer("".join(f"{line}\n" for line in lines))

    return answer(work, color, findings_as_json if is_json else None)


def findings_as_json(findings: tuple[Finding, ...]) -> str:
    """What stands in place of an answer where there is none."""
    from ovr.render.json_plan import findings_to_json

    return to_json({"format_version": FORMAT_VERSION, "findings": findings_to_json(findings)})


def moment(seconds: float) -> str:
    """A time as people compare it with that of others."""
    return time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime(seconds))


def _listed(entries: Sequence[Entry], look: Look) -> list[str]:
    if not entries:
        return ["Nothing has been recorded for this stack: `ovr apply` records what it deploys."]
    width = max(len(_counts(entry.begun)) for entry in entries)
    lines = []
    for entry in entries:
        begun = entry.begun
        role = _ROLES.get(entry.result, "remove")
        by = begun.who.rpartition("/")[2] or begun.who
        also = f"  undoes {begun.undoes}" if begun.undoes else ""
        about = f"  {_counts(begun).ljust(width)}  {by}{also}"
        result = (role, entry.result.ljust(12))
        lines.append(look.line(0, ("strong", entry.id), f"  {moment(begun.began)}  ", result, about))
        if entry.ended is not None and entry.ended.reason:
            lines.append(look.line(4, ("dim", entry.ended.reason)))
    return lines


def _counts(begun: Begun) -> str:
    """`+1 ~2 ±0 -0`, as the plan's summary counts."""
    summary = begun.plan.get("summary")
    numbers = summary if isinstance(summary, dict) else {}
    return " ".join(f"{sign}{numbers.get(name, 0)}" for name, sign in _SIGNS)


def _detailed(entry: Entry, look: Look) -> list[str]:
    begun, ended = entry.begun, entry.ended
    end = f"{entry.result}, {moment(ended.ended)}" if ended else "unknown: nobody saw its end; look at the stack"
    facts = [
        ("Stack", begun.stack),
        ("Account", f"{begun.account}, {begun.region}"),
        ("By", f"{begun.who}, with ovr {begun.ovr}"),
        ("Begun", moment(begun.began)),
        ("Ended", end),
        ("Change set", begun.change_set),
        ("Changes", _counts(begun)),
    ]
    if ended is not None and ended.reason:
        facts.append(("Failed", ended.reason))
    if begun.undoes:
        facts.append(("Undoes", begun.undoes))
    lines = [look.line(0, ("strong", begun.id)), *(look.line(2, f"{name.ljust(10)}  {text}") for name, text in facts)]
    for name, kept in begun.files.items():
        hidden = "  (secrets taken out)" if kept.masked else ""
        lines += ["", look.line(0, ("heading", name), hidden)]
        lines += [look.line(2, line) for line in kept.text.splitlines()]
    return lines


def _to_json(entry: Entry) -> dict[str, Any]:
    from dataclasses import asdict

    begun = asdict(entry.begun)
    ended = asdict(entry.ended) if entry.ended else None
    return {**begun, "result": entry.result, "ended": ended}
