"""What becomes of a resource when one property changes, held against AWS's documentation (verdicts.jsonl)."""

import copy
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.check.judging import effects, tree

from ovr.knowledge.replacement import replacement
from ovr.template.changes import Verdict

ROWS: list[dict[str, Any]] = [
    json.loads(line) for line in (Path(__file__).parent / "verdicts.jsonl").read_text().splitlines()[1:]
]


def name_of(row: dict[str, Any]) -> str:
    return f"{ROWS.index(row)} {row['type']} {row['property']}"


def put(properties: dict[str, Any], path: str, value: object) -> None:
    """Sets, or without a value leaves away, the property at a dotted path."""
    *way, last = [int(part) if part.isdigit() else part for part in path.split(".")]
    at: Any = properties
    for part in way:
        at = at[part] if isinstance(at, list) else at.setdefault(part, {})
    if value is not None:
        at[last] = value


def judged(row: dict[str, Any]) -> Verdict:
    sides = []
    for side in ("before", "after"):
        properties = copy.deepcopy(row.get("given", {}))
        put(properties, row["property"], row.get(side))
        sides.append(tree({"Resources": {"It": {"Type": row["type"], "Properties": properties}}}))
    verdict = effects(*sides)["It"].verdict
    assert verdict is not None
    return verdict


@pytest.mark.parametrize("row", ROWS, ids=name_of)
def test_as_documented(row: dict[str, Any]) -> None:
    verdict = judged(row)
    assert verdict.kind == row["verdict"]
    assert verdict.reason
    assert verdict.source
    assert bool(verdict.condition) == verdict.kind.startswith("may-")


def test_in_both_directions() -> None:
    """Nothing that is replaced or refused passes for an update; how often it is the other way round is printed."""
    found = [(row, judged(row).kind) for row in ROWS]
    missed = [name_of(row) for row, kind in found if kind == "update" != row["verdict"]]
    alarms = [name_of(row) for row, kind in found if row["verdict"] == "update" != kind]
    print(f"{len(found)} changes, {len({row['type'] for row in ROWS})} types; missed: {missed}; false alarms: {alarms}")
    assert not missed
    assert not alarms
    assert len(found) >= 60
    assert len({row["type"] for row in ROWS}) >= 15
    assert sum(row["verdict"] in ("update", "may-replace") for row in ROWS) >= 20


def test_every_row_has_a_source() -> None:
    assert all(row["source"].startswith(("https://docs.aws.amazon.com/", "@aws-amplify/")) for row in ROWS)


def table(before: dict[str, Any], after: dict[str, Any]) -> Verdict:
    kind = "AWS::DynamoDB::Table"
    found = effects(*(tree({"Resources": {"It": {"Type": kind, "Properties": p}}}) for p in (before, after)))
    verdict = found["It"].verdict
    assert verdict is not None
    return verdict


class TestNames:
    KEY, OTHER = ([{"AttributeName": name, "KeyType": "HASH"}] for name in ("id", "other"))

    def test_a_name_of_its_own_stands_in_the_way(self) -> None:
        verdict = table({"TableName": "t", "KeySchema": self.KEY}, {"TableName": "t", "KeySchema": self.OTHER})
        assert verdict.kind == "replace"
        assert "TableName stays the same" in verdict.reason

    def test_unless_it_changes_too_or_there_is_none(self) -> None:
        renamed = table({"TableName": "t", "KeySchema": self.KEY}, {"TableName": "u", "KeySchema": self.OTHER})
        unnamed = table({"KeySchema": self.KEY}, {"KeySchema": self.OTHER})
        assert "stays the same" not in renamed.reason + unnamed.reason


class TestTags:
    def test_tags_that_cannot_be_updated_replace(self) -> None:
        kind = "AWS::OpenSearchServerless::Collection"
        sides = [
            tree({"Resources": {"It": {"Type": kind, "Properties": {"Name": "c", "Tags": [{"Key": "a", "Value": v}]}}}})
            for v in ("1", "2")
        ]
        assert effects(*sides)["It"].action == "replace"

    def test_others_do_not(self) -> None:
        sides = [
            tree({"Resources": {"It": {"Type": "AWS::SQS::Queue", "Properties": {"Tags": [{"Key": "a", "Value": v}]}}}})
            for v in ("1", "2")
        ]
        verdict = effects(*sides)["It"].verdict
        assert verdict is not None
        assert verdict.kind == "update"


    def test_tags_of_the_root_stack_go_to_all(self) -> None:
        resources = {"Fixed": {"Type": "AWS::OpenSearchServerless::Collection"}, "Other": {"Type": "AWS::SQS::Queue"}}
        before = tree({"Resources": resources})
        after = before.with_stack(replace(before.root, options={"tags": {"team": "a"}}))
        found = effects(before, after)
        assert list(found) == ["Fixed"]
        assert found["Fixed"].verdict
        assert found["Fixed"].verdict.kind == "may-replace"
        assert found["Fixed"].changes[0].via == "the tags of the root stack"


@pytest.mark.parametrize(
    "attribute", ["DeletionPolicy", "UpdateReplacePolicy", "Metadata", "DependsOn", "UpdatePolicy", "CreationPolicy"]
)
def test_attributes_never_replace(attribute: str) -> None:
    resource = {"Type": "AWS::S3::Bucket"}
    found = effects(tree({"Resources": {"It": resource}}), tree({"Resources": {"It": {**resource, attribute: "x"}}}))
    assert found["It"].verdict
    assert found["It"].verdict.kind == "update"


def test_another_type_is_refused() -> None:
    found = effects(*(tree({"Resources": {"It": {"Type": t}}}) for t in ("AWS::SQS::Queue", "AWS::SNS::Topic")))
    assert found["It"].verdict
    assert found["It"].verdict.kind == "refused"


def test_a_type_that_nobody_knows_may_be_replaced() -> None:
    sides = (tree({"Resources": {"It": {"Type": "Acme::Db::Thing", "Properties": {"A": a}}}}) for a in (1, 2))
    verdict = effects(*sides)["It"].verdict
    assert verdict
    assert (verdict.kind, verdict.condition) == ("may-replace", "the type's schema says so")


def test_the_whole_of_the_properties() -> None:
    sides = (
        {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "q"}},
        {"Type": "AWS::SQS::Queue"},
    )
    found = effects(*(tree({"Resources": {"It": side}}) for side in sides))
    assert found["It"].action == "replace"


def test_the_table_is_read_line_by_line() -> None:
    assert replacement("AWS::CloudFormation::Stack").known
    assert not replacement("AWS::CloudFormation::Stack").rules
    assert not replacement("AWS::Nothing::Here").known
    assert replacement("AWS::S3::Bucket").identifier == ("BucketName",)
