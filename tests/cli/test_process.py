"""The command as a process: what only shows there."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

BASES = Path(__file__).parent.parent / "bases"
OVERRIDES = "version: 1\noverrides:\n  - {select: auth.userPool, merge: {DeletionProtection: ACTIVE}}\n"
HEAVY = {"rich", "pydantic", "boto3", "botocore", "jmespath", "networkx", "sympy", "asyncio", "unittest"}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    shutil.copytree(BASES / "a-auth" / "cdk.out", tmp_path / "cdk.out")
    (tmp_path / "overrides.yaml").write_text(OVERRIDES)
    return tmp_path


def _modules_of(arguments: list[str], folder: Path) -> set[str]:
    code = "import sys; from ovr.cli.door import run; run(sys.argv[1:]); print(*sys.modules, file=sys.stderr)"
    command = [sys.executable, "-c", code, *arguments]
    return set(subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True).stderr.split())


def test_plan_loads_nothing_heavy(project: Path) -> None:
    assert not _modules_of(["plan"], project) & HEAVY


def test_help_does_not_load_the_engine(project: Path) -> None:
    loaded = _modules_of(["--help"], project)
    assert not loaded & HEAVY
    assert not {name for name in loaded if name.startswith(("ovr.plan", "ovr.vocabulary", "ruamel", "jsonschema_rs"))}


def test_the_command_gives_its_exit_code(project: Path) -> None:
    done = subprocess.run([sys.executable, "-m", "ovr.cli", "plan"], cwd=project, capture_output=True, check=False)
    assert done.returncode == 2
    assert done.stderr == b""


def test_a_reader_that_leaves_is_no_failure_to_complain_of(project: Path) -> None:
    shell = f"{sys.executable} -m ovr.cli resources --json --verbose --base {BASES}/d-large/cdk.out | head -1"
    done = subprocess.run(shell, shell=True, cwd=project, capture_output=True, text=True, check=False)
    assert done.stdout == "[\n"
    assert done.stderr == ""


def test_an_ascii_screen_still_gets_the_plan(project: Path) -> None:
    command = [sys.executable, "-m", "ovr.cli", "plan"]
    environment = {"PYTHONIOENCODING": "ascii", "PATH": ""}
    done = subprocess.run(command, cwd=project, env=environment, capture_output=True, check=False)
    assert done.returncode == 2
    assert b"\\xb7 base cdk.out" in done.stdout


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
@pytest.mark.parametrize("arguments", ["plan", "--help"])
def test_a_full_disk_is_told_in_one_line(arguments: str, project: Path) -> None:
    shell = f"{sys.executable} -m ovr.cli {arguments} >/dev/full"
    done = subprocess.run(shell, shell=True, cwd=project, capture_output=True, text=True, check=False)
    assert done.stderr == "OVR5007 the answer cannot be written: No space left on device\n"
    assert done.returncode == 1


def test_a_closed_screen_is_none(project: Path) -> None:
    shell = f"{sys.executable} -m ovr.cli plan >&-"
    done = subprocess.run(shell, shell=True, cwd=project, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (2, "")
