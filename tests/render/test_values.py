"""How values are written: readable, and never two values alike."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ovr.render.linediff import differing_parts, line_diff
from ovr.render.values import as_lines, block, inline, label
from ovr.template.intrinsics import is_intrinsic

SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
JSON = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=12)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (8, "8"),
        ("8", '"8"'),
        ("012", '"012"'),
        ("2012-10-17", "2012-10-17"),
        (True, "true"),
        ("true", '"true"'),
        (None, "null"),
        ("", '""'),
        (" a", '" a"'),
        ("a: b", '"a: b"'),
        ("index.handler", "index.handler"),
        ("a → b", '"a → b"'),
        ("Ref X", '"Ref X"'),
        ("${X}", '"${X}"'),
        ("one\ntwo", '"one\\ntwo"'),
        ("a, b", "a, b"),
        (["a, b"], '["a, b"]'),
        ({"a": [1, "x"], "b c": {}}, '{a: [1, x], "b c": {}}'),
        ({"Ref": "Topic"}, "Ref Topic"),
        ({"Fn::GetAtt": ["Topic", "Arn"]}, "Topic.Arn"),
        ("Topic.Arn", '"Topic.Arn"'),
        ({"Fn::GetAtt": "Topic.Arn"}, "Topic.Arn"),
        ({"Fn::Sub": "a-${Topic}"}, "a-${Topic}"),
        ({"Fn::Join": ["", ["a-", {"Ref": "Topic"}, {"Fn::GetAtt": ["B", "Arn"]}]]}, "a-${Topic}${B.Arn}"),
        ({"Fn::Join": [",", {"Ref": "List"}]}, 'Join(",", Ref List)'),
        ({"Fn::If": ["C", "a", {"Ref": "AWS::NoValue"}]}, "If(C, a, Ref AWS::NoValue)"),
        ({"Condition": "C"}, "Condition C"),
        ({"Fn::Sub": ["${A}", {"A": 1}]}, 'Sub("${A}", {A: 1})'),
    ],
)
def test_one_line(value: object, written: str) -> None:
    assert inline(value) == written


def _has_intrinsic(value: object) -> bool:
    if isinstance(value, dict):
        return is_intrinsic(value) or any(map(_has_intrinsic, value.values()))
    return isinstance(value, list) and any(map(_has_intrinsic, value))


@given(JSON, JSON)
def test_two_values_are_never_written_alike(left: object, right: object) -> None:
    if _has_intrinsic(left) or _has_intrinsic(right) or "(hidden)" in json.dumps([left, right]):
        return
    if json.dumps(left) != json.dumps(right):
        assert inline(left) != inline(right)


@given(JSON, st.integers(0, 80))
def test_a_block_holds_every_value(value: object, room: int) -> None:
    lines = block(value, room)
    assert lines
    if len(lines) == 1 and not (isinstance(value, dict | list) and value):
        assert lines == [inline(value)]


def test_deep_values_end() -> None:
    deep: object = 1
    for _ in range(500):
        deep = [deep]
    assert "…" in inline(deep)
    assert block(deep, 10)


@pytest.mark.parametrize(
    ("path", "document", "written"),
    [
        (("Schema", "0", "Mutable"), {"Schema": [{"Mutable": True}]}, "Schema[0].Mutable"),
        (("Map", "0"), {"Map": {"0": 1}}, "Map.0"),
        (("Variables", "a.b"), {}, 'Variables["a.b"]'),
        (("Tags", "-"), {"Tags": []}, "Tags[-]"),
        ((), {}, ""),
    ],
)
def test_labels(path: tuple[str, ...], document: object, written: str) -> None:
    assert label(path, document) == written


def test_json_in_a_text_is_compared_as_json() -> None:
    assert as_lines('{"a":1}') == ["{", '  "a": 1', "}"]
    assert as_lines("{not json") is None
    assert as_lines("one\ntwo") == ["one", "two"]


def test_lines_are_compared_with_three_lines_around() -> None:
    before = [str(n) for n in range(20)]
    after = [*before[:9], "new", *before[10:]]
    assert line_diff(before, after) == [
        ("dim", "line 7"),
        ("same", "  6"),
        ("same", "  7"),
        ("same", "  8"),
        ("remove", "- 9"),
        ("add", "+ new"),
        ("same", "  10"),
        ("same", "  11"),
        ("same", "  12"),
    ]


@given(st.text("ab", max_size=90), st.text("ab", max_size=90))
def test_what_differs_in_long_lines_is_shown(before: str, after: str) -> None:
    old, new = differing_parts(before, after)
    assert (old == new) == (before == after)
    assert old.strip("…") in before
    assert new.strip("…") in after
