"""Verdicts on two trees of small templates, for tests."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tests.support import comparison

from ovr.check.effects import with_effects
from ovr.compile.difference import tree_changes
from ovr.template.changes import ElementChange
from ovr.template.operations import Operation
from ovr.template.tree import ROOT, Stack, StackTree

Template = dict[str, Any]


def tree(root: Template, **nested: Template) -> StackTree:
    """A root stack and the nested stacks that its resources of these logical IDs make; `A__B` is B inside A."""
    stacks = {ROOT: Stack(ROOT, "root.json", root)}
    for name, template in nested.items():
        parent, _, logical_id = name.rpartition("__")
        path = name.replace("__", "/")
        stacks[path] = Stack(path, f"{name}.json", template, parent.replace("__", "/"), logical_id)
    return StackTree("app", stacks)


def stack(**parameters: object) -> Template:
    """The resource that makes a nested stack."""
    return {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": "x", "Parameters": parameters}}


def effects(
    before: StackTree, after: StackTree, *operations: Operation, facts: Mapping[str, str] | None = None
) -> dict[str, ElementChange]:
    """Each resource that is changed or reached, by `stack#LogicalId` (`LogicalId` in the root)."""
    compared = replace(comparison(before, after, operations), facts=facts or {})
    changes = tree_changes(before, after, compared.causes, compared.names)
    found = with_effects(changes, compared)
    elements = [element for each in found for element in each.elements if element.section == "Resources"]
    return {f"{e.stack}#{e.id}".lstrip("#"): e for e in elements}


def kinds(found: Mapping[str, ElementChange]) -> dict[str, str]:
    """The verdict on each, `removed` and `added` without one."""
    return {name: element.verdict.kind if element.verdict else element.action for name, element in found.items()}
