"""What CloudFormation does not take as a template: said of what an override made, never of what the base has."""

import pytest
from tests.support import comparison

from ovr.check.anatomy import malformed_templates
from ovr.template.tree import Stack, StackTree

QUEUE = {"Type": "AWS::SQS::Queue"}


def flaws(before: dict, after: dict) -> list[tuple[str, str | None]]:
    trees = [StackTree("t", {"": Stack("", "t.json", template)}) for template in (before, after)]
    return [(f.code, f.place) for f in malformed_templates(comparison(*trees))]


@pytest.mark.parametrize(
    ("resource", "code", "place"),
    [
        ({"Type": "AWS::SQS::Queue", "Properties": {"A": [1, None]}}, "OVR3021", "/Properties/A/1"),
        ({"Properties": {}}, "OVR3021", ""),
        ({**QUEUE, "deletionPolicy": "Retain"}, "OVR3013", "/deletionPolicy"),
        ({**QUEUE, "DeletionPolicy": "RETAIN"}, "OVR3007", "/DeletionPolicy"),
        ({**QUEUE, "DeletionPolicy": ["Retain"]}, "OVR3007", "/DeletionPolicy"),
        ({**QUEUE, "UpdateReplacePolicy": "RetainExceptOnCreate"}, "OVR3007", "/UpdateReplacePolicy"),
        ({**QUEUE, "DeletionPolicy": "Snapshot"}, "OVR3007", "/DeletionPolicy"),
    ],
)
def test_a_flaw_is_told_once_where_it_is_new(resource: dict, code: str, place: str) -> None:
    before, after = {"Resources": {"Q": QUEUE}}, {"Resources": {"Q": resource}}
    assert flaws(before, after) == [(code, f"the root stack: /Resources/Q{place}")]
    assert flaws(after, {"Resources": {"Q": resource, "R": QUEUE}}) == []


def test_a_base_with_the_same_flaw_is_not_found_fault_with() -> None:
    flawed = {"Resources": {"Q": {**QUEUE, "DeletionPolicy": "RETAIN"}}}
    assert flaws(flawed, {"Resources": {"Q": {**flawed["Resources"]["Q"], "Properties": {}}}}) == []


def test_policies_may_be_computed_and_snapshots_be_taken_of_databases() -> None:
    fine = {
        "Q": {**QUEUE, "DeletionPolicy": {"Fn::If": ["Prod", "Retain", "Delete"]}},
        "D": {"Type": "AWS::RDS::DBInstance", "DeletionPolicy": "Snapshot", "UpdateReplacePolicy": "Snapshot"},
    }
    assert flaws({"Resources": {"Q": QUEUE}}, {"Resources": fine}) == []


def test_sections_and_the_last_resource() -> None:
    before = {"Resources": {"Q": QUEUE}}
    assert flaws(before, {"Resources": {}}) == [("OVR3021", "the root stack: /Resources")]
    assert flaws(before, {**before, "resources": {}}) == [("OVR3013", "the root stack: /resources")]
    assert flaws(before, {**before, "Description": None}) == [("OVR3021", "the root stack: /Description")]
