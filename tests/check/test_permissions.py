"""What needs `allow`: the same finding whatever kind of override gives it (LANGUAGE.md §4)."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support import overrides_from

from ovr.adapters.bases import open_base
from ovr.errors import Finding, OvrError, Severity
from ovr.plan import build_plan
from ovr.template.tree import Base

BASES = Path(__file__).parent.parent / "bases"
CODE = "OVR4302"

STATEMENTS = {
    "every action": ({"actions": ["*"], "on": "storage.bucket"}, "wildcard", "gets every action: `*`"),
    "every action of a service": (
        {"actions": ["s3:*"], "on": "storage.bucket"},
        "wildcard",
        "gets every action of s3: `s3:*`",
    ),
    "every resource": (
        {"actions": ["ses:SendEmail"], "on": "*"},
        "wildcard",
        "gets `ses:SendEmail` on every resource: `*`",
    ),
    "passing any role": (
        {"actions": ["iam:PassRole"], "on": "*"},
        "escalation",
        "may give itself the rights of others: `iam:PassRole` on `*`",
    ),
    "taking any role": (
        {"actions": ["sts:AssumeRole"], "on": "*"},
        "escalation",
        "may give itself the rights of others: `sts:AssumeRole` on `*`",
    ),
}
KINDS = ("grant", "patch", "merge", "resources")


@cache
def base(app: str = "c-full") -> Base:
    return open_base(str(BASES / app / "cdk.out"), BASES)


def findings(entry: dict[str, Any], *, today: date | None = None) -> list[Finding]:
    text = json.dumps({"version": 1, "overrides": [entry]})
    return [f for f in build_plan(base(), overrides_from(text), today=today).findings if f.code == CODE]


def entry(kind: str, item: dict[str, Any]) -> dict[str, Any]:
    """The same permission for the role of `worker`, as each kind has it."""
    if kind == "grant":
        return {"select": "worker.lambda", "grant": [item]}
    resource = "*" if item["on"] == "*" else "arn:aws:s3:::bucket"
    statement = {"Effect": "Allow", "Action": item["actions"][0], "Resource": resource}
    document = {"Version": "2012-10-17", "Statement": [statement]}
    policies = [{"PolicyName": "More", "PolicyDocument": document}]
    if kind == "patch":
        operation = {"op": "add", "path": "/Properties/Policies", "value": policies}
        return {"select": "worker.lambda.role", "patch": [operation]}
    if kind == "merge":
        return {"select": "worker.lambda.role", "merge": {"Policies": policies}}
    policy = {**policies[0], "Roles": [{"Ref": "workerlambdaServiceRole06FC19A9"}]}
    return {"select": "worker.stack", "resources": {"More": {"Type": "AWS::IAM::Policy", "Properties": policy}}}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("item", STATEMENTS)
def test_the_same_from_every_kind(item: str, kind: str) -> None:
    grant, word, message = STATEMENTS[item]
    wanted = entry(kind, grant)
    [finding] = findings(wanted)
    assert finding.message == f"worker.lambda.role {message}"
    assert finding.severity is Severity.ERROR
    assert findings(wanted | {"allow": [word], "reason": "reviewed"}) == []
    assert [f.fix for f in findings(wanted | {"allow": [word]})] == [
        "it is allowed, but without a reason: add `reason: …` to the override"
    ]
    other = "trust" if word != "trust" else "public"
    assert len(findings(wanted | {"allow": [other], "reason": "reviewed"})) == 1


def trust(statement: dict[str, Any]) -> dict[str, Any]:
    return {"AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [statement]}}


OPENED = {
    "trust in anyone": (
        {
            "select": "worker.lambda.role",
            "merge": trust({"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": "*"}}),
        },
        "trust",
    ),
    "a bucket policy for anyone": (
        {
            "select": "storage.bucket.policy.PolicyDocument.Statement",
            "patch": [
                {
                    "op": "add",
                    "path": "/-",
                    "value": {
                        "Effect": "Allow",
                        "Principal": "*",
                        "Action": "s3:GetObject",
                        "Resource": "arn:aws:s3:::x",
                    },
                }
            ],
        },
        "public",
    ),
    "a denial that is lost": (
        {"select": "storage.bucket.policy.PolicyDocument.Statement[Effect=Deny]", "remove": True},
        "public",
    ),
    "a function URL for anyone": (
        {
            "select": "worker.stack",
            "resources": {
                "Url": {
                    "Type": "AWS::Lambda::Url",
                    "Properties": {"AuthType": "NONE", "TargetFunctionArn": "arn:aws:lambda:eu-west-1:1:function:x"},
                }
            },
        },
        "public",
    ),
    "a permission for anyone": (
        {
            "select": "worker.stack",
            "resources": {
                "Call": {
                    "Type": "AWS::Lambda::Permission",
                    "Properties": {"Action": "lambda:InvokeFunction", "FunctionName": "x", "Principal": "*"},
                }
            },
        },
        "public",
    ),
    "AWS's own policy for everything": (
        {"select": "worker.lambda", "grant": [{"managedPolicies": ["AdministratorAccess"]}]},
        "wildcard",
    ),
    "a condition that is lost": (
        {"select": "auth.authenticatedUserIamRole.AssumeRolePolicyDocument.Statement[0].Condition", "remove": True},
        "trust",
    ),
    "all but some actions": (
        {
            "select": "worker.lambda.role",
            "merge": {
                "Policies": [
                    {
                        "PolicyName": "P",
                        "PolicyDocument": {
                            "Statement": {"Effect": "Allow", "NotAction": "iam:*", "Resource": "arn:aws:s3:::x"}
                        },
                    }
                ]
            },
        },
        "wildcard",
    ),
}


@pytest.mark.parametrize("name", OPENED)
def test_what_is_opened_or_lost(name: str) -> None:
    wanted, word = OPENED[name]
    assert len(findings(wanted)) == 1
    assert findings(wanted | {"allow": [word], "reason": "reviewed"}) == []


def test_what_the_base_has_already_needs_no_word() -> None:
    assert findings({"select": "storage.bucket", "merge": {"VersioningConfiguration": {"Status": "Enabled"}}}) == []


def test_an_allowance_names_who_and_until_when() -> None:
    wanted = entry("grant", {"actions": ["ses:SendEmail"], "on": "*"})

    def left(**allowance: str) -> int:
        return len(findings(wanted | {"allow": [{"because": "mail", **allowance}]}, today=date(2026, 11, 22)))

    assert left(wildcard="worker.lambda") == 0
    assert left(wildcard="worker.lambda.role", until="2026-11-22") == 0
    assert left(wildcard="worker.lambda.role", until="2026-11-21") == 1
    assert left(wildcard="nightly.lambda") == 1
    assert left(escalation="worker.lambda") == 1


def test_what_access_expands_to_needs_no_word() -> None:
    assert findings(entry("grant", {"access": "readWrite", "on": "storage.bucket"})) == []


KEYS = """
Statement Action NotAction Resource NotResource Principal Effect Condition AWS
Ref Fn::If Fn::Join Fn::Sub Fn::Select Fn::Split Fn::FindInMap Fn::GetAtt
"""
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 2) | st.sampled_from(["*", "s3:*", "Allow", "Deny", "x"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(KEYS.split()),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(JSON, st.sampled_from(["PolicyDocument", "Policies", "AssumeRolePolicyDocument", "ManagedPolicyArns", "Roles"]))
def test_any_policy_gives_findings_or_is_refused(value: Any, key: str) -> None:
    with suppress(OvrError):
        findings({"select": "worker.lambda.role", "merge": {key: value}})
