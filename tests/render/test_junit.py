"""JUnit XML as CI servers read it (the structure of Jenkins' junit-10.xsd)."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree

import pytest
from tests.support import overrides_from

from ovr.errors import Finding, Severity
from ovr.language.model import OverrideFile
from ovr.render.junit import findings_to_junit

FILE: OverrideFile = overrides_from("""\
version: 1
overrides:
  - id: first
    select: auth.userPool
    removalPolicy: RETAIN
  - select: auth.userPool
    removalPolicy: RETAIN
  - select: auth.userPool
    removalPolicy: RETAIN
""")
ALLOWED = {
    "testsuites": {"name", "tests", "failures", "errors"},
    "testsuite": {"name", "tests", "failures", "errors", "skipped"},
    "testcase": {"name", "classname"},
    "failure": {"message", "type"},
    "skipped": {"message"},
    "system-out": set[str](),
}
"""Elements and attributes that the schema has and that are used here."""


def junit(
    *findings: Finding, skipped: dict[int, str] | None = None, file: OverrideFile | None = FILE
) -> ElementTree.Element:
    """The XML, known to have the structure of the schema."""
    overrides = file.overrides if file else ()
    text = findings_to_junit(findings, overrides, skipped or {}, "overrides.yaml")
    assert text.startswith('<?xml version="1.0" encoding="UTF-8"?>\n')
    root = ElementTree.fromstring(text.encode())
    assert root.tag == "testsuites"
    for element in root.iter():
        assert element.attrib.keys() <= ALLOWED[element.tag], element.tag
    for suite in root:
        assert suite.tag == "testsuite"
        assert int(suite.attrib["tests"]) == len(suite)
        assert int(suite.attrib["failures"]) == len(list(suite.iter("failure")))
        assert all(case.tag == "testcase" and case.attrib.keys() >= {"name", "classname"} for case in suite)
    for attribute in ("tests", "failures", "errors"):
        assert int(root.attrib[attribute]) == sum(int(suite.attrib[attribute]) for suite in root)
    return root


def at(number: int, severity: Severity = Severity.ERROR, code: str = "OVR2001") -> Finding:
    """A finding in one of the overrides."""
    return Finding(code, f"wrong in {number}", FILE.overrides[number].span_of("select"), severity=severity)


def test_one_case_for_each_override_named_so_that_none_is_taken_for_another() -> None:
    root = junit()
    assert [suite.get("name") for suite in root] == ["overrides.yaml"]
    assert [case.get("name") for case in root.iter("testcase")] == ["first", "auth.userPool", "auth.userPool (2)"]
    assert root.get("tests") == "3"
    assert root.get("failures") == "0"


def test_an_error_fails_the_case_of_its_override() -> None:
    root = junit(at(1), at(1, code="OVR2002"))
    first, second, third = root.iter("testcase")
    assert len(first) == len(third) == 0
    (failure,) = second
    assert failure.attrib == {"message": "wrong in 1", "type": "OVR2001"}
    assert failure.text is not None
    assert "OVR2001 wrong in 1" in failure.text
    assert "OVR2002 wrong in 1" in failure.text
    assert "select: auth.userPool" in failure.text


def test_a_warning_is_output() -> None:
    first = next(junit(at(0, Severity.WARNING)).iter("testcase"))
    (output,) = first
    assert output.tag == "system-out"
    assert "OVR2001 warning: wrong in 0" in (output.text or "")


def test_a_failure_stands_before_the_output() -> None:
    first = next(junit(at(0, Severity.NOTE), at(0)).iter("testcase"))
    assert [child.tag for child in first] == ["failure", "system-out"]


def test_what_does_not_apply_is_skipped() -> None:
    root = junit(skipped={1: "when: type is sandbox, not branch"})
    case = list(root.iter("testcase"))[1]
    assert [(child.tag, child.attrib) for child in case] == [
        ("skipped", {"message": "when: type is sandbox, not branch"})
    ]
    assert root[0].get("skipped") == "1"


@pytest.mark.parametrize("file", [FILE, None])
def test_what_stands_in_no_override_is_a_case_of_the_file(file: OverrideFile | None) -> None:
    root = junit(Finding("OVR5001", "no base was found"), file=file)
    case = list(root.iter("testcase"))[-1]
    assert case.get("name") == "overrides.yaml"
    assert [child.tag for child in case] == ["failure"]


def test_every_file_is_a_suite() -> None:
    elsewhere = at(0).span
    assert elsewhere is not None
    other = replace(elsewhere, source=replace(elsewhere.source, name="shared.yaml"))
    root = junit(Finding("OVR1003", "unknown key", other))
    assert [suite.get("name") for suite in root] == ["overrides.yaml", "shared.yaml"]


def test_no_text_breaks_the_xml() -> None:
    hostile = "]]><x>&\"'\x00\x1b[2J\x9b\u202e\ufffe\uffff\ud800\r\n\t"
    root = junit(Finding("OVR2001", hostile, details=(hostile,), fix=hostile, place=hostile), skipped={0: hostile})
    text = "".join(root.itertext()) + "".join(value for element in root.iter() for value in element.attrib.values())
    assert "]]><x>&\"'\\x00\\x1b[2J\\x9b\\u202e\\ufffe\\uffff\\ud800" in text
