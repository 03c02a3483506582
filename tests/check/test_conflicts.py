"""Which pairs of overrides contradict each other: judged on what they compile to, whatever kind wrote it."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.support import overrides_from

from ovr.adapters.bases import open_base
from ovr.errors import Severity
from ovr.plan import Plan, build_plan

BASE = open_base(str(Path(__file__).parents[1] / "bases" / "c-full" / "cdk.out"), Path.cwd())
POLICY = "auth.cfn.cfnUserPool.Policies.PasswordPolicy"
OURS = {"OVR3031", "OVR3032", "OVR3033", "OVR3034", "OVR3015"}


def plan(*entries: str) -> Plan:
    lines = "".join(f"  - {{{entry}}}\n" for entry in entries)
    return build_plan(BASE, overrides_from(f"version: 1\noverrides:\n{lines}"))


def codes(*entries: str) -> list[str]:
    return sorted(finding.code for finding in plan(*entries).findings if finding.code in OURS)


FUNCTION = "select: worker.lambda, "
IDENTITY = "select: auth.cfn.cfnIdentityPool, "
CONTRADICTIONS = [
    (f"select: {POLICY}, merge: {{MinimumLength: 9}}", f"select: {POLICY}, merge: {{MinimumLength: null}}"),
    (f"select: {POLICY}, merge: {{MinimumLength: 9}}", f"select: {POLICY}, remove: true"),
    (f"{FUNCTION}merge: {{TracingConfig: {{Mode: Active}}}}", f"{FUNCTION}merge: {{TracingConfig: null}}"),
    (f"{FUNCTION}environment: {{LEVEL: a}}", f"{FUNCTION}environment: {{LEVEL: b}}"),
    (f"{FUNCTION}environment: {{LEVEL: a}}", f"{FUNCTION}environment: {{LEVEL: null}}"),
    (f"{FUNCTION}environment: {{LEVEL: a}}", f"{FUNCTION}merge: {{Environment: {{Variables: {{LEVEL: b}}}}}}"),
    (f"{FUNCTION}tags: {{team: a}}", f"{FUNCTION}tags: {{team: b}}"),
    (f"{FUNCTION}tags: {{team: a}}", f"{FUNCTION}merge: {{Tags: [{{Key: team, Value: b}}]}}"),
    (f"{FUNCTION}removalPolicy: RETAIN", f"{FUNCTION}attributes: {{DeletionPolicy: Delete}}"),
    (f"{IDENTITY}dependsOn: auth.userPool", f"{IDENTITY}attributes: {{DependsOn: null}}"),
    ("select: stack, outputs: {A: {Value: a}}", "select: stack, outputs: {A: {Value: b}}"),
    ("select: stack, resources: {Q: {Type: 'AWS::SQS::Queue'}}", 'select: "#Q", remove: true'),
    ("select: stack, stackOptions: {terminationProtection: true}",
     "select: stack, stackOptions: {terminationProtection: false}"),
    (f"{FUNCTION}patch: [{{op: remove, path: /Properties/Timeout}}]", f"{FUNCTION}merge: {{Timeout: 5}}"),
]  # fmt: skip


@pytest.mark.parametrize(("first", "second"), CONTRADICTIONS)
def test_contradictions(first: str, second: str) -> None:
    assert codes(first, second) == ["OVR3031"]
    assert codes(f"id: first, {first}", f"replaces: first, {second}") == []


REFINEMENTS = [
    (f"select: {POLICY}, merge: {{MinimumLength: 9}}", f"select: {POLICY}, merge: {{RequireNumbers: false}}"),
    (f"{FUNCTION}merge: {{TracingConfig: {{Mode: Active}}}}", f"{FUNCTION}merge: {{MemorySize: 1024}}"),
    (f"{FUNCTION}environment: {{LEVEL: a}}", f"{FUNCTION}environment: {{SIZE: b}}"),
    (f"{FUNCTION}tags: {{team: a}}", f"{FUNCTION}tags: {{app: b}}"),
    (f"{FUNCTION}tags: {{team: a}}", "select: stack, tags: {app: b}"),
    (f"{FUNCTION}dependsOn: nightly.lambda", f"{FUNCTION}grant: [{{actions: [s3:ListBucket], on: storage.bucket}}]"),
    ("select: stack, resources: {Q: {Type: 'AWS::SQS::Queue'}}", 'select: "#Q", merge: {DelaySeconds: 5}'),
    ("select: stack, resources: {Q: {Type: 'AWS::SQS::Queue'}}", 'select: "#Q", logicalId: R'),
    (f"{FUNCTION}merge: {{Timeout: 5}}", f"{FUNCTION}logicalId: Worker"),
    (f"{FUNCTION}grant: [{{actions: [s3:ListBucket], on: storage.bucket}}]",
     f"{FUNCTION}grant: [{{actions: [s3:GetBucketTagging], on: storage.bucket}}]"),
    (f"select: {POLICY}, merge: {{MinimumLength: 9}}",
     f"select: {POLICY}, patch: [{{op: test, path: /MinimumLength, value: 9}}, "
     "{op: replace, path: /MinimumLength, value: 12}]"),
    ("select: stack, outputs: {A: {Value: a}}", "select: stack, outputs: {B: {Value: b}}"),
]  # fmt: skip


@pytest.mark.parametrize(("first", "second"), REFINEMENTS)
def test_refinements(first: str, second: str) -> None:
    assert codes(first, second) == []


def test_what_was_renamed_is_still_known() -> None:
    entries = (f"{FUNCTION}merge: {{Timeout: 5}}", f"{FUNCTION}logicalId: Worker", f"{FUNCTION}merge: {{Timeout: 6}}")
    assert codes(*entries) == ["OVR3031"]


def test_items_are_known_where_they_moved_to() -> None:
    table = "select: data.tables.Todo, patch: "
    rename = f"{table}[{{op: replace, path: /Properties/attributeDefinitions/0/attributeName, value: a}}]"
    insert = f"{table}[{{op: add, path: /Properties/attributeDefinitions/0, value: {{attributeName: b}}}}]"
    again = f"{table}[{{op: replace, path: /Properties/attributeDefinitions/1/attributeName, value: c}}]"
    assert codes(rename, insert, again) == ["OVR3031", "OVR3032"]


def test_only_the_last_of_several_is_contradicted() -> None:
    entries = [f"id: e{n}, select: {POLICY}, merge: {{MinimumLength: {n}}}" for n in (9, 10, 11)]
    found = [f for f in plan(*entries).findings if f.code == "OVR3031"]
    assert [f.message for f in found] == ["this undoes what `e9` wrote", "this undoes what `e10` wrote"]


@pytest.mark.parametrize(
    ("entry", "undo"),
    [
        (f"select: {POLICY}, merge: {{RequireNumbers: true}}", f"select: {POLICY}, merge: {{RequireNumbers: false}}"),
        (f"{FUNCTION}environment: {{LEVEL: a}}", f"{FUNCTION}environment: {{LEVEL: null}}"),
        (f"{FUNCTION}removalPolicy: RETAIN", f"{FUNCTION}removalPolicy: DESTROY"),
        (f"{FUNCTION}tags: {{team: a}}", f"{FUNCTION}tags: {{team: null}}"),
        (f"{IDENTITY}dependsOn: auth.userPool", f"{IDENTITY}attributes: {{DependsOn: null}}"),
        (f"{FUNCTION}patch: [{{op: remove, path: /Properties/Timeout}}]", f"{FUNCTION}merge: {{Timeout: 5}}"),
        ("select: stack, resources: {Q: {Type: 'AWS::SQS::Queue'}}", 'select: "#Q", merge: {DelaySeconds: 5}'),
        ("select: stack, outputs: {A: {Value: a}}", "select: stack, outputs: {A: {Value: b}}"),
        (f"{FUNCTION}merge: {{Timeout: 5}}", f"{FUNCTION}logicalId: Worker"),
        (f"{FUNCTION}logicalId: Worker", f"{FUNCTION}logicalId: Other"),
        (f"{FUNCTION}grant: [{{actions: [s3:ListBucket], on: storage.bucket}}]",
         "select: worker.lambda.role, merge: {Description: a}"),
    ],
)  # fmt: skip
def test_locks(entry: str, undo: str) -> None:
    expected = [] if "Description" in undo else ["OVR3033"]
    assert codes(f"locked: true, {entry}", undo) == expected
    assert codes(f"locked: true, {entry}") == []


def test_a_lock_says_nothing_of_what_is_added_later() -> None:
    tags = "select: stack, locked: true, tags: {team: a}"
    assert codes(tags, "select: stack, resources: {Q: {Type: 'AWS::SQS::Queue'}}") == []


def test_a_note_within_one_file_only_where_the_index_means_another_item() -> None:
    flows = "select: auth.userPoolClient, patch: "
    append = f"{flows}[{{op: add, path: /Properties/ExplicitAuthFlows/-, value: ALLOW_USER_AUTH}}]"
    insert = f"{flows}[{{op: add, path: /Properties/ExplicitAuthFlows/1, value: ALLOW_USER_AUTH}}]"
    first = f"{flows}[{{op: replace, path: /Properties/ExplicitAuthFlows/0, value: ALLOW_ADMIN_USER_PASSWORD_AUTH}}]"
    third = f"{flows}[{{op: replace, path: /Properties/ExplicitAuthFlows/2, value: ALLOW_ADMIN_USER_PASSWORD_AUTH}}]"
    assert codes(append, first) == codes(insert, first) == []
    notes = [finding for finding in plan(insert, third).findings if finding.code == "OVR3032"]
    assert [finding.severity for finding in notes] == [Severity.NOTE]


def test_a_repetition_names_the_one_before() -> None:
    (note,) = plan(f"id: a, {FUNCTION}merge: {{Timeout: 5}}", f"{FUNCTION}merge: {{Timeout: 5}}").findings
    assert (note.code, note.severity) == ("OVR3015", Severity.NOTE)
    assert note.message == "this override changes nothing: `a` has done it already"
