"""AWS through the real boto3, against the fake on loopback: shapes, pages, what failures mean."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from tests.fakes.aws.server import Fake, Fault, FaultKind, fake_aws

from ovr.adapters.aws import AwsSession
from ovr.deploy.port import AwsFailure, ChangeSetRequest

QUEUE = {"Type": "AWS::SQS::Queue", "Properties": {"VisibilityTimeout": 30}}


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Iterator[Fake]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "a")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "b")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    with fake_aws() as running:
        yield running


def session(fake: Fake, attempts: int = 1) -> AwsSession:
    return AwsSession(region="us-east-1", endpoint_url=fake.url, attempts=attempts)


def request(fake: Fake, template: dict[str, Any], **more: Any) -> ChangeSetRequest:
    session(fake).store.put("b", "t.json", json.dumps(template).encode(), overwrite=True)
    return ChangeSetRequest("app", "c", "token", "CREATE", f"{fake.url}/b/t.json", **more)


def test_a_change_set_from_beginning_to_end(fake: Fake) -> None:
    cloudformation = session(fake).cloudformation
    assert cloudformation.stack("app") is None
    template = {"Resources": {f"Q{n}": QUEUE for n in range(30)}}
    id_, stack_id = cloudformation.create_change_set(request(fake, template, tags={"amplify:app-id": "x"}))
    while (made := cloudformation.change_set(id_)).status != "CREATE_COMPLETE":
        pass
    assert [change.action for change in made.changes] == ["Add"] * 30
    cloudformation.execute_change_set(id_, "token")
    while (stack := cloudformation.stack("app")).status != "CREATE_COMPLETE":
        pass
    assert (stack.id, stack.tags) == (stack_id, {"amplify:app-id": "x"})
    assert len(cloudformation.resources("app")) == 30
    assert json.loads(cloudformation.template("app")) == template
    events = cloudformation.events(stack_id, None)
    assert (events[0].status, events[-1].status) == ("CREATE_IN_PROGRESS", "CREATE_COMPLETE")
    assert cloudformation.events(stack_id, events[-2].id) == [events[-1]]
    assert cloudformation.change_set(id_) is None


def test_a_template_keeps_its_own_text(fake: Fake) -> None:
    text = '{"Resources":   {"Q": {"Type": "AWS::SQS::Queue"}}}'
    aws = session(fake)
    aws.store.put("b", "t.json", text.encode(), overwrite=True)
    id_, _ = aws.cloudformation.create_change_set(
        ChangeSetRequest("app", "c", "t", "CREATE", f"{fake.url}/b/t.json")
    )
    while aws.cloudformation.change_set(id_).status != "CREATE_COMPLETE":
        pass
    aws.cloudformation.execute_change_set(id_, "t")
    while aws.cloudformation.stack("app").status != "CREATE_COMPLETE":
        pass
    assert aws.cloudformation.template("app") == text


@pytest.mark.parametrize(
    ("kind", "meaning"),
    [
        ("throttled", "throttled"),
        ("expired", "expired"),
        ("refused", "lost"),
        ("reset", "lost"),
        ("lost", "lost"),
    ],
)
def test_what_a_fault_means(fake: Fake, kind: FaultKind, meaning: str) -> None:
    fake.faults.append(Fault("DescribeStacks", kind))
    with pytest.raises(AwsFailure) as failed:
        session(fake).cloudformation.stack("app")
    assert failed.value.kind == meaning


def test_a_fault_that_passes_is_retried(fake: Fake) -> None:
    fake.faults.append(Fault("DescribeStacks", "throttled", times=2))
    aws = session(fake, attempts=4)
    assert aws.cloudformation.stack("app") is None
    assert aws.calls == ["DescribeStacks"] * 3


def test_objects(fake: Fake) -> None:
    store = session(fake).store
    assert store.get("b", "k") is None
    assert not store.exists("b", "k")
    assert store.put("b", "k", b"1", overwrite=False)
    assert not store.put("b", "k", b"2", overwrite=False)
    assert (store.get("b", "k"), store.exists("b", "k")) == (b"1", True)
    assert store.keys("b", "k") == ["k"]


def test_who_and_where(fake: Fake) -> None:
    fake.world.parameters["/x"] = "21"
    aws = session(fake)
    caller = aws.caller()
    assert (caller.account, caller.region, caller.partition) == ("123456789012", "us-east-1", "aws")
    assert (aws.parameter("/x"), aws.parameter("/y")) == ("21", None)


DEPLOYING = "arn:aws:iam::123456789012:role/deploying"
PUBLISHING = "arn:aws:iam::123456789012:role/publishing"


def test_roles_are_taken_for_the_services_that_they_are_for(fake: Fake) -> None:
    fake.world.roles = {DEPLOYING}
    roles = {"cloudformation": DEPLOYING, "ssm": DEPLOYING, "s3": PUBLISHING}
    aws = replace(session(fake), roles=lambda caller: roles if caller.account == "123456789012" else {})
    aws.cloudformation.stack("app")
    aws.parameter("x")
    aws.store.exists("b", "k")
    assert aws.caller().arn.endswith("user/alice")
    by_operation = dict(zip(fake.calls, fake.keys, strict=True))
    assert by_operation == {
        "GetCallerIdentity": "a",
        "AssumeRole": "a",
        "DescribeStacks": "ASdeploying",
        "GetParameter": "ASdeploying",
        "HeadObject": "a",  # that role may not be taken: we go on as ourselves
    }
    assert fake.calls.count("AssumeRole") == 2
    assert fake.calls.count("GetCallerIdentity") == 1
