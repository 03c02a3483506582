"""Code that overrides bring into the deployment, and what only looks like it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from tests.check.guarding import base, planned, resource, told

from ovr.errors import Finding
from ovr.template.tree import Base

STACK = "AWS::CloudFormation::Stack"
INCLUDE = {"Fn::Transform": {"Name": "AWS::Include", "Parameters": {"Location": "s3://company/part.yaml"}}}
FUNCTION = {"Role": "arn:aws:iam::123456789012:role/hello", "Runtime": "nodejs22.x", "Handler": "index.handler"}
SEED = resource("Custom::Seed", {"ServiceToken": "arn:aws:lambda:eu-west-1:123456789012:function:seed"})
ASSET = {"Metadata": {"aws:asset:path": "Data.json", "aws:asset:property": "TemplateURL"}}


def app() -> Base:
    return base(
        {
            "Transform": "Company::Known",
            "Resources": {
                "Topic": resource("AWS::SNS::Topic", {"DisplayName": "a"}),
                "Old": SEED,
                "Hello": resource("AWS::Lambda::Function", {**FUNCTION, "Code": {"ZipFile": "exports.a = 1"}}),
                "Data": resource(STACK, {"TemplateURL": "https://bucket/hash"}, **ASSET),
            },
        },
        Data={"Resources": {"Topic": resource("AWS::SNS::Topic")}},
    )


def found(*entries: Mapping[str, Any]) -> list[Finding]:
    return told(planned(app(), *entries), ["OVR4107"])


def resources(**made: Any) -> dict[str, Any]:
    return {"select": "stack", "resources": made}


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ({"select": "stack", "merge": {"Transform": ["Company::Known", "Company::New"]}}, "`Company::New`"),
        ({"select": "stack", "merge": {"Transform": [{"Name": "AWS::Include"}]}}, "`AWS::Include`"),
        ({"select": "stack", "merge": {"Transform": "AWS::Serverless-2016-10-31"}}, "`AWS::Serverless-2016-10-31`"),
        ({"select": "#Topic", "merge": {"DisplayName": INCLUDE}}, "#Topic is changed by a macro"),
        ({"select": "stack", "merge": {"Mappings": {"M": INCLUDE}}}, "Mappings is changed by a macro"),
        ({"select": "stack", "merge": {"Outputs": {"O": {"Value": INCLUDE}}}}, "Outputs is changed by a macro"),
        (resources(Seed=SEED), "#Seed is a custom resource"),
        (resources(Seed={**SEED, "Type": "AWS::CloudFormation::CustomResource"}), "#Seed is a custom resource"),
        ({"select": "#Hello", "merge": {"Code": {"ZipFile": "exports.a = 2"}}}, "#Hello has its code written inline"),
        (resources(N=resource(STACK, {"TemplateURL": "https://elsewhere/x"})), "#N is a stack whose template stands"),
        ({"select": "#Data", "merge": {"TemplateURL": "https://elsewhere/x"}}, "Data is a stack whose template stands"),
    ],
)
def test_what_is_brought(entry: dict[str, Any], said: str) -> None:
    [finding] = found(entry)
    assert said in finding.message
    assert finding.span is not None
    assert finding.fix is not None
    assert "allow: [{code: " in finding.fix


@pytest.mark.parametrize(
    "entry",
    [
        {"select": "stack", "merge": {"Transform": ["Company::Known", "AWS::LanguageExtensions"]}},
        {"select": "#Hello", "merge": {"MemorySize": 512}},
        {"select": "#Hello", "logicalId": "Hi"},
        {"select": "#Old", "logicalId": "New"},
        {"select": "#Old", "merge": {"Size": 3}},
        {"select": "#Data", "logicalId": "Store"},
        {"select": "Data#Topic", "merge": {"DisplayName": "b"}},
        {"select": "stack", "merge": {"Metadata": {"ZipFile": "no code"}}},
        {"select": "#Old", "remove": True},
    ],
)
def test_what_was_there_or_runs_nothing(entry: dict[str, Any]) -> None:
    assert found(entry) == []


@pytest.mark.parametrize("name", ["#Seed", "Seed"])
def test_allowed_by_name(name: str) -> None:
    assert found({**resources(Seed=SEED), "allow": [{"code": name, "because": "reviewed"}]}) == []


def test_allowing_one_allows_no_other() -> None:
    [finding] = found({**resources(Seed=SEED, More=SEED), "allow": [{"code": "Seed", "because": "reviewed"}]})
    assert finding.message.startswith("#More ")
