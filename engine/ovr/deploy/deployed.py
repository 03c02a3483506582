"""What is deployed, as a tree of stacks like that of a base."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from ovr.deploy.port import CloudFormation, DeployedStack
from ovr.deploy.target import Target
from ovr.template.naming import construct_path, nested_stack_path
from ovr.template.tree import NESTED_STACK, ROOT, Stack, StackTree

WORKERS = 8
Parse = Callable[[str, str], dict[str, Any]]
"""(text of a template, name of its stack) → the template. Raises OvrError."""


def deployed_tree(cloudformation: CloudFormation, target: Target, name: str, parse: Parse) -> StackTree | None:
    """What is deployed of a target; None where nothing is. See `read_tree`."""
    if target.is_first or target.deployed is None:
        return None
    return read_tree(cloudformation, target.deployed, name, parse)


def read_tree(cloudformation: CloudFormation, root: DeployedStack, name: str, parse: Parse) -> StackTree:
    """The deployed tree: every template that CloudFormation has, nested stacks as deep as they go.

    `name` is the root stack's construct path, which construct paths in templates begin with. The root's `options` are
    the stack's tags and termination protection. Raises AwsFailure, OvrError for a template that cannot be read.
    """
    options = {"tags": dict(root.tags), "terminationProtection": root.termination_protection}
    template = parse(cloudformation.template(root.id), root.name)
    stacks = {ROOT: Stack(ROOT, "", template, options=options)}
    level = [(stacks[ROOT], root.id)]
    with ThreadPoolExecutor(max_workers=WORKERS) as pool:
        while level:
            found = [row for rows in pool.map(lambda at: _children(cloudformation, *at), level) for row in rows]
            texts = pool.map(lambda row: cloudformation.template(row[2]), found)
            level = []
            for (parent, logical_id, physical_id), text in zip(found, texts, strict=True):
                path = _path(name, parent, logical_id, stacks)
                stacks[path] = Stack(path, "", parse(text, path), parent.path, logical_id)
                level.append((stacks[path], physical_id))
    return StackTree(name, _depth_first(stacks))


def _children(cloudformation: CloudFormation, stack: Stack, stack_id: str) -> list[tuple[Stack, str, str]]:
    """(stack, logical ID, ARN) of each nested stack directly below."""
    if not any(resource.get("Type") == NESTED_STACK for resource in stack.resources.values()):
        return []
    rows = cloudformation.resources(stack_id)
    return [(stack, row.logical_id, row.physical_id) for row in rows if row.type == NESTED_STACK and row.physical_id]


def _path(name: str, parent: Stack, logical_id: str, stacks: dict[str, Stack]) -> str:
    """The same path as in a base: the construct path, else the logical IDs."""
    pseudo = f"{parent.path}/{logical_id}" if parent.path else logical_id
    resource = parent.resources.get(logical_id, {})
    path = nested_stack_path(name, resource) if construct_path(resource) else None
    return path if path is not None and path not in stacks else pseudo


def _depth_first(stacks: dict[str, Stack]) -> dict[str, Stack]:
    """Parents before children, children in the order of their template."""
    ordered: dict[str, Stack] = {}

    def add(stack: Stack) -> None:
        ordered[stack.path] = stack
        below = {s.logical_id: s for s in stacks.values() if s.parent == stack.path}
        for logical_id in stack.resources:
            if logical_id in below:
                add(below[logical_id])

    add(stacks[ROOT])
    return ordered
