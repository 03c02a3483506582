"""The official JSON Patch tests, each through an overrides file: the document is a property, `patch` changes it."""

import json
from pathlib import Path

import pytest
from tests.support import overrides_from

from ovr.errors import OvrError
from ovr.plan import build_plan
from ovr.template.diff import same
from ovr.template.tree import Base, Stack, StackTree

HERE = Path(__file__).parents[1] / "template" / "json-patch-tests"
RECORDS = [
    pytest.param(record, id=f"{name}-{index}-{record.get('comment', '')[:40]}")
    for name in ("tests", "spec_tests")
    for index, record in enumerate(json.loads((HERE / f"{name}.json").read_text()))
    if "patch" in record and not record.get("disabled")
]


@pytest.mark.parametrize("record", RECORDS)
def test_official(record: dict) -> None:
    template = {"Resources": {"X": {"Type": "Custom::Thing", "Properties": {"Doc": record["doc"]}}}}
    base = Base("template", "template.json", StackTree("template", {"": Stack("", "", template)}))
    text = json.dumps({"version": 1, "overrides": [{"select": "#X.Doc", "patch": record["patch"]}]})
    if "error" in record:
        with pytest.raises(OvrError):
            build_plan(base, overrides_from(text))
    elif record["patch"]:
        plan = build_plan(base, overrides_from(text))
        result = plan.result.root.resources["X"]["Properties"]["Doc"]
        assert same(result, record.get("expected", record["doc"]))
