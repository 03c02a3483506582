"""Whatever stands in templates, overrides and names: no answer steers the terminal, or reads as what it is not."""

from __future__ import annotations

import json
import re
import shutil
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "cases"))

from harness import run_command  # noqa: E402

HOSTILE = "\x9b31m\x85\u202etxt\u2066\u200b\u2028\ufeff\x7f"
"""What both JSON and YAML let through: C1 controls, bidirectional and invisible characters, a line separator."""
ESCAPED = "\\u001b[2J\\u0007" + HOSTILE
"""The same with controls that stand in JSON and in quotes as escapes."""
_STEERS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060\u2066-\u2069\ufeff]")

OVERRIDES = [
    '{select: auth.userPool, merge: {UserPoolName: "%s"}}',
    '{select: auth.userPool, merge: {"%s": 1}}',
    '{select: auth.userPool, removalPolicy: RETAIN, reason: "%s", owner: "%s", ticket: "%s"}',
    '{select: "auth.%s", removalPolicy: RETAIN}',
    '{select: auth.userPool, tags: {"k%s": "%s"}}',
    '{select: auth.userPool, "%s": 1}',
    '{select: auth.userPool, removalPolicy: "%s"}',
    '{select: auth.userPool, merge: {UserPoolName: !File "%s"}}',
    '{select: auth.userPool, patch: [{op: replace, path: "/Properties/%s/x", value: 1}]}',
    '{select: {type: "%s"}, removalPolicy: RETAIN}',
    '{select: auth.userPool, when: {region: "%s"}, removalPolicy: RETAIN}',
    '{select: stack, outputs: {Out: {Value: "%s", Description: "%s"}}}',
    "{select: auth.userPool, removalPolicy: RETAIN",
]
COMMANDS = [
    ["plan"],
    ["plan", "--verbose", "--raw"],
    ["plan", "--format", "json"],
    ["validate"],
    ["validate", "--format", "json"],
    ["validate", "--format", "sarif"],
    ["validate", "--format", "junit"],
    ["render", "--out", "out"],
    ["explain", "auth.userPool"],
    ["resources"],
    ["resources", "--json"],
]


def project(folder: Path) -> Path:
    """A project whose base has such texts in names, keys and values."""
    folder.mkdir()
    assembly = folder / ".amplify" / "artifacts" / "cdk.out"
    shutil.copytree(ROOT / "bases" / "a-auth" / "cdk.out", assembly)
    (folder / ".git").mkdir()
    template = next(assembly.glob("*auth*.nested.template.json"))
    content = json.loads(template.read_text(encoding="utf-8"))
    hostile = "\x1b]0;x\x07" + HOSTILE
    content["Description"] = hostile
    content["Outputs"][f"Out{hostile}"] = {"Value": hostile, "Description": hostile}
    for resource in content["Resources"].values():
        resource["Metadata"] = {**resource.get("Metadata", {}), hostile: hostile}
        if resource["Type"] == "AWS::Cognito::UserPool":
            resource["Properties"]["UserPoolName"] = hostile
    template.write_text(json.dumps(content), encoding="utf-8")
    return folder


def assert_harmless(said: str, command: list[str]) -> None:
    found = _STEERS.search(said)
    assert not found, f"{command}: {said[max(0, found.start() - 60) : found.end() + 20]!r}"
    if "json" in command or "--json" in command or "sarif" in command:
        json.loads(said)
    if "junit" in command:
        ElementTree.fromstring(said.encode())


@pytest.mark.parametrize("override", OVERRIDES)
def test_no_answer_steers_the_terminal(override: str, tmp_path: Path) -> None:
    folder = project(tmp_path / f"a{HOSTILE}")
    text = f"version: 1\noverrides:\n  - {override}\n".replace("%s", ESCAPED)
    name = f"o{HOSTILE}.yaml"
    (folder / name).write_text(text, encoding="utf-8")
    for command in COMMANDS:
        _, said = run_command([*command, "--file", name], folder)
        assert_harmless(said, command)


@pytest.mark.parametrize(
    "arguments",
    [
        ["plan", "--file"],
        ["plan", "--base"],
        ["explain"],
        ["resources"],
        ["plan", "--only"],
        ["plan", "--today"],
        ["render", "--out"],
        ["plan"],
    ],
)
def test_nor_what_was_typed(arguments: list[str], tmp_path: Path) -> None:
    folder = project(tmp_path / "p")
    (folder / "overrides.yaml").write_text("version: 1\noverrides: []\n", encoding="utf-8")
    _, said = run_command([*arguments, f"x\x1b[2J{HOSTILE}"], folder)
    assert_harmless(said, arguments)
