"""`ovr apply` as a user runs it, against the fake of AWS: what is said, what is asked, what is deployed afterwards."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.deploy.cloud import cloud, deploy_as_amplify
from tests.deploy.small import STACK, TAGS, nested_template, small_assembly
from tests.fakes.aws.server import Fake, Fault

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
TAKEN = """\
version: 1
overrides:
  - id: limits
    select: "function#Limit"
    merge: {Name: /small/taken}
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
    """Those that ovr made."""
    return [name for stack in fake.world.stacks.values() for name in stack.change_sets if "/ovr-" in name]


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


def test_a_resource_that_the_base_lost_is_not_lost_without_a_word(
    fake: Fake, project: Path, apply: Apply, capsys: pytest.CaptureFixture[str]
) -> None:
    table = {"Type": "AWS::DynamoDB::Table", "Properties": {"TableName": "todos", "BillingMode": "PAY_PER_REQUEST"}}
    table["Properties"] |= {"KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}]}
    table["Properties"] |= {"AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}]}
    nested = nested_template()
    nested["Resources"]["Todos"] = table
    deploy_as_amplify(fake, small_assembly(project / "cdk.out", nested=nested))
    small_assembly(project / "cdk.out")
    assert apply("--yes") == 1
    said = capsys.readouterr()
    assert "Todos will be REMOVED" in said.out
    assert "--allow-destructive=function/Todos" in said.err
    assert "todos" in fake.world.live
    assert apply("--yes", "--allow-destructive", "function/Todos") == 0
    assert "todos" not in fake.world.live


def test_without_a_word_of_consent_nothing_happens(
    fake: Fake, project: Path, apply: Apply, capsys: pytest.CaptureFixture[str]
) -> None:
    deploy_as_amplify(fake, project / "cdk.out")
    assert apply() == 1
    assert "OVR6013 nobody is here to ask" in capsys.readouterr().err
    assert fake.calls.count("CreateChangeSet") == 1, "the one of Amplify"


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Somebody sits at a terminal and types these lines."""

    def typed(*lines: str) -> None:
        monkeypatch.setattr(conversation.Conversation, "interactive", True)
        monkeypatch.setattr(sys, "stdin", io.StringIO("".join(f"{line}\n" for line in lines)))

    return typed


def test_who_declines_leaves_nothing_behind(
    fake: Fake, project: Path, apply: Apply, answers: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    answers("no")
    assert apply() == 1
    assert "Not applied: nothing was executed" in capsys.readouterr().out
    fake.world.step()
    fake.world.step()
    assert root(fake) is None, "the stack that the change set made is gone"
    deploy_as_amplify(fake, project / "cdk.out")
    answers("y")
    assert apply() == 1
    assert change_sets(fake) == []
    assert deployed(fake, "function", "Jobs")["VisibilityTimeout"] == 30


def test_a_loss_is_typed_by_name(
    fake: Fake, project: Path, apply: Apply, answers: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    write(project, TABLE)
    answers("yes")
    assert apply() == 0
    write(project, NOTHING)
    answers("yes", "yes")
    assert apply() == 1
    answers("#Notes", "yes")
    assert apply() == 0
    assert "Type #Notes if that is meant" in capsys.readouterr().out
    assert "Notes" not in root(fake).resources


def test_a_stack_of_another_app_is_refused(
    fake: Fake, project: Path, apply: Apply, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    deploy_as_amplify(fake, small_assembly(tmp_path / "other", tags={**TAGS, "amplify:app-id": "d1"}))
    assert apply("--yes") == 1
    assert "OVR6003" in capsys.readouterr().err


def test_what_a_failed_creation_left_is_refused(
    fake: Fake, project: Path, apply: Apply, capsys: pytest.CaptureFixture[str]
) -> None:
    fake.world.live["/small/limit"] = object()  # type: ignore[assignment]
    assert apply("--yes") == 1
    assert "OVR6007" in capsys.readouterr().err
    assert root(fake).status == "ROLLBACK_COMPLETE"
    assert apply("--yes") == 1
    said = capsys.readouterr().err
    assert "OVR6004" in said
    assert "delete-stack" in said


def test_a_failure_is_brought_home_to_its_override(
    fake: Fake, project: Path, apply: Apply, capsys: pytest.CaptureFixture[str]
) -> None:
    deploy_as_amplify(fake, project / "cdk.out")
    fake.world.live["/small/taken"] = object()  # type: ignore[assignment]
    write(project, TAKEN)
    assert apply("--yes") == 1
    said = capsys.readouterr().err
    assert said.startswith("overrides.yaml:3:5 OVR6007 /function/Limit (AWS::SSM::Parameter) failed")
    assert "/small/taken already exists" in said
    assert "by limits, overrides.yaml:3" in said
    assert "the stack is as it was before" in said
    assert "give it another name" in said
    assert root(fake).status == "UPDATE_ROLLBACK_COMPLETE"


def test_a_change_set_that_does_more_is_refused(
    fake: Fake, project: Path, apply: Apply, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    deploy_as_amplify(fake, project / "cdk.out")
    shown = conversation.Conversation.plan

    def meanwhile(*arguments: Any) -> None:
        shown(*arguments)
        root(fake).resources["Mails"].properties["VisibilityTimeout"] = 99

    monkeypatch.setattr(conversation.Conversation, "plan", meanwhile)
    assert apply("--yes") == 1
    said = capsys.readouterr().err
    assert "OVR6006 Mails (AWS::SQS::Queue) would be changed" in said
    assert change_sets(fake) == []
    assert deployed(fake, "function", "Jobs")["VisibilityTimeout"] == 30


def test_a_saved_plan_is_applied_as_it_was_reviewed_or_not_at_all(
    fake: Fake, project: Path, apply: Apply, capsys: pytest.CaptureFixture[str]
) -> None:
    deploy_as_amplify(fake, project / "cdk.out")
    write(project, f"{SLOWER}deploy: {{protect: ['*alice*']}}\n")
    assert apply("--yes") == 1
    assert "OVR6013 alice is protected: it takes saved plans only" in capsys.readouterr().err
    assert run(["plan", "--out", "plan.ovr"]) == 2
    (project / "overrides.yaml").write_text((project / "overrides.yaml").read_text().replace("60", "61"))
    capsys.readouterr()
    assert apply("plan.ovr", "--yes") == 1
    said = capsys.readouterr().err
    assert "OVR6005 overrides.yaml has changed since the plan was made" in said
    (project / "overrides.yaml").write_text((project / "overrides.yaml").read_text().replace("61", "60"))
    assert apply("plan.ovr", "--yes") == 0
    assert deployed(fake, "function", "Jobs")["VisibilityTimeout"] == 60


def test_a_plan_saved_online_does_not_outlive_what_is_deployed(
    fake: Fake, project: Path, apply: Apply, capsys: pytest.CaptureFixture[str]
) -> None:
    deploy_as_amplify(fake, project / "cdk.out")
    online = ["plan", "--online", "--region", "us-east-1", "--endpoint-url", fake.url]
    assert run([*online, "--out", "plan.ovr"]) == 2
    saved = json.loads((project / "plan.ovr").read_text())
    assert saved["compared_with"] == "deployed"
    write(project, SLOWER.replace("60", "45"))
    assert apply("--yes") == 0
    write(project, SLOWER)
    capsys.readouterr()
    assert apply("plan.ovr", "--yes") == 1
    assert "OVR6005 what is deployed: function has changed since the plan was made" in capsys.readouterr().err
    assert run([*online, "--out", "plan.ovr"]) == 2
    assert apply("plan.ovr", "--yes") == 0
    capsys.readouterr()
    assert run(online) == 0
    assert "No changes. What is deployed is what the overrides make of the base." in capsys.readouterr().out


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format_version": "1.1"}', '{"format_version": "2.0"}'])
def test_what_is_no_plan_at_all(
    project: Path, apply: Apply, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "plan.ovr").write_text(text)
    assert apply("plan.ovr", "--yes") == 1
    assert capsys.readouterr().err.startswith(("OVR6005", "plan.ovr:1:1 OVR6005"))


@pytest.mark.parametrize(
    "wrong",
    [
        {"base": {"sha256": ["x"]}},
        {"base": {"sha256": {"manifest.json": 1}}},
        {"overrides_file": {}},
        {"target": {"stack": STACK, "environment": ["main"]}},
        {"compared_with": None},
        {"deployed": [1]},
    ],
)
def test_a_saved_plan_that_was_tampered_with(
    project: Path, apply: Apply, wrong: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["plan", "--out", "plan.ovr"]) == 2
    (project / "plan.ovr").write_text(json.dumps({**json.loads((project / "plan.ovr").read_text()), **wrong}))
    capsys.readouterr()
    assert apply("plan.ovr", "--yes") == 1
    assert capsys.readouterr().err.startswith("OVR6005 plan.ovr is no plan that ovr saved")


def test_what_a_failed_update_left_is_not_deployed_over_without_a_word(
    fake: Fake, project: Path, apply: Apply, capsys: pytest.CaptureFixture[str]
) -> None:
    deploy_as_amplify(fake, project / "cdk.out")
    assert apply("--yes") == 0
    root(fake).status = "UPDATE_FAILED"
    root(fake).resources["Mails"].properties["VisibilityTimeout"] = 5
    assert apply() == 1
    assert "OVR6013" in capsys.readouterr().err
    assert root(fake).status == "UPDATE_FAILED"


@pytest.mark.parametrize("operation", ["CreateChangeSet", "ExecuteChangeSet", "PutObject", "DescribeStackEvents"])
def test_a_lost_answer_is_no_second_deployment(fake: Fake, project: Path, apply: Apply, operation: str) -> None:
    deploy_as_amplify(fake, project / "cdk.out")
    fake.faults.append(Fault(operation, "lost", nth=fake.calls.count(operation) + 1))
    assert apply("--yes") == 0
    assert deployed(fake, "function", "Jobs")["VisibilityTimeout"] == 60
    begun = [e["LogicalResourceId"] for e in root(fake).events if e["ResourceStatus"] == "UPDATE_IN_PROGRESS"]
    assert begun.count(STACK) == 1


def test_a_running_operation_is_said(
    fake: Fake, project: Path, apply: Apply, capsys: pytest.CaptureFixture[str]
) -> None:
    deploy_as_amplify(fake, project / "cdk.out")
    root(fake).status = "UPDATE_IN_PROGRESS"
    assert apply("--yes") == 1
    assert "OVR6008" in capsys.readouterr().err


def test_a_rollback_that_got_stuck_goes_on(
    fake: Fake, project: Path, apply: Apply, capsys: pytest.CaptureFixture[str]
) -> None:
    deploy_as_amplify(fake, project / "cdk.out")
    fake.world.live["/small/taken"] = object()  # type: ignore[assignment]
    fake.world.unrollable.add("Jobs")
    write(project, TAKEN + SLOWER.partition("overrides:\n")[2])
    assert apply("--yes") == 1
    said = capsys.readouterr().err
    assert "/function/Jobs was not brought back: Resource update failed in rollback" in said
    assert "then `ovr apply --continue-rollback`" in said
    assert root(fake).status == "UPDATE_ROLLBACK_FAILED"
    fake.world.unrollable.clear()
    assert apply("--continue-rollback") == 0
    assert root(fake).status == "UPDATE_ROLLBACK_COMPLETE"
    assert apply("--continue-rollback") == 1


def test_resuming_where_nothing_runs(
    fake: Fake, project: Path, apply: Apply, capsys: pytest.CaptureFixture[str]
) -> None:
    deploy_as_amplify(fake, project / "cdk.out")
    assert apply("--resume") == 0
    assert capsys.readouterr().out == f"Nothing runs: {STACK} is CREATE_COMPLETE.\n"


def test_who_interrupts_can_come_back(
    fake: Fake, project: Path, apply: Apply, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    deploy_as_amplify(fake, project / "cdk.out")

    def interrupt(self: object, event: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(conversation.Conversation, "event", interrupt)
        assert apply("--yes") == 130
    assert "What CloudFormation has begun goes on: `ovr apply --resume`" in capsys.readouterr().err
    assert apply("--resume") == 0
    assert deployed(fake, "function", "Jobs")["VisibilityTimeout"] == 60


def test_who_interrupts_before_leaves_nothing_behind(
    fake: Fake, project: Path, apply: Apply, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    deploy_as_amplify(fake, project / "cdk.out")

    def interrupt(*_: object) -> bool:
        raise KeyboardInterrupt

    monkeypatch.setattr(conversation.Conversation, "consents", interrupt)
    assert apply("--yes") == 130
    assert "Interrupted: nothing was executed." in capsys.readouterr().err
    assert change_sets(fake) == []


def test_a_single_template_is_not_deployed(
    project: Path, apply: Apply, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "t.json").write_text(json.dumps({"Resources": {"Q": {"Type": "AWS::SQS::Queue"}}}))
    write(project, NOTHING)
    assert apply("--base", "t.json", "--yes") == 1
    assert "OVR1018" in capsys.readouterr().err


def test_as_a_process_of_its_own(fake: Fake, project: Path) -> None:
    deploy_as_amplify(fake, project / "cdk.out")
    command = [sys.executable, "-m", "ovr.cli", "apply", "--region", "us-east-1", "--endpoint-url", fake.url, "--yes"]
    ended = subprocess.run(command, capture_output=True, text=True, cwd=project, timeout=120, check=False)
    assert (ended.returncode, ended.stderr) == (0, "")
    lines = ended.stdout.splitlines()
    assert any(line.endswith(" function  UPDATE_COMPLETE  /function/Jobs") for line in lines)
    assert not any("\x1b" in line for line in lines)
    assert lines[-1].startswith(f"Applied: {STACK} is UPDATE_COMPLETE.")
