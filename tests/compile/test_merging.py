"""RFC 7396: the table of its appendix A, and the law that the operations give what the RFC's algorithm gives."""

import json
import sys
from pathlib import Path

import pytest
from hypothesis import given

sys.path.insert(0, str(Path(__file__).parents[1] / "laws"))

from strategies import JSON, PLAIN_OBJECTS

from ovr.compile.merging import merge_writes
from ovr.template.diff import same
from ovr.template.intrinsics import is_intrinsic
from ovr.template.operations import Operation, apply
from ovr.template.tree import Stack, StackTree

APPENDIX_A = [
    ('{"a":"b"}', '{"a":"c"}', '{"a":"c"}'),
    ('{"a":"b"}', '{"b":"c"}', '{"a":"b","b":"c"}'),
    ('{"a":"b"}', '{"a":null}', "{}"),
    ('{"a":"b","b":"c"}', '{"a":null}', '{"b":"c"}'),
    ('{"a":["b"]}', '{"a":"c"}', '{"a":"c"}'),
    ('{"a":"c"}', '{"a":["b"]}', '{"a":["b"]}'),
    ('{"a":{"b":"c"}}', '{"a":{"b":"d","c":null}}', '{"a":{"b":"d"}}'),
    ('{"a":[{"b":"c"}]}', '{"a":[1]}', '{"a":[1]}'),
    ('["a","b"]', '["c","d"]', '["c","d"]'),
    ('{"a":"b"}', '["c"]', '["c"]'),
    ('{"a":"foo"}', '"bar"', '"bar"'),
    ('{"e":null}', '{"a":1}', '{"e":null,"a":1}'),
    ("[1,2]", '{"a":"b","c":null}', '{"a":"b"}'),
    ("{}", '{"a":{"bb":{"ccc":null}}}', '{"a":{"bb":{}}}'),
]


def merged(target: object, patch: object) -> object:
    """`patch` merged into `target` by the operations that `merge` compiles to."""
    template = {"Resources": {"X": {"Type": "T", "Metadata": {"at": target}}}}
    tree = StackTree("root", {"": Stack("", "", template)})
    path = ("Resources", "X", "Metadata", "at")
    operations = [Operation("", op, at, value) for op, at, value in merge_writes(template, path, patch)]
    return apply(tree, operations).root.resources["X"]["Metadata"]["at"]


def rfc7396(target: object, patch: object) -> object:
    """The algorithm of RFC 7396 §2, intrinsic functions being scalars as the language has it."""
    if not isinstance(patch, dict) or is_intrinsic(patch):
        return patch
    result = dict(target) if isinstance(target, dict) and not is_intrinsic(target) else {}
    for key, value in patch.items():
        if value is None:
            result.pop(key, None)
        else:
            result[key] = rfc7396(result.get(key), value)
    return result


@pytest.mark.parametrize(("target", "patch", "expected"), APPENDIX_A)
def test_appendix_a(target: str, patch: str, expected: str) -> None:
    assert merged(json.loads(target), json.loads(patch)) == json.loads(expected)


@given(JSON, JSON)
def test_operations_give_what_the_algorithm_gives(target: object, patch: object) -> None:
    assert same(merged(target, patch), rfc7396(target, patch))


@given(PLAIN_OBJECTS, PLAIN_OBJECTS)
def test_merging_again_does_nothing(target: dict[str, object], patch: dict[str, object]) -> None:
    after = merged(target, patch)
    assert not list(merge_writes({"at": after}, ("at",), patch))


def test_missing_parents_are_made() -> None:
    assert list(merge_writes({"a": {}}, ("a", "b", "c"), {"d": 1, "e": None})) == [
        ("add", ("a", "b"), {"c": {"d": 1}})
    ]


def test_an_intrinsic_is_replaced_and_replaces_whole() -> None:
    intrinsic = {"Fn::If": ["Prod", {"x": 1}, {"x": 2}]}
    assert list(merge_writes({"a": intrinsic}, ("a",), {"x": 3})) == [("replace", ("a",), {"x": 3})]
    assert list(merge_writes({"a": {"x": 3}}, ("a",), intrinsic)) == [("replace", ("a",), intrinsic)]


def test_the_condition_of_a_resource_is_a_member_and_no_intrinsic() -> None:
    template = {"Resources": {"Q": {"Type": "AWS::SQS::Queue", "Properties": {}}}}
    wanted = [("add", ("Resources", "Q", "Condition"), "IsProd")]
    assert list(merge_writes(template, ("Resources", "Q"), {"Condition": "IsProd"})) == wanted
    assert list(merge_writes(template, (), {"Resources": {"Q": {"Condition": "IsProd"}}})) == wanted


def test_no_parents_are_made_to_take_something_away() -> None:
    template = {"Resources": {"Q": {"Type": "AWS::SQS::Queue"}}}
    assert list(merge_writes(template, ("Resources", "Q", "Properties", "Tags"), {"a": None})) == []
