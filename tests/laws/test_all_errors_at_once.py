"""Mistakes in several entries of a file are all told in one round: none hides what another one alone gives."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.bases.make import HERE as BASES

from ovr.cli.inputs import Inputs
from ovr.errors import OvrError

BASE = str(BASES / "c-full" / "cdk.out")

GOOD: tuple[dict[str, Any], ...] = (
    {"select": "auth.userPool", "removalPolicy": "RETAIN"},
    {"select": "auth.cfn.cfnUserPool", "merge": {"AdminCreateUserConfig": {"AllowAdminCreateUserOnly": True}}},
    {"select": "worker.lambda", "environment": {"STAGE": "one"}, "tags": {"team": "b"}},
    {"select": "*.lambda", "merge": {"MemorySize": 1024}},
    {"select": "worker.lambda", "grant": [{"actions": ["cognito-idp:AdminGetUser"], "on": "auth.userPool"}]},
)
BAD: tuple[dict[str, Any], ...] = (
    {"select": "auth.userPol", "removalPolicy": "RETAIN"},
    {"select": "auth.userPool.", "removalPolicy": "RETAIN"},
    {"select": "auth.userPool", "removalPolicy": "KEEP"},
    {"select": "auth.userPool", "reson": "x", "removalPolicy": "RETAIN"},
    {"select": "auth.userPool", "merg": {"DeletionProtection": "ACTIVE"}},
    {"select": "auth.userPool", "merge": {"DeletionProtecton": "ACTIVE"}},
    {"select": "auth.userPool", "merge": {"DeletionProtection": "PERHAPS"}},
    {"select": "auth.cfn.cfnUserPool", "patch": [{"op": "replace", "path": "Properties/Policies", "value": {}}]},
    {"select": "auth.cfn.cfnUserPool", "patch": [{"op": "remove", "path": "/Properties/Nothing"}]},
    {"select": "auth.cfn.cfnUserPool", "patch": [{"op": "ad", "path": "/Properties/Nothing", "value": 1}]},
    {"select": "worker.lambda", "environment": {"1X": "one"}},
    {"select": "worker.lambda", "grant": [{"actions": ["cognito-idp:AdminGetUser"], "on": "auth.userPol"}]},
    {"select": "worker.lambda", "grant": {"actions": []}},
    {"select": "*.lambda", "expect": 3, "merge": {"Timeout": 30}},
    {"select": "worker.lambda", "expect": "3-1", "merge": {"Timeout": 30}},
    {"select": "worker.lambda", "expires": "2027-02-30", "merge": {"Timeout": 30}},
    {"select": "worker.lambda", "when": {"stag": "main"}, "merge": {"Timeout": 30}},
    {"select": "worker.lambda"},
    {"select": None, "removalPolicy": "RETAIN"},
    {"removalPolicy": "RETAIN"},
    {"select": "stack", "resources": {"Jobs": {"Typ": "AWS::SQS::Queue"}}},
)
Told = set[tuple[str, str, int | None]]


def told(entries: list[dict[str, Any]]) -> Told:
    """(code, message, entry) of each error, the entry by its place in the list; an entry is a line of the file."""
    lines = ",\n".join(map(json.dumps, entries))
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "overrides.json"
        file.write_text(f'{{"version": 1, "overrides": [\n{lines}\n]}}')
        try:
            plan = Inputs(file=file, base=BASE).plan()
        except OvrError as error:
            return {(f.code, f.message, f.span.line - 2 if f.span else None) for f in error.findings}
        return {
            (f.code, f.message, f.span.line - 2 if f.span else None)
            for f in plan.findings
            if f.severity == "error"
        }


@pytest.fixture(scope="module")
def alone() -> dict[int, Told]:
    return {number: told([entry]) for number, entry in enumerate(BAD)}


def test_each_mistake_is_one(alone: dict[int, Told]) -> None:
    assert all(alone.values())
    assert not told(list(GOOD))


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_no_mistake_hides_another(alone: dict[int, Told], data: st.DataObject) -> None:
    numbers = data.draw(st.lists(st.sampled_from(range(len(BAD))), min_size=2, max_size=6, unique=True))
    entries: list[dict[str, Any]] = [BAD[number] for number in numbers]
    for good in data.draw(st.lists(st.sampled_from(GOOD), max_size=2)):
        entries.insert(data.draw(st.integers(0, len(entries))), good)
    expected = {
        (code, message, next(index for index, each in enumerate(entries) if each is BAD[number]))
        for number in numbers
        for code, message, _ in alone[number]
    }
    assert expected == told(entries)
