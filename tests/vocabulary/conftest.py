"""Trees to find names in: the committed bases, and small ones made up for one question."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ovr.adapters.assembly import load_assembly
from ovr.template.tree import ROOT, Stack, StackTree

BASES = Path(__file__).parent.parent / "bases"
AMPLIFY = {"AWS::Amplify::Platform": {"version": "1"}}


@functools.cache
def _load(app: str) -> StackTree:
    return load_assembly(BASES / app / "cdk.out", app).tree


@pytest.fixture(scope="session")
def base() -> Callable[[str], StackTree]:
    """The tree of a committed base, by its name."""
    return _load


@pytest.fixture
def tree_of() -> Callable[..., StackTree]:
    """A tree from construct paths: `{"function": {"Fn1": ("worker-lambda/Resource", "AWS::Lambda::Function", {…})}}`.

    The key is the stack path; a resource is (path below its stack, type, properties).
    """

    def make(stacks: dict[str, dict[str, tuple[str, str, Any]]], metadata: Any = AMPLIFY) -> StackTree:
        root: dict[str, Any] = {"Metadata": metadata, "Resources": {}}
        made = {ROOT: Stack(ROOT, "root.json", root)}
        for path, resources in stacks.items():
            place = f"app/{path}/" if path else "app/"
            template = {
                logical_id: {"Type": type_, "Properties": properties, "Metadata": {"aws:cdk:path": place + construct}}
                for logical_id, (construct, type_, properties) in resources.items()
            }
            if path == ROOT:
                root["Resources"].update(template)
                continue
            nested = f"app/{path}.NestedStack/{path.rpartition('/')[2]}.NestedStackResource"
            logical_id = path.replace("/", "") + "Nested"
            root["Resources"][logical_id] = {
                "Type": "AWS::CloudFormation::Stack",
                "Metadata": {"aws:cdk:path": nested},
            }
            made[path] = Stack(path, f"{path}.json", {"Resources": template}, ROOT, logical_id)
        return StackTree("app", made)

    return make
