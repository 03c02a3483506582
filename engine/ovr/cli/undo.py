"""`ovr undo`"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from ovr.cli import options as o
from ovr.cli.answer import OK, Answer
from ovr.cli.apply import applied, interruptible
from ovr.cli.history import moment
from ovr.cli.inputs import Inputs
from ovr.errors import Finding, OvrError

if TYPE_CHECKING:
    from ovr.deploy.apply import Project
    from ovr.deploy.ledger import Begun, Entry, KeptFile, Ledger
    from ovr.deploy.port import Aws, Caller
    from ovr.deploy.publish import Publication
    from ovr.deploy.recorder import Recorder
    from ovr.language.model import OverrideFile
    from ovr.plan import Plan
    from ovr.template.tree import Base, StackTree


def undo(
    to: Annotated[
        str | None,
        typer.Option("--to", metavar="ID", help="Back to what this deployment did. [default: the one before the last]"),
    ] = None,
    templates: Annotated[
        bool,
        typer.Option("--templates", help="Back to the deployed templates themselves: later deploys of others go too."),
    ] = False,
    file: o.FileOption = None,
    root: o.RootOption = None,
    base: o.BaseOption = None,
    stack: o.StackOption = None,
    env: o.EnvOption = None,
    type: o.TypeOption = None,
    profile: o.ProfileOption = None,
    region: o.RegionOption = None,
    endpoint_url: o.EndpointOption = None,
    expect_account: o.ExpectAccountOption = None,
    yes: o.YesOption = False,
    allow_destructive: o.AllowDestructiveOption = None,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Shorten nothing; one line for each event.")] = False,
    color: o.ColorOption = o.Color.auto,
    today: o.TodayOption = None,
) -> Answer:
    """Take the last deployment back: the overrides of the one before it, on the present base, planned and applied.

    Exit code 0: applied, or nothing to do; 1: an error, or declined.
    """
    from ovr.cli.conversation import Conversation

    talk = Conversation(color, yes, allow_destructive or (), verbose)
    inputs = Inputs(file, root, base, stack, env, type, region, today=today)

    def work() -> Answer:
        from ovr.cli.online import session, stack_name
        from ovr.cli.records import ledger, recorded
        from ovr.deploy.request import Settings

        present = inputs.overrides() if inputs.has_overrides() else None
        opened = inputs.open_base(present)
        _require_unprotected(opened, present)
        entries = recorded(opened, profile, region, endpoint_url)
        way = _way_back(entries, to)
        aws = session(opened, profile, region, endpoint_url)
        if templates:
            made = _templates(way, ledger(opened, aws, aws.caller()), opened, endpoint_url, inputs.today)
        else:
            made = _overrides(way, opened, endpoint_url, inputs.today)
        for line in (*way.said(templates), *way.lost()):
            talk.step(line)
        answered = applied(aws, made, Settings(stack_name(opened), expect_account), talk)
        return _reminded(answered, inputs, templates=templates)

    return interruptible(work, talk)


@dataclass(frozen=True, slots=True)
class _WayBack:
    """The deployments to be taken back, newest first, and the one to go back to; None: to before any."""

    undone: Sequence[Entry]
    target: Entry | None

    def said(self, templates: bool) -> list[str]:
        last = self.undone[0].begun
        count = len(self.undone)
        taken = f"taking back {last.id}" + (f" and {count - 1} before it" if count > 1 else "")
        if templates:
            earliest = self.undone[-1].id
            there = f"what {self.target.id} deployed" if self.target else f"what was there before {earliest}"
            return [taken, f"going back to the templates of {there}", "what others deployed since is taken back too"]
        if self.target is None:
            return [taken, "going back to the base without overrides"]
        begun = self.target.begun
        return [taken, f"going back to the overrides of {begun.id} ({moment(begun.began)})"]

    def lost(self) -> list[str]:
        """What no way back brings again: the data of what those deployments replaced or removed."""
        told = []
        for entry in self.undone:
            for danger in entry.begun.plan.get("dangers", ()):
                if isinstance(danger, dict) and danger.get("stops") and danger.get("kind") in _FINAL:
                    told.append(f"{danger.get('name')}: what it held before {entry.id} does not come back")
        return list(dict.fromkeys(told))


_FINAL = ("replace", "delete", "data-loss")


def _way_back(entries: Sequence[Entry], to: str | None) -> _WayBack:
    """Raises OvrError OVR6012."""
    from ovr.deploy.ledger import find_entry

    done = [entry for entry in entries if entry.result == "done"]
    if not done:
        fix = "`ovr history` lists what is on record"
        raise OvrError(Finding("OVR6012", "no deployment that could be taken back is on record", fix=fix))
    if to is None:
        return _WayBack(done[:1], done[1] if len(done) > 1 else None)
    target = find_entry(done, to)
    index = done.index(target)
    if index == 0:
        message, fix = f"{target.id} is the last deployment", "to deploy it again: `ovr apply`"
        raise OvrError(Finding("OVR6012", message, fix=fix))
    return _WayBack(done[:index], target)


def _require_unprotected(base: Base, present: OverrideFile | None) -> None:
    """Raises OvrError OVR6013 where only saved plans are applied."""
    from ovr.deploy.consent import require_review

    if present is not None:
        require_review(present, base.facts.get("environment"), is_saved=False)


def _overrides(way: _WayBack, base: Base, endpoint_url: str | None, today: date | None) -> Project:
    """The present base with the earlier overrides. Raises OvrError OVR6012 where they are not to be had."""
    from ovr.adapters.deployable import deployed_template, rendered
    from ovr.adapters.kept_overrides import overrides_of
    from ovr.cli.online import told_by
    from ovr.deploy.apply import Project
    from ovr.language.model import OverrideFile
    from ovr.plan import build_plan

    target = way.target.begun if way.target else None
    overrides = overrides_of(target) if target else OverrideFile("no overrides", ())

    def plan(caller: Caller, deployed: StackTree | None) -> Plan:
        return build_plan(told_by(base, caller), overrides, today=today or date.today(), deployed=deployed)

    def publication(made: Plan, caller: Caller) -> AbstractContextManager[Publication]:
        return rendered(made, caller, endpoint_url)

    return Project(base, deployed_template, plan, publication, _recorder(base, way, target))


def _templates(way: _WayBack, records: Ledger, base: Base, endpoint_url: str | None, today: date | None) -> Project:
    """The templates as they were deployed. Raises OvrError OVR6012 where they are not to be had."""
    from ovr.adapters.assembly import Assembly
    from ovr.adapters.deployable import deployed_template
    from ovr.adapters.republication import republication
    from ovr.cli.online import told_by
    from ovr.deploy.apply import Project
    from ovr.language.model import OverrideFile
    from ovr.plan import build_plan

    tree = _kept_stacks(way, records)
    earlier = replace(base, tree=tree, digests={}, findings=())

    def plan(caller: Caller, deployed: StackTree | None) -> Plan:
        nothing = OverrideFile("templates on record", ())
        return build_plan(told_by(earlier, caller), nothing, today=today or date.today(), deployed=deployed)

    def publication(made: Plan, caller: Caller) -> AbstractContextManager[Publication]:
        assert isinstance(base.handle, Assembly)
        return nullcontext(republication(made.result, base.handle, caller, endpoint_url))

    return Project(earlier, deployed_template, plan, publication, _recorder(base, way, None))


def _kept_stacks(way: _WayBack, records: Ledger) -> StackTree:
    from ovr.deploy.snapshot import holds_secrets

    digest = way.target.begun.after if way.target else way.undone[-1].begun.before
    if not digest:
        message = f"before {way.undone[-1].id} nothing was deployed"
        raise OvrError(Finding("OVR6012", message, fix="to have nothing again, delete the stack"))
    tree = records.stacks(digest)
    if tree is None:
        raise OvrError(Finding("OVR6012", "the templates of that time are not on record any more"))
    if holds_secrets(tree):
        message = "the templates of that time held secrets, which are not on record"
        raise OvrError(Finding("OVR6012", message, fix="`ovr undo` without --templates goes back to the overrides"))
    return tree


def _recorder(base: Base, way: _WayBack, target: Begun | None) -> Callable[[Aws, Caller], Recorder]:
    from ovr.cli.records import recorder

    def keep(_: Plan) -> tuple[str, Mapping[str, KeptFile]]:
        return (target.source, target.files) if target else ("", {})

    return recorder(base, keep, way.undone[0].id)


def _reminded(answered: Answer, inputs: Inputs, *, templates: bool) -> Answer:
    """The next `ovr apply` would bring back what was taken back."""
    if answered.code != OK or (templates and not inputs.has_overrides()):
        return answered
    reminder = f"{inputs.file_name()} is as it was: the next `ovr apply` deploys what it says. `ovr history ID` shows\n"
    return replace(answered, text=f"{answered.text}{reminder}the overrides of each deployment.\n")
