"""The real CDK CLI takes what ovr writes for an assembly."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from tests.support import plan_with

from ovr.adapters.bases import open_base
from ovr.adapters.render_out import render_assembly
from ovr.plan import Plan
from ovr.template.operations import Operation

BASES = Path(__file__).parent.parent / "bases"
CACHE = Path.home() / ".cache" / "ovr-tests"
APPS = ("a-auth-branch", "c-full", "d-large")

pytestmark = pytest.mark.npm


@pytest.fixture(scope="module")
def cdk() -> str:
    """The CLI, installed once per machine (npm's `latest` tag is not the CLI that users have; `@2` is)."""
    command = CACHE / "node_modules" / ".bin" / "cdk"
    if not command.exists():
        npm = shutil.which("npm")
        if npm is None or shutil.which("node") is None:
            pytest.skip("npm or node is not here")
        CACHE.mkdir(parents=True, exist_ok=True)
        install = [npm, "install", "--no-audit", "--no-fund", "--prefix", str(CACHE), "aws-cdk@2"]
        done = subprocess.run(install, capture_output=True, text=True, timeout=300)
        if done.returncode != 0:
            pytest.skip(f"aws-cdk@2 could not be installed: {done.stderr.strip().splitlines()[-1:]}")
    return str(command)


def rendered(app: str, out: Path) -> Plan:
    """An assembly whose innermost stack, root stack and root options were changed."""
    base = open_base(str(BASES / app / "cdk.out"), out.parent)
    operations = (
        Operation(list(base.tree.stacks)[-1], "add", ("Description",), "changed"),
        Operation("", "add", ("Description",), "changed"),
        Operation("", "add", ("tags", "CostCenter"), "42", document="options"),
        Operation("", "add", ("terminationProtection",), True, document="options"),
    )
    plan = plan_with(base, operations)
    render_assembly(plan, out)
    return plan


def run(cdk: str, *arguments: str, cwd: Path) -> str:
    done = subprocess.run([cdk, *arguments], cwd=cwd, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("app", APPS)
def test_the_cdk_cli_lists_the_stack_of_a_rendered_assembly(app: str, cdk: str, tmp_path: Path) -> None:
    plan = rendered(app, tmp_path / "out")
    assert run(cdk, "ls", "--app", str(tmp_path / "out"), cwd=tmp_path).split() == [plan.base.tree.name]


def test_the_cdk_cli_gives_out_the_changed_template(cdk: str, tmp_path: Path) -> None:
    plan = rendered("c-full", tmp_path / "out")
    template = json.loads(run(cdk, "synth", "--json", "--app", str(tmp_path / "out"), cwd=tmp_path))
    assert template["Description"] == "changed"
    assert template["Resources"].keys() == plan.result.root.resources.keys()
