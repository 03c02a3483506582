"""Plans compared with what is deployed: what an override is behind, what none is, and what would be lost."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from tests.deploy.small import nested_template, small_assembly
from tests.support import overrides_from

from ovr.adapters.bases import open_base
from ovr.adapters.packaged import packaged
from ovr.plan import Plan, build_plan
from ovr.render.json_plan import plan_to_json
from ovr.render.text import render_plan
from ovr.template.tree import Base, StackTree

SLOWER = "overrides:\n  - select: 'function#Jobs'\n    merge: {VisibilityTimeout: 60}\n"
NOTHING = "overrides: []\n"
TABLE: dict[str, Any] = {
    "Type": "AWS::DynamoDB::Table",
    "Properties": {
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "BillingMode": "PAY_PER_REQUEST",
    },
}
Changed = dict[str, tuple[int, ...]]


def base(folder: Path, edit: Callable[[dict[str, Any]], object] = lambda template: None) -> Base:
    nested = nested_template()
    edit(nested)
    return open_base(str(small_assembly(folder, nested=nested)), folder.parent)


def plan(on: Base, text: str, deployed: StackTree) -> Plan:
    return build_plan(on, overrides_from(f"version: 1\n{text}"), deployed=copy.deepcopy(deployed))


def changed(made: Plan) -> Changed:
    """Pointer → causes, of all changes."""
    elements = [element for stack in made.stacks for element in stack.elements]
    return {f"{e.stack}/{e.id}/{'/'.join(c.path)}": c.causes for e in elements for c in e.changes}


def result(on: Base, text: str) -> StackTree:
    return build_plan(on, overrides_from(f"version: 1\n{text}")).result


def test_what_is_deployed_already_is_no_change(tmp_path: Path) -> None:
    on = base(tmp_path / "a")
    made = plan(on, SLOWER, result(on, SLOWER))
    assert not made.has_changes
    assert render_plan(made).endswith("No changes. What is deployed is what the overrides make of the base.\n")


def test_each_change_has_its_own_cause(tmp_path: Path) -> None:
    def moved(template: dict[str, Any]) -> None:
        template["Resources"]["Jobs"]["Properties"]["DelaySeconds"] = 5
        template["Resources"]["Limit"]["Properties"]["Value"] = "20"

    made = plan(base(tmp_path / "new", moved), SLOWER, base(tmp_path / "old").tree)
    assert changed(made) == {
        "function/Jobs/Properties/VisibilityTimeout": (0,),
        "function/Jobs/Properties/DelaySeconds": (),
        "function/Limit/Properties/Value": (),
    }
    ours, heading, others = render_plan(made).partition("Not from an override")
    assert heading
    assert ("VisibilityTimeout" in ours, "DelaySeconds" in ours) == (True, False)
    assert ("VisibilityTimeout" in others, "DelaySeconds" in others) == (False, True)


def test_an_override_that_is_gone_is_no_cause(tmp_path: Path) -> None:
    on = base(tmp_path / "a")
    other = "overrides:\n  - select: 'function#Limit'\n    merge: {Value: '11'}\n"
    made = plan(on, other, result(on, SLOWER))
    assert changed(made) == {
        "function/Jobs/Properties/VisibilityTimeout": (),
        "function/Limit/Properties/Value": (0,),
    }


def test_what_the_base_adds_is_the_bases_although_an_override_writes_into_it(tmp_path: Path) -> None:
    queue = {"Type": "AWS::SQS::Queue", "Properties": {}}
    on = base(tmp_path / "new", lambda template: template["Resources"].update(More=queue))
    made = plan(on, SLOWER.replace("#Jobs", "#More"), base(tmp_path / "old").tree)
    assert changed(made) == {"function/More/": ()}


def test_what_an_override_takes_away_it_is_the_cause_of(tmp_path: Path) -> None:
    on = base(tmp_path / "a")
    made = plan(on, "overrides:\n  - select: 'function#Limit'\n    remove: true\n", on.tree)
    assert changed(made) == {"function/Limit/": (0,)}


def test_a_table_that_the_base_lost_is_a_danger_that_no_override_can_allow(tmp_path: Path) -> None:
    with_table = base(tmp_path / "old", lambda template: template["Resources"].update(Todos=TABLE))
    made = plan(base(tmp_path / "new"), NOTHING, with_table.tree)
    assert [(d.kind, d.key, d.causes, d.allowed) for d in made.dangers] == [("delete", "function/Todos", (), False)]
    assert made.applicable, "whoever applies it is asked"
    [finding] = [found for found in made.findings if found.code == "OVR4103"]
    assert "--allow-destructive=function/Todos" in (finding.fix or "")


def test_a_loss_by_an_override_still_needs_its_allow(tmp_path: Path) -> None:
    on = base(tmp_path / "a", lambda template: template["Resources"].update(Todos=TABLE))
    remove = "overrides:\n  - select: 'function#Todos'\n    remove: true\n"
    assert plan(on, remove, on.tree).has_errors
    allowed = f"{remove}    allow: [{{delete: Todos, because: nobody reads it}}]\n"
    made = plan(on, allowed, on.tree)
    assert [(d.allowed, made.applicable) for d in made.dangers] == [(True, True)]
    done = plan(on, allowed, made.result)
    assert (done.has_changes, [found.code for found in done.findings]) == (False, [])


def test_protection_that_goes_off_is_told(tmp_path: Path) -> None:
    on = base(tmp_path / "a")
    deployed = result(on, "overrides:\n  - select: stack\n    stackOptions: {terminationProtection: true}\n")
    made = plan(on, NOTHING, deployed)
    assert [(d.kind, d.key) for d in made.dangers] == [("unprotect", "stack")]


@pytest.mark.parametrize("text", [SLOWER, NOTHING])
def test_the_json_says_what_it_is_compared_with(tmp_path: Path, text: str) -> None:
    moved = base(tmp_path / "old", lambda template: template["Resources"].update(Todos=TABLE))
    written = plan_to_json(plan(base(tmp_path / "new"), text, moved.tree))
    assert written["compared_with"] == "deployed"
    jsonschema_rs.validate(json.loads(packaged("schema/plan.schema.json").read_bytes()), written)
