"""Laws of layers, over generated overrides of a real backend."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from tests.laws.test_plan_laws import BASE, ENTRIES, QUICK

from ovr.adapters.overrides_file import load_overrides
from ovr.errors import OvrError
from ovr.plan import Plan, build_plan
from ovr.template.diff import same

Entries = list[dict[str, object]]


def planned(files: dict[str, dict[str, object]]) -> Plan | set[str]:
    """The plan of `overrides.json` among these files; the codes of what is wrong where there is none."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / ".git").mkdir()
        for name, content in files.items():
            path = Path(folder) / name
            path.parent.mkdir(exist_ok=True)
            path.write_text(json.dumps({"version": 1, **content}), encoding="utf-8")
        try:
            return build_plan(BASE, load_overrides(Path(folder) / "overrides.json"))
        except OvrError as error:
            return {finding.code for finding in error.findings}


def alike(one: Plan | set[str], other: Plan | set[str]) -> bool:
    if isinstance(one, set) or isinstance(other, set):
        return one == other
    stacks = one.result.stacks
    return all(same(stack.template, stacks[path].template) for path, stack in other.result.stacks.items())


@QUICK
@given(st.lists(ENTRIES, max_size=4), st.integers(0, 4))
def test_including_a_file_is_pasting_its_entries(entries: Entries, cut: int) -> None:
    pasted = planned({"overrides.json": {"overrides": entries}})
    included = planned(
        {
            "overrides.json": {"include": ["shared/own.json"], "overrides": entries[cut:]},
            "shared/own.json": {"overrides": entries[:cut]},
        }
    )
    assert alike(pasted, included)


@QUICK
@given(st.lists(ENTRIES, max_size=4))
def test_no_lock_is_broken_where_nothing_comes_after_it(entries: Entries) -> None:
    plan = planned({"overrides.json": {"overrides": [*entries[:-1], *({**e, "locked": True} for e in entries[-1:])]}})
    assert isinstance(plan, set) or "OVR3033" not in {finding.code for finding in plan.findings}


@QUICK
@given(st.lists(ENTRIES, min_size=1, max_size=3, unique_by=lambda entry: entry["select"]))
def test_overrides_of_different_nodes_do_not_contradict_each_other(entries: Entries) -> None:
    plan = planned({"overrides.json": {"overrides": entries}})
    assert isinstance(plan, set) or not {"OVR3031", "OVR3032"} & {finding.code for finding in plan.findings}


@QUICK
@given(st.lists(ENTRIES, min_size=1, max_size=3))
def test_what_is_locked_stands_in_the_result_or_the_plan_says_so(entries: Entries) -> None:
    plan = planned({"overrides.json": {"overrides": [{**entries[0], "locked": True}, *entries[1:]]}})
    alone = planned({"overrides.json": {"overrides": entries[:1]}})
    if isinstance(plan, set) or isinstance(alone, set) or any(f.code == "OVR3033" for f in plan.findings):
        return
    for operation in alone.operations:
        if operation.op in ("add", "replace") and not isinstance(operation.value, (dict, list)):
            written = _value(plan, operation.stack, operation.path)
            assert same(written, _value(alone, operation.stack, operation.path))


def _value(plan: Plan, stack: str, path: tuple[str, ...]) -> object:
    from ovr.template.pointer import get

    return get(plan.result.stacks[stack].template, path)
