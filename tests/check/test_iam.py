"""Actions against AWS's own data, and the size of policies."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from tests.support import overrides_from

from ovr.adapters.bases import open_base
from ovr.errors import Finding
from ovr.knowledge.iam_actions import acts_on, near_action, unknown_action
from ovr.plan import build_plan
from ovr.template.tree import Base

BASES = Path(__file__).parent.parent / "bases"


@cache
def base() -> Base:
    return open_base(str(BASES / "c-full" / "cdk.out"), BASES)


def findings(*items: dict[str, Any]) -> list[Finding]:
    entry = {"select": "worker.lambda", "grant": list(items)}
    plan = build_plan(base(), overrides_from(json.dumps({"version": 1, "overrides": [entry]})))
    return [f for f in plan.findings if f.code.startswith("OVR4") and f.code != "OVR4302"]


@pytest.mark.parametrize(
    ("action", "known"),
    [
        ("s3:GetObject", True),
        ("S3:getobject", True),
        ("s3:Get*", True),
        ("s3:Get?bject", True),
        ("*", True),
        ("s3:Gte*", False),
        ("s3:GetObjcet", False),
        ("cognito:AdminGetUser", False),
        ("../../services:x", False),
        ("*:GetObject", False),
    ],
)
def test_which_actions_there_are(action: str, known: bool) -> None:
    assert (unknown_action(action) is None) is known


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("cognito:AdminListUserAuthEvents", "cognito-idp:AdminListUserAuthEvents"),
        ("s3:GetObjcet", "s3:GetObject"),
        ("dynamo:Query", "dynamodb:Query"),
        ("nothing:Like", None),
    ],
)
def test_what_was_meant(typed: str, meant: str | None) -> None:
    assert near_action(typed) == meant


def test_a_pattern_acts_on_what_cannot_be_said() -> None:
    assert acts_on("s3:Get*") is None
    assert acts_on("s3:ListAllMyBuckets") == ()


@pytest.mark.parametrize(
    ("item", "useless"),
    [
        ({"actions": ["s3:GetObject"], "on": "storage.bucket", "paths": ["*"]}, 0),
        ({"actions": ["s3:GetObject"], "on": "storage.bucket"}, 1),
        ({"actions": ["s3:ListBucket"], "on": "storage.bucket", "paths": ["a/*"]}, 1),
        ({"actions": ["s3:ListAllMyBuckets"], "on": "storage.bucket"}, 1),
        ({"actions": ["dynamodb:GetItem"], "on": "data.tables.Todo"}, 0),
        ({"actions": ["dynamodb:GetItem"], "on": "data.tables.Todo", "paths": ["x"]}, 1),
        ({"actions": ["cognito-idp:ListUsers"], "on": "auth.userPool"}, 0),
        ({"actions": ["lambda:InvokeFunction"], "on": "auth.userPool"}, 1),
        ({"actions": ["appsync:GraphQL"], "on": "data.graphqlApi", "paths": ["types/Query/*"]}, 0),
        ({"actions": ["ssm:GetParameter"], "on": "arn:aws:ssm:*:*:parameter/a/*"}, 0),
        ({"access": "read", "on": "data.tables.Todo"}, 0),
    ],
)
def test_whether_an_action_acts_on_the_resource(item: dict[str, Any], useless: int) -> None:
    found = [f for f in findings(item) if "does not act on" in f.message]
    assert len(found) == useless


@pytest.mark.parametrize(("action", "useless"), [("GetRecords", 0), ("DescribeStream", 0), ("GetItem", 1)])
def test_the_stream_of_a_table_is_not_the_table(action: str, useless: int) -> None:
    text = f"""version: 1
overrides:
  - select: worker.lambda
    grant: [{{actions: ["dynamodb:{action}"], on: !GetAtt data.tables.Todo.tableStreamArn}}]
"""
    plan = build_plan(base(), overrides_from(text))
    assert [f.code for f in plan.findings] == ["OVR4303"] * useless


def test_a_policy_that_iam_would_not_take() -> None:
    arns = [f"arn:aws:s3:::{'x' * 60}{n}" for n in range(150)]
    [finding] = findings({"actions": ["s3:ListBucket"], "on": arns})
    assert finding.code == "OVR4304"
    assert finding.message.startswith("the policies of worker.lambda.role have at least ")
