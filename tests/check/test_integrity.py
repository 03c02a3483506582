"""Limits, names that are used twice, parameters of nested stacks, conditions that name resources."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from tests.support import comparison

from ovr.adapters.bases import open_base
from ovr.check.comparison import Comparison
from ovr.check.dangling import dangling_references
from ovr.check.given import parameters_given
from ovr.check.limits import limit_findings
from ovr.check.names_twice import names_twice
from ovr.errors import Finding
from ovr.knowledge import limits
from ovr.template.tree import ROOT, Stack, StackTree

BASES = Path(__file__).parent.parent / "bases"
Check = Callable[[Comparison], Iterable[Finding]]
QUEUE = {"Type": "AWS::SQS::Queue"}


def tree(root: dict[str, Any], **nested: dict[str, Any]) -> StackTree:
    children = {name: Stack(name, f"{name}.json", template, ROOT, name.title()) for name, template in nested.items()}
    return StackTree("app", {ROOT: Stack(ROOT, "app.json", root), **children})


def found(check: Check, before: StackTree, after: StackTree) -> list[Finding]:
    return list(check(comparison(before, after)))


@pytest.mark.parametrize("app", sorted(folder.name for folder in BASES.iterdir() if (folder / "cdk.out").is_dir()))
@pytest.mark.parametrize("check", [limit_findings, names_twice, parameters_given, dangling_references])
def test_what_amplify_generates_is_whole(app: str, check: Check) -> None:
    base = open_base(f"{app}/cdk.out", BASES).tree
    assert found(check, tree({}), base) == []


def queues(count: int) -> dict[str, Any]:
    return {"Resources": {f"Q{n}": QUEUE for n in range(count)}}


def parameter(value: str) -> dict[str, Any]:
    return {"Resources": {"Q": QUEUE}, "Parameters": {"P": {"Type": "String", "Default": value}}}


def described(text: str) -> dict[str, Any]:
    return {"Resources": {"Q": QUEUE}, "Description": text}


def mapping(count: int) -> dict[str, Any]:
    return {"Resources": {"Q": QUEUE}, "Mappings": {"M": {f"k{n}": {"v": "x"} for n in range(count)}}}


def referring(count: int) -> dict[str, Any]:
    resolved = {f"P{n}": "{{resolve:ssm:name}}" for n in range(count)}
    return {"Resources": {"Q": {**QUEUE, "Metadata": resolved}}}


@pytest.mark.parametrize(
    ("make", "most", "path"),
    [
        (queues, 500, "/Resources"),
        (lambda size: parameter("x" * size), 4096, "/Parameters/P"),
        (lambda size: described("x" * size), 1024, "/Description"),
        (mapping, 200, "/Mappings/M"),
        (referring, 60, ""),
        (lambda size: {**queues(1), "Metadata": "x" * (size - 81)}, 1_048_576, ""),
    ],
)
def test_how_near_a_limit_is(make: Callable[[int], dict[str, Any]], most: int, path: str) -> None:
    few, near, over = (tree(queues(1), a=make(size)) for size in (most // 2, round(0.95 * most), most + 1))
    assert found(limit_findings, tree(queues(1)), few) == []
    [warning] = found(limit_findings, few, near)
    assert (warning.code, warning.severity) == ("OVR4010", "warning")
    assert "95% of the " in warning.message
    assert (warning.place or "").startswith(f"a: {path}")
    [error] = found(limit_findings, few, over)
    assert (error.code, error.severity, error.fix is not None) == ("OVR4011", "error", True)


def test_a_name_is_too_long_or_not() -> None:
    of_length = [tree({"Resources": {"Q" * length: QUEUE}}) for length in (255, 256)]
    assert found(limit_findings, tree({}), of_length[0]) == []
    [finding] = found(limit_findings, tree({}), of_length[1])
    assert finding.message == f"the name of `{'Q' * 20}…` has 256 characters; CloudFormation takes 255"


def test_a_limit_that_the_base_is_near_already_is_no_matter_unless_it_gets_worse() -> None:
    near, changed = tree(queues(480)), queues(480)
    changed["Resources"]["Q1"] = {"Type": "AWS::SNS::Topic"}
    assert found(limit_findings, near, tree(changed)) == []
    assert found(limit_findings, near, tree(queues(470))) == []
    assert [f.message for f in found(limit_findings, near, tree(queues(481)))] == [
        "the root template has 481 resources, 96% of the 500 that CloudFormation takes"
    ]


def test_a_template_too_large_for_the_request_is_noted_where_there_is_no_bucket_yet() -> None:
    small = tree(queues(1))
    large = queues(1) | {"Metadata": "x" * limits.INLINE_BODY.most}
    [note] = found(limit_findings, small, tree(large))
    assert (note.code, note.severity) == ("OVR4010", "note")
    assert found(limit_findings, small, tree(large, a=queues(1))) == []
    assert found(limit_findings, tree(large), tree({**large, "Description": "x"})) == []


def exported(**names: Any) -> dict[str, Any]:
    outputs = {key: {"Value": "x", "Export": {"Name": name}} for key, name in names.items()}
    return {"Resources": {"Q": QUEUE}, "Outputs": outputs}


IN_REGION = {"Fn::Sub": "${AWS::Region}-x"}
OF_STACK = {"Fn::Sub": "${AWS::StackName}-x"}


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (tree(exported(A="x")), tree(exported(A="x", B="x")), ["/Outputs/B/Export/Name"]),
        (tree({}), tree(exported(A=IN_REGION, B={"Fn::Join": ["-", [{"Ref": "AWS::Region"}, "x"]]})), ["/Outputs/B"]),
        (tree(exported(A="x")), tree(exported(A="x"), a=exported(B="x")), ["/Outputs/B"]),
        (tree(exported(A="x")), tree(exported(A="x", B="X")), []),
        (tree(exported(A="x", B="x")), tree(exported(A="x", B="x", C="y")), []),
        (tree({}), tree(exported(A=OF_STACK), a=exported(A=OF_STACK)), []),
        (tree({}), tree(exported(A=OF_STACK, B=OF_STACK)), ["/Outputs/B"]),
        (tree({}), tree(exported(A={"Fn::If": ["C", "x", "y"]}, B="x")), []),
        (
            tree({}),
            tree({"Parameters": {"Q": {"Type": "String"}, "P": {"Type": "String"}}, "Resources": {"Q": QUEUE}}),
            ["/Resources/Q"],
        ),
    ],
)
def test_names_that_are_used_twice(before: StackTree, after: StackTree, expected: list[str]) -> None:
    findings = found(names_twice, before, after)
    assert {f.code for f in findings} <= {"OVR4012"}
    assert [(f.place or "").partition(": ")[2].startswith(e) for f, e in zip(findings, expected, strict=True)] == [
        True for _ in expected
    ]


def parent(parameters: Any) -> dict[str, Any]:
    return {"Resources": {"A": {"Type": "AWS::CloudFormation::Stack", "Properties": {"Parameters": parameters}}}}


def child(**parameters: Any) -> dict[str, Any]:
    return {"Resources": {"Q": QUEUE}, "Parameters": parameters}


TEXT, DEFAULTED = {"Type": "String"}, {"Type": "String", "Default": "x"}


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (tree(parent({"P": 1}), a=child(P=TEXT, Q=DEFAULTED)), []),
        (
            tree(parent({"P": 1}), a=child(P=TEXT, Q=TEXT)),
            [("OVR4013", "the parameter `Q` of the stack a gets no value")],
        ),
        (
            tree(parent({"P": 1, "Qq": 2}), a=child(P=TEXT)),
            [("OVR3012", "`Qq` is given to the stack a, which has no such parameter")],
        ),
        (tree(parent({"P": 1}), a=child()), [("OVR3012", "`P` is given to the stack a, which has no such parameter")]),
        (tree(parent({}), a=child(P=TEXT)), [("OVR4013", "the parameter `P` of the stack a gets no value")]),
        (tree(parent({"Fn::If": ["C", {}, {}]}), a=child(P=TEXT)), []),
        (tree(parent({}), a={**child(P=TEXT), "Transform": "X"}), []),
        (tree({"Resources": {}}, a=child(P=TEXT)), []),
    ],
)
def test_parameters_of_nested_stacks(after: StackTree, expected: list[tuple[str, str]]) -> None:
    before = tree(parent({"P": 1}), a=child(P=TEXT))
    assert [(f.code, f.message) for f in found(parameters_given, before, after)] == expected
    assert found(parameters_given, after, tree(dict(after.root.template), a=after.stacks["a"].template)) == []


@pytest.mark.parametrize(
    ("value", "fix"),
    [
        ({"Fn::Equals": [{"Ref": "Q"}, "x"]}, None),
        ({"Fn::Equals": [{"Ref": "AWS::Regoin"}, "x"]}, "did you mean `AWS::Region`?"),
    ],
)
def test_a_condition_names_parameters_only(value: Any, fix: str | None) -> None:
    after = tree({"Resources": {"Q": QUEUE}, "Conditions": {"C": value}})
    [finding] = found(dangling_references, tree({"Resources": {"Q": QUEUE}}), after)
    assert (finding.code, finding.fix) == ("OVR3012", fix)
