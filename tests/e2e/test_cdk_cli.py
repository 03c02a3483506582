"""The real CDK CLI takes what ovr writes for an assembly."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from tests.support import plan_with

from ovr.adapters.bases import open_base
from ovr.adapters.overrides_file import load_overrides
from ovr.adapters.render_out import render_assembly
from ovr.plan import Plan, build_plan
from ovr.template.assets import nested_hash
from ovr.template.operations import Operation

NEW_STACK = """
version: 1
overrides:
  - select: stack
    stacks: {queues: {template: queues.yaml}}
"""
BASES = Path(__file__).parent.parent / "bases"
CACHE = Path.home() / ".cache" / "ovr-tests"
APPS = ("a-auth-branch", "c-full", "d-large")

pytestmark = pytest.mark.npm


@pytest.fixture(scope="module")
def cdk() -> str:
    """The CLI (npm's `latest` tag is not the CLI that users have; `@2` is)."""
    return command("cdk", "aws-cdk@2")


@pytest.fixture(scope="module")
def cdk_assets() -> str:
    """What publishes the files of an asset manifest."""
    return command("cdk-assets", "cdk-assets@4")


def command(name: str, package: str) -> str:
    """A command of a package of npm, installed once per machine."""
    command = CACHE / "node_modules" / ".bin" / name
    if not command.exists():
        npm = shutil.which("npm")
        if npm is None or shutil.which("node") is None:
            pytest.skip("npm or node is not here")
        CACHE.mkdir(parents=True, exist_ok=True)
        install = [npm, "install", "--no-audit", "--no-fund", "--prefix", str(CACHE), package]
        done = subprocess.run(install, capture_output=True, text=True, timeout=300)
        if done.returncode != 0:
            pytest.skip(f"{package} could not be installed: {done.stderr.strip().splitlines()[-1:]}")
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


@pytest.mark.parametrize("app", ["plain-cdk", "a-auth-branch"])
def test_the_cdk_cli_takes_a_new_nested_stack(app: str, cdk: str, cdk_assets: str, tmp_path: Path) -> None:
    (tmp_path / "overrides.yaml").write_text(NEW_STACK)
    (tmp_path / "queues.yaml").write_text("Resources: {Jobs: {Type: AWS::SQS::Queue}}\n")
    plan = build_plan(open_base(str(BASES / app / "cdk.out"), tmp_path), load_overrides(tmp_path / "overrides.yaml"))
    render_assembly(plan, tmp_path / "out")
    assert run(cdk, "ls", "--app", str(tmp_path / "out"), cwd=tmp_path).split() == [plan.base.tree.name]
    template = json.loads(run(cdk, "synth", "--json", "--app", str(tmp_path / "out"), cwd=tmp_path))
    assert template["Resources"].keys() == plan.result.root.resources.keys()
    (assets,) = (tmp_path / "out").glob("*.assets.json")
    # The newest cdk-assets reads asset manifests up to 54; 55 differs in nothing that is used here.
    assets.write_text(assets.read_text().replace('"version": "55.0.0"', '"version": "54.0.0"'))
    listed = run(cdk_assets, "ls", "--path", str(assets), cwd=tmp_path)
    assert f"{nested_hash(plan.result.stacks['queues'].template)} file" in listed
