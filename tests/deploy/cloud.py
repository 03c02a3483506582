"""A fake cloud with one deployed backend, as tests of deploying begin with it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.deploy.small import STACK
from tests.fakes.aws.server import Fake, fake_aws

from ovr.adapters.assembly import Assembly
from ovr.adapters.aws import AwsSession
from ovr.adapters.bases import open_base
from ovr.adapters.publication import publication
from ovr.deploy.change_set import prepare
from ovr.deploy.follow import Follower, StackEnd
from ovr.deploy.pace import Pace
from ovr.deploy.port import ChangeSetRequest
from ovr.deploy.publish import publish
from ovr.template.tree import Base


class Impatient:
    """A clock whose time passes at once."""

    time = 0.0

    def now(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.time += seconds


@contextmanager
def cloud(monkeypatch: pytest.MonkeyPatch) -> Iterator[Fake]:
    """A bootstrapped account that boto3 finds credentials for."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "a")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "b")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    with fake_aws() as running:
        running.world.parameters["/cdk-bootstrap/hnb659fds/version"] = "21"
        yield running


def session(fake: Fake, attempts: int = 3) -> AwsSession:
    return AwsSession(region="us-east-1", endpoint_url=fake.url, attempts=attempts)


def read_base(folder: Path) -> Base:
    return open_base(str(folder), folder.parent)


def deploy_as_amplify(fake: Fake, folder: Path) -> StackEnd:
    """Deploys an assembly as it is, as Amplify's own commands would."""
    aws, base, pace = session(fake), read_base(folder), Pace(Impatient())
    assert isinstance(base.handle, Assembly)
    published = publication(folder, base.handle, aws.caller(), fake.url)
    publish(aws.store, published.uploads)
    kind = "UPDATE" if aws.cloudformation.stack(STACK) else "CREATE"
    name = f"cdk-deploy-{len(fake.calls)}"
    tags = base.tree.root.options["tags"]
    request = ChangeSetRequest(STACK, name, name, kind, published.template_url, tags=tags)
    prepared = prepare(aws.cloudformation, pace, request)
    assert prepared is not None, "nothing to deploy"
    follower = Follower(aws.cloudformation, prepared.root.stack_id)
    follower.start()
    aws.cloudformation.execute_change_set(prepared.root.id, name)
    return follower.follow(pace, lambda event: None)
