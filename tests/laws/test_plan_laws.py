"""Laws of the plan, over generated overrides of a real backend."""

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.support import overrides_from

from ovr.adapters.bases import open_base
from ovr.errors import OvrError
from ovr.plan import Plan, build_plan
from ovr.render.saved_plan import saved_plan
from ovr.render.text import render_plan
from ovr.template.diff import same
from ovr.template.operations import apply
from ovr.template.tree import Base

BASE = open_base(str(Path(__file__).parents[1] / "bases" / "c-full" / "cdk.out"), Path.cwd())
SELECTORS = [
    "auth.userPool",
    "auth.cfn.cfnIdentityPool",
    "auth.unauthenticatedUserIamRole",
    "data.tables.Todo",
    "data.cfn.cfnGraphqlApi",
    'data.cfn.cfnResolvers["Query.getTodo"]',
    "storage.bucket",
    "worker.lambda",
    "worker.lambda.role",
    "nightly.lambda",
]
QUICK = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])

NOTES = st.dictionaries(st.sampled_from(["a", "b", "c"]), st.integers(0, 3) | st.lists(st.integers(0, 2), max_size=2))
KINDS = st.fixed_dictionaries(
    {},
    optional={
        "attributes": st.builds(lambda notes: {"Metadata": notes}, NOTES),
        "removalPolicy": st.sampled_from(["RETAIN", "DESTROY", "RETAIN_ON_UPDATE_OR_DELETE"]),
        "merge": st.sampled_from([{"Description": "a"}, {"Tags": []}, {"Description": None}]),
    },
).filter(bool)
PATCHES = st.lists(
    st.fixed_dictionaries(
        {
            "op": st.sampled_from(["add", "remove", "replace", "test"]),
            "path": st.sampled_from(
                ["/Metadata/a", "/Metadata/a/0", "/Metadata/a/-", "/Metadata/b", "/DeletionPolicy"]
            ),
            "value": st.integers(0, 2) | st.just([]) | st.just("Retain"),
        }
    ),
    min_size=1,
    max_size=3,
).map(lambda operations: {"patch": operations})


def entry(selector: str, kinds: dict[str, object]) -> dict[str, object]:
    return {"select": selector, **kinds}


ENTRIES = st.builds(entry, st.sampled_from(SELECTORS), KINDS | PATCHES)


def planned(entries: list[dict[str, object]], base: Base = BASE) -> Plan:
    return build_plan(base, overrides_from(json.dumps({"version": 1, "overrides": entries})))


@QUICK
@given(st.lists(ENTRIES, max_size=4))
def test_the_result_is_the_base_with_the_operations_applied_in_order(entries: list[dict[str, object]]) -> None:
    try:
        plan = planned(entries)
    except OvrError:
        return
    replayed = apply(BASE.tree, plan.operations)
    assert {p: s.template for p, s in replayed.stacks.items()} == {p: s.template for p, s in plan.result.stacks.items()}


@QUICK
@given(st.lists(ENTRIES, max_size=4))
def test_planning_twice_gives_the_same_plan(entries: list[dict[str, object]]) -> None:
    try:
        first, second = planned(entries), planned(entries)
    except OvrError:
        return
    assert json.dumps(saved_plan(first)) == json.dumps(saved_plan(second))
    assert render_plan(first, width=80) == render_plan(second, width=80)


@QUICK
@given(st.lists(ENTRIES, max_size=4))
def test_a_template_that_no_override_touches_is_the_same_object(entries: list[dict[str, object]]) -> None:
    try:
        plan = planned(entries)
    except OvrError:
        return
    touched = {operation.stack for operation in plan.operations}
    for path, stack in plan.result.stacks.items():
        if path not in touched:
            assert stack is BASE.tree.stacks[path]


@QUICK
@given(st.lists(ENTRIES, max_size=4))
def test_what_the_plan_shows_is_all_that_differs(entries: list[dict[str, object]]) -> None:
    try:
        plan = planned(entries)
    except OvrError:
        return
    shown = {(e.stack, e.section, e.id) for s in plan.stacks for e in s.elements}
    for path, stack in plan.result.stacks.items():
        before = BASE.tree.stacks[path]
        for logical_id, resource in stack.resources.items():
            differs = not same(resource, before.resources[logical_id])
            assert differs == ((path, "Resources", logical_id) in shown)
    assert all(change.causes for s in plan.stacks for e in s.elements for change in e.changes)


@QUICK
@given(st.lists(ENTRIES, min_size=2, max_size=4, unique_by=lambda e: e["select"]), st.randoms(use_true_random=False))
def test_the_order_of_overrides_of_different_nodes_does_not_matter(entries: list[dict[str, object]], random) -> None:
    shuffled = list(entries)
    random.shuffle(shuffled)
    try:
        first = planned(entries)
    except OvrError:
        with pytest.raises(OvrError):
            planned(shuffled)
        return
    assert all(
        same(stack.template, first.result.stacks[path].template)
        for path, stack in planned(shuffled).result.stacks.items()
    )


def test_no_overrides_no_change() -> None:
    plan = planned([])
    assert plan.result is BASE.tree
    assert plan.operations == ()
    assert not plan.has_changes
