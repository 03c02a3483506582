"""New nested stacks: named and published as CDK does it, renewed when a later override changes them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ovr.adapters.assembly import load_assembly
from ovr.adapters.bases import open_base
from ovr.adapters.overrides_file import load_overrides
from ovr.adapters.render_out import render_assembly
from ovr.plan import Plan, build_plan
from ovr.render.json_plan import plan_to_json
from ovr.template.assets import nested_hash
from ovr.template.naming import nested_resource_path, nested_stack_path

BASES = Path(__file__).parent.parent / "bases"
FILE = "amplifymyappalicesandboxe4625890d4CustomResources9439C0BC.nested.template.json"
OVERRIDES = """
version: 1
overrides:
  - select: stack
    stacks:
      CustomResources: {template: queues.json, parameters: {Pool: !Ref auth.userPool}}
"""
LATER = """
  - select: CustomResources#Jobs
    merge: {VisibilityTimeout: 60}
"""
TEMPLATE = {
    "Parameters": {"Pool": {"Type": "String"}},
    "Resources": {"Jobs": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": {"Ref": "Pool"}}}},
}


def plan(folder: Path, text: str, app: str = "a-auth") -> Plan:
    (folder / "overrides.yaml").write_text(text)
    (folder / "queues.json").write_text(json.dumps(TEMPLATE))
    return build_plan(open_base(str(BASES / app / "cdk.out"), folder), load_overrides(folder / "overrides.yaml"))


@pytest.mark.parametrize("text", [OVERRIDES, OVERRIDES + LATER])
def test_a_rendered_assembly_has_the_new_stack_under_its_own_hash(text: str, tmp_path: Path) -> None:
    made = plan(tmp_path, text)
    render_assembly(made, tmp_path / "out")
    again = load_assembly(tmp_path / "out", "out")
    new = again.tree.stacks["CustomResources"]
    assert new.template == made.result.stacks["CustomResources"].template
    assert (new.file, new.logical_id, new.parent) == (FILE, "CustomResources533D6D3D", "")
    digest = nested_hash(new.template)
    resource = again.tree.root.resources["CustomResources533D6D3D"]
    assert resource["Properties"]["TemplateURL"]["Fn::Join"][1][-1] == f"/{digest}.json"
    (assets,) = (tmp_path / "out").glob("*.assets.json")
    entry = json.loads(assets.read_text())["files"][digest]
    assert entry["source"] == {"path": FILE, "packaging": "file"}
    assert [place["objectKey"] for place in entry["destinations"].values()] == [f"{digest}.json"]


@pytest.mark.parametrize("app", ["a-auth", "a-auth-branch"])
def test_its_resource_is_as_amplify_makes_it(app: str, tmp_path: Path) -> None:
    made = plan(tmp_path, OVERRIDES, app)
    root = made.result.root
    resource = root.resources["CustomResources533D6D3D"]
    auth = next(r for i, r in root.resources.items() if i.startswith("auth"))
    assert resource["Properties"]["Tags"] == auth["Properties"]["Tags"]
    assert (resource["UpdateReplacePolicy"], resource["DeletionPolicy"]) == ("Delete", "Delete")
    queue = made.result.stacks["CustomResources"].resources["Jobs"]
    assert queue["Properties"]["Tags"] == auth["Properties"]["Tags"]
    assert queue.get("DeletionPolicy") == ("Delete" if made.base.sandbox else None)


def test_a_removed_stack_is_gone_with_its_template(tmp_path: Path) -> None:
    made = plan(tmp_path, OVERRIDES + "  - {select: '#CustomResources533D6D3D', remove: true}\n")
    assert made.result.stacks.keys() == made.base.tree.stacks.keys()
    assert not [o for s in made.stacks for o in s.elements if "CustomResources" in o.id]
    assert plan_to_json(made)["stacks"] == []


@pytest.mark.parametrize("path", ["queues", "data/amplifyData/Todo", "a.b"])
def test_a_nested_stack_s_resource_tells_its_path(path: str) -> None:
    resource = {"Metadata": {"aws:cdk:path": f"App/{nested_resource_path(path)}"}}
    assert nested_stack_path("App", resource) == path
