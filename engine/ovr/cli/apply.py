"""`ovr apply`"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ovr.cli import options as o
from ovr.cli.answer import FAILED, OK, Answer, answer
from ovr.cli.door import INTERRUPTED
from ovr.cli.inputs import Inputs, strictly
from ovr.cli.online import session, stack_name, told_by
from ovr.cli.records import keeping, ledger, recorder
from ovr.errors import Finding, OvrError

if TYPE_CHECKING:
    from ovr.adapters.aws import AwsSession
    from ovr.cli.conversation import Conversation
    from ovr.deploy.apply import Applied, Project
    from ovr.deploy.port import Caller
    from ovr.deploy.publish import Publication
    from ovr.deploy.request import Settings
    from ovr.language.model import OverrideFile
    from ovr.plan import Plan
    from ovr.template.tree import Base, StackTree

_GOES_ON = "\nInterrupted. What CloudFormation has begun goes on: `ovr apply --resume` follows it.\n"
_STOPPED = "\nInterrupted: nothing was executed.\n"


def apply(
    plan: Annotated[
        Path | None, typer.Argument(metavar="[PLAN]", help="A plan that `ovr plan --out` saved.", readable=False)
    ] = None,
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
    disable_rollback: Annotated[
        bool, typer.Option("--disable-rollback", help="Leave what was done where the deployment fails.")
    ] = False,
    on_stack_failure: Annotated[
        o.StackFailure | None, typer.Option("--on-stack-failure", help="What becomes of a new stack that fails.")
    ] = None,
    role_arn: Annotated[
        str | None, typer.Option("--role-arn", metavar="ARN", help="The role that CloudFormation acts as.")
    ] = None,
    notification_arn: Annotated[
        list[str] | None,
        typer.Option("--notification-arn", metavar="ARN", help="Send events to this SNS topic. Repeatable."),
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Follow the deployment that runs.")] = False,
    continue_rollback: Annotated[
        bool, typer.Option("--continue-rollback", help="Let a rollback that got stuck go on.")
    ] = False,
    local: Annotated[
        bool, typer.Option("--local", help="Deploy to an emulator on this machine (extra `local`); no AWS, no account.")
    ] = False,
    strict: o.StrictOption = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Shorten nothing; one line for each event.")] = False,
    color: o.ColorOption = o.Color.auto,
    today: o.TodayOption = None,
) -> Answer:
    """Deploy the base with the overrides in it: plan, change set, consent, execution.

    Exit code 0: applied, or nothing to do; 1: an error, or declined.
    """
    from ovr.cli.conversation import Conversation
    from ovr.deploy.request import Settings

    talk = Conversation(color, yes or local, allow_destructive or (), verbose)

    def work() -> Answer:
        saved = _saved(plan)
        inputs = _with_saved(Inputs(file, root, base, stack, env, type, region, today=today), saved)
        overrides = inputs.overrides()
        opened = inputs.open_base(overrides)
        name = stack_name(opened)
        settings = Settings(
            name, expect_account, role_arn, tuple(notification_arn or ()), on_stack_failure, disable_rollback
        )
        if local:
            _require_alone(profile, endpoint_url, resume, continue_rollback)
            return _applied_locally(_project(inputs, overrides, opened, saved, strict, None), settings, talk)
        aws = session(opened, profile, region, endpoint_url)
        if resume or continue_rollback:
            return _returned(aws, opened, name, talk, stuck=continue_rollback)
        project = _project(inputs, overrides, opened, saved, strict, endpoint_url)
        return applied(aws, project, settings, talk)

    return interruptible(work, talk)


def interruptible(work: Callable[[], Answer], talk: Conversation) -> Answer:
    """What `work` answers, or what stopped it; Ctrl-C says what goes on."""

    def guarded() -> Answer:
        try:
            return work()
        except KeyboardInterrupt:
            return Answer(error=_GOES_ON if talk.is_running else _STOPPED, code=INTERRUPTED)

    return answer(guarded, talk.color)


def _token() -> str:
    import secrets

    return f"ovr-{secrets.token_hex(6)}"


def _require_alone(*others: object) -> None:
    if any(others):
        message = "`--local` goes with none of --profile, --endpoint-url, --resume and --continue-rollback"
        raise OvrError(Finding("OVR9002", message, fix="leave them out: there is no other AWS then"))


def _applied_locally(project: Project, settings: Settings, talk: Conversation) -> Answer:
    from ovr.cli.local import local_deployment, read_back_lines

    with local_deployment(project, settings.stack_name, talk) as (aws, here):
        return applied(aws, here, settings, talk, partial(read_back_lines, aws))


def applied(
    aws: AwsSession,
    project: Project,
    settings: Settings,
    talk: Conversation,
    look_back: Callable[[Applied], str] | None = None,
) -> Answer:
    """Deploys the project, and says what came of it. Raises OvrError."""
    from ovr.deploy.apply import apply as deploy

    done = deploy(aws, talk, project, settings, talk, _token())
    name = done.target.stack_name
    if done.declined:
        return Answer("Not applied: nothing was executed, and the change set is deleted.\n", FAILED)
    if done.end is None:
        said = "Nothing to do" if not done.plan.has_changes else "Done: CloudFormation has nothing to change"
        return Answer(f"{said}: {name} is as the overrides would have it.\n", OK)
    said = f"Applied: {name} is {done.end.status}. {len(aws.calls)} calls of AWS.\n"
    return Answer(f"\n{said}{look_back(done) if look_back else ''}", OK)


def _returned(aws: AwsSession, base: Base, name: str, talk: Conversation, *, stuck: bool) -> Answer:
    from ovr.deploy.resume import continue_rollback, resume

    if stuck:
        end = continue_rollback(aws, talk, base, name, talk, _token())
        return Answer(f"\nRolled back: {name} is {end.status}, as it was before.\n", OK)
    target, followed = resume(aws, talk, base, name, talk, partial(ledger, base))
    if followed is None:
        status = target.deployed.status if target.deployed else "not deployed"
        return Answer(f"Nothing runs: {name} is {status}.\n", OK)
    return Answer(f"\nIt has ended: {name} is {followed.status}.\n", OK)


def _saved(plan: Path | None) -> dict[str, Any] | None:
    if plan is None:
        return None
    from ovr.adapters.plan_file import read_plan

    return read_plan(plan)


def _with_saved(inputs: Inputs, saved: dict[str, Any] | None) -> Inputs:
    """The inputs; those of a saved plan where the command line does not say otherwise."""
    if saved is None:
        return inputs
    file, base, target = saved["overrides_file"].get("path"), saved["base"].get("location"), saved["target"]
    return replace(
        inputs,
        file=inputs.file or (Path(file) if isinstance(file, str) else None),
        base=inputs.base or (base if isinstance(base, str) else None),
        env=inputs.env or target.get("environment"),
        type=inputs.type or target.get("type"),
    )


def _project(
    inputs: Inputs,
    overrides: OverrideFile,
    base: Base,
    saved: dict[str, Any] | None,
    strict: bool,
    endpoint_url: str | None,
) -> Project:
    from ovr.adapters.deployable import deployed_template, rendered
    from ovr.deploy.apply import Project
    from ovr.deploy.consent import require_review
    from ovr.knowledge import schema_engine
    from ovr.plan import build_plan

    require_review(overrides, base.facts.get("environment"), is_saved=saved is not None)
    schema_engine.start()

    def plan(caller: Caller, deployed: StackTree | None) -> Plan:
        today = inputs.today or date.today()

        def made(since: StackTree | None) -> Plan:
            return build_plan(told_by(base, caller), overrides, today=today, deployed=since)

        if saved is not None:
            _require_unmoved(saved, made(deployed if saved["compared_with"] == "deployed" else None))
        return strictly(made(deployed), strict)

    def publication(made: Plan, caller: Caller) -> AbstractContextManager[Publication]:
        return rendered(made, caller, endpoint_url)

    return Project(base, deployed_template, plan, publication, recorder(base, keeping(inputs.root)))


def _require_unmoved(saved: dict[str, Any], plan: Plan) -> None:
    from ovr.render.saved_plan import moved

    if found := list(moved(saved, plan)):
        raise OvrError(found)
