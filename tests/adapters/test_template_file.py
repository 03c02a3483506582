"""Single templates: read in either notation, written back as their author wrote them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support import plan_with

from ovr.adapters.template_file import read_template, write_template
from ovr.errors import Finding, OvrError
from ovr.template.operations import Operation
from ovr.template.pointer import parse
from ovr.template.tree import Base

BASES = Path(__file__).parent.parent / "bases"
YAML = """\
# of the team
Parameters:
  Stage: {Type: String}
Resources:
  Topic:
    Type: AWS::SNS::Topic   # a topic
    Properties:
      TopicName: !Sub "${Stage}-topic"
      Arn: !GetAtt Other.Nested.Arn
      If: !If [Yes, !Ref Stage, !Ref "AWS::NoValue"]
      Version: 2012-10-17
"""
JSON_VALUE = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-5, 5)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=4),
    lambda v: st.lists(v, max_size=3) | st.dictionaries(st.text(max_size=4), v, max_size=3),
    max_leaves=8,
)


def read(tmp_path: Path, content: str | bytes, name: str = "t.yaml") -> Base:
    (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_template(tmp_path / name, name)


def written(base: Base, *operations: Operation) -> str:
    return write_template(plan_with(base, operations))


def put(path: str, value: Any) -> Operation:
    return Operation("", "add", parse(path), value)


def refused(tmp_path: Path, content: str | bytes, name: str = "t.yaml") -> tuple[Finding, ...]:
    with pytest.raises(OvrError) as caught:
        read(tmp_path, content, name)
    return caught.value.findings


def test_short_tags_become_the_long_form(tmp_path: Path) -> None:
    base = read(tmp_path, YAML)
    assert base.tree.root.resources["Topic"]["Properties"] == {
        "TopicName": {"Fn::Sub": "${Stage}-topic"},
        "Arn": {"Fn::GetAtt": ["Other", "Nested.Arn"]},
        "If": {"Fn::If": ["Yes", {"Ref": "Stage"}, {"Ref": "AWS::NoValue"}]},
        "Version": "2012-10-17",
    }
    assert (base.kind, base.tree.name, list(base.digests)) == ("template", "t", ["t.yaml"])


@pytest.mark.parametrize("name", ["t.json", "t.yaml", "t.template"])
def test_json_is_json_under_any_name(tmp_path: Path, name: str) -> None:
    base = read(tmp_path, '{"Resources": {"A": {"Type": "T"}}}', name)
    assert list(base.tree.root.resources) == ["A"]
    assert base.handle.json


def test_flow_style_yaml_is_not_json(tmp_path: Path) -> None:
    assert not read(tmp_path, "{Resources: {A: {Type: T}}}").handle.json


def test_a_template_of_cdk_tells_its_root_s_name() -> None:
    file = next((BASES / "a-auth" / "cdk.out").glob("*.nested.template.json"))
    assert read_template(file, file.name).tree.name == "amplify-myapp-alice-sandbox-e4625890d4"


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        ("", "t.yaml", "is not a template"),
        ("- a\n", "t.yaml", "is not a template"),
        ("Resource: {}\n", "t.yaml", "has no `Resources`"),
        ("{", "t.json", "is not JSON"),
        ("Resources: {}", "t.json", "is not JSON"),
        (b"\xff\xfeR", "t.yaml", "is not UTF-8"),
        ("Resources:\n  Fn::ForEach::X: []\n", "t.yaml", "not well formed"),
    ],
)
def test_what_is_no_template(tmp_path: Path, content: str | bytes, name: str, said: str) -> None:
    (finding,) = refused(tmp_path, content, name)
    assert (finding.code, said in finding.message) == ("OVR5002", True), finding.message


def test_an_unknown_tag_is_refused_at_its_place(tmp_path: Path) -> None:
    (finding,) = refused(tmp_path, "Resources:\n  A: {Type: !Reff X}\n")
    assert (finding.code, str(finding.span)) == ("OVR1007", "t.yaml:2:13")


@pytest.mark.parametrize("content", [YAML, YAML.replace("\n", "\r\n"), "\ufeff" + YAML, YAML.rstrip()])
def test_without_changes_the_text_is_the_very_same(tmp_path: Path, content: str) -> None:
    assert written(read(tmp_path, content)) == content


@pytest.mark.parametrize("content", [YAML, YAML.replace("\n", "\r\n"), "\ufeff" + YAML, YAML.rstrip()])
def test_yaml_keeps_all_that_did_not_change(tmp_path: Path, content: str) -> None:
    path = "/Resources/Topic/Properties/Version"
    assert written(read(tmp_path, content), put(path, "x")) == content.replace("2012-10-17", "x")


@pytest.mark.parametrize(
    "style",
    [
        {"indent": 2},
        {"indent": 4},
        {"indent": "\t"},
        {"indent": None},
        {"separators": (",", ":")},
        {"indent": 1, "ensure_ascii": True},
    ],
)
@pytest.mark.parametrize("end", ["", "\n", "\n\n"])
def test_json_keeps_its_manner(tmp_path: Path, style: dict[str, Any], end: str) -> None:
    value = {"Resources": {"A": {"Type": "é", "Properties": {"L": [1, {}], "n": 1.5}}}}
    style = {"ensure_ascii": False, **style}
    base = read(tmp_path, json.dumps(value, **style) + end, "t.json")
    value["Resources"]["A"]["Type"] = "ü"
    assert written(base, put("/Resources/A/Type", "ü")) == json.dumps(value, **style) + end


def test_json_keeps_its_line_breaks_and_byte_order_mark(tmp_path: Path) -> None:
    content = '\ufeff{\r\n  "Resources": {}\r\n}\r\n'
    assert written(read(tmp_path, content, "t.json"), put("/Description", "x")) == (
        '\ufeff{\r\n  "Resources": {},\r\n  "Description": "x"\r\n}\r\n'
    )


@given(st.binary(max_size=60) | st.text(max_size=60).map(str.encode), st.sampled_from(["t.json", "t.yaml", "t"]))
def test_any_bytes_give_a_base_or_an_error(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, name: str
) -> None:
    folder = tmp_path_factory.getbasetemp()
    try:
        base = read(folder, content, name)
    except OvrError:
        return
    assert written(base) == content.decode()


@given(st.dictionaries(st.text(min_size=1, max_size=4), JSON_VALUE, max_size=3), JSON_VALUE)
def test_what_is_written_as_json_reads_as_the_result(
    tmp_path_factory: pytest.TempPathFactory, properties: dict[str, Any], value: Any
) -> None:
    folder = tmp_path_factory.getbasetemp()
    template = {"Resources": {"A": {"Type": "T", "Properties": properties}}}
    base = read(folder, json.dumps(template, indent=2), "t.json")
    text = written(base, put("/Resources/A/Properties/New", value))
    assert json.loads(text)["Resources"]["A"]["Properties"] == {**properties, "New": value}
