"""The comparer is itself tried: on CDK's own results, and on results that are wrong by one change."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from tests.corpus.comparing import Templates, compare, expected_templates, one_form, rename, same, without_defaults

SAMPLE = Path(__file__).parent / "sample"
BASES = Path(__file__).parents[1] / "bases"
CASES = sorted(file.parent for file in SAMPLE.glob("*/*/expected.json"))


def base_of(case: Path) -> Templates:
    return {f.name: json.loads(f.read_text()) for f in (BASES / case.parent.name / "cdk.out").glob("*.template.json")}


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}/{case.name}")
def test_cdks_changes_fit_the_base_and_each_of_them_counts(case: Path) -> None:
    base, expected = base_of(case), json.loads((case / "expected.json").read_text())
    whole = expected_templates(base, expected, {})
    assert compare(whole, copy.deepcopy(whole)) == []
    for file, entry in expected.items():
        for left_out in range(len(entry["changes"])):
            fewer = [c for i, c in enumerate(entry["changes"]) if i != left_out]
            part = expected_templates({file: base[file]}, {file: {**entry, "changes": fewer}}, {})
            assert compare({file: whole[file]}, part), f"nobody would miss {entry['changes'][left_out]['path']}"


def test_a_change_that_does_not_fit_is_refused() -> None:
    change = {"op": "~", "path": "/A", "old": 1, "new": 2}
    with pytest.raises(ValueError, match="does not fit"):
        expected_templates({"f": {"A": True}}, {"f": {"status": "changed", "changes": [change]}}, {})


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}, True),
        ([1, 2], [2, 1], False),
        (1, True, False),
        ({"a": None}, {}, False),
        ("1", 1, False),
    ],
)
def test_equality_is_that_of_json(one: Any, other: Any, equal: bool) -> None:
    assert same(one, other) is equal


def test_difference_names_file_and_pointer() -> None:
    assert compare({"f": {"a/b": [1]}}, {"f": {"a/b": [2]}}) == [("f: /a~1b/0", 1, 2)]
    assert [place for place, _, _ in compare({"f": {}}, {})] == ["f: /"]


@pytest.mark.parametrize(
    ("sub", "parts"),
    [
        ("arn:${AWS::Partition}:x", ["arn:", {"Ref": "AWS::Partition"}, ":x"]),
        ("${A.B.C}${!Literal}", [{"Fn::GetAtt": ["A", "B.C"]}, "${Literal}"]),
    ],
)
def test_a_sub_is_the_join_that_says_the_same(sub: str, parts: list[Any]) -> None:
    assert one_form({"X": {"Fn::Sub": sub}}) == {"X": {"Fn::Join": ["", parts]}}


def test_joins_are_flattened_and_other_delimiters_kept() -> None:
    nested = {"Fn::Join": ["", ["a", {"Fn::Join": ["", ["b", {"Ref": "C"}]]}, "d"]]}
    assert one_form(nested) == {"Fn::Join": ["", ["ab", {"Ref": "C"}, "d"]]}
    assert one_form({"Fn::Join": [",", ["a", "b"]]}) == {"Fn::Join": [",", ["a", "b"]]}
    assert one_form({"DependsOn": "A"}) == {"DependsOn": ["A"]}


def test_a_rename_follows_references() -> None:
    def template(name: str) -> Any:
        text = {"Fn::Sub": f"${{{name}.Arn}}${{AB}}"}
        value = {"X": {"Ref": name}, "Y": text, "Z": {"Fn::GetAtt": [name, "Arn"]}}
        return {"Resources": {name: {"Properties": value}, "C": {"DependsOn": [name]}}}

    assert rename(template("A"), {"A": "B"}) == template("B")


def test_only_what_is_given_of_itself_is_taken_off() -> None:
    resource = {
        "Type": "T",
        "DeletionPolicy": "Delete",
        "UpdateReplacePolicy": "Retain",
        "Metadata": {"aws:cdk:path": "p"},
        "Properties": {"Tags": [{"Key": "created-by", "Value": "amplify"}, {"Key": "Mine", "Value": "1"}]},
    }
    assert without_defaults(resource) == {
        "Type": "T",
        "UpdateReplacePolicy": "Retain",
        "Properties": {"Tags": [{"Key": "Mine", "Value": "1"}]},
    }
