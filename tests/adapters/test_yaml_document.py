"""YAML 1.2 values, places, tags, merge keys and bounds."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ovr.adapters.yaml_document import read_yaml
from ovr.errors import OvrError
from ovr.language.tags import KNOWN_TAGS
from ovr.language.values import Document, Tagged
from ovr.spans import Source, Span


def read(text: str) -> Document:
    return read_yaml(Source("o.yaml", text), KNOWN_TAGS)


def refusal(text: str) -> list[str]:
    with pytest.raises(OvrError) as caught:
        read(text)
    return [f"{finding.span and finding.span.line} {finding.code}" for finding in caught.value.findings]


def written(span: Span) -> str:
    """What stands at a span of one line."""
    assert span.line == span.end_line
    return span.source.line(span.line)[span.column - 1 : span.end_column - 1]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("on", "on"),
        ("OFF", "OFF"),
        ("yes", "yes"),
        ("y", "y"),
        ("2012-10-17", "2012-10-17"),
        ("12:30:45", "12:30:45"),
        ("0755", "0755"),
        ("012", "012"),
        ("1_000", "1_000"),
        ("+1", "+1"),
        (".5", ".5"),
        ("5.", "5."),
        ("0x1F", "0x1F"),
        ("0o17", "0o17"),
        (".inf", ".inf"),
        (".nan", ".nan"),
        ("1e999", "1e999"),
        ("9" * 301, "9" * 301),
        ("٣", "٣"),
        ("0", 0),
        ("-0", 0),
        ("12", 12),
        ("-3.25", -3.25),
        ("1e3", 1000.0),
        ("1.5E-2", 0.015),
        ("123456789012345678901234567890", 123456789012345678901234567890),
        ("true", True),
        ("False", False),
        ("TRUE", True),
        ("tRUE", "tRUE"),
        ("null", None),
        ("~", None),
        ("", None),
        ("NULL", None),
        ("none", "none"),
        ('"12"', "12"),
        ("'true'", "true"),
        ('""', ""),
        ("'null'", "null"),
        ("!!str 12", "12"),
        ("! 12", "12"),
        ('"\\ud83d\\ude00"', "😀"),
        ("|\n  12\n", "12\n"),
        (">-\n  a\n  b\n", "a b"),
        ("arn:aws:s3:::bucket", "arn:aws:s3:::bucket"),
        ("a#b", "a#b"),
        ("[s3:GetObject, s3:*]", ["s3:GetObject", "s3:*"]),
    ],
)
def test_value(text: str, value: Any) -> None:
    found = read(f"key: {text}\n").value["key"]
    assert found == value
    assert type(found) is type(value)


def test_keys_are_text_as_written() -> None:
    assert list(read("0755: a\n8: b\ntrue: c\n~: d\n1.0: e\n'': f\n").value) == ["0755", "8", "true", "~", "1.0", ""]


def test_json_is_read_too() -> None:
    data = {"version": 1, "a": [1.5, None, True, "x\ty", {"b": {}}], "ü": "\u2028"}
    assert read(json.dumps(data, indent="\t")).value == data


def test_places() -> None:
    document = read(
        "version: 1\n"
        "overrides:\n"
        '  - select: "#Topic"\n'
        "    merge: {A: [1, !Sub 'x y'], B: }\n"
        "    reason:\n"
        "    text: |\n"
        "      long\n"
    )
    places = {path: str(span).removeprefix("o.yaml:") for path, span in document.spans.items()}
    entry = ("overrides", 0)
    assert written(document.spans["version",]) == "1"
    assert written(document.spans[*entry, "select"]) == '"#Topic"'
    assert written(document.spans[*entry, "merge"]) == "{A: [1, !Sub 'x y'], B: }"
    assert written(document.spans[*entry, "merge", "A"]) == "[1, !Sub 'x y']"
    assert written(document.spans[*entry, "merge", "A", 1]) == "!Sub 'x y'"
    assert written(document.key_spans[*entry, "merge", "A"]) == "A"
    assert places[*entry, "reason"] == "5:12"
    assert places[entry] == "3:5"
    assert document.spans[entry].end_line == 8  # a block text ends where the next line begins
    assert str(document.root["overrides"][0]["merge"]["B"].key_span) == "o.yaml:4:33"


def test_a_value_of_another_file_has_the_place_around_it() -> None:
    document = read("a: {b: 1}\n")
    assert document.span(("a", "b", "c", 0)) == document.spans["a", "b"]


def test_tags_keep_their_text() -> None:
    value = read("[!Ref 12, !GetAtt a.b, !Sub [x, {y: 1}], !If [A, 1, !Ref B], !Ref ]").value
    assert all(isinstance(item, Tagged) for item in value)
    assert [(item.tag, item.value) for item in value[:3]] == [
        ("!Ref", "12"),
        ("!GetAtt", "a.b"),
        ("!Sub", ["x", {"y": 1}]),
    ]
    assert value[3].value[1] == 1
    assert value[4].value is None


def test_aliases_are_written_out_with_places_of_their_own() -> None:
    document = read("a: &x {b: 1}\nc: *x\nd: [*x, *x]\n")
    assert document.value == {"a": {"b": 1}, "c": {"b": 1}, "d": [{"b": 1}, {"b": 1}]}
    assert written(document.spans["c",]) == "*x"
    assert str(document.spans["d", 1, "b"]) == "o.yaml:1:11"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("{<<: *one, own: 3}", {"a": 1, "b": {"c": 2}, "own": 3}),
        ("{own: 3, a: 9, <<: *one}", {"own": 3, "a": 9, "b": {"c": 2}}),
        ("{<<: [*two, *one]}", {"a": 7, "b": {"c": 2}}),
        ("{<<: {<<: *one, a: 5}}", {"a": 5, "b": {"c": 2}}),
        ('{"<<": text}', {"<<": "text"}),
    ],
)
def test_merge_keys(text: str, value: Any) -> None:
    anchors = "one: &one {a: 1, b: {c: 2}}\ntwo: &two {a: 7}\n"
    assert read(f"{anchors}x: {text}\n").value["x"] == value


def test_all_mistakes_of_content_at_once() -> None:
    text = "a: 1\na: 2\nb: !Foo x\nc: *nothing\nd: &d [*d]\ne: {<<: 1}\n? [k]\n: v\n"
    assert sorted(refusal(text)) == ["2 OVR1002", "3 OVR1007", "4 OVR1010", "5 OVR1008", "6 OVR1004", "7 OVR1001"]


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("a: \x00", ["1 OVR1001"]),
        ("a: b\n\nc: \x1b[31m", ["3 OVR1001"]),
        ("a: '\ufeff'\nb: \ud800", ["2 OVR1001"]),
        ('a: "\\ud800"', ["1 OVR1001"]),
        ('a: "\\U00110000"', ["1 OVR1001"]),
        ("a: !e!x 1", ["1 OVR1007"]),
        ("a: !<tag:yaml.org,2002:int> 1", ["1 OVR1007"]),
        ("%YAML 3.0\n--- a", ["1 OVR1001"]),
        ("--- a\n--- b", ["2 OVR1001"]),
        ("[" * 65, ["1 OVR1008"]),
        ("- " * 65 + "a", ["1 OVR1008"]),
        ("[" * 500_000, ["1 OVR1008"]),
        ("a: &a 1\nb: " + "{<<: " * 70 + "*a" + "}" * 70, ["2 OVR1008"]),
    ],
)
def test_refused(text: str, codes: list[str]) -> None:
    assert refusal(text) == codes


def test_aliases_nested_in_aliases_are_no_way_around_the_depth() -> None:
    chain = "a0: &a0 [1]\n" + "".join(f"a{i}: &a{i} [*a{i - 1}]\n" for i in range(1, 100))
    assert [code[-7:] for code in refusal(chain)] == ["OVR1008"]


def test_an_empty_text_is_null() -> None:
    assert read("").value is None
    assert read("# only a comment\n").value is None
    assert read("---\n").value is None


def test_windows_line_ends() -> None:
    document = read("a: 1\r\nb:\r\n  - x\r\n")
    assert document.value == {"a": 1, "b": ["x"]}
    assert str(document.spans["b", 0]) == "o.yaml:3:5"
