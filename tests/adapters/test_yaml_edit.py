"""Editing YAML in place: what changes is written, everything else stays to the byte."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ovr.adapters.yaml_document import read_yaml
from ovr.adapters.yaml_edit import edited
from ovr.adapters.yaml_write import block, inline, scalar
from ovr.language.tags import CLOUDFORMATION_TAGS, long_form
from ovr.spans import Source
from ovr.template.diff import same
from ovr.template.operations import Operation, apply_one
from ovr.template.pointer import parse

TEMPLATE = """\
# head

Resources:   # all of them

  # about A
  A:
    Type: AWS::S3::Bucket   # bucket
    Properties:
      Name: !Sub "${X}-y"   # name
      Arn: !GetAtt B.Arn
      Choice: !If
        - c
        - - a   # first
          - b
        - Key: 1
          Text: |
            line 1
            line 2

      Flow: {a: [1, 2], b: !Ref B}   # flow
      Tags:
      - Key: one
        Value: '1' # one
      # about two
      - Key: two
        Value: "2"
    # keep it
    DeletionPolicy: Retain

  # about B
  B:
    Type: "AWS::SNS::Topic"
"""
PROPERTIES = "/Resources/A/Properties"

EDITS: dict[str, tuple[tuple[Any, ...], str, str]] = {
    "a scalar, its comment kept": (
        ("replace", f"{PROPERTIES}/Tags/0/Value", "5"),
        "        Value: '1' # one\n",
        '        Value: "5" # one\n',
    ),
    "a scalar becomes an object": (
        ("replace", f"{PROPERTIES}/Tags/1/Value", {"Ref": "B"}),
        '        Value: "2"\n',
        "        Value:\n          Ref: B\n",
    ),
    "an item goes, with its comment": (
        ("remove", f"{PROPERTIES}/Tags/1"),
        '      # about two\n      - Key: two\n        Value: "2"\n',
        "",
    ),
    "an item comes first": (
        ("add", f"{PROPERTIES}/Tags/0", {"Key": "k"}),
        "      - Key: one\n",
        "      - Key: k\n      - Key: one\n",
    ),
    "an item comes last": (
        ("add", f"{PROPERTIES}/Tags/-", "on"),
        '        Value: "2"\n',
        '        Value: "2"\n      - "on"\n',
    ),
    "the first key of an item goes": (
        ("remove", f"{PROPERTIES}/Tags/1/Key"),
        '      - Key: two\n        Value: "2"\n',
        '      - Value: "2"\n',
    ),
    "inside a tagged list": (
        ("replace", f"{PROPERTIES}/Choice/Fn::If/1/1", "z"),
        "          - b\n",
        "          - z\n",
    ),
    "a text behind a tag": (
        ("replace", f"{PROPERTIES}/Name/Fn::Sub", "${Z}"),
        '!Sub "${X}-y"   # name',
        '!Sub "${Z}"   # name',
    ),
    "an attribute": (("replace", f"{PROPERTIES}/Arn/Fn::GetAtt/0", "C"), "!GetAtt B.Arn", "!GetAtt C.Arn"),
    "another function": (
        ("replace", f"{PROPERTIES}/Arn", {"Fn::Select": [0, []]}),
        "      Arn: !GetAtt B.Arn\n",
        "      Arn:\n        Fn::Select:\n          - 0\n          - []\n",
    ),
    "inside brackets": (("replace", f"{PROPERTIES}/Flow/a/1", {"Ref": "B"}), "[1, 2]", "[1, {Ref: B}]"),
    "a block text": (
        ("replace", f"{PROPERTIES}/Choice/Fn::If/2/Text", "one\ntwo\n"),
        "            line 1\n            line 2\n",
        "            one\n            two\n",
    ),
    "behind a block text": (
        ("add", f"{PROPERTIES}/Choice/Fn::If/2/More", True),
        "            line 2\n",
        "            line 2\n          More: true\n",
    ),
    "a resource goes, with its comment": (
        ("remove", "/Resources/B"),
        '  # about B\n  B:\n    Type: "AWS::SNS::Topic"\n',
        "",
    ),
    "a resource comes": (
        ("add", "/Resources/C", {"Type": "T", "Properties": {}}),
        '    Type: "AWS::SNS::Topic"\n',
        '    Type: "AWS::SNS::Topic"\n  C:\n    Type: T\n    Properties: {}\n',
    ),
    "a section comes": (
        ("add", "/Outputs", {"O": {"Value": 1}}),
        '    Type: "AWS::SNS::Topic"\n',
        '    Type: "AWS::SNS::Topic"\nOutputs:\n  O:\n    Value: 1\n',
    ),
    "a rename": (("move", "/Resources/Bee", "/Resources/B"), "  B:\n", "  Bee:\n"),
}


def value_of(text: str) -> Any:
    return long_form(read_yaml(Source("t.yaml", text), CLOUDFORMATION_TAGS).value)


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("name", EDITS)
def test_an_edit_touches_nothing_else(name: str, newline: str) -> None:
    (op, path, *rest), old, new = EDITS[name]
    operation = (
        Operation("", op, parse(path), source=parse(rest[0]))
        if op == "move"
        else Operation("", op, parse(path), *rest)
    )
    text, before = TEMPLATE.replace("\n", newline), value_of(TEMPLATE)
    expected = TEMPLATE.replace(old, new).replace("\n", newline)
    assert TEMPLATE.count(old) == 1
    assert edited(text, before, apply_one(before, operation)) == expected


def test_without_a_line_break_at_the_end() -> None:
    assert edited("Resources:\n  A: {}", {"Resources": {"A": {}}}, {"Resources": {"A": {}, "B": {}}}) == (
        "Resources:\n  A: {}\n  B: {}"
    )


def test_aliases_are_written_out_where_their_values_part() -> None:
    text = "Resources:\n  A: &a {Type: T}\n  B: *a\n"
    after = {"Resources": {"A": {"Type": "U"}, "B": {"Type": "T"}}}
    assert value_of(edited(text, value_of(text), after)) == after


def test_what_an_alias_does_not_share_is_edited_in_place() -> None:
    text = "Resources:\n  A: &a {Type: T} # a\n  B: *a\n  C: {Type: V} # c\n"
    after = {**value_of(text)["Resources"], "C": {"Type": "W"}}
    assert edited(text, value_of(text), {"Resources": after}) == text.replace("V", "W")


@pytest.mark.parametrize(
    "text",
    [
        "on",
        "yes",
        "No",
        "null",
        "~",
        "1",
        "0755",
        "1e3",
        "2012-10-17",
        "12:30:45",
        "a: b",
        "a #b",
        "- a",
        "",
        " a",
    ],
)
def test_a_text_that_a_reader_could_take_for_something_else_is_quoted(text: str) -> None:
    assert scalar(text) == f'"{text}"'


@pytest.mark.parametrize("text", ["AWS::SNS::Topic", "auth", "s3:GetObject*", "/path/to", "a-b_c.d"])
def test_an_ordinary_text_stays_plain(text: str) -> None:
    assert scalar(text) == text


SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-99, 99)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
    | st.sampled_from(["a\nb", "a\n\n b\n", "line \nx", "yes", "x: y", "#", "- a", "'", '"', "|", "a\n\n"])
)
KEYS = st.sampled_from(["A", "B", "C", "Key", "Value", "on", "1", "a b"])
VALUES = st.recursive(
    SCALARS, lambda v: st.lists(v, max_size=3) | st.dictionaries(KEYS, v, max_size=3), max_leaves=12
)
OBJECTS = st.dictionaries(KEYS, VALUES, max_size=4)


@given(VALUES)
def test_inline_values_read_back(value: Any) -> None:
    assert same(value_of("x: " + inline(value))["x"], value)


@given(OBJECTS.filter(bool))
def test_block_values_read_back(value: dict[str, Any]) -> None:
    assert same(value_of(block(value, 0) + "\n"), value)


@given(OBJECTS.filter(bool), OBJECTS, st.booleans())
def test_the_edited_text_reads_as_the_new_value(old: dict[str, Any], new: dict[str, Any], flow: bool) -> None:
    text = inline(old) if flow else block(old, 0) + "\n"
    assert same(value_of(edited(text, old, new)), new)


@given(OBJECTS.filter(bool), st.lists(KEYS, min_size=1, max_size=3), VALUES)
def test_a_change_keeps_the_comments_of_what_stays(old: dict[str, Any], path: list[str], value: Any) -> None:
    """Each top-level entry carries a comment; only that of the changed entry may go."""
    changed = {**old, path[0]: {path[-1]: value}}
    lines = [f"# about {n}\n{block({key: member}, 0)}\n" for n, (key, member) in enumerate(old.items())]
    fresh = edited("".join(lines), old, changed)
    assert same(value_of(fresh), changed)
    for n, key in enumerate(old):
        assert key == path[0] or lines[n] in fresh
