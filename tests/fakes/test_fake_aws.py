"""The fake AWS answers the real boto3 as AWS's documents say (aws/README.md)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionClosedError, ReadTimeoutError
from tests.fakes.aws.server import Fake, Fault, fake_aws

BUCKET = "assets"
QUEUE = {"Type": "AWS::SQS::Queue", "Properties": {"VisibilityTimeout": 30}}
BAD = {"Type": "AWS::SSM::Parameter", "Properties": {"Name": "/bad", "Type": "Nope", "Value": "x"}}


@pytest.fixture
def fake() -> Iterator[Fake]:
    with fake_aws() as running:
        yield running


def client(fake: Fake, service: str) -> Any:
    return boto3.client(
        service,
        endpoint_url=fake.url,
        region_name="us-east-1",
        aws_access_key_id="a",
        aws_secret_access_key="b",
        config=Config(retries={"total_max_attempts": 1}, read_timeout=1),
    )


def put(fake: Fake, key: str, template: dict[str, Any]) -> str:
    client(fake, "s3").put_object(Bucket=BUCKET, Key=key, Body=json.dumps(template).encode())
    return f"{fake.url}/{BUCKET}/{key}"


def create(fake: Fake, template: dict[str, Any], *, key: str = "t.json", kind: str = "UPDATE", **more: Any) -> str:
    url = put(fake, key, template)
    name = more.pop("name", "c")
    made = client(fake, "cloudformation").create_change_set(
        StackName="app", ChangeSetName=name, TemplateURL=url, ChangeSetType=kind, IncludeNestedStacks=True, **more
    )
    return str(made["Id"])


def read(fake: Fake, change_set: str) -> dict[str, Any]:
    """The whole change set, all pages, once it is made."""
    cloudformation = client(fake, "cloudformation")
    while True:
        answer = cloudformation.describe_change_set(ChangeSetName=change_set, IncludePropertyValues=True)
        if answer["Status"] not in ("CREATE_PENDING", "CREATE_IN_PROGRESS"):
            break
    changes = answer["Changes"]
    while "NextToken" in answer:
        answer = cloudformation.describe_change_set(
            ChangeSetName=change_set, IncludePropertyValues=True, NextToken=answer["NextToken"]
        )
        changes += answer["Changes"]
    return {**answer, "Changes": changes}


def settle(fake: Fake, stack: str = "app") -> str:
    while (status := describe(fake, stack)["StackStatus"]).endswith("IN_PROGRESS"):
        pass
    return str(status)


def describe(fake: Fake, stack: str = "app") -> dict[str, Any]:
    found: dict[str, Any] = client(fake, "cloudformation").describe_stacks(StackName=stack)["Stacks"][0]
    return found


def deploy(fake: Fake, template: dict[str, Any], kind: str = "UPDATE", **more: Any) -> str:
    change_set = create(fake, template, kind=kind)
    assert read(fake, change_set)["Status"] == "CREATE_COMPLETE"
    client(fake, "cloudformation").execute_change_set(ChangeSetName=change_set, **more)
    return settle(fake)


def nested(fake: Fake, key: str, template: dict[str, Any], **parameters: Any) -> dict[str, Any]:
    url = put(fake, key, template)
    return {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": url, "Parameters": parameters}}


def test_a_stack_is_made_by_a_change_set(fake: Fake) -> None:
    change_set = create(fake, {"Resources": {"Q": QUEUE}, "Outputs": {"Url": {"Value": {"Ref": "Q"}}}}, kind="CREATE")
    assert describe(fake)["StackStatus"] == "REVIEW_IN_PROGRESS"
    [change] = read(fake, change_set)["Changes"]
    assert (change["ResourceChange"]["Action"], change["ResourceChange"]["LogicalResourceId"]) == ("Add", "Q")
    client(fake, "cloudformation").execute_change_set(ChangeSetName=change_set)
    assert settle(fake) == "CREATE_COMPLETE"
    [output] = describe(fake)["Outputs"]
    assert output["OutputValue"] in fake.world.live


def test_what_is_executed_is_gone_from_the_list(fake: Fake) -> None:
    deploy(fake, {"Resources": {"Q": QUEUE}}, kind="CREATE")
    assert client(fake, "cloudformation").list_change_sets(StackName="app")["Summaries"] == []


def test_nothing_to_change_fails_with_the_known_words(fake: Fake) -> None:
    template = {"Resources": {"Q": QUEUE}}
    deploy(fake, template, kind="CREATE")
    found = read(fake, create(fake, template))
    assert found["Status"] == "FAILED"
    assert "didn't contain changes" in found["StatusReason"]


def test_a_change_tells_values_and_whether_it_replaces(fake: Fake) -> None:
    deploy(fake, {"Resources": {"Q": QUEUE}}, kind="CREATE")
    changed = {"Type": "AWS::SQS::Queue", "Properties": {"VisibilityTimeout": 60, "FifoQueue": True}}
    [change] = read(fake, create(fake, {"Resources": {"Q": changed}}))["Changes"]
    targets = {d["Target"]["Name"]: d["Target"] for d in change["ResourceChange"]["Details"]}
    assert targets["VisibilityTimeout"]["BeforeValue"] == "30"
    assert targets["VisibilityTimeout"]["AfterValue"] == "60"
    assert targets["FifoQueue"]["RequiresRecreation"] == "Always"
    assert change["ResourceChange"]["Replacement"] == "True"


def test_a_nested_stack_has_a_change_set_of_its_own(fake: Fake) -> None:
    deploy(fake, {"Resources": {"N": nested(fake, "n1.json", {"Resources": {"Q": QUEUE}})}}, kind="CREATE")
    more = nested(fake, "n2.json", {"Resources": {"Q": QUEUE, "R": QUEUE}})
    [change] = read(fake, create(fake, {"Resources": {"N": more}}))["Changes"]
    inner = read(fake, change["ResourceChange"]["ChangeSetId"])
    assert [c["ResourceChange"]["LogicalResourceId"] for c in inner["Changes"]] == ["R"]
    assert inner["ParentChangeSetId"] == inner["RootChangeSetId"]


def test_values_go_into_nested_stacks_and_out_again(fake: Fake) -> None:
    inner = {
        "Parameters": {"In": {"Type": "String"}},
        "Resources": {"Q": QUEUE},
        "Outputs": {"Out": {"Value": {"Fn::Sub": "${In}-${AWS::Region}"}}},
    }
    outer = {
        "Resources": {"Q": QUEUE, "N": nested(fake, "n.json", inner, In={"Ref": "Q"})},
        "Outputs": {"All": {"Value": {"Fn::GetAtt": ["N", "Outputs.Out"]}}},
    }
    assert deploy(fake, outer, kind="CREATE") == "CREATE_COMPLETE"
    [output] = describe(fake)["Outputs"]
    assert output["OutputValue"].startswith("app-Q-")
    assert output["OutputValue"].endswith("-us-east-1")


def test_many_changes_come_in_pages(fake: Fake) -> None:
    change_set = create(fake, {"Resources": {f"Q{n}": QUEUE for n in range(45)}}, kind="CREATE")
    assert len(read(fake, change_set)["Changes"]) == 45
    assert fake.calls.count("DescribeChangeSet") == 1 + 3, "once while it is made, then three pages"


def test_a_failing_resource_rolls_everything_back(fake: Fake) -> None:
    first = {"Resources": {"Q": QUEUE, "N": nested(fake, "n1.json", {"Resources": {"Q": QUEUE}})}}
    deploy(fake, first, kind="CREATE")
    before = {name: resource.properties for name, resource in fake.world.live.items()}
    changed = {**QUEUE, "Properties": {"VisibilityTimeout": 31}}
    bad = nested(fake, "n2.json", {"Resources": {"Q": changed, "Bad": BAD, "Zed": changed}})
    assert deploy(fake, {"Resources": {"Q": changed, "N": bad}}) == "UPDATE_ROLLBACK_COMPLETE"
    assert {name: resource.properties for name, resource in fake.world.live.items()} == before
    child = next(r["PhysicalResourceId"] for r in _resources(fake) if r["LogicalResourceId"] == "N")
    events = client(fake, "cloudformation").describe_stack_events(StackName=child)["StackEvents"]
    failed = [event for event in events if "FAILED" in event["ResourceStatus"]]
    reasons = {event["LogicalResourceId"]: event.get("ResourceStatusReason", "") for event in failed}
    assert "failed to satisfy constraint" in reasons["Bad"]
    assert reasons["Zed"] == "Resource creation cancelled"


def _resources(fake: Fake) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client(fake, "cloudformation").list_stack_resources(StackName="app")[
        "StackResourceSummaries"
    ]
    return found


def test_without_rollback_it_stays_failed(fake: Fake) -> None:
    deploy(fake, {"Resources": {"Q": QUEUE}}, kind="CREATE")
    assert deploy(fake, {"Resources": {"Q": QUEUE, "Bad": BAD}}, DisableRollback=True) == "UPDATE_FAILED"


def test_a_failed_creation_is_rolled_back_or_deleted(fake: Fake) -> None:
    assert deploy(fake, {"Resources": {"Bad": BAD}}, kind="CREATE") == "ROLLBACK_COMPLETE"
    with pytest.raises(ClientError, match="ROLLBACK_COMPLETE state and can not be updated"):
        create(fake, {"Resources": {"Q": QUEUE}})


def test_a_stuck_rollback_goes_on_when_told_to(fake: Fake) -> None:
    deploy(fake, {"Resources": {"Q": QUEUE}}, kind="CREATE")
    fake.world.unrollable.add("Q")
    changed = {"Type": "AWS::SQS::Queue", "Properties": {"VisibilityTimeout": 31}}
    bad = {**BAD, "DependsOn": "Q"}
    assert deploy(fake, {"Resources": {"Q": changed, "Bad": bad}}) == "UPDATE_ROLLBACK_FAILED"
    fake.world.unrollable.clear()
    client(fake, "cloudformation").continue_update_rollback(StackName="app")
    assert settle(fake) == "UPDATE_ROLLBACK_COMPLETE"


def test_what_is_kept_outlives_its_stack(fake: Fake) -> None:
    deploy(fake, {"Resources": {"Q": {**QUEUE, "DeletionPolicy": "Retain"}, "R": QUEUE}}, kind="CREATE")
    assert deploy(fake, {"Resources": {"S": QUEUE}}) == "UPDATE_COMPLETE"
    assert sorted(name.split("-")[1] for name in fake.world.live) == ["Q", "S"]


def test_a_token_makes_a_repeated_call_the_same_call(fake: Fake) -> None:
    first = create(fake, {"Resources": {"Q": QUEUE}}, kind="CREATE", ClientToken="t")
    assert create(fake, {"Resources": {"Q": QUEUE}}, kind="CREATE", ClientToken="t") == first
    with pytest.raises(ClientError, match="already exists"):
        create(fake, {"Resources": {"Q": QUEUE}}, kind="CREATE", ClientToken="other")
    read(fake, first)
    cloudformation = client(fake, "cloudformation")
    cloudformation.execute_change_set(ChangeSetName=first, ClientRequestToken="e")
    cloudformation.execute_change_set(ChangeSetName=first, ClientRequestToken="e")
    with pytest.raises(ClientError, match="cannot be executed"):
        cloudformation.execute_change_set(ChangeSetName=first, ClientRequestToken="f")


def test_nothing_else_while_an_operation_runs(fake: Fake) -> None:
    change_set = create(fake, {"Resources": {f"Q{n}": QUEUE for n in range(9)}}, kind="CREATE")
    read(fake, change_set)
    client(fake, "cloudformation").execute_change_set(ChangeSetName=change_set)
    with pytest.raises(ClientError, match="IN_PROGRESS state and can not be updated"):
        create(fake, {"Resources": {"Q": QUEUE}}, name="other")


def test_secrets_are_not_told(fake: Fake) -> None:
    declared = {"P": {"Type": "String", "NoEcho": True, "Default": "hush"}}
    deploy(fake, {"Parameters": declared, "Resources": {"Q": QUEUE}}, kind="CREATE")
    assert describe(fake)["Parameters"] == [{"ParameterKey": "P", "ParameterValue": "****"}]


def test_an_object_is_written_once_where_that_is_asked(fake: Fake) -> None:
    s3 = client(fake, "s3")
    s3.put_object(Bucket=BUCKET, Key="k", Body=b"1", IfNoneMatch="*")
    with pytest.raises(ClientError, match="PreconditionFailed"):
        s3.put_object(Bucket=BUCKET, Key="k", Body=b"2", IfNoneMatch="*")
    assert s3.get_object(Bucket=BUCKET, Key="k")["Body"].read() == b"1"


@pytest.mark.parametrize(
    ("kind", "error", "acted"),
    [
        ("throttled", ClientError, False),
        ("expired", ClientError, False),
        ("refused", ConnectionClosedError, False),
        ("reset", ConnectionClosedError, False),
        ("timeout", ReadTimeoutError, False),
        ("lost", ConnectionClosedError, True),
    ],
)
def test_a_fault_happens_on_the_wire(fake: Fake, kind: Any, error: type[Exception], acted: bool) -> None:
    fake.faults.append(Fault("PutObject", kind))
    with pytest.raises(error):
        put(fake, "k", {})
    assert ((BUCKET, "k") in fake.world.objects) is acted
    put(fake, "k", {})
