"""`ovr history` and `ovr status` as a user runs them after `ovr apply`, against the fake of AWS."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.deploy.cloud import cloud, deploy_as_amplify
from tests.deploy.small import BUCKET, STACK, nested_template, small_assembly
from tests.fakes.aws.server import Fake, Fault

from ovr.cli import conversation
from ovr.cli.door import run

BRANCH = {"amplify:deployment-type": "branch", "amplify:branch-name": "main", "amplify:app-id": "d123"}
SLOWER = """\
version: 1
overrides:
  - id: slower
    select: "function#Jobs"
    reason: OPS-1 slow workers
    merge: {VisibilityTimeout: 60}
  - id: mails
    select: "#Mails"
    merge: {VisibilityTimeout: 45}
"""
FAILING = """\
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
    write(tmp_path, SLOWER)
    monkeypatch.chdir(tmp_path)
    return tmp_path


Ovr = Callable[..., tuple[int, str, str]]


@pytest.fixture
def ovr(fake: Fake, project: Path, capsys: pytest.CaptureFixture[str]) -> Ovr:
    """Runs a command: exit code, standard output, standard error."""

    def ran(command: str, *options: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = run([command, *options, "--region", "us-east-1", "--endpoint-url", fake.url])
        said = capsys.readouterr()
        return code, said.out, said.err

    return ran


def write(project: Path, text: str) -> None:
    (project / "overrides.yaml").write_text(text, encoding="utf-8")


def states(ovr: Ovr) -> list[tuple[str, str]]:
    _, said, _ = ovr("status", "--format", "json")
    return [(each["called"], each["status"]) for each in json.loads(said)["overrides"]]


def deployments(ovr: Ovr) -> list[dict[str, Any]]:
    _, said, _ = ovr("history", "--format", "json")
    found: list[dict[str, Any]] = json.loads(said)["deployments"]
    return found


def test_nothing_recorded(ovr: Ovr) -> None:
    assert ovr("history")[:2] == (0, "Nothing has been recorded for this stack: `ovr apply` records what it deploys.\n")


def test_each_deployment_is_recorded(fake: Fake, project: Path, ovr: Ovr) -> None:
    deploy_as_amplify(fake, project / "cdk.out")
    ovr("apply", "--yes")
    [made] = deployments(ovr)
    assert made["who"] == "arn:aws:iam::123456789012:user/alice"
    assert (made["stack"], made["account"], made["region"]) == (STACK, "123456789012", "us-east-1")
    assert (made["result"], made["ended"]["status"]) == ("done", "UPDATE_COMPLETE")
    assert made["files"] == {"overrides.yaml": {"text": SLOWER, "masked": False}}
    assert made["plan"]["overrides"][0]["id"] == "slower"
    assert made["plan"]["base"]["sha256"]
    assert made["before"] != made["after"] != ""
    assert not any(key.startswith("ovr/") for _, key in fake.world.objects), "a sandbox's records stay at home"


def test_nothing_to_do_is_no_deployment(project: Path, ovr: Ovr) -> None:
    ovr("apply", "--yes")
    ovr("apply", "--yes")
    assert [each["result"] for each in deployments(ovr)] == ["done"]


def test_a_failure_is_recorded_with_its_cause(fake: Fake, project: Path, ovr: Ovr) -> None:
    deploy_as_amplify(fake, project / "cdk.out")
    fake.world.live["/small/taken"] = object()  # type: ignore[assignment]
    write(project, FAILING)
    ovr("apply", "--yes")
    [made] = deployments(ovr)
    assert made["result"] == "rolled back"
    assert made["ended"]["reason"].startswith("Limit: /small/taken already exists")
    assert states(ovr) == [("limits, overrides.yaml:3", "never applied")]


def test_all_who_deploy_a_branch_see_its_records(fake: Fake, project: Path, ovr: Ovr) -> None:
    small_assembly(project / "cdk.out", tags=BRANCH)
    ovr("apply", "--yes")
    shared = [key for bucket, key in fake.world.objects if bucket == BUCKET and key.startswith(f"ovr/{STACK}/")]
    assert sorted(key.rpartition(".")[0].rpartition(".")[2] for key in shared) == ["begun", "ended", "json"]
    for path in (project / ".ovr").rglob("*.json"):
        path.unlink()
    assert [each["result"] for each in deployments(ovr)] == ["done"]


def test_in_force_until_another_deploy_reverts_it(fake: Fake, project: Path, ovr: Ovr) -> None:
    deploy_as_amplify(fake, project / "cdk.out")
    assert ovr("status")[0] == 2
    assert {state for _, state in states(ovr)} == {"never applied"}
    ovr("apply", "--yes")
    assert ovr("status")[0] == 0
    assert {state for _, state in states(ovr)} == {"in force"}
    deploy_as_amplify(fake, project / "cdk.out")
    code, said, _ = ovr("status")
    assert code == 2
    assert "reverted by another deploy  slower, overrides.yaml:3\n" in said
    assert "VisibilityTimeout: 30 is deployed, not 60" in said
    assert {state for _, state in states(ovr)} == {"reverted by another deploy"}


def test_drifted_where_neither_value_is_there(fake: Fake, project: Path, ovr: Ovr, tmp_path: Path) -> None:
    ovr("apply", "--yes")
    other = nested_template()
    other["Resources"]["Jobs"]["Properties"]["VisibilityTimeout"] = 99
    deploy_as_amplify(fake, small_assembly(tmp_path / "other", nested=other))
    assert states(ovr) == [
        ("slower, overrides.yaml:3", "drifted"),
        ("mails, overrides.yaml:7", "reverted by another deploy"),
    ]


def test_a_changed_override_and_one_taken_out(fake: Fake, project: Path, ovr: Ovr) -> None:
    ovr("apply", "--yes")
    write(project, SLOWER[: SLOWER.index("  - id: mails")].replace("60", "90"))
    assert states(ovr) == [("slower, overrides.yaml:3", "never applied"), ("mails, overrides.yaml:7", "taken out")]
    assert ovr("status")[0] == 2


def test_an_end_that_nobody_saw_is_found_out(fake: Fake, project: Path, ovr: Ovr) -> None:
    deploy_as_amplify(fake, project / "cdk.out")
    fake.faults = [Fault("DescribeStackEvents", "expired", fake.calls.count("DescribeStackEvents") + 2, 1)]
    assert ovr("apply", "--yes")[0] == 1
    fake.faults = []
    for _ in range(50):
        fake.world.step()
    [made] = deployments(ovr)
    assert (made["result"], made["ended"]["status"]) == ("done", "UPDATE_COMPLETE")
    assert not list((project / ".ovr").rglob("*.settled.json")), "reading records nothing"
    assert ovr("apply", "--yes")[0] == 0
    assert list((project / ".ovr").rglob("*.settled.json"))


def test_what_was_begun_and_never_executed(fake: Fake, project: Path, ovr: Ovr) -> None:
    deploy_as_amplify(fake, project / "cdk.out")
    fake.faults = [Fault("ExecuteChangeSet", "expired", fake.calls.count("ExecuteChangeSet") + 1, 99)]
    assert ovr("apply", "--yes")[0] == 1
    fake.faults = []
    [made] = deployments(ovr)
    assert made["result"] == "not executed"
    assert ovr("apply", "--yes")[0] == 0
    assert [each["result"] for each in deployments(ovr)] == ["done", "not executed"]


def test_without_a_record_nothing_is_executed(fake: Fake, project: Path, ovr: Ovr) -> None:
    small_assembly(project / "cdk.out", tags=BRANCH)
    deploy_as_amplify(fake, project / "cdk.out")
    (project / ".ovr").write_text("in the way", encoding="utf-8")
    code, _, said = ovr("apply", "--yes")
    assert (code, said.split()[0]) == (1, "OVR6012")
    assert fake.calls.count("ExecuteChangeSet") == 1


def test_one_deployment_alone(project: Path, ovr: Ovr) -> None:
    ovr("apply", "--yes")
    [made] = deployments(ovr)
    code, said, _ = ovr("history", made["id"][-6:])
    assert code == 0
    assert "By          arn:aws:iam::123456789012:user/alice, with ovr" in said
    assert "  - id: slower" in said
    code, _, said = ovr("history", "nowhere")
    assert code == 1
    assert "no deployment `nowhere`" in said


def properties(fake: Fake, logical_id: str) -> dict[str, Any]:
    [found] = [s.resources[logical_id] for s in fake.world.stacks.values() if logical_id in s.resources]
    own: dict[str, Any] = found.properties
    return own


def test_undo_goes_back_to_the_overrides_before(fake: Fake, project: Path, ovr: Ovr) -> None:
    ovr("apply", "--yes")
    write(project, SLOWER.replace("60", "90"))
    ovr("apply", "--yes")
    assert properties(fake, "Jobs")["VisibilityTimeout"] == 90
    code, said, wrong = ovr("undo", "--yes")
    assert (code, wrong) == (0, "")
    [_, last, first] = [each["id"] for each in deployments(ovr)]
    assert f"taking back {last}" in said
    assert f"going back to the overrides of {first}" in said
    assert "VisibilityTimeout: 90 → 60" in said
    assert "overrides.yaml is as it was: the next `ovr apply` deploys what it says" in said
    assert properties(fake, "Jobs")["VisibilityTimeout"] == 60
    undone = deployments(ovr)[0]
    assert (undone["undoes"], undone["result"]) == (last, "done")
    assert undone["files"]["overrides.yaml"]["text"] == SLOWER


def test_undo_of_the_only_deployment_leaves_the_base(fake: Fake, project: Path, ovr: Ovr) -> None:
    deploy_as_amplify(fake, project / "cdk.out")
    ovr("apply", "--yes")
    code, said, _ = ovr("undo", "--yes")
    assert code == 0
    assert "going back to the base without overrides" in said
    assert properties(fake, "Jobs")["VisibilityTimeout"] == 30


def test_undo_plans_on_the_present_base(fake: Fake, project: Path, ovr: Ovr) -> None:
    ovr("apply", "--yes")
    write(project, SLOWER.replace("60", "90"))
    ovr("apply", "--yes")
    moved = nested_template()
    moved["Resources"]["Limit"]["Properties"]["Value"] = "20"
    small_assembly(project / "cdk.out", nested=moved)
    deploy_as_amplify(fake, project / "cdk.out")
    assert ovr("undo", "--yes")[0] == 0
    assert properties(fake, "Jobs")["VisibilityTimeout"] == 60
    assert properties(fake, "Limit")["Value"] == "20"


def test_undo_of_templates_takes_back_what_others_deployed_too(fake: Fake, project: Path, ovr: Ovr) -> None:
    deploy_as_amplify(fake, project / "cdk.out")
    ovr("apply", "--yes")
    moved = nested_template()
    moved["Resources"]["Limit"]["Properties"]["Value"] = "20"
    small_assembly(project / "cdk.out", nested=moved)
    deploy_as_amplify(fake, project / "cdk.out")
    code, said, wrong = ovr("undo", "--templates", "--yes")
    assert (code, wrong) == (0, "")
    assert "what others deployed since is taken back too" in said
    assert 'Value: "20" → "10"' in said
    assert properties(fake, "Limit")["Value"] == "10"
    assert properties(fake, "Jobs")["VisibilityTimeout"] == 30


def test_undo_to_an_older_deployment(fake: Fake, project: Path, ovr: Ovr) -> None:
    for seconds in (60, 70, 80):
        write(project, SLOWER.replace("60", str(seconds)))
        ovr("apply", "--yes")
    first = deployments(ovr)[-1]["id"]
    assert ovr("undo", "--yes", "--to", first)[0] == 0
    assert properties(fake, "Jobs")["VisibilityTimeout"] == 60
    code, _, wrong = ovr("undo", "--yes", "--to", deployments(ovr)[0]["id"])
    assert code == 1
    assert "is the last deployment" in wrong


def test_nothing_to_undo(ovr: Ovr) -> None:
    code, _, wrong = ovr("undo", "--yes")
    assert code == 1
    assert "OVR6012 no deployment that could be taken back is on record" in wrong


def test_overrides_with_secrets_are_not_kept_whole(fake: Fake, project: Path, ovr: Ovr) -> None:
    secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYzAbCdEfGhI"
    write(project, f"{SLOWER}# aws_secret_access_key: {secret}\n")
    ovr("apply", "--yes")
    kept = [path.read_text(encoding="utf-8") for path in (project / ".ovr").rglob("*.json")]
    assert not any(secret in text for text in kept)
    write(project, SLOWER.replace("60", "90"))
    ovr("apply", "--yes")
    code, _, wrong = ovr("undo", "--yes")
    assert code == 1
    assert "secrets were taken out of overrides.yaml before they were recorded" in wrong
    assert ovr("undo", "--yes", "--templates")[0] == 0
    assert properties(fake, "Jobs")["VisibilityTimeout"] == 60
