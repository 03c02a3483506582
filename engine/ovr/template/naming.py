"""How CDK names the place of a nested stack.

Source: CDK_NAMING.md §1, checked against 1 451 nested stacks.
"""

from __future__ import annotations

import re

from ovr.template.pointer import Json

CDK_PATH = "aws:cdk:path"
"""The key in a resource's `Metadata` that holds its construct path."""

_NESTED = re.compile(r"(?P<path>(?:.*/)?(?P<id>[^/]+))\.NestedStack/(?P=id)\.NestedStackResource", re.DOTALL)


def construct_path(resource: dict[str, Json]) -> str | None:
    """The resource's construct path, the root stack's name included; None where the template has none."""
    path = (resource.get("Metadata") or {}).get(CDK_PATH)
    return path if isinstance(path, str) else None


def nested_stack_path(root: str, resource: dict[str, Json]) -> str | None:
    """The stack path (below `root`) of what an AWS::CloudFormation::Stack resource makes, or None if unknown.

    `root/data.NestedStack/data.NestedStackResource` makes the stack `data`.
    """
    path = construct_path(resource) or ""
    if not path.startswith(f"{root}/"):
        return None
    match = _NESTED.fullmatch(path.removeprefix(f"{root}/"))
    return match["path"] if match else None
