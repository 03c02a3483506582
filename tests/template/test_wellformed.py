"""What is a template and what is not, in the words the user sees."""

from __future__ import annotations

from typing import Any

import pytest

from ovr.errors import OvrError
from ovr.template.wellformed import require_template


@pytest.mark.parametrize(
    "template",
    [
        {"Resources": {}},
        {"Resources": {"A": {}}, "Outputs": {}, "Transform": ["AWS::Serverless-2016-10-31"]},
        {"Resources": {"Fn::Transform": {"Name": "AWS::Include", "Parameters": {}}}},
    ],
)
def test_a_template_is_given_back(template: dict[str, Any]) -> None:
    assert require_template(template, "t.json") is template


@pytest.mark.parametrize(
    ("template", "message", "details"),
    [
        (None, "t.json is not a template", ("expected an object, found null",)),
        ([1], "t.json is not a template", ("expected an object, found a list",)),
        ({}, "t.json has no `Resources`", ("it has nothing",)),
        ({"Resource": 1}, "t.json has no `Resources`", ("it has Resource",)),
        ({"Resources": {}, "Outputs": []}, "`Outputs` of t.json is a list, expected an object", ()),
        (
            {"Resources": {"A": 1, "B": {"Type": 1.5}, "C": {"Properties": "x"}, "D": {"Metadata": True}}},
            "t.json has resources that are not well formed",
            (
                "`A` is a number, expected an object",
                "`Type` of `B` is a number, expected a string",
                "`Properties` of `C` is a string, expected an object",
                "`Metadata` of `D` is a boolean, expected an object",
            ),
        ),
        (
            {"Resources": {f"R{n}": None for n in range(7)}},
            "t.json has resources that are not well formed",
            (*(f"`R{n}` is null, expected an object" for n in range(5)), "and 2 more"),
        ),
    ],
)
def test_what_is_none_is_refused_with_what_was_found(
    template: Any, message: str, details: tuple[str, ...]
) -> None:
    with pytest.raises(OvrError) as caught:
        require_template(template, "t.json")
    (finding,) = caught.value.findings
    assert (finding.code, finding.message, finding.details) == ("OVR5002", message, details)
