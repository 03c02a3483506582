"""`ovr apply` as a user runs it, against the fake of AWS: what is said, what is asked, what is deployed afterwards."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.deploy.cloud import cloud, deploy_as_amplify
from tests.deploy.small import STACK, nested_template, small_assembly
from tests.fakes.aws.server import Fake

from ovr.cli import conversation
from ovr.cli.door import run

SLOWER = """\
version: 1
overrides:
  - id: slower
    select: "function#Jobs"
    reason: OPS-1 slow workers
    merge: {VisibilityTimeout: 60}
"""
NOTHING = "version: 1\noverrides: []\n"
TABLE = """\
version: 1
overrides:
  - select: stack
    resources:
      Notes:
        Type: AWS::DynamoDB::Table
        Properties:
          BillingMode: PAY_PER_REQUEST
          AttributeDefinitions: [{AttributeName: id, AttributeType: S}]
          KeySchema: [{AttributeName: id, KeyType: HASH}]
"""
FAILING = """\
version: 1
overrides:
  - id: limits
    select: "function#Limit"
    merge: {Type: Nope}
"""


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Iterator[Fake]:
    with cloud(monkeypatch) as running:
        monkeypatch.setattr(conversation.time, "sleep", lambda seconds: None)
        yield running


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    small_assembly(tmp_path / "cdk.out")
    (tmp_path / ".git").mkdir()
    (tmp_path / "overrides.yaml").write_text(SLOWER, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


Apply = Callable[..., int]


@pytest.fixture
def apply(fake: Fake, project: Path) -> Apply:
    def applied(*options: str) -> int:
        return run(["apply", "--region", "us-east-1", "--endpoint-url", fake.url, *options])

    return applied


def write(project: Path, text: str) -> None:
    (project / "overrides.yaml").write_text(text, encoding="utf-8")


def deployed(fake: Fake, stack: str, logical_id: str) -> dict[str, Any]:
    [found] = [s for s in fake.world.stacks.values() if stack in s.name and logical_id in s.resources]
    properties: dict[str, Any] = found.resources[logical_id].properties
    return properties


def root(fake: Fake) -> Any:
    return fake.world.find(STACK)


def change_sets(fake: Fake) -> list[str]:
    return [name for stack in fake.world.stacks.values() for name in stack.change_sets]


def test_a_first_deployment(fake: Fake, apply: Apply, capsys: pytest.CaptureFixture[str]) -> None:
    assert apply("--yes") == 0
    said = capsys.readouterr()
    assert said.err == ""
    assert "Account  123456789012, us-east-1\nCaller   arn:aws:iam::123456789012:user/alice\n" in said.out
    assert "Nothing is deployed yet: 4 resources are made." in said.out
    assert f"Applied: {STACK} is CREATE_COMPLETE." in said.out
    assert deployed(fake, "function", "Jobs")["VisibilityTimeout"] == 60
    assert root(fake).status == "CREATE_COMPLETE"


def test_an_update_and_then_nothing_to_do(
    fake: Fake, project: Path, apply: Apply, capsys: pytest.CaptureFixture[str]
) -> None:
    deploy_as_amplify(fake, project / "cdk.out")
    assert apply("--yes") == 0
    said = capsys.readouterr().out
    assert "Compared with what is deployed." in said
    assert "~ VisibilityTimeout: 30 → 60\n          by slower, overrides.yaml:3: OPS-1 slow workers" in said
    assert "Not from an override" not in said
    assert deployed(fake, "function", "Jobs")["VisibilityTimeout"] == 60
    calls = len(fake.calls)
    assert apply("--yes") == 0
    assert "Nothing to do" in capsys.readouterr().out
    assert not {"CreateChangeSet", "PutObject"} & {*fake.calls[calls:]}


def test_what_no_override_did_stands_apart(
    fake: Fake, project: Path, apply: Apply, capsys: pytest.CaptureFixture[str]
) -> None:
    deploy_as_amplify(fake, project / "cdk.out")
    moved = nested_template()
    moved["Resources"]["Limit"]["Properties"]["Value"] = "20"
    small_assembly(project / "cdk.out", nested=moved)
    assert apply("--yes") == 0
    said = capsys.readouterr().out
    ours, _, others = said.partition("Not from an override")
    assert "VisibilityTimeout: 30 → 60" in ours
    assert 'Value: "10" → "20"' in others
    assert '"20"' not in ours


def test_a_table_that_an_override_had_added_is_not_lost_without_a_word(
    fake: Fake, project: Path, apply: Apply, capsys: pytest.CaptureFixture[str]
) -> None:
    deploy_as_amplify(fake, project / "cdk.out")
    write(project, TABLE)
    assert apply("--yes") == 0
    write(project, NOTHING)
    capsys.readouterr()
    assert apply("--yes") == 1
    said = capsys.readouterr()
    assert "Notes will be REMOVED" in said.out
    assert "OVR6009" in said.err
    assert "--allow-destructive=Notes" in said.err
    assert "Notes" in root(fake).resources
    assert change_sets(fake) == []
    assert apply("--yes", "--allow-destructive=Notes") == 0
    assert "Notes" not in root(fake).resources
