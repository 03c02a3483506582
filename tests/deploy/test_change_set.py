"""Change sets made, read whole, followed and explained, against the fake through the real boto3."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from tests.fakes.aws.server import Fake, Fault, FaultKind, fake_aws

from ovr.adapters.aws import AwsSession
from ovr.deploy.change_set import Prepared, beyond, prepare
from ovr.deploy.failure import first_failure
from ovr.deploy.follow import Follower, StackEnd
from ovr.deploy.pace import Pace
from ovr.deploy.port import ChangeSet, ChangeSetRequest, ResourceChange, StackEvent
from ovr.errors import OvrError
from ovr.template.tree import ROOT, Stack, StackTree

QUEUE = {"Type": "AWS::SQS::Queue", "Properties": {"VisibilityTimeout": 30}}
FIFO = {"Type": "AWS::SQS::Queue", "Properties": {"VisibilityTimeout": 30, "FifoQueue": True}}
SLOWER = {"Type": "AWS::SQS::Queue", "Properties": {"VisibilityTimeout": 60}}
BAD = {"Type": "AWS::SSM::Parameter", "Properties": {"Name": "/bad", "Type": "Nope", "Value": "x"}}


class Impatient:
    """A clock whose time passes at once."""

    time = 0.0

    def now(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.time += seconds


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Iterator[Fake]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "a")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "b")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")
    with fake_aws() as running:
        yield running


class Deployment:
    """Deploys templates to the fake, one after the other."""

    def __init__(self, fake: Fake, attempts: int = 3) -> None:
        self.fake = fake
        self.aws = AwsSession(region="us-east-1", endpoint_url=fake.url, attempts=attempts)
        self.pace = Pace(Impatient())
        self.count = 0

    def put(self, template: dict[str, Any]) -> str:
        self.count += 1
        self.aws.store.put("b", f"{self.count}.json", json.dumps(template).encode(), overwrite=True)
        return f"{self.fake.url}/b/{self.count}.json"

    def nested(self, template: dict[str, Any]) -> dict[str, Any]:
        return {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": self.put(template)}}

    def prepare(self, resources: dict[str, Any]) -> Prepared | None:
        url = self.put({"Resources": resources})
        kind = "UPDATE" if self.aws.cloudformation.stack("app") else "CREATE"
        name = f"ovr-{self.count}"
        return prepare(self.aws.cloudformation, self.pace, ChangeSetRequest("app", name, name, kind, url))

    def execute(self, prepared: Prepared | None, told: list[StackEvent] | None = None) -> StackEnd:
        assert prepared is not None
        follower = Follower(self.aws.cloudformation, prepared.root.stack_id)
        follower.start()
        self.aws.cloudformation.execute_change_set(prepared.root.id, "e")
        return follower.follow(self.pace, (told if told is not None else []).append)

    def deploy(self, resources: dict[str, Any]) -> StackEnd:
        return self.execute(self.prepare(resources))


def tree() -> StackTree:
    root = Stack(ROOT, "r", {"Resources": {"N": {"Type": "AWS::CloudFormation::Stack"}}})
    return StackTree("app", {ROOT: root, "inner": Stack("inner", "n", {}, ROOT, "N")})


def test_the_changes_of_all_stacks_with_their_places(fake: Fake) -> None:
    at = Deployment(fake)
    at.deploy({"Q": QUEUE, "N": at.nested({"Resources": {"Q": QUEUE}})})
    prepared = at.prepare({"Q": SLOWER, "N": at.nested({"Resources": {"Q": SLOWER, "R": QUEUE}})})
    assert prepared is not None
    found = {place: change.action for place, change in prepared.changes(tree())}
    assert found == {(ROOT, "Q"): "Modify", (ROOT, "N"): "Modify", ("inner", "Q"): "Modify", ("inner", "R"): "Add"}


def test_nothing_to_change_is_no_error_and_leaves_nothing(fake: Fake) -> None:
    at = Deployment(fake)
    at.deploy({"Q": QUEUE})
    assert at.prepare({"Q": QUEUE}) is None
    assert at.aws.cloudformation.change_sets("app") == []


@pytest.mark.parametrize("kind", ["lost", "refused", "reset", "throttled"])
def test_an_answer_that_was_lost_makes_no_second_change_set(fake: Fake, kind: FaultKind) -> None:
    fake.faults.append(Fault("CreateChangeSet", kind))
    at = Deployment(fake)
    assert at.prepare({"Q": QUEUE}) is not None
    [stack] = fake.world.stacks.values()
    assert len(stack.change_sets) == 1


def test_one_that_cannot_be_made_says_why(fake: Fake) -> None:
    at = Deployment(fake)
    url = at.put({"Resources": {"Q": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": {"Ref": "Nope"}}}}})
    request = ChangeSetRequest("app", "ovr-x", "x", "CREATE", url)
    with pytest.raises(Exception, match="Unresolved resource dependencies"):
        prepare(at.aws.cloudformation, at.pace, request)


def test_what_goes_beyond_the_plan(fake: Fake) -> None:
    at = Deployment(fake)
    at.deploy({"Q": QUEUE, "R": QUEUE, "S": QUEUE, "N": at.nested({"Resources": {"Q": QUEUE}})})
    inner = at.nested({"Resources": {"Q": FIFO}})
    prepared = at.prepare({"Q": FIFO, "R": SLOWER, "T": QUEUE, "N": inner})
    assert prepared is not None
    planned = {(ROOT, "Q"): "replace", (ROOT, "R"): "change", (ROOT, "S"): "remove", (ROOT, "T"): "add"}
    assert beyond(prepared, tree(), {**planned, ("inner", "Q"): "replace"}) == []
    assert [f.message for f in beyond(prepared, tree(), {**planned, ("inner", "Q"): "may-replace"})] == []
    found = beyond(prepared, tree(), {("inner", "Q"): "change"})
    assert sorted(f.message for f in found) == [
        "Q (AWS::SQS::Queue) would be replaced",
        "Q (AWS::SQS::Queue) would be replaced",
        "R (AWS::SQS::Queue) would be changed",
        "S (AWS::SQS::Queue) would be removed",
        "T (AWS::SQS::Queue) would be made",
    ]
    assert {f.place for f in found if "replaced" in f.message} == {
        "the root stack: /Resources/Q",
        "inner: /Resources/Q",
    }


@pytest.mark.parametrize(
    ("type_", "found"),
    [("AWS::SQS::Queue", ["X (AWS::SQS::Queue) might be replaced"]), ("AWS::CloudFormation::Stack", [])],
)
def test_a_nested_stack_is_judged_by_what_is_in_it(type_: str, found: list[str]) -> None:
    change = ResourceChange("Modify", "X", type_, replacement="Conditional")
    made = ChangeSet("id", "name", "stack", "app", "CREATE_COMPLETE", "AVAILABLE", changes=(change,))
    assert [finding.message for finding in beyond(Prepared(made, {}), tree(), {})] == found


def test_events_of_all_stacks_are_told_once(fake: Fake) -> None:
    at = Deployment(fake)
    at.deploy({"Q": QUEUE})
    told: list[StackEvent] = []
    end = at.execute(at.prepare({"Q": SLOWER, "N": at.nested({"Resources": {"R": QUEUE}})}), told)
    assert (end.status, end.result) == ("UPDATE_COMPLETE", "done")
    assert list(end.events) == told
    assert len({event.id for event in told}) == len(told)
    assert [e.status for e in told if e.logical_id == "R"] == ["CREATE_IN_PROGRESS", "CREATE_COMPLETE"]
    assert told[0].status == "UPDATE_IN_PROGRESS", "what happened before is not told again"


def test_the_first_cause_stands_under_what_it_brought_down(fake: Fake) -> None:
    at = Deployment(fake)
    at.deploy({"Q": QUEUE, "N": at.nested({"Resources": {"Q": QUEUE}})})
    end = at.deploy({"Q": SLOWER, "N": at.nested({"Resources": {"Bad": BAD, "Other": SLOWER}}), "Z": QUEUE})
    assert (end.status, end.result) == ("UPDATE_ROLLBACK_COMPLETE", "rolled back")
    failure = first_failure(end.events)
    assert failure is not None
    assert (failure.logical_id, failure.type) == ("Bad", "AWS::SSM::Parameter")
    assert "failed to satisfy constraint" in failure.reason
    assert failure.others >= 2


def test_a_first_deployment_that_fails(fake: Fake) -> None:
    end = Deployment(fake).deploy({"Bad": BAD})
    assert (end.status, end.result) == ("ROLLBACK_COMPLETE", "rolled back")


def test_a_change_set_that_fails_is_told_and_deleted(fake: Fake) -> None:
    at = Deployment(fake)
    at.deploy({"Q": QUEUE})
    [stack] = fake.world.stacks.values()
    made = at.prepare({"Q": SLOWER})
    assert made is not None
    state = next(iter(stack.change_sets.values()))
    state.status, state.reason = "FAILED", "Transform AWS::Serverless failed"
    request = ChangeSetRequest("app", made.root.name, made.root.name, "UPDATE", at.put({"Resources": {"Q": SLOWER}}))
    with pytest.raises(OvrError, match="cannot make a change set") as stopped:
        prepare(at.aws.cloudformation, at.pace, request)
    assert stopped.value.findings[0].details == ("Transform AWS::Serverless failed",)
    assert not stack.change_sets
