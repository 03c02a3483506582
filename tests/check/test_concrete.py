"""Values without intrinsics: which variants there are, and the way back to the template."""

from typing import Any

import pytest

from ovr.check.concrete import pointer_in, variant, variants
from ovr.knowledge.schema_violation import UNKNOWN
from ovr.template.pointer import MISSING

GONE = {"Ref": "AWS::NoValue"}


def either(one: Any, other: Any) -> Any:
    return {"Fn::If": ["C", one, other]}


def all_variants(value: Any, known: Any = MISSING) -> list[Any]:
    return [variant(value, number, known) for number in range(variants(value, known))]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (1, [1]),
        ({"a": {"Ref": "X"}, "b": [{"Fn::Sub": "x"}]}, [{"a": UNKNOWN, "b": [UNKNOWN]}]),
        ({"a": {"Fn::Transform": {}, "b": 1}}, [{"a": UNKNOWN}]),
        (either(1, 2), [1, 2]),
        (either(1, either(2, 3)), [1, 2, 1, 3]),
        ({"a": either(1, GONE)}, [{"a": 1}, {}]),
        ([either(GONE, 1), 2], [[2], [1, 2]]),
        ({"a": either({"b": either(1, 2)}, 3)}, [{"a": {"b": 1}}, {"a": 3}, {"a": {"b": 2}}, {"a": 3}]),
        ({"Fn::If": "malformed"}, [UNKNOWN]),
        ({"a": None, "b": [None]}, [{"b": []}]),
    ],
)
def test_every_branch_stands_in_a_variant(value: Any, expected: list[Any]) -> None:
    assert all_variants(value) == expected


def test_what_is_the_same_object_in_the_base_is_not_judged() -> None:
    shared = {"deep": either(1, 2)}
    assert all_variants({"a": shared, "b": 1}, {"a": shared, "b": 2}) == [{"a": UNKNOWN, "b": 1}]
    assert all_variants([shared], [{"deep": either(1, 2)}]) == [[{"deep": 1}], [{"deep": 2}]]


def test_many_branches_inside_each_other_are_not_all_tried() -> None:
    value: Any = 0
    for number in range(40):
        value = either(number, value)
    assert variants(value) == 32


@pytest.mark.parametrize(
    ("value", "path", "number", "expected"),
    [
        ({"a": {"b": 1}}, "a.b", 0, ("a", "b")),
        ({"a.b": {"c": 1}, "a": {"b": 2}}, "a.b.c", 0, ("a.b", "c")),
        ({"a": either({"b": 1}, {"b": 2})}, "a.b", 1, ("a", "Fn::If", "2", "b")),
        ([either(GONE, {"x": 1}), {"x": 2}], "0.x", 0, ("1", "x")),
        ([either(GONE, {"x": 1}), {"x": 2}], "0.x", 1, ("0", "Fn::If", "2", "x")),
        ({"a": 1}, "b.c", 0, ("b", "c")),
        ({"a": [1]}, "a.7", 0, ("a",)),
        ({}, "", 0, ()),
    ],
)
def test_the_way_back(value: Any, path: str, number: int, expected: tuple[str, ...]) -> None:
    assert pointer_in(value, path, number) == expected
