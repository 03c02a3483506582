"""What schemas take, as `ovr explain` tells it."""

import pytest

from ovr.knowledge.allowed import Allowed, allowed
from ovr.knowledge.replacement import replacement


@pytest.mark.parametrize(
    ("type_name", "path", "expected"),
    [
        ("AWS::Cognito::UserPool", ("MfaConfiguration",), Allowed(("string",), ("OFF", "ON", "OPTIONAL"))),
        ("AWS::Cognito::UserPool", ("Policies", "PasswordPolicy", "MinimumLength"), Allowed(("integer",))),
        ("AWS::DynamoDB::Table", ("KeySchema", "0"), Allowed(("object",), (), ("AttributeName", "KeyType"))),
        ("AWS::Lambda::Function", ("Environment", "Variables"), Allowed()),
        ("Custom::AmplifyDynamoDBTable", ("billingMode",), Allowed(("string",), ("PROVISIONED", "PAY_PER_REQUEST"))),
        ("Acme::Unknown::Thing", ("Anything",), Allowed()),
    ],
)
def test_a_place(type_name: str, path: tuple[str, ...], expected: Allowed) -> None:
    assert allowed(type_name, path) == expected


def test_what_a_type_must_have() -> None:
    assert allowed("AWS::IAM::Role", ()).required == ("AssumeRolePolicyDocument",)


def test_rules_about_a_place_are_those_above_and_below() -> None:
    rules = replacement("AWS::Lambda::Function")
    assert [rule.at for rule in rules.about(("FunctionName",))] == [("FunctionName",)]
    assert ("FunctionName",) in [rule.at for rule in rules.about(())]
    assert rules.about(("MemorySize",)) == []
