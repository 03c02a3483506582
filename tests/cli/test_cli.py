"""The command line in process: exit codes, what goes where, what is said to wrong usage."""

import json
import shutil
from pathlib import Path

import pytest

from ovr import __version__
from ovr.cli.door import run

BASES = Path(__file__).parent.parent / "bases"
CHANGE = """\
version: 1
overrides:
  - id: length
    select: auth.cfn.cfnUserPool.Policies
    patch:
      - {op: replace, path: /PasswordPolicy/MinimumLength, value: 10}
"""
EMPTY = "version: 1\noverrides: []\n"
WRONG = CHANGE.replace("cfnUserPool", "cfnUserPol")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with a base and one change, which is also the current folder."""
    shutil.copytree(BASES / "a-auth" / "cdk.out", tmp_path / ".amplify" / "artifacts" / "cdk.out")
    (tmp_path / ".git").mkdir()
    (tmp_path / "overrides.yaml").write_text(CHANGE)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--version"]) == 0
    assert capsys.readouterr().out == f"ovr {__version__}\n"


COMMANDS = "plan, apply, status, history, undo, validate, render, outputs, resources, explain"


@pytest.mark.parametrize("arguments", [["--help"], ["-h"], []])
def test_help_names_the_commands_of_this_version(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(arguments) == 0
    said = capsys.readouterr().out
    for command in ("plan", "apply", "validate", "render", "resources", "explain"):
        assert f"  {command} " in said


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["plna"], "there is no command `plna`\n   did you mean `plan`?\n   see `ovr --help`\n"),
        (["deploy"], f"there is no command `deploy`\n   commands: {COMMANDS}\n"),
        (["plan", "--ony", "x"], "`ovr plan` has no option `--ony`\n   did you mean `--only`?\n"),
        (["--format", "json", "plan"], "`ovr` has no option `--format`\n   options stand behind the command"),
        (["plan", "--format", "xml"], "invalid value for `--format`: `xml` is not one of `text`, `json`\n"),
        (["plan", "--today", "soon"], "invalid value for `--today`: soon is not a day such as 2027-03-01\n"),
        (["plan", "x.yaml"], "unexpected on the command line: `x.yaml`\n   an overrides file is named with `--file`"),
        (["plan", "--file"], "option `--file` needs a value\n   see `ovr plan --help`\n"),
        (["render"], "missing option `--out`\n   see `ovr render --help`\n"),
        (["explain"], "missing argument `SELECTOR|CODE`\n   see `ovr explain --help`\n"),
    ],
)
def test_wrong_usage(arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(arguments) == 1
    screen = capsys.readouterr()
    assert screen.out == ""
    assert screen.err.startswith(f"OVR9002 {said}")
    assert len(screen.err.splitlines()) <= 3


SUMMARY = (
    "Plan: 0 to add, 1 to change, 0 to replace, 0 to remove, in 2 of 2 stacks; 1 other value changed. "
    "Nothing is replaced."
)


@pytest.mark.parametrize(
    ("overrides", "code", "last"),
    [
        (CHANGE, 2, SUMMARY),
        (EMPTY, 0, "No changes. There are no overrides."),
    ],
)
def test_plan_tells_by_its_exit_code(
    project: Path, overrides: str, code: int, last: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "overrides.yaml").write_text(overrides)
    assert run(["plan"]) == code
    screen = capsys.readouterr()
    assert screen.out.splitlines()[-1] == last
    assert screen.err == ""


def test_errors_go_to_standard_error(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "overrides.yaml").write_text(WRONG)
    for command in (["plan"], ["validate"], ["render", "--out", "out"], ["plan", "--out", "plan.json"]):
        assert run(command) == 1
        screen = capsys.readouterr()
        assert screen.out == ""
        assert screen.err.startswith("overrides.yaml:4:13 OVR2001")
    assert sorted(path.name for path in project.iterdir()) == [".amplify", ".git", "overrides.yaml"]


def test_errors_as_json_go_to_standard_output(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "overrides.yaml").write_text(WRONG)
    assert run(["plan", "--format", "json"]) == 1
    screen = capsys.readouterr()
    said = json.loads(screen.out)
    assert (said["findings"][0]["code"], said["findings"][0]["line"]) == ("OVR2001", 4)
    assert screen.err == ""


def test_plan_as_json_and_saved(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["plan", "--format", "json", "--out", "plan.json"]) == 2
    printed = json.loads(capsys.readouterr().out)
    saved = json.loads((project / "plan.json").read_text())
    assert saved.pop("result").keys() == {stack["file"] for stack in printed["stacks"]}
    assert saved == printed


def test_a_text_that_is_not_unicode_is_printed_and_saved(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "t.json").write_text(TEMPLATE_OF_SURROGATE)
    (project / "overrides.yaml").write_text(ONE)
    assert run(["plan", "--base", "t.json"]) == 2
    assert "a\\ud800b → Hello" in capsys.readouterr().out
    assert run(["plan", "--base", "t.json", "--format", "json", "--out", "plan.json"]) == 2
    change = json.loads((project / "plan.json").read_bytes())["stacks"][0]["resources"][0]["changes"][0]
    assert change["before"] == "a\ud800b"


def test_strict_makes_warnings_errors(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "overrides.yaml").write_text(CHANGE.replace("  - id: length", "  - expires: 2026-01-01\n    id: length"))
    assert run(["plan", "--today", "2026-11-22"]) == 2
    assert "OVR" in capsys.readouterr().out
    assert run(["plan", "--today", "2026-11-22", "--strict", "--out", "plan.json"]) == 1
    assert capsys.readouterr().out.splitlines()[-1].startswith("Plan with 1 error, not to be applied: ")
    assert not (project / "plan.json").exists()
    assert run(["validate", "--today", "2026-11-22"]) == 0
    assert run(["validate", "--today", "2026-11-22", "--strict"]) == 1
    assert run(["render", "--out", "out", "--today", "2026-11-22", "--strict"]) == 1
    assert not (project / "out").exists()


def test_color_is_for_terminals(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    printed = {}
    for terminal, choice in ((False, "auto"), (True, "auto"), (False, "always"), (True, "never")):
        monkeypatch.setattr("sys.stdout.isatty", lambda terminal=terminal: terminal)
        monkeypatch.setenv("COLUMNS", "80")
        run(["plan", "--color", choice])
        printed[terminal, choice] = "\x1b[" in capsys.readouterr().out
    assert printed == {(False, "auto"): False, (True, "auto"): True, (False, "always"): True, (True, "never"): False}
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setenv("NO_COLOR", "1")
    run(["plan"])
    assert "\x1b[" not in capsys.readouterr().out


def test_render_writes_an_assembly(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["render", "--out", "out"]) == 0
    assert capsys.readouterr().out.startswith("out: written, ")
    assert (project / "out" / "manifest.json").exists()
    assert run(["plan", "--base", "out"]) == 1
    assert "OVR5004" in capsys.readouterr().err


def test_render_unchecked_is_marked(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wrong = "version: 1\noverrides:\n  - {select: auth.userPool, merge: {MfaConfiguratio: ON}}\n"
    (project / "overrides.yaml").write_text(wrong)
    assert run(["render", "--out", "out"]) == 1
    assert not (project / "out").exists()
    assert run(["render", "--out", "out", "--unchecked"]) == 0
    assert "UNCHECKED: written although a check refuses it" in capsys.readouterr().err
    (said,) = json.loads((project / "out" / "ovr.json").read_text())["unchecked"]
    assert said.startswith("OVR3003 ")
    (project / "overrides.yaml").write_text(CHANGE)
    assert run(["render", "--out", "out", "--unchecked"]) == 0
    assert "unchecked" not in json.loads((project / "out" / "ovr.json").read_text())


@pytest.mark.parametrize("target", ["overrides.yaml", "link.yaml", ".amplify/artifacts/cdk.out/plan.json"])
def test_what_was_read_is_not_written_over(
    target: str, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "link.yaml").symlink_to("overrides.yaml")
    assert run(["plan", "--out", target]) == 1
    assert "the plan is made from" in capsys.readouterr().err
    assert (project / "overrides.yaml").read_text() == CHANGE


TEMPLATE_OF_SURROGATE = r'{"Resources": {"T": {"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": "a\ud800b"}}}}'
TEMPLATE = "Resources:\n  T: # the topic\n    Type: AWS::SNS::Topic\n"
ONE = "version: 1\noverrides:\n  - select: '#T'\n    merge: {DisplayName: Hello}\n"


def test_render_writes_a_template(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "template.yaml").write_text(TEMPLATE)
    (project / "overrides.yaml").write_text(ONE)
    assert run(["render", "--base", "template.yaml", "--out", "-"]) == 0
    written = capsys.readouterr().out
    assert written.startswith(TEMPLATE)
    assert "DisplayName: Hello" in written
    assert run(["render", "--base", "template.yaml", "--out", "out.yaml"]) == 0
    assert (project / "out.yaml").read_text() == written
    (project / "overrides.yaml").write_text(EMPTY)
    capsys.readouterr()
    assert run(["render", "--base", "template.yaml", "--out", "-"]) == 0
    assert capsys.readouterr().out == TEMPLATE


def test_base_in_the_file_is_found_from_the_file(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "sub").mkdir()
    (project / "sub" / "template.yaml").write_text(TEMPLATE)
    (project / "sub" / "o.yaml").write_text(ONE.replace("version: 1\n", "version: 1\nbase: template.yaml\n"))
    assert run(["plan", "--file", "sub/o.yaml"]) == 2
    assert "base sub/template.yaml" in capsys.readouterr().out


def test_resources(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["resources", "auth.cfn.cfnUserPool"]) == 0
    names = [line.split()[0] for line in capsys.readouterr().out.splitlines()]
    assert names == ["auth.cfn.cfnUserPool", "auth.cfn.cfnUserPoolClient"]
    assert run(["resources", "--json", "auth.userPool"]) == 0
    first = json.loads(capsys.readouterr().out)[0]
    assert first == {
        "selector": "auth.userPool",
        "type": "AWS::Cognito::UserPool",
        "stack": "auth",
        "logical_id": "amplifyAuthUserPool4BA7F805",
    }
    assert run(["resources", "/auth/amplifyAuth/User"]) == 0
    assert capsys.readouterr().out.startswith("/auth/amplifyAuth/UserPool/Resource")
    assert run(["resources", "atuh"]) == 1
    assert "did you mean `auth`?" in capsys.readouterr().err


def test_resources_of_a_template_without_names(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "template.yaml").write_text(TEMPLATE)
    (project / "overrides.yaml").unlink()
    assert run(["resources", "--base", "template.yaml"]) == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == ["stack", "#T"]


def test_explain(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["explain", "auth.cfn.cfnUserPool.Policies"]) == 0
    said = capsys.readouterr().out
    assert "MinimumLength: 8" in said
    assert "length, overrides.yaml:3" in said
    assert run(["explain", "auth.cfn.cfnIdentityPool"]) == 0
    assert "none touches it" in capsys.readouterr().out
    assert run(["explain", "auth.userPol"]) == 1
    assert "did you mean" in capsys.readouterr().err


def test_explain_how_a_selector_is_read(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["explain", "--parse", 'data.cfn.cfnResolvers["Query.*"].Code[0]']) == 0
    assert capsys.readouterr().out.splitlines() == [
        'data.cfn.cfnResolvers["Query.*"].Code[0]',
        "  is a name",
        "    data          name",
        "    cfn           name",
        "    cfnResolvers  name",
        '    ["Query.*"]   every name that matches',
        "    Code          name",
        "    [0]           the item at index 0",
    ]


def test_a_mistake_of_ovr_is_told_in_one_screen(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*arguments: object, **options: object) -> None:
        raise ZeroDivisionError("what a file says")

    monkeypatch.setattr("ovr.plan.build_plan", broken)
    assert run(["plan"]) == 1
    said = capsys.readouterr().err
    assert said.startswith("OVR9001 ovr itself failed: ZeroDivisionError\n")
    assert "what a file says" not in said
    assert "Traceback" not in said
    monkeypatch.setenv("OVR_DEBUG", "1")
    assert run(["plan"]) == 1
    assert "Traceback" in capsys.readouterr().err


def test_an_interrupt_ends_quietly(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*arguments: object, **options: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("ovr.plan.build_plan", interrupted)
    assert run(["plan"]) == 130
    assert "Traceback" not in capsys.readouterr().err
