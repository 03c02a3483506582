"""The texts that a value may come to: within bounds, whatever is written."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ovr.template.possible import Possible, shown
from ovr.template.tree import ROOT, Stack, StackTree

LEVELS = 12


def nested(given_to_child: Any) -> StackTree:
    """Stacks in one another, each giving its child a value made of its own parameter."""
    stacks = {}
    for level in range(LEVELS):
        path = "/".join(["S"] * level)
        child = {"Type": "AWS::CloudFormation::Stack", "Properties": {"Parameters": {"P": given_to_child}}}
        template = {"Parameters": {"P": {"Type": "String", "Default": "x"}}, "Resources": {"S": child}}
        parent = "/".join(["S"] * (level - 1)) if level else None
        stacks[path] = Stack(path, f"{level}.json", template, parent, "S" if level else None)
    return StackTree("app", stacks)


DEEPEST = "/".join(["S"] * (LEVELS - 1))


def test_a_parameter_comes_from_the_root() -> None:
    assert Possible(nested({"Ref": "P"})).texts(DEEPEST, {"Ref": "P"}) == ["x"]


def test_what_multiplies_from_stack_to_stack_ends() -> None:
    texts = Possible(nested({"Fn::Join": ["", [{"Ref": "P"}] * 10]})).texts(DEEPEST, {"Ref": "P"})
    assert len(texts) == 1
    assert len(texts[0]) < 100_000
    ways = nested({"Fn::Sub": ["${a}${b}", {"a": {"Fn::If": ["C", {"Ref": "P"}, "y"]}, "b": {"Ref": "P"}}]})
    assert len(Possible(ways).texts(DEEPEST, {"Ref": "P"})) <= 64


def test_what_is_unknown_is_shown_as_a_variable() -> None:
    tree = StackTree("app", {ROOT: Stack(ROOT, "t.json", {"Resources": {"B": {"Type": "AWS::S3::Bucket"}}})})
    value = {"Fn::Sub": ["${B.Arn}/${x}", {"x": {"Ref": "AWS::Region"}}]}
    assert [shown(text) for text in Possible(tree).texts(ROOT, value)] == ["${#B.Arn}/${AWS::Region}"]
    assert Possible(tree, {(ROOT, "B"): "New"}).texts(ROOT, {"Ref": "B"}) == ["\0#New.Ref\0"]


FUNCTIONS = ["Ref", "Fn::If", "Fn::Join", "Fn::Sub", "Fn::Select", "Fn::Split", "Fn::FindInMap", "Fn::GetAtt", "x"]
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 9) | st.sampled_from(["P", "*", "", "${P}", ",", "AWS::NoValue", "0"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(FUNCTIONS), inner, max_size=2),
    max_leaves=20,
)


@given(VALUES)
def test_any_value_has_texts(value: Any) -> None:
    assert all(isinstance(text, str) for text in Possible(nested(value)).texts(DEEPEST, value))
