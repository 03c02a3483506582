"""Attributes and types in what overrides made: nothing is found in real templates, and a slip in each place is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.support import comparison

from ovr.adapters.bases import open_base
from ovr.check.attributes import unknown_attributes
from ovr.check.resource_types import unknown_types
from ovr.errors import Finding
from ovr.template.tree import ROOT, Stack, StackTree

BASES = Path(__file__).parent.parent / "bases"


def tree(template: dict[str, Any]) -> StackTree:
    return StackTree("app", {ROOT: Stack(ROOT, "app.json", template)})


def found(check: Any, resources: dict[str, Any], **sections: Any) -> list[Finding]:
    before = tree({"Resources": {}})
    return list(check(comparison(before, tree({"Resources": resources, **sections}))))


@pytest.mark.parametrize("app", sorted(folder.name for folder in BASES.iterdir() if (folder / "cdk.out").is_dir()))
@pytest.mark.parametrize("check", [unknown_attributes, unknown_types])
def test_what_amplify_generates_has_only_attributes_and_types_that_exist(app: str, check: Any) -> None:
    base = open_base(f"{app}/cdk.out", BASES).tree
    empty = tree({"Resources": {}})
    assert list(check(comparison(empty, base))) == []


QUEUE = {"Type": "AWS::SQS::Queue"}


@pytest.mark.parametrize(
    "value",
    [{"Fn::GetAtt": ["Q", "Arm"]}, {"Fn::GetAtt": "Q.Arm"}, {"Fn::Sub": "${Q.Arm}/x"}, {"Fn::Sub": ["${Q.Arm}", {}]}],
)
def test_an_unknown_attribute_is_found_however_it_is_written(value: Any) -> None:
    [finding] = found(unknown_attributes, {"Q": QUEUE}, Outputs={"A": {"Value": value}})
    assert finding.message == "AWS::SQS::Queue has no attribute `Arm`"
    assert finding.fix == "did you mean `Arn`?"


def test_what_the_base_had_already_is_not_found() -> None:
    outputs = {"A": {"Value": {"Fn::GetAtt": ["Q", "Arm"]}}}
    before = tree({"Resources": {"Q": QUEUE}, "Outputs": outputs})
    changed = json.loads(json.dumps(outputs))
    changed["A"]["Description"] = "new"
    assert list(unknown_attributes(comparison(before, tree({"Resources": {"Q": QUEUE}, "Outputs": changed})))) == []


def test_an_output_that_a_nested_stack_has_not() -> None:
    nested = Stack("n", "n.json", {"Resources": {}, "Outputs": {"Url": {"Value": "x"}}}, ROOT, "N")
    resources = {"N": {"Type": "AWS::CloudFormation::Stack"}}
    outputs = {
        "A": {"Value": {"Fn::GetAtt": ["N", "Outputs.Ur"]}},
        "B": {"Value": {"Fn::GetAtt": ["N", "Outputs.Url"]}},
    }
    root = Stack(ROOT, "app.json", {"Resources": resources, "Outputs": outputs})
    [finding] = unknown_attributes(comparison(tree({"Resources": {}}), StackTree("app", {ROOT: root, "n": nested})))
    assert finding.message == "the stack n has no attribute `Outputs.Ur`"


@pytest.mark.parametrize("name", ["AWS::SQS::Que", "SQS::Queue", "AWS::SQS", "Custom::", "Custom::a b", "queue"])
def test_no_type(name: str) -> None:
    [finding] = found(unknown_types, {"Q": {"Type": name}})
    assert finding.code == "OVR3018"


@pytest.mark.parametrize(
    "name", ["AWS::SQS::Queue", "Custom::A-b_c@d", "Acme::Web::Probe", "Acme::Web::Probe::MODULE", "Alexa::ASK::Skill"]
)
def test_a_type(name: str) -> None:
    assert found(unknown_types, {"Q": {"Type": name}}) == []


@pytest.mark.parametrize("check", [unknown_attributes, unknown_types])
def test_a_macro_may_make_what_is_missing(check: Any) -> None:
    resources = {"F": {"Type": "AWS::Serverless::Function2"}, "Q": QUEUE}
    outputs = {"A": {"Value": {"Fn::GetAtt": ["Q", "Arm"]}}}
    assert found(check, resources, Outputs=outputs, Transform="AWS::Serverless-2016-10-31") == []
