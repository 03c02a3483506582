"""Every form of a reference in every place where a value can stand: the same target, the same refusal."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.compile.test_wiring import follow

from ovr.adapters.bases import open_base
from ovr.adapters.overrides_file import load_overrides
from ovr.errors import OvrError
from ovr.plan import Plan, build_plan
from ovr.template import pointer
from ovr.template.tree import StackTree

BASE = open_base(str(Path(__file__).parents[1] / "bases" / "c-full" / "cdk.out"), Path.cwd())
POOL = next(i for i, r in BASE.tree.stacks["auth"].resources.items() if r["Type"] == "AWS::Cognito::UserPool")
FUNCTION = next(i for i, r in BASE.tree.stacks["workers"].resources.items() if r["Type"] == "AWS::Lambda::Function")
FORMS = {
    "ref": ("!Ref auth.userPool", "Ref"),
    "ref of a construct path": ('!Ref "/auth/amplifyAuth/UserPool"', "Ref"),
    "getatt": ("!GetAtt auth.userPool.Arn", "Arn"),
    "getatt of CDK": ("!GetAtt auth.userPool.userPoolArn", "Arn"),
    "getatt that is a ref": ("!GetAtt auth.userPool.userPoolId", "Ref"),
    "getatt as a list": ("!GetAtt [auth.userPool, Arn]", "Arn"),
    "getatt by id": (f'!GetAtt "auth#{POOL}.Arn"', "Arn"),
    "sub": ('!Sub "${auth.userPool.Arn}"', "Arn"),
    "sub with a text": ('!Sub "a/${auth.userPool.Arn}/b"', "Arn"),
    "sub with a mapping": ('!Sub ["${P}", {P: !GetAtt auth.userPool.Arn}]', "Arn"),
    "join": ('!Join ["", [a, !GetAtt auth.userPool.Arn]]', "Arn"),
    "file": ("!File value.yaml", "Arn"),
}
WRONG = {
    "ref": ("!Ref auth.userPol", "OVR3012"),
    "getatt": ("!GetAtt auth.userPool.Arm", "OVR3016"),
    "getatt without": ("!GetAtt auth.userPool", "OVR3016"),
    "getatt as a list": ("!GetAtt [auth.userPol, Arn]", "OVR3012"),
    "sub": ('!Sub "${auth.userPool.Arm}"', "OVR3016"),
    "sub not closed": ('!Sub "${auth.userPool.Arn"', "OVR1004"),
    "sub with a mapping": ('!Sub ["${P}", {P: !Ref auth.userPol}]', "OVR3012"),
    "join": ('!Join ["", [a, !GetAtt auth.userPool.Arm]]', "OVR3016"),
    "file": ("!File missing.yaml", "OVR1016"),
    "file outside": ("!File ../../../value.yaml", "OVR5006"),
}

Place = tuple[str, Callable[[StackTree], tuple[str, Any]]]
"""An entry with VALUE in it, and where the value is in the result: (stack, value)."""


def at(stack: str, *path: str) -> Callable[[StackTree], tuple[str, Any]]:
    return lambda tree: (stack, pointer.get(tree.stacks[stack].template, path))


def statement(key: str, *path: str) -> Callable[[StackTree], tuple[str, Any]]:
    def found(tree: StackTree) -> tuple[str, Any]:
        policies = (r for i, r in tree.stacks["workers"].resources.items() if "DefaultPolicy" in i)
        last = next(policies)["Properties"]["PolicyDocument"]["Statement"][-1]
        return "workers", pointer.get(last[key], path)

    return found


def parameter(tree: StackTree) -> tuple[str, Any]:
    own = tree.stacks["more"]
    return "", tree.root.resources[own.logical_id or ""]["Properties"]["Parameters"]["P"]


PROPERTIES = ("Resources", FUNCTION, "Properties")
PLACES: dict[str, Place] = {
    "patch": (
        "{select: worker.lambda, patch: [{op: add, path: /Properties/Description, value: VALUE}]}",
        at("workers", *PROPERTIES, "Description"),
    ),
    "patch of a value": (
        "{select: worker.lambda.Environment, patch: [{op: add, path: /Variables/POOL, value: VALUE}]}",
        at("workers", *PROPERTIES, "Environment", "Variables", "POOL"),
    ),
    "merge": ("{select: worker.lambda, merge: {Description: VALUE}}", at("workers", *PROPERTIES, "Description")),
    "attributes": (
        "{select: worker.lambda, attributes: {Metadata: {pool: VALUE}}}",
        at("workers", "Resources", FUNCTION, "Metadata", "pool"),
    ),
    "environment": (
        "{select: worker.lambda, environment: {POOL: VALUE}}",
        at("workers", *PROPERTIES, "Environment", "Variables", "POOL"),
    ),
    "resources": (
        "{select: worker.stack, resources: {Q: {Type: AWS::SQS::Queue, Properties: {QueueName: VALUE}}}}",
        at("workers", "Resources", "Q", "Properties", "QueueName"),
    ),
    "outputs": ("{select: worker.stack, outputs: {Out: {Value: VALUE}}}", at("workers", "Outputs", "Out", "Value")),
    "tags": (
        "{select: worker.lambda, tags: {aaa: VALUE}}",
        at("workers", *PROPERTIES, "Tags", "0", "Value"),
    ),
    "grant.on": (
        "{select: worker.lambda, grant: [{actions: [cognito-idp:ListUsers], on: VALUE}]}",
        statement("Resource"),
    ),
    "condition": (
        "{select: worker.lambda, grant: [{actions: [s3:ListAllMyBuckets], on: '*', condition: {StringLike: {"
        "aws:SourceArn: VALUE}}}]}",
        statement("Condition", "StringLike", "aws:SourceArn"),
    ),
    "stacks.parameters": (
        "{select: stack, stacks: {more: {template: more.json, parameters: {P: VALUE}}}}",
        parameter,
    ),
}


def planned(entry: str, value: str, folder: Path) -> Plan:
    (folder / ".git").mkdir(exist_ok=True)
    (folder / "overrides.yaml").write_text(f"version: 1\noverrides:\n  - {entry.replace('VALUE', value)}\n")
    (folder / "value.yaml").write_text("!GetAtt auth.userPool.Arn\n")
    template = {"Parameters": {"P": {"Type": "String"}}, "Resources": {"Q": {"Type": "AWS::SQS::Queue"}}}
    (folder / "more.json").write_text(json.dumps(template))
    return build_plan(BASE, load_overrides(folder / "overrides.yaml"))


def references_in(value: Any) -> Iterator[dict[str, Any]]:
    """What a value refers to, written as Ref or Fn::GetAtt; pseudo parameters left out."""
    if isinstance(value, list):
        for item in value:
            yield from references_in(item)
    elif isinstance(value, dict) and value.keys() in ({"Ref"}, {"Fn::GetAtt"}):
        yield from () if str(value.get("Ref")).startswith("AWS::") else (value,)
    elif isinstance(value, dict) and "Fn::Sub" in value:
        text, given = value["Fn::Sub"] if isinstance(value["Fn::Sub"], list) else (value["Fn::Sub"], {})
        for name in re.findall(r"\$\{([^!}]+)\}", text):
            own = {"Fn::GetAtt": name.split(".", 1)} if "." in name else {"Ref": name}
            yield from references_in(given.get(name, own))
    elif isinstance(value, dict):
        yield from references_in(list(value.values()))


@pytest.mark.parametrize("place", PLACES)
def test_each_form_means_the_same_in_each_place(place: str, tmp_path: Path) -> None:
    entry, find = PLACES[place]
    for form, (written, attribute) in FORMS.items():
        if place == "grant.on" and attribute == "Ref":
            continue  # a user pool's Ref is no ARN
        plan = planned(entry, written, tmp_path)
        stack, value = find(plan.result)
        found = [follow(plan.result, stack, reference) for reference in references_in(value)]
        assert found == [("auth", POOL, attribute)], form


@pytest.mark.parametrize("place", PLACES)
def test_each_wrong_form_is_refused_in_each_place(place: str, tmp_path: Path) -> None:
    for form, (written, code) in WRONG.items():
        with pytest.raises(OvrError) as refused:
            planned(PLACES[place][0], written, tmp_path)
        assert {finding.code for finding in refused.value.findings} == {code}, form


@pytest.mark.parametrize("place", [place for place in PLACES if place != "environment"])
def test_a_secret_of_amplify_stands_in_the_environment_only(place: str, tmp_path: Path) -> None:
    with pytest.raises(OvrError) as refused:
        planned(PLACES[place][0], "!Secret KEY", tmp_path)
    assert {finding.code for finding in refused.value.findings} == {"OVR1017"}
