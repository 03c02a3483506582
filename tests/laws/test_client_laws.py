"""Whatever stands in the outputs that clients are told by, and in what they follow, gives a plan or an OvrError."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support import overrides_from

from ovr.adapters.bases import open_base
from ovr.errors import OvrError
from ovr.plan import build_plan
from ovr.template import pointer
from ovr.template.pointer import Tokens

APP = Path(__file__).parents[1] / "bases" / "c-full"
BASE = open_base(str(APP / "cdk.out"), APP)


def pointers(value: Any, path: Tokens = ()) -> Iterator[Tokens]:
    yield path
    members = enumerate(value) if isinstance(value, list) else value.items() if isinstance(value, dict) else ()
    for key, member in members:
        yield from pointers(member, (*path, str(key)))


ROOT, AUTH = BASE.tree.root.template, BASE.tree.stacks["auth"].template
COGNITO = {name: r for name, r in AUTH["Resources"].items() if r["Type"].startswith("AWS::Cognito::")}
PLACES = [
    *(("stack", path) for path in pointers({key: ROOT[key] for key in ("Outputs", "Metadata")}) if path),
    *(("auth.stack", path) for path in pointers({"Resources": COGNITO, "Outputs": AUTH["Outputs"]}) if len(path) > 2),
]
ODD = [
    None, True, 0, 1.5, 10**30, "", "x", "[", "{}", "[1]", '["a",1]', '[{"a":1}]', "[" * 5_000,
    "\ue0000\ue001", "\ue0009\ue001", [], [None], [1], ["a"], {},
    {"a": {"b": 1}}, {"Ref": "Nope"}, {"Ref": 5}, {"Ref": "AWS::NoValue"}, {"Fn::Join": "x"},
    {"Fn::Join": ["", ["a", {"Ref": "X"}]]}, {"Fn::GetAtt": "auth179371D7"}, {"Fn::Sub": "${A.B}${AWS::Region}"},
    {"Fn::Sub": ["${A}", {"A": [1]}]}, {"Fn::If": ["c", 1, 2]},
]

patches = st.tuples(st.sampled_from(PLACES), st.sampled_from(["add", "replace", "remove"]), st.sampled_from(ODD))


@settings(max_examples=60)
@given(st.lists(patches, min_size=1, max_size=3))
def test_a_plan_or_an_error(made: list[tuple[tuple[str, Tokens], str, Any]]) -> None:
    text = "version: 1\noverrides:\n"
    for (select, path), op, value in made:
        written = {"op": op, "path": pointer.format(path), **({} if op == "remove" else {"value": value})}
        text += f"  - {{select: {select}, patch: [{json.dumps(written)}]}}\n"
    with suppress(OvrError):
        plan = build_plan(BASE, overrides_from(text))
        assert json.loads(json.dumps(plan.client.after)) == plan.client.after
