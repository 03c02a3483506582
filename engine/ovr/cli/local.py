"""`ovr apply --local`: the same deployment in an emulator of AWS on this machine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ovr.template.pointer import MISSING

if TYPE_CHECKING:
    from ovr.adapters.aws import AwsSession
    from ovr.adapters.read_back import Seen
    from ovr.cli.conversation import Conversation
    from ovr.deploy.apply import Applied, Project

_NO_CODE = "no code of the base runs here: functions are stubs, and of custom resources only Amplify's tables are made"


@contextmanager
def local_deployment(project: Project, stack_name: str, talk: Conversation) -> Iterator[tuple[AwsSession, Project]]:
    """An emulator in which the base is deployed, and the project as it is deployed there. Raises OvrError OVR6014."""
    from ovr.adapters.local import PLACE, deploy_base, local_project, running_local
    from ovr.deploy.target import Target

    with running_local(project.base) as aws:
        talk.step(f"an emulator of AWS runs on this machine, and keeps what is deployed in {PLACE}/")
        here = local_project(aws, project, stack_name)
        if Target(stack_name, aws.caller(), aws.cloudformation.stack(stack_name)).is_first:
            count = len(project.base.tree.stacks)
            talk.step(f"deploying the base as it is, {count} {'stacks' if count > 1 else 'stack'}")
            talk.step(_NO_CODE)
            deploy_base(aws, talk, here, stack_name)
        aws.calls.clear()
        yield aws, here


def read_back_lines(aws: AwsSession, done: Applied) -> str:
    """What the services say of what was changed, a line each. Raises OvrError."""
    from ovr.adapters.read_back import read_back

    return "".join(f"{_line(seen)}\n" for seen in read_back(aws, done.plan, done.target.stack_name))


def _line(seen: Seen) -> str:
    from ovr.render.plain import one_line
    from ovr.render.values import inline, label

    now = "is not set" if seen.found is MISSING else f"is {inline(seen.found)}"
    told = f"cannot be read back: {seen.failure}" if seen.failure else f"{now} (read back from {seen.service})"
    return one_line(f"{seen.name}: {label(seen.path, seen.held)} {told}")
