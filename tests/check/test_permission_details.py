"""What statements come to, what is only rewritten or narrowed, and what small print can hide (small templates)."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.support import overrides_from

from ovr.knowledge.escalations import ESCALATIONS
from ovr.knowledge.iam_actions import acts_on, unknown_action
from ovr.plan import build_plan
from ovr.template.tree import Base, Stack, StackTree

TRUST = {"Statement": {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "ec2.amazonaws.com"}}}
ARN = "arn:aws:s3:::bucket/*"


def stack(resources: dict[str, Any], **sections: Any) -> dict[str, Any]:
    return {**sections, "Resources": resources}


def said(template: dict[str, Any], *patch: dict[str, Any], child: dict[str, Any] | None = None) -> list[str]:
    """What is said of permissions when a patch is applied to the root; `child` is the nested stack `Child`."""
    stacks = {"": Stack("", "root.json", template)}
    if child:
        stacks["Child"] = Stack("Child", "child.json", child, "", "Child")
    text = json.dumps({"version": 1, "overrides": [{"select": "stack", "patch": list(patch)}]})
    plan = build_plan(Base("template", "x", StackTree("app", stacks)), overrides_from(text))
    return [f.message.partition("#")[2] for f in plan.findings if f.code == "OVR4302"]


def put(path: str, value: Any) -> dict[str, Any]:
    return {"op": "add", "path": path, "value": value}


def role(*statements: Any, **more: Any) -> dict[str, Any]:
    policies = [{"PolicyName": "P", "PolicyDocument": {"Statement": list(statements)}}]
    return {
        "Type": "AWS::IAM::Role",
        "Properties": {"AssumeRolePolicyDocument": TRUST, "Policies": policies, **more},
    }


def allow(action: Any, resource: Any, **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


GET = "R gets `s3:GetObject` on every resource: `{}`"


@pytest.mark.parametrize(
    ("statement", "messages"),
    [
        (allow("s3:GetObject", {"Fn::Join": [":", ["arn", "aws", "s3", "", "", "*"]]}), [GET.format("arn:aws:s3:::*")]),
        (
            allow("s3:GetObject", {"Fn::Sub": "arn:${AWS::Partition}:s3:::*"}),
            [GET.format("arn:${AWS::Partition}:s3:::*")],
        ),
        (allow("s3:GetObject", {"Fn::Sub": ["${a}", {"a": {"Ref": "Star"}}]}), [GET.format("*")]),
        (allow("s3:GetObject", {"Ref": "Star"}), [GET.format("*")]),
        (allow("s3:GetObject", {"Ref": "List"}), [GET.format("*")]),
        (allow("s3:GetObject", {"Ref": "Choice"}), [GET.format("*")]),
        (allow("s3:GetObject", {"Fn::If": ["Yes", ARN, "*"]}), [GET.format("*")]),
        (allow("s3:GetObject", [ARN, {"Fn::If": ["Yes", {"Ref": "AWS::NoValue"}, "*"]}]), [GET.format("*")]),
        (allow("s3:GetObject", {"Fn::Split": [",", "x,*"]}), [GET.format("*")]),
        (allow("s3:GetObject", {"Fn::Select": [1, [ARN, "*"]]}), [GET.format("*")]),
        (allow("s3:GetObject", {"Fn::Select": [0, [ARN, "*"]]}), []),
        (allow("s3:GetObject", {"Fn::FindInMap": ["Map", "a", "b"]}), [GET.format("*")]),
        (allow("s3:GetObject", {"Fn::FindInMap": ["Map", {"Ref": "AWS::Region"}, "b"]}), [GET.format("*")]),
        (allow("s3:GetObject", {"Fn::ImportValue": "x*"}), []),
        (allow("s3:GetObject", {"Ref": "Stored"}), []),
        (allow({"Ref": "Star"}, ARN), ["R gets every action: `*`"]),
        ({"Fn::If": ["Yes", allow("s3:*", ARN), {"Ref": "AWS::NoValue"}]}, ["R gets every action of s3: `s3:*`"]),
        ({**allow("s3:*", ARN), "Effect": {"Fn::If": ["Yes", "Allow", "Deny"]}}, ["R gets every action of s3: `s3:*`"]),
        ({**allow("s3:*", ARN), "Effect": "Deny"}, []),
        (
            allow("dynamodb:GetItem", "arn:aws:dynamodb:*:*:table/*"),
            ["R gets `dynamodb:GetItem` on all resources of a kind: `arn:aws:dynamodb:*:*:table/*`"],
        ),
        (
            allow("geo:GetMapTile", {"Fn::Sub": "arn:aws:geo:${AWS::Region}:${AWS::AccountId}:map/*"}),
            [
                "R gets `geo:GetMapTile` on all resources of a kind: "
                "`arn:aws:geo:${AWS::Region}:${AWS::AccountId}:map/*`"
            ],
        ),
        (allow("dynamodb:GetItem", "arn:aws:dynamodb:*:*:table/Todo*"), []),
        (allow("dynamodb:Get*", "arn:aws:dynamodb:*:*:table/*/index/*"), []),
        (allow("ssm:GetParameter", "arn:aws:ssm:*:*:parameter/app/*"), []),
        (allow("s3:GetObject", ARN), []),
        (allow("s3:GetObject", {"Fn::Sub": "${Bucket.Arn}/*"}), []),
        (allow("lambda:InvokeFunction", {"Fn::Join": ["", [{"Fn::GetAtt": ["Bucket", "Arn"]}, ":*"]]}), []),
        (allow("logs:PutLogEvents", "arn:aws:logs:*:*:log-group:/aws/lambda/*"), []),
        (
            {"Effect": "Allow", "NotAction": ["s3:*", "iam:*"], "Resource": "*"},
            [
                "R gets every action but those named: `NotAction`",
                "R may give itself the rights of others: `sts:AssumeRole`, `cloudformation:UpdateStack`, "
                "`codebuild:StartBuild` and 8 more on `*`",
            ],
        ),
    ],
)
def test_what_a_statement_comes_to(statement: Any, messages: list[str]) -> None:
    sections: dict[str, Any] = {
        "Parameters": {
            "Star": {"Type": "String", "Default": "*"},
            "List": {"Type": "CommaDelimitedList", "Default": f"{ARN}, *"},
            "Choice": {"Type": "String", "Default": ARN, "AllowedValues": [ARN, "*"]},
            "Stored": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "*"},
        },
        "Conditions": {"Yes": {"Fn::Equals": ["a", "a"]}},
        "Mappings": {"Map": {"a": {"b": "*"}}},
    }
    template = stack({"R": role(), "Bucket": {"Type": "AWS::S3::Bucket"}}, **sections)
    assert said(template, put("/Resources/R/Properties/Policies/0/PolicyDocument/Statement/-", statement)) == messages


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ([allow("s3:GetObject", "*")], [allow(["s3:GetObject"], ["*"], Sid="Same")]),
        ([allow(["s3:GetObject", "s3:PutObject"], "*")], [allow("s3:PutObject", "*")]),
        ([allow("s3:*", ARN), allow("ses:SendEmail", "*")], [allow("ses:SendEmail", "*"), allow("s3:*", ARN)]),
        ([{**allow("s3:Get*", ARN), "Effect": "Deny"}], [{**allow("s3:*", "*"), "Effect": "Deny"}]),
        ([allow("s3:GetObject", ARN, Condition={"Bool": {"a": "true"}})], []),
        (
            [allow("s3:GetObject", ARN, Condition={"Bool": {"a": "true"}})],
            [allow("s3:GetObject", ARN, Condition={"Bool": {"A": True}, "StringLike": {"b": "x"}})],
        ),
        (
            [allow("s3:GetObject", ARN, Condition={"Bool": {"a": "true"}})],
            [
                allow("s3:GetObject", ARN, Condition={"Bool": {"a": "true"}}),
                allow("s3:GetObject", "arn:aws:s3:::other/*"),
            ],
        ),
    ],
)
def test_what_is_rewritten_or_narrowed_needs_no_word(before: list[Any], after: list[Any]) -> None:
    path = "/Resources/R/Properties/Policies/0/PolicyDocument/Statement"
    assert said(stack({"R": role(*before)}), put(path, after)) == []


@pytest.mark.parametrize(
    ("before", "after", "messages"),
    [
        (
            [{**allow(["s3:Get*", "s3:PutObject"], ARN), "Effect": "Deny"}],
            [{**allow("s3:Get*", ARN), "Effect": "Deny"}],
            ["R loses a denial of `s3:Get*`, `s3:PutObject`"],
        ),
        (
            [{**allow("s3:Get*", "*"), "Effect": "Deny"}],
            [{**allow("s3:Get*", "*", Condition={"Bool": {"a": "true"}}), "Effect": "Deny"}],
            ["R loses a denial of `s3:Get*`"],
        ),
        (
            [allow("s3:GetObject", ARN, Condition={"Bool": {"a": "true"}})],
            [allow(["s3:GetObject", "s3:ListBucket"], ARN)],
            ["R loses a condition on `s3:GetObject`, `s3:ListBucket`"],
        ),
        (
            [allow("s3:GetObject", ARN, Condition={"StringLike": {"a": "x"}})],
            [allow("s3:GetObject", ARN, Condition={"StringLike": {"a": ["x", "*"]}})],
            ["R loses a condition on `s3:GetObject`"],
        ),
        (
            [allow(["s3:GetObject"], "*")],
            [allow(["s3:GetObject", "s3:PutObject"], "*")],
            ["R gets `s3:PutObject` on every resource: `*`"],
        ),
    ],
)
def test_what_is_lost_or_more(before: list[Any], after: list[Any], messages: list[str]) -> None:
    path = "/Resources/R/Properties/Policies/0/PolicyDocument/Statement"
    assert said(stack({"R": role(*before)}), put(path, after)) == messages


@pytest.mark.parametrize("kind", ["Role", "User"])
def test_boundaries(kind: str) -> None:
    path = "/Resources/R/Properties/PermissionsBoundary"
    bounded = role(PermissionsBoundary="arn:aws:iam::aws:policy/ReadOnlyAccess") | {"Type": f"AWS::IAM::{kind}"}
    assert said(stack({"R": bounded}), {"op": "remove", "path": path}) == ["R loses its permissions boundary"]
    assert said(stack({"R": bounded}), put(path, "other")) == ["R changes its permissions boundary"]
    assert said(stack({"R": bounded}), {"op": "remove", "path": "/Resources/R"}) == []


ANYONE = {"Effect": "Allow", "Principal": "*", "Action": "x:Y", "Resource": "*"}
RESOURCE_POLICIES = {
    "AWS::ApiGateway::RestApi": {"Policy": {"Statement": [ANYONE]}},
    "AWS::ECR::Repository": {"RepositoryPolicyText": {"Statement": [ANYONE]}},
    "AWS::EFS::FileSystem": {"FileSystemPolicy": {"Statement": [ANYONE]}},
    "AWS::Events::EventBusPolicy": {"StatementId": "x", "Statement": ANYONE},
    "AWS::KMS::Key": {"KeyPolicy": {"Statement": ANYONE}},
    "AWS::Logs::ResourcePolicy": {"PolicyDocument": json.dumps({"Statement": [ANYONE]})},
    "AWS::OpenSearchService::Domain": {"AccessPolicies": {"Statement": [ANYONE]}},
    "AWS::S3::AccessPoint": {"Policy": {"Statement": [{**ANYONE, "Principal": {"CanonicalUser": "*"}}]}},
    "AWS::S3::BucketPolicy": {"PolicyDocument": {"Statement": [{**ANYONE, "Principal": {"AWS": ["*"]}}]}},
    "AWS::SNS::TopicPolicy": {"PolicyDocument": {"Statement": [{**ANYONE, "Principal": {"AWS": "*"}}]}},
    "AWS::SQS::QueuePolicy": {"PolicyDocument": {"Fn::If": ["Yes", {"Statement": [ANYONE]}, {"Ref": "AWS::NoValue"}]}},
    "AWS::SecretsManager::ResourcePolicy": {"ResourcePolicy": {"Statement": {"Fn::If": ["Yes", [ANYONE], []]}}},
    "AWS::Lambda::Permission": {"Principal": {"Fn::Sub": "*"}},
    "AWS::Lambda::LayerVersionPermission": {"Principal": "*"},
}
LET_IN = {
    "AWS::Lambda::Permission": "A lets anyone call the function: Principal `*`",
    "AWS::Lambda::LayerVersionPermission": "A lets anyone use the layer: Principal `*`",
}


@pytest.mark.parametrize("type_name", RESOURCE_POLICIES)
def test_policies_of_resources(type_name: str) -> None:
    template = stack({}, Conditions={"Yes": {"Fn::Equals": ["a", "a"]}})
    resource = {"Type": type_name, "Properties": RESOURCE_POLICIES[type_name]}
    expected = [LET_IN.get(type_name, "A lets in anyone: Principal `*`")]
    assert said(template, put("/Resources/A", resource)) == expected


def test_a_policy_that_only_narrows_opens_nothing() -> None:
    endpoint = {"Type": "AWS::EC2::VPCEndpoint", "Properties": {"PolicyDocument": {"Statement": [ANYONE]}}}
    assert said(stack({}), put("/Resources/A", endpoint)) == []


@pytest.mark.parametrize("kind", ["Policy", "ManagedPolicy", "UserPolicy", "RolePolicy", "GroupPolicy"])
def test_policies_of_identities(kind: str) -> None:
    policy = {
        "Type": f"AWS::IAM::{kind}",
        "Properties": {"PolicyDocument": {"Id": "x", "Version": "2012-10-17", "Statement": allow("s3:*", ARN)}},
    }
    assert said(stack({}), put("/Resources/A", policy)) == ["A gets every action of s3: `s3:*`"]


CHILD = stack(
    {"R": role(allow("s3:GetObject", {"Ref": "What"}), allow(["ses:SendEmail"], ARN))},
    Parameters={"What": {"Type": "String", "Default": ARN}, "Other": {"Type": "String", "Default": "x"}},
)
NESTED = {"Type": "AWS::CloudFormation::Stack", "Properties": {"Parameters": {"What": {"Ref": "Given"}}}}
GIVEN = {"Given": {"Type": "String", "Default": ARN}, "Unused": {"Type": "String", "Default": "a"}}


def test_a_parameter_of_a_stack_above() -> None:
    template = stack({"Child": NESTED}, Parameters=GIVEN)
    assert said(template, put("/Parameters/Given/Default", "*"), child=CHILD) == [GET.format("*")]
    assert said(template, put("/Resources/Child/Properties/Parameters/What", "*"), child=CHILD) == [GET.format("*")]
    assert said(template, put("/Parameters/Unused/Default", "*"), child=CHILD) == []
    assert said(template, put("/Resources/Child/Properties/Parameters/Other", "*"), child=CHILD) == []


def test_a_parameter_and_a_mapping_of_its_own_stack() -> None:
    mapped = stack(
        {"R": role(allow("s3:GetObject", {"Fn::FindInMap": ["M", "a", "b"]}), allow("s3:PutObject", {"Ref": "P"}))},
        Mappings={"M": {"a": {"b": ARN}}},
        Parameters={"P": {"Type": "String", "Default": ARN}},
    )
    assert said(mapped, put("/Mappings/M/a/b", "*")) == [GET.format("*")]
    assert said(mapped, put("/Parameters/P/Default", "*")) == ["R gets `s3:PutObject` on every resource: `*`"]


@pytest.mark.parametrize(
    ("principal", "new", "known"),
    [
        ({"Service": "ecs.amazonaws.com"}, False, True),
        ({"AWS": "arn:aws:iam::123456789012:role/x"}, True, True),
        ({"AWS": {"Fn::Sub": "arn:aws:iam::${AWS::AccountId}:root"}}, False, True),
        ({"AWS": {"Fn::GetAtt": ["R", "Arn"]}}, False, True),
        ({"Federated": "cognito-identity.amazonaws.com"}, True, True),
    ],
)
def test_who_may_take_a_role(principal: Any, new: bool, known: bool) -> None:
    """A role that was there has rights that somebody newly gets; a new one is dangerous in other hands only."""
    trust = {"Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": principal}]}
    added = {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": trust}}
    assert len(said(stack({"R": role()}), put("/Resources/N", added))) == new
    changed = put("/Resources/R/Properties/AssumeRolePolicyDocument/Statement", trust["Statement"])
    assert len(said(stack({"R": role()}), changed)) == known


def test_the_escalations_are_actions_that_take_resources() -> None:
    assert [action for action in ESCALATIONS if unknown_action(action) or not acts_on(action)] == []
