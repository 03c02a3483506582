"""What a text is joined of."""

import pytest

from ovr.template.intrinsics import text_parts

ARN = {"Fn::GetAtt": ["Topic", "Arn"]}


@pytest.mark.parametrize(
    ("value", "parts"),
    [
        ("plain", ["plain"]),
        ({"Ref": "A"}, [{"Ref": "A"}]),
        ({"Fn::Join": ["", ["a", {"Fn::Join": ["", [ARN, "b"]]}]]}, ["a", ARN, "b"]),
        ({"Fn::Join": ["-", ["a", ARN]]}, [{"Fn::Join": ["-", ["a", ARN]]}]),
        ({"Fn::Join": ["", {"Ref": "List"}]}, [{"Fn::Join": ["", {"Ref": "List"}]}]),
        ({"Fn::Sub": "a-${Topic.Arn}-${AWS::Region}"}, ["a-", ARN, "-", {"Ref": "AWS::Region"}, ""]),
        ({"Fn::Sub": "${!kept}${ Topic }"}, ["", "${kept}", "", {"Ref": "Topic"}, ""]),
        ({"Fn::Sub": ["${x}${y}", {"x": {"Fn::Join": ["", ["l", ARN]]}}]}, ["", "l", ARN, "", {"Ref": "y"}, ""]),
        ({"Fn::Sub": {"Ref": "A"}}, [{"Fn::Sub": {"Ref": "A"}}]),
    ],
)
def test_parts(value: object, parts: list[object]) -> None:
    assert text_parts(value) == parts
