"""The plan as JSON: valid by its schema, complete, the same for the same plan, without secrets."""

import json
from pathlib import Path

import jsonpatch
import jsonschema_rs
import pytest
from tests.render.plans import CASES, plan_of

from ovr.adapters.atomic import write_atomically
from ovr.adapters.packaged import packaged
from ovr.errors import Finding, OvrError
from ovr.render.json_plan import errors_to_json, plan_to_json
from ovr.render.saved_plan import saved_plan

SCHEMA = jsonschema_rs.validator_for(json.loads(packaged("schema/plan.schema.json").read_text()))


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_is_valid_and_always_the_same(case: Path) -> None:
    texts = []
    for _ in range(2):
        texts.append(json.dumps(saved_plan(plan_of(case))))
    assert texts[0] == texts[1]
    SCHEMA.validate(json.loads(texts[0]))
    assert next(iter(json.loads(texts[0]))) == "format_version"


def test_what_stands_in_place_of_a_plan_is_valid() -> None:
    SCHEMA.validate(errors_to_json((Finding("OVR5001", "no base was found", details=("a",), fix="make one"),)))


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_the_operations_give_the_result(case: Path) -> None:
    plan = plan_of(case)
    for patch in plan_to_json(plan)["operations"]:
        if any("masked" in operation for operation in patch["patch"]):
            continue
        before, after = plan.base.tree.stacks[patch["stack"]], plan.result.stacks[patch["stack"]]
        pair = (before.template, after.template) if patch["document"] == "template" else (before.options, after.options)
        assert jsonpatch.apply_patch(pair[0], patch["patch"]) == pair[1]


def test_secrets_are_nowhere() -> None:
    plan = plan_of(next(case for case in CASES if case.stem == "secrets"))
    written = json.dumps(saved_plan(plan))
    assert "correct horse" not in written
    saved = json.loads(written)
    [change] = saved["stacks"][0]["other"][0]["changes"]
    assert change["masked"]
    assert change["after"]["Default"] == "(hidden)"
    assert any(operation.get("masked") for operation in saved["operations"][0]["patch"])
    assert list(saved["result"].values()) == [None]


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path: Path) -> None:
    with pytest.raises(OvrError, match="OVR5007"):
        write_atomically(tmp_path / "no" / "plan.json", "{}")
    assert list(tmp_path.iterdir()) == []
