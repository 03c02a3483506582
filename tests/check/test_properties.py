"""The check for unknown properties: what it finds, what it leaves alone, and where it puts the blame."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.support import comparison

from ovr.check.properties import unknown_in, unknown_properties
from ovr.errors import Finding
from ovr.knowledge.types import type_info
from ovr.spans import Source, Span
from ovr.template.operations import Op, Operation, apply
from ovr.template.pointer import MISSING, Json, parse
from ovr.template.tree import ROOT, Stack, StackTree

BASES = Path(__file__).parent.parent / "bases"


def tree(**resources: Any) -> StackTree:
    return StackTree("app", {ROOT: Stack(ROOT, "app.template.json", {"Resources": resources})})


def operation(op: Op, path: str, value: Json = MISSING, source: str | None = None) -> Operation:
    return Operation(ROOT, op, parse(path), value, None if source is None else parse(source))


def check(base: StackTree, *operations: Operation) -> list[Finding]:
    return unknown_properties(comparison(base, apply(base, operations), operations))


POOL = {"Type": "AWS::Cognito::UserPool", "Properties": {"Policies": {"PasswordPolicy": {"MinimumLength": 8}}}}
POLICY = "/Resources/Pool/Properties/Policies/PasswordPolicy"


def test_a_typo_deep_inside() -> None:
    [finding] = check(tree(Pool=POOL), operation("add", f"{POLICY}/MinimumLenght", 10))
    assert finding.code == "OVR3003"
    assert finding.message == "`Policies.PasswordPolicy` of AWS::Cognito::UserPool has no property `MinimumLenght`"
    assert finding.fix == "did you mean `MinimumLength`?"
    assert finding.place == f"the root stack: {POLICY}/MinimumLenght"
    assert "RequireLowercase" in finding.details[0]


def test_every_typo_in_a_value_is_found() -> None:
    value = {"PasswordPolicy": {"MinLength": 1}, "SigninPolicy": {}}
    found = check(tree(Pool=POOL), operation("replace", "/Resources/Pool/Properties/Policies", value))
    assert [f.message.split("`")[-2] for f in found] == ["MinLength", "SigninPolicy"]


def test_what_only_aws_can_set() -> None:
    [finding] = check(tree(Pool=POOL), operation("add", "/Resources/Pool/Properties/Arn", "x"))
    assert finding.message == "`Arn` of AWS::Cognito::UserPool is given by AWS and cannot be set"


def test_the_list_of_names_is_cut() -> None:
    [finding] = check(tree(Pool=POOL), operation("add", "/Resources/Pool/Properties/Xyzzy", "x"))
    assert " and " in finding.details[0]
    assert finding.details[0].count(",") == 11
    assert finding.fix is not None
    assert "AWS's schemas of 20" in finding.fix


@pytest.mark.parametrize(
    "written",
    [
        operation("add", "/Resources/New", {"Type": "Custom::Else", "Properties": {"Anything": {"At": "all"}}}),
        operation("add", "/Resources/New", {"Type": "Third::Party::Type", "Properties": {"Anything": 1}}),
        operation("add", "/Resources/Role/Properties/AssumeRolePolicyDocument", {"Any": "thing"}),
        operation("add", "/Resources/New", {"Type": "AWS::S3::Bucket", "Properties": {"Ref": "X"}}),
        operation("add", "/Resources/New", {"Type": "AWS::S3::Bucket", "Properties": None}),
        operation("add", "/Resources/New", {"Type": ["AWS::S3::Bucket"]}),
        operation("add", "/Resources/New", "nonsense"),
        operation("add", "/Resources/Pool/Properties/UserPoolTags", {"any": "tag"}),
        operation("add", "/Resources/Pool/Properties/Schema", {"Fn::FindInMap": ["A", "B", "C"]}),
        operation("add", "/Resources/Pool/Metadata", {"any": "thing"}),
        operation("add", "/Resources/Pool/Properties/Fn::Transform", {"Name": "M"}),
        operation("remove", f"{POLICY}/MinimumLength"),
    ],
)
def test_nothing_is_said_where_nothing_is_known(written: Operation) -> None:
    assert check(tree(Pool=POOL, Role={"Type": "AWS::IAM::Role", "Properties": {}}), written) == []


def test_branches_of_a_condition_are_looked_into() -> None:
    value = {"Fn::If": ["IsProd", {"MinimumLength": 12}, {"MinLength": 8}]}
    [finding] = check(tree(Pool=POOL), operation("replace", POLICY, value))
    assert finding.place == f"the root stack: {POLICY}/Fn::If/2/MinLength"


ODD = {"Type": "AWS::SQS::Queue", "Properties": {"Odd": 1}}


class TestWhatTheBaseHas:
    def test_is_left_alone(self) -> None:
        assert check(tree(Q=ODD), operation("add", "/Resources/Q/Properties/QueueName", "q")) == []

    def test_is_left_alone_after_a_rename(self) -> None:
        assert check(tree(Q=ODD), operation("move", "/Resources/R", source="/Resources/Q")) == []

    def test_is_left_alone_when_items_move(self) -> None:
        base = tree(Pool={"Type": "AWS::Cognito::UserPool", "Properties": {"Schema": [{"Name": "a", "Odd": 1}]}})
        assert check(base, operation("add", "/Resources/Pool/Properties/Schema/0", {"Name": "b"})) == []

    def test_does_not_excuse_another_resource(self) -> None:
        written = operation("add", "/Resources/Q2", ODD)
        assert len(check(tree(Q=ODD), written)) == 1

    def test_a_condition_branch_does_not_excuse_the_place_itself(self) -> None:
        enabled = {"PointInTimeRecoveryEnabled": True}
        place = "/Resources/T/Properties/pointInTimeRecoverySpecification"
        given = {"pointInTimeRecoverySpecification": {"Fn::If": ["C", enabled, {"Ref": "AWS::NoValue"}]}}
        base = tree(T={"Type": "Custom::AmplifyDynamoDBTable", "Properties": given})
        [finding] = check(base, operation("replace", place, enabled))
        assert finding.fix == "did you mean `pointInTimeRecoveryEnabled`?"


def test_the_last_operation_that_wrote_it_is_blamed() -> None:
    base = tree(Pool={"Type": "AWS::Cognito::UserPool", "Properties": {"Schema": []}})
    first = operation("add", "/Resources/Pool/Properties/Schema/-", {"Name": "a", "Mutble": True})
    later = operation("add", "/Resources/Pool/Properties/UserPoolName", "x")
    first, later = (replace(o, span=Span(Source("o.yaml", ""), n, 1, n, 2)) for n, o in enumerate((first, later), 1))
    [finding] = unknown_properties(comparison(base, apply(base, (first, later)), (first, later)))
    assert finding.span == first.span


def untouched_templates() -> list[Path]:
    return sorted(BASES.glob("*/cdk.out/*.template.json"))


def test_real_backends_have_no_unknown_property() -> None:
    """As if all of it were new, but for Amplify's own slip: its tables' Fn::If branches are in Pascal case."""
    slips = {"ReadCapacityUnits", "WriteCapacityUnits", "PointInTimeRecoveryEnabled"}
    found = []
    for file in untouched_templates():
        for resource in json.loads(file.read_text()).get("Resources", {}).values():
            if info := type_info(resource["Type"]):
                found += [(info.name, u.path) for u in unknown_in(info, resource.get("Properties"))]
    assert [f for f in found if not (f[0] == "Custom::AmplifyDynamoDBTable" and f[1][-1] in slips)] == []
    assert found
