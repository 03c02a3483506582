"""Policies that no dependency of CDK knows."""

import pytest

from ovr.compile.late_policies import is_late_policy

PARAMETERS = {"Action": "ssm:GetParameters", "Effect": "Allow", "Resource": "*"}
OTHER = {"Action": "s3:GetObject", "Effect": "Allow", "Resource": "*"}


@pytest.mark.parametrize(
    ("type_name", "statements", "late"),
    [
        ("AWS::IAM::Policy", [PARAMETERS], True),
        ("AWS::IAM::Policy", [OTHER, PARAMETERS], False),
        ("AWS::IAM::ManagedPolicy", [PARAMETERS], False),
        ("AWS::IAM::Policy", {"Ref": "Elsewhere"}, False),
    ],
)
def test_late(type_name: str, statements: object, late: bool) -> None:
    resource = {"Type": type_name, "Properties": {"PolicyDocument": {"Statement": statements}}}
    assert is_late_policy(resource) is late
