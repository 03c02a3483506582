"""SARIF that viewers of analysis results accept: the published schema, and what GitHub's code scanning asks beyond it.

Source of the latter: GitHub docs, "SARIF support for code scanning".
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from ovr.adapters.error_pages import error_pages
from ovr.errors import CODES, Finding, Severity
from ovr.render.sarif import findings_to_sarif
from ovr.spans import Source, Span

SCHEMA = json.loads((Path(__file__).parent / "schemas" / "sarif-2.1.0.json").read_text())
for owner in ("run", "toolComponent"):
    del SCHEMA["definitions"][owner]["properties"]["language"]["pattern"]  # published with a bracket too many
TEXT = "version: 1\noverrides:\n  - select: 𝒜uth.userPol\n"
SPAN = Span(Source("amplify/overrides.yaml", TEXT), 3, 13, 3, 25)
FINDING = Finding("OVR2001", "no node matches `auth.userPol`", SPAN, ("auth has userPool",), "did you mean it?")
WITHOUT_PLACE = Finding("OVR5001", "no base was found", severity=Severity.WARNING)


def log(*findings: Finding, folder: str = "") -> dict[str, Any]:
    """The SARIF of these findings, known to be valid."""
    made = findings_to_sarif(findings, error_pages(), "overrides.yaml", folder)
    jsonschema_rs.validator_for(SCHEMA, validate_formats=True).validate(made)
    return made


def result_of(finding: Finding, folder: str = "") -> dict[str, Any]:
    return log(finding, folder=folder)["runs"][0]["results"][0]


def test_every_code_and_severity_is_valid_and_has_what_code_scanning_asks_for() -> None:
    findings = [Finding(code, "text", SPAN, severity=severity) for code in CODES for severity in Severity]
    run = log(*findings, WITHOUT_PLACE)["runs"][0]
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == sorted(CODES)
    for rule in rules:
        assert rule["help"]["markdown"] == error_pages()[rule["id"]]
        assert rule["help"]["text"]
        assert len(rule["shortDescription"]["text"]) <= 1024
        assert len(rule["fullDescription"]["text"]) <= 1024
        assert rule["defaultConfiguration"]["level"] == "error"
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["message"]["text"]
        assert result["partialFingerprints"]["primaryLocationLineHash"]
        (location,) = result["locations"]
        region = location["physicalLocation"]["region"]
        assert all(region[key] >= 1 for key in ("startLine", "startColumn", "endLine", "endColumn"))


def test_no_finding_is_a_run_without_results() -> None:
    run = log()["runs"][0]
    assert run["results"] == []
    assert run["tool"]["driver"]["rules"] == []


def test_the_message_says_all_that_the_screen_says() -> None:
    text = result_of(FINDING)["message"]["text"]
    assert text == "no node matches `auth.userPol`\nauth has userPool\ndid you mean it?"


def test_columns_count_characters_and_the_end_is_behind_the_last() -> None:
    assert log(FINDING)["runs"][0]["columnKind"] == "unicodeCodePoints"
    region = result_of(FINDING)["locations"][0]["physicalLocation"]["region"]
    assert region == {"startLine": 3, "startColumn": 13, "endLine": 3, "endColumn": 25}
    assert TEXT.splitlines()[2][12:24] == "𝒜uth.userPol"


@pytest.mark.parametrize(
    ("name", "folder", "artifact"),
    [
        ("overrides.yaml", "", {"uri": "overrides.yaml", "uriBaseId": "%SRCROOT%"}),
        ("overrides.yaml", ".", {"uri": "overrides.yaml", "uriBaseId": "%SRCROOT%"}),
        ("overrides.yaml", "apps/shop", {"uri": "apps/shop/overrides.yaml", "uriBaseId": "%SRCROOT%"}),
        ("../shared/a b#1.yaml", "apps/shop", {"uri": "apps/shared/a%20b%231.yaml", "uriBaseId": "%SRCROOT%"}),
        ("../../out.yaml", "apps", {"uri": "../out.yaml"}),
        ("/tmp/x.yaml", "apps", {"uri": "file:///tmp/x.yaml"}),
        ("\ud800.yaml", "", {"uri": "%3F.yaml", "uriBaseId": "%SRCROOT%"}),
    ],
)
def test_files_are_named_from_the_root_of_the_repository(name: str, folder: str, artifact: dict[str, str]) -> None:
    finding = replace(FINDING, span=replace(SPAN, source=Source(name, TEXT)))
    assert result_of(finding, folder)["locations"][0]["physicalLocation"]["artifactLocation"] == artifact


def test_what_has_no_place_stands_at_the_top_of_the_overrides_file() -> None:
    place = result_of(WITHOUT_PLACE, "app")["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "app/overrides.yaml"
    assert place["region"]["startLine"] == 1


def test_the_place_in_a_template_is_a_logical_location() -> None:
    place = "auth: /Resources/UserPool/Properties/Policies"
    (location,) = result_of(replace(FINDING, place=place))["locations"]
    assert location["logicalLocations"] == [{"fullyQualifiedName": place}]


def test_other_places_are_related_locations() -> None:
    other = Span(Source("shared.yaml", "locked: true\n"), 1, 1, 1, 7)
    (related,) = result_of(replace(FINDING, related=(("locked here", other),)), "app")["relatedLocations"]
    assert related["message"] == {"text": "locked here"}
    assert related["physicalLocation"]["artifactLocation"]["uri"] == "app/shared.yaml"


def fingerprint(finding: Finding) -> str:
    return str(result_of(finding)["partialFingerprints"]["primaryLocationLineHash"])


def test_a_fingerprint_stays_when_lines_move_and_days_go_by() -> None:
    expiring = replace(FINDING, message="this override expires on 2026-11-29, in 7 days")
    later = replace(expiring, message="this override expires on 2026-11-29, in 12 days")
    assert fingerprint(later) == fingerprint(expiring)
    assert fingerprint(replace(FINDING, span=replace(SPAN, line=9, end_line=9))) == fingerprint(FINDING)


@pytest.mark.parametrize(
    "other",
    [
        replace(FINDING, code="OVR2002"),
        replace(FINDING, message="no node matches `auth.userPoll`"),
        replace(FINDING, place="auth: /Resources/X"),
        replace(FINDING, span=replace(SPAN, source=Source("other.yaml", TEXT))),
    ],
)
def test_other_findings_have_other_fingerprints(other: Finding) -> None:
    assert fingerprint(other) != fingerprint(FINDING)


def test_findings_alike_in_two_places_are_two() -> None:
    results = log(FINDING, FINDING, replace(FINDING, span=replace(SPAN, line=9, end_line=9)))["runs"][0]["results"]
    prints = [result["partialFingerprints"]["primaryLocationLineHash"] for result in results]
    assert [each.rpartition(":")[2] for each in prints] == ["1", "2"]


def test_no_character_that_steers_a_terminal_is_left() -> None:
    hostile = "\x1b[2J\x9b\u202e\u2066\ufffe"
    finding = replace(FINDING, message=hostile, details=(hostile,), fix=hostile, place=hostile)
    written = json.dumps(result_of(finding), ensure_ascii=False)
    assert not any(character in written for character in hostile if not character.isascii() or character < " ")
