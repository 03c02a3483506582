"""Any text is an overrides file or an OvrError that can be shown; nothing else."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from ovr.adapters.packaged import packaged
from ovr.adapters.yaml_document import read_yaml
from ovr.adapters.yaml_scalars import plain_value
from ovr.errors import OvrError
from ovr.language.model import OverrideFile
from ovr.language.parse import parse_overrides
from ovr.language.tags import KNOWN_TAGS
from ovr.language.values import Document
from ovr.render.findings import render_findings
from ovr.spans import Source

SCHEMA: dict[str, Any] = json.loads(packaged("schema/overrides.schema.json").read_bytes())

UNHURRIED = settings(deadline=None)
"""The first example imports the parser and the validator."""

FRAGMENTS = st.sampled_from(
    [
        *["version: 1", "overrides:", "- ", "  ", "    ", "\n", "\n\n", ": ", "select", "merge", "patch", "*", "&a "],
        *["[", "]", "{", "}", '"', "'", "#", " #x", "!Ref ", "!File ", "|\n", "\t", "@", "`", "%", "? ", "---\n"],
        *["a.b", 'c["d.e"]', "x[k=v]", "${y}", "null", "0755", "1e9", "é", "\r", "\\", "\\u12", ",", "...\n", "!"],
        *["~", ">", "<<: ", "*a"],
    ]
)
TEXTS = st.text(max_size=80) | st.lists(FRAGMENTS, max_size=25).map("".join)
NAMES = st.sampled_from([*SCHEMA["$defs"]["entry"]["properties"], "op", "path", "value", "type", "until", "x"])
FLOATS = st.floats(allow_nan=False, allow_infinity=False)
SCALARS = st.none() | st.booleans() | st.integers() | FLOATS | st.text(max_size=8)
DATA = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4), max_leaves=15
)


def outcome(text: str) -> OverrideFile | OvrError:
    try:
        return parse_overrides(read_yaml(Source("o.yaml", text), KNOWN_TAGS), SCHEMA)
    except OvrError as error:
        shown = render_findings(error.findings)
        assert shown.endswith("\n")
        for finding in error.findings:
            assert "\n" not in finding.message
            assert not finding.message.endswith(".")
            assert finding.span is None or finding.span.line <= len(text.splitlines()) + 1
        return error


@given(TEXTS)
@example("a: \ud800")
@example('"\\U00110000"')
@example("[*.lambda")
@example("? - \n  : [")
@example("{a: b[")
@UNHURRIED
def test_any_text_is_a_file_or_an_error(text: str) -> None:
    assert isinstance(outcome(text), OverrideFile | OvrError)


@given(DATA)
@UNHURRIED
def test_any_data_is_a_file_or_an_error(data: object) -> None:
    entries = data if isinstance(data, list) else [data]
    text = json.dumps({"version": 1, "overrides": entries})
    assert isinstance(outcome(text), OverrideFile | OvrError)


@given(DATA)
@UNHURRIED
def test_json_means_the_same_as_yaml(data: object) -> None:
    document = read_yaml(Source("o.json", json.dumps(data)), KNOWN_TAGS)
    assert document.value == json.loads(json.dumps(data))
    _assert_places(document, document.value, ())


@given(st.text(max_size=12))
@UNHURRIED
def test_a_plain_value_is_a_json_value(text: str) -> None:
    value = plain_value(text)
    assert value == text or json.loads(json.dumps(value, allow_nan=False)) == value


@given(st.text(max_size=60))
@UNHURRIED
def test_the_same_text_gives_the_same_error(text: str) -> None:
    first, second = outcome(text), outcome(text)
    if isinstance(first, OvrError):
        assert isinstance(second, OvrError)
        assert first.findings == second.findings


def _assert_places(document: Document, value: object, path: tuple[str | int, ...]) -> None:
    assert path in document.spans
    if isinstance(value, dict):
        for key, member in value.items():
            assert (*path, key) in document.key_spans
            _assert_places(document, member, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            _assert_places(document, item, (*path, index))
