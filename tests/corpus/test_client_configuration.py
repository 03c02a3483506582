"""amplify_outputs.json as computed from templates is the one that Amplify makes of them, for bases and for cases."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.corpus.cases import CORPUS, SAMPLE, Case, base_of, cases
from tests.support import overrides_from

from ovr.adapters.overrides_file import load_overrides
from ovr.knowledge.cdk_attributes import spoken_attribute
from ovr.plan import Plan, build_plan
from ovr.template.follow import origin
from ovr.template.tree import ROOT, Base
from ovr.vocabulary.resolve import Resolver

REGION = "us-east-1"
"""What stands in Amplify's files for the region, which the bases leave open."""


def written_by_amplify(file: Path, base: Base, names: Resolver) -> Any:
    """The file with its references (`<Nested.Outputs.X>`) named as plans name them."""

    def named(found: re.Match[str]) -> str:
        at = origin(base.tree, ROOT, {"Fn::GetAtt": found[1].split(".", 1)})
        assert at, found[0]
        type_name = base.tree.stacks[at[0]].resources[at[1]]["Type"]
        return f"<{names.called(*at[:2])}.{spoken_attribute(type_name, at[2])}>"

    return json.loads(re.sub(r"<(\w+\.Outputs\.\w+)>", named, file.read_text(encoding="utf-8")))


def in_region(base: Base) -> Base:
    return replace(base, facts={**base.facts, "region": REGION})


def planned(case: Case, base: Base) -> Plan:
    return build_plan(in_region(base), load_overrides(case.folder / case.file))


def without_schema(config: Any) -> Any:
    """Without what Amplify makes of the schema, which the corpus leaves out."""
    if "data" not in config:
        return config
    return {**config, "data": {key: value for key, value in config["data"].items() if key != "model_introspection"}}


def differences(case: Case) -> Iterator[str]:
    """What is wrong with the configuration before and after a case."""
    base = base_of(case.folder.parents[1], case.app)
    plan = planned(case, base)
    before, after = (without_schema(each or {}) for each in (plan.client.before, plan.client.after))
    beside = case.folder.parent / "amplify_outputs.json"
    of_base = beside if beside.exists() else CORPUS.parent / case.app / "amplify_outputs.json"
    if before != written_by_amplify(of_base, base, plan.names[0]):
        yield f"{case.name}: before"
    own = case.folder / "amplify_outputs.json"
    if own.exists() and after != written_by_amplify(own, base, plan.names[0]):
        yield f"{case.name}: after"
    if not own.exists() and case.equal == "identical" and plan.client.changes:
        yield f"{case.name}: CDK changes nothing, but {[change.path for change in plan.client.changes]} differ"


def judged(root: Path) -> list[Case]:
    """The cases that plan and of which Amplify's own file is known."""
    return [case for case in cases(root) if case.equal in ("identical", "identical-plus-outputs")]


@pytest.mark.parametrize("case", judged(SAMPLE), ids=lambda case: case.name)
def test_sample(case: Case) -> None:
    assert list(differences(case)) == []


def test_the_sample_has_files_that_change() -> None:
    assert len(list(SAMPLE.glob("*/*/amplify_outputs.json"))) >= 5


@pytest.mark.corpus
def test_corpus() -> None:
    if not CORPUS.exists():
        pytest.skip("the corpus is not here (../shared/corpus)")
    assert [wrong for case in judged(CORPUS) for wrong in differences(case)] == []


@pytest.mark.corpus
def test_every_base_of_the_corpus() -> None:
    if not CORPUS.exists():
        pytest.skip("the corpus is not here (../shared/corpus)")
    apps = sorted(folder.parent for folder in CORPUS.parent.glob("*/cdk.out"))
    assert apps
    for app in apps:
        base = base_of(CORPUS, app.name)
        plan = build_plan(in_region(base), overrides_from("version: 1\noverrides: []\n"))
        assert plan.client.after is plan.client.before
        own = written_by_amplify(app / "amplify_outputs.json", base, plan.names[0])
        assert without_schema(plan.client.before) == own, app.name
