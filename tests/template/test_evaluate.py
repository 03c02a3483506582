"""What values come to, and whether two of them differ."""

from typing import Any

import pytest

from ovr.template.certainty import Answer, differs, equal
from ovr.template.evaluate import Evaluator
from ovr.template.pointer import MISSING
from ovr.template.tree import ROOT, Stack, StackTree

TEMPLATE: dict[str, Any] = {
    "Parameters": {
        "Stage": {"Type": "String", "Default": "dev"},
        "Open": {"Type": "String"},
        "Zones": {"Type": "CommaDelimitedList", "Default": "a, b"},
        "Stored": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/path"},
    },
    "Mappings": {"Sizes": {"dev": {"memory": 256}}},
    "Conditions": {
        "Dev": {"Fn::Equals": [{"Ref": "Stage"}, "dev"]},
        "Prod": {"Fn::Not": [{"Condition": "Dev"}]},
        "Here": {"Fn::Equals": [{"Ref": "AWS::Region"}, "eu"]},
        "DevHere": {"Fn::And": [{"Condition": "Dev"}, {"Condition": "Here"}]},
    },
    "Resources": {"Q": {"Type": "AWS::SQS::Queue"}, "Child": {"Type": "AWS::CloudFormation::Stack"}},
}
CHILD = {
    "Parameters": {"Given": {"Type": "String"}},
    "Resources": {"T": {"Type": "AWS::SNS::Topic"}},
    "Outputs": {"Topic": {"Value": {"Ref": "T"}}, "Echo": {"Value": {"Fn::Sub": "x-${Given}"}}},
}


def evaluate(value: object, **facts: str) -> Any:
    given = {"Properties": {"Parameters": {"Given": {"Fn::GetAtt": ["Q", "Arn"]}}}}
    resources = {**TEMPLATE["Resources"], "Child": {"Type": "AWS::CloudFormation::Stack", **given}}
    stacks = {
        ROOT: Stack(ROOT, "root.json", {**TEMPLATE, "Resources": resources}),
        "child": Stack("child", "child.json", CHILD, ROOT, "Child"),
    }
    return Evaluator(StackTree("app", stacks), facts, {}, "after").value(ROOT, value)


ARN = {"Fn::GetAtt": ["#Q", "Arn"]}


@pytest.mark.parametrize(
    ("value", "result"),
    [
        ({"Ref": "Stage"}, "dev"),
        ({"Ref": "Open"}, {"Ref": "#Open"}),
        ({"Ref": "Zones"}, ["a", "b"]),
        ({"Ref": "Stored"}, {"Fn::StoredParameter": "/path"}),
        ({"Ref": "AWS::NoValue"}, MISSING),
        ({"a": {"Ref": "AWS::NoValue"}, "b": [{"Ref": "AWS::NoValue"}, 1]}, {"b": [1]}),
        ({"Ref": "AWS::Region"}, {"Ref": "AWS::Region"}),
        ({"Ref": "AWS::StackId"}, {"Ref": "#AWS::StackId"}),
        ({"Ref": "Q"}, {"Fn::GetAtt": ["#Q", "Ref"]}),
        ({"Fn::GetAtt": "Q.Arn"}, ARN),
        ({"Fn::GetAtt": ["Child", "Outputs.Topic"]}, {"Fn::GetAtt": ["child#T", "Ref"]}),
        ({"Fn::GetAtt": ["Child", "Outputs.Echo"]}, {"Fn::Join": ["", ["x-", ARN]]}),
        ({"Fn::GetAtt": ["Child", "Outputs.Nothing"]}, {"Fn::GetAtt": ["#Child", "Outputs.Nothing"]}),
        ({"Fn::Sub": "a-${Stage}-${!x}"}, "a-dev-${x}"),
        ({"Fn::Sub": ["${a}${Q.Arn}", {"a": {"Ref": "Stage"}}]}, {"Fn::Join": ["", ["dev", ARN]]}),
        ({"Fn::Join": ["-", ["a", {"Ref": "Stage"}, 1, True]]}, "a-dev-1-true"),
        ({"Fn::Join": [",", {"Ref": "Zones"}]}, "a,b"),
        ({"Fn::Join": ["", [{"Fn::Sub": "${Q.Arn}"}]]}, ARN),
        ({"Fn::Split": ["-", "a-b"]}, ["a", "b"]),
        ({"Fn::Split": ["||", {"Fn::Join": ["||", {"Ref": "Open"}]}]}, {"Ref": "#Open"}),
        ({"Fn::Select": ["1", {"Ref": "Zones"}]}, "b"),
        ({"Fn::Select": [7, {"Ref": "Zones"}]}, {"Fn::Select": [7, ["a", "b"]]}),
        ({"Fn::FindInMap": ["Sizes", {"Ref": "Stage"}, "memory"]}, 256),
        ({"Fn::If": ["Dev", 1, 2]}, 1),
        ({"Fn::If": ["Prod", 1, {"Ref": "AWS::NoValue"}]}, MISSING),
        ({"Fn::If": ["DevHere", 1, 1]}, 1),
        (
            {"Fn::If": ["DevHere", 1, {"Ref": "AWS::NoValue"}]},
            {"Fn::If": [{"Fn::Equals": [{"Ref": "AWS::Region"}, "eu"]}, 1, {"Ref": "AWS::NoValue"}]},
        ),
        ({"Fn::GetAZs": {"Ref": "AWS::Region"}}, {"Fn::GetAZs": {"Ref": "AWS::Region"}}),
        ({"Condition": "text"}, {"Condition": "text"}),
    ],
)
def test_value(value: object, result: object) -> None:
    assert evaluate(value) == result


def test_facts_decide() -> None:
    assert evaluate({"Fn::If": ["DevHere", 1, 2]}, region="eu") == 1
    assert evaluate({"Fn::Sub": "${AWS::Region}-${AWS::AccountId}"}, region="eu", account="1") == "eu-1"


REGION, OTHER = {"Ref": "AWS::Region"}, {"Fn::GetAtt": ["#P", "Arn"]}


def joined(*parts: object) -> dict[str, Any]:
    return {"Fn::Join": ["", list(parts)]}


@pytest.mark.parametrize(
    ("left", "right", "answer"),
    [
        (10, "10", False),
        (True, "true", False),
        ({"a": [1]}, {"a": ["1"]}, False),
        (1, 2, True),
        (MISSING, 1, True),
        (MISSING, {"Ref": "AWS::NoValue"}, False),
        ([1], [1, 2], True),
        (REGION, REGION, False),
        (REGION, "eu", "AWS::Region comes to another value"),
        (ARN, OTHER, True),
        (ARN, {"Fn::GetAtt": ["#Q", "Ref"]}, "Q.Arn comes to another value"),
        (ARN, {"Fn::GetAtt": ["#Q", "Arn", "new"]}, True),
        (ARN, {"Fn::GetAtt": ["#Q", "Arn", "perhaps new"]}, "Q is replaced"),
        (joined("a-", REGION), joined("b-", REGION), True),
        (joined("a-", REGION), joined("a-", REGION, "-b"), True),
        (joined("a", REGION), joined(REGION, "b"), "AWS::Region comes to another value"),
        ({"a": REGION, "b": 1}, {"a": "eu", "b": 2}, True),
        ({"a": REGION, "b": 1}, {"a": "eu", "b": 1}, "AWS::Region comes to another value"),
        ({"Fn::If": [{"Fn::Equals": [REGION, "eu"]}, 1, 2]}, 1, "not (AWS::Region is eu)"),
        ({"Fn::If": [{"Fn::Equals": [REGION, "eu"]}, 1, 2]}, 3, True),
        ({"Fn::If": [{"Fn::Equals": [REGION, "eu"]}, 1, {"Ref": "AWS::NoValue"}]}, 1, "not (AWS::Region is eu)"),
    ],
)
def test_differs(left: object, right: object, answer: Answer) -> None:
    assert differs(left, right, lambda stack, logical_id: logical_id) == answer
    assert equal(left, right) == (differs(left, right, lambda *_: "") is False) or left is MISSING
