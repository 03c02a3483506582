"""Circles between nested stacks: who closes them, and ways out that do lead out."""

from __future__ import annotations

import re
import textwrap
from functools import cache
from pathlib import Path

import pytest
from tests.support import overrides_from

from ovr.adapters.bases import open_base
from ovr.errors import Finding
from ovr.plan import Plan, build_plan
from ovr.template.tree import Base

BASES = Path(__file__).parent.parent / "bases"

CASES = {
    "grant on a bucket": ("c-full", "{select: nightly.lambda, grant: [{access: delete, on: storage.bucket}]}"),
    "grant on a table": ("c-full", "{select: apiFn.lambda, grant: [{access: read, on: data.tables.Todo}]}"),
    "grant for a role": (
        "c-full",
        "{select: auth.authenticatedUserIamRole, grant: [{access: read, on: storage.bucket, paths: [shared/*]}]}",
    ),
    "a variable": ("b-data", "{select: search.lambda, environment: {URL: !GetAtt data.graphqlUrl}}"),
    "a variable and a grant": (
        "c-full",
        "{select: apiFn.lambda, environment: {POOL: !Ref auth.userPool}, "
        "grant: [{actions: [cognito-idp:ListUsers], on: auth.userPool}]}",
    ),
}
STACKS = {
    "grant on a bucket": "storage → function → storage",
    "grant on a table": "data → function → data",
    "grant for a role": "storage → auth → storage",
    "a variable": "data → function → data",
    "a variable and a grant": "auth → function → auth",
}


@cache
def base(app: str) -> Base:
    return open_base(str(BASES / app / "cdk.out"), BASES)


def plan(app: str, entries: str) -> Plan:
    return build_plan(base(app), overrides_from(f"version: 1\noverrides:\n{entries}"))


def cycle(name: str) -> Finding:
    app, entry = CASES[name]
    [found] = [f for f in plan(app, f"  - {entry}").findings if f.code == "OVR3014"]
    return found


@pytest.mark.parametrize("name", CASES)
def test_the_stacks_on_the_circle_and_the_entry_that_closes_it(name: str) -> None:
    finding = cycle(name)
    assert finding.message == f"a cycle: {STACKS[name]}"
    assert finding.span is not None
    assert finding.span.line == 3
    first, last = finding.details[:2]
    assert first.endswith("(in the base)")
    assert last.endswith("(overrides.yaml:3)")


@pytest.mark.parametrize("name", CASES)
def test_the_ways_out_that_are_yaml_lead_out(name: str) -> None:
    ways = [way for way in cycle(name).details if "- select:" in way]
    written = [textwrap.dedent(way[way.rindex("\n", 0, way.index("- select:")) + 1 :]) for way in ways]
    assert written
    for way in written:
        result = plan(CASES[name][0], textwrap.indent(way, "  "))
        assert [f.message for f in result.findings if f.severity == "error"] == []
        assert result.has_changes


def test_of_several_the_last_closes_it() -> None:
    entries = """
  - select: auth.stack
    resources:
      Note: {Type: AWS::SSM::Parameter, Properties: {Type: String, Value: !GetAtt worker.lambda.functionArn}}
  - select: worker.lambda
    merge: {Description: !Ref auth.userPool}"""
    [finding] = [f for f in plan("c-full", entries).findings if f.code == "OVR3014"]
    assert finding.span is not None
    assert finding.span.line == 8
    assert re.search(r"overrides\.yaml:6", finding.details[0])
