"""`ovr apply`: from what is deployed to what the overrides make of the base, and nothing that was not said before."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from ovr.deploy.change_set import Prepared, beyond, prepare
from ovr.deploy.consent import require_applicable
from ovr.deploy.deployed import Parse, deployed_tree
from ovr.deploy.failure import failed
from ovr.deploy.follow import Follower, StackEnd
from ovr.deploy.pace import Pace
from ovr.deploy.port import Aws, AwsFailure, Caller, ChangeSet, ChangeSetRequest, Clock, CloudFormation, StackEvent
from ovr.deploy.publish import Publication, not_in_use, publish
from ovr.deploy.recorder import Recorder, settle
from ovr.deploy.refusal import explained
from ovr.deploy.request import Settings, change_set_request, planned
from ovr.deploy.target import Target, find_target, require_ready
from ovr.errors import Finding, OvrError
from ovr.plan import Plan
from ovr.template.tree import Base, StackTree


@dataclass(frozen=True, slots=True)
class Project:
    """What is deployed: the base, and how it becomes a plan and files.

    `plan` makes the plan for a caller and what is deployed (None: nothing yet); `publication` renders it to files that
    are there inside the `with` block. `parse` reads a deployed template, `recorder` records what a caller deploys. All
    raise OvrError.
    """

    base: Base
    parse: Parse
    plan: Callable[[Caller, StackTree | None], Plan]
    publication: Callable[[Plan, Caller], AbstractContextManager[Publication]]
    recorder: Callable[[Aws, Caller], Recorder]


class Talk(Protocol):
    """Whom the deployment tells what it does, and who answers its questions."""

    def step(self, words: str) -> None:
        """What is being done now."""
        ...

    def plan(self, target: Target, plan: Plan, others: Sequence[ChangeSet]) -> None:
        """What would be done, where, as whom; `others` are change sets that a deployment deletes.

        Raises OvrError where consent is needed that nobody is there to give."""
        ...

    def consents(self, target: Target, plan: Plan) -> bool:
        """Whether it may be done. Asked last, with nothing left but to do it."""
        ...

    def begun(self, root_id: str, tree: StackTree) -> None:
        """CloudFormation begins, and goes on by itself: what stops us from here on does not stop it."""
        ...

    def event(self, event: StackEvent) -> None: ...


@dataclass(frozen=True, slots=True)
class Applied:
    """What came of it. `end` is None where nothing had to be executed, or where consent was not given."""

    target: Target
    plan: Plan
    end: StackEnd | None = None
    declined: bool = False


def apply(aws: Aws, clock: Clock, project: Project, settings: Settings, talk: Talk, name: str) -> Applied:
    """Everything from the target to the report. `name` is new for each deployment: its change set's, and its token.

    Raises OvrError: what stands against it before, and OVR6007 where the deployment failed. Whatever stops it before
    the execution leaves no change set behind, and no stack that was not there.
    """
    with explained():
        target = find_target(aws, project.base, settings.stack_name, expect_account=settings.expect_account)
        require_ready(target)
        recorder = project.recorder(aws, target.caller)
        settle(recorder.ledger, aws.cloudformation)
        talk.step("reading what is deployed")
        deployed = deployed_tree(aws.cloudformation, target, project.base.tree.name, project.parse)
        plan = project.plan(target.caller, deployed)
        _require_applicable(target, plan)
        others = [] if target.is_first else _waiting(aws.cloudformation, target.stack_name)
        talk.plan(target, plan, others)
        if is_done(target, plan):
            return Applied(target, plan)
        with project.publication(plan, target.caller) as publication:
            _require_bootstrap(aws, target, publication)
            uploads = not_in_use(publication.uploads, deployed)
            talk.step(f"publishing {len(uploads)} files to {publication.bucket}")
            publish(aws.store, uploads)
        request = change_set_request(plan, target, publication, settings, name)
        return _deploy(aws.cloudformation, clock, target, plan, request, settings, talk, recorder)


def _deploy(
    cloudformation: CloudFormation,
    clock: Clock,
    target: Target,
    plan: Plan,
    request: ChangeSetRequest,
    settings: Settings,
    talk: Talk,
    recorder: Recorder,
) -> Applied:
    """Change set, comparison, consent, execution, report."""
    try:
        talk.step(f"making the change set {request.name}")
        prepared = prepare(cloudformation, Pace(clock), request)
        if prepared is not None and (more := beyond(prepared, plan.result, planned(plan, target))):
            raise OvrError(more)
        if prepared is None and not _protection(target, plan):
            return Applied(target, plan)
        if not talk.consents(target, plan):
            _withdraw(cloudformation, target, request, talk)
            return Applied(target, plan, declined=True)
        id = recorder.begin(plan, target, prepared.root, clock.now()) if prepared else ""
        follower = _execute(cloudformation, prepared, request, settings, talk, plan.result) if prepared else None
    except BaseException:
        _withdraw(cloudformation, target, request, talk)
        raise
    end = None
    if follower is not None:
        with explained("running"):
            end = follower.follow(Pace(clock), talk.event)
        _record_end(recorder, id, clock.now(), end, talk)
        if end.result != "done":
            raise OvrError(failed(end, follower.root_id, plan, plan.result))
    if (on := _protection(target, plan)) is not None:
        with explained("done"):
            cloudformation.set_termination_protection(target.stack_name, on)
    return Applied(target, plan, end)


def _record_end(recorder: Recorder, id: str, now: float, end: StackEnd, talk: Talk) -> None:
    """What has happened has happened, recorded or not: the next deployment finds it out."""
    try:
        recorder.end(id, now, end)
    except OvrError as error:
        talk.step(f"the end of {id} could not be recorded: {error}")


def _waiting(cloudformation: CloudFormation, stack_name: str) -> list[ChangeSet]:
    """The change sets that could still be executed, and could not after another was."""
    done = (*_EXECUTED, "OBSOLETE")
    return [made for made in cloudformation.change_sets(stack_name) if made.execution not in done]


def _require_applicable(target: Target, plan: Plan) -> None:
    """Raises OvrError for a plan that may not be executed, and for a first deployment without resources."""
    require_applicable(plan)
    if target.is_first and not plan.result.root.resources:
        raise OvrError(Finding("OVR5002", "the base has no resources: there is nothing to deploy"))


def is_done(target: Target, plan: Plan) -> bool:
    """Whether nothing is to be done. What a failed update left is not what its templates say."""
    failed_before = target.deployed is not None and target.deployed.status.endswith("_FAILED")
    return not (target.is_first or plan.has_changes or failed_before)


def _require_bootstrap(aws: Aws, target: Target, publication: Publication) -> None:
    """Raises OvrError OVR6010 where a first deployment lacks what CDK's bootstrap makes."""
    if publication.bootstrap is None or not target.is_first:
        return
    parameter, needed = publication.bootstrap
    found = aws.parameter(parameter) or "0"
    if not found.isdigit() or int(found) < needed:
        caller = target.caller
        message = f"{caller.account} is not bootstrapped in {caller.region}, or by a CDK that is too old"
        details = (f"{parameter} must be {needed} or more, found {found if found != '0' else 'none'}",)
        fix = f"`npx cdk bootstrap aws://{caller.account}/{caller.region}`"
        raise OvrError(Finding("OVR6010", message, details=details, fix=fix))


def _protection(target: Target, plan: Plan) -> bool | None:
    """The termination protection to be set; None where it is as it should be."""
    wanted = plan.result.root.options.get("terminationProtection") is True
    present = target.deployed.termination_protection if target.deployed and not target.is_first else False
    return wanted if wanted != present else None


def _execute(
    cloudformation: CloudFormation,
    prepared: Prepared,
    request: ChangeSetRequest,
    settings: Settings,
    talk: Talk,
    tree: StackTree,
) -> Follower:
    """Executes the change set once, whatever becomes of the answer. Raises AwsFailure, OvrError OVR6008."""
    made = prepared.root
    follower = Follower(cloudformation, made.stack_id)
    follower.start()
    talk.begun(made.stack_id, tree)
    try:
        cloudformation.execute_change_set(made.id, request.token, disable_rollback=settings.disable_rollback)
    except AwsFailure as failure:
        with explained("perhaps begun"):
            has_begun = _has_begun(follower, made.id, request.token)
        if has_begun:
            return follower  # the answer was lost, not the call
        if failure.kind == "missing" or failure.code == "InvalidChangeSetStatus":
            details = (failure.message,)
            fix = "plan again: what is deployed is another now"
            raise OvrError(Finding("OVR6008", "another deployment came first", details=details, fix=fix)) from None
        raise
    return follower


_EXECUTED = ("EXECUTE_IN_PROGRESS", "EXECUTE_COMPLETE", "EXECUTE_FAILED")


def _has_begun(follower: Follower, id: str, token: str) -> bool:
    """Whether the change set is or was executed; one that is not there any more, if events tell of it."""
    made = follower.cloudformation.change_set(id)
    if made is not None:
        return made.execution in _EXECUTED
    events = follower.cloudformation.events(follower.root_id, follower.seen.get(follower.root_id))
    return any(event.token == token for event in events)


def _withdraw(cloudformation: CloudFormation, target: Target, request: ChangeSetRequest, talk: Talk) -> None:
    """Takes away the change set, and the empty stack that it may have made, unless it is executed all the same; says so
    where that fails too."""
    try:
        for made in cloudformation.change_sets(target.stack_name):
            if made.name == request.name:
                if made.execution in _EXECUTED:
                    return
                cloudformation.delete_change_set(made.id)
        if target.deployed is None:
            empty = cloudformation.stack(target.stack_name)
            if empty is not None and empty.status == "REVIEW_IN_PROGRESS":
                cloudformation.delete_stack(empty.id, request.token)
    except (AwsFailure, OvrError) as failure:
        talk.step(f"the change set {request.name} of {target.stack_name} could not be taken away: {failure}")
