"""Construct paths of resources: where they stand in the CDK app that made the templates (CDK_NAMING.md §1)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property

from ovr.template.naming import construct_path
from ovr.template.pointer import Json
from ovr.template.tree import ROOT, Node, Stack, StackTree

_HELPERS = re.compile(
    r"/(?:AmplifyTableManager|AmplifyBranchLinker|AmplifySecretFetcher|AmplifyRefAuth|AmplifyCodegenAssets"
    r"|modelIntrospectionSchemaBucket|CDKMetadata|AutoDeleteObjectsCustomResource"
    r"|Custom::[^/]*|[^/]*CustomResourceProvider|BucketNotificationsHandler[0-9a-f]{32}|LogRetention[0-9a-f]{32})"
)
"""Constructs that Amplify and CDK add for their own use, by the start of a component of their path."""

Place = tuple[str, str]
"""(stack path, logical ID)"""


def path_below_root(resource: dict[str, Json], root: str) -> str:
    """The resource's construct path without the root stack's name, with a leading `/`; empty where it has none."""
    path = construct_path(resource) or ""
    if path.startswith(root + "/"):
        return path[len(root) :]
    _, slash, rest = path.partition("/")
    return slash + rest


class Constructs:
    """Which construct path each resource of a tree has, read when first asked for, kept for untouched stacks."""

    def __init__(self, tree: StackTree, earlier: Constructs | None = None) -> None:
        self._tree = tree
        self._read: dict[str, tuple[Stack, dict[str, str]]] = {}
        if earlier is not None:
            self._read = {p: kept for p, kept in earlier._read.items() if tree.stacks.get(p) is kept[0]}

    def paths(self, stack: str) -> dict[str, str]:
        """Logical ID → construct path of one stack; empty paths left out."""
        known = self._read.get(stack)
        if known is None:
            there = self._tree.stacks[stack]
            resources = there.resources
            found = {i: p for i, r in resources.items() if (p := path_below_root(r, self._tree.name))}
            known = self._read[stack] = (there, found)
        return known[1]

    @cached_property
    def by_path(self) -> dict[str, list[Place]]:
        """Construct path → resources, in the order of the templates."""
        found: dict[str, list[Place]] = {}
        for stack in self._tree.stacks:
            for logical_id, path in self.paths(stack).items():
                found.setdefault(path, []).append((stack, logical_id))
        return found

    def find(self, path: str) -> list[Node]:
        """The nodes that a construct path means: a stack's template, a resource, or the main resource of an L2."""
        if path != "/" and path[1:] in self._tree.stacks and path[1:] != ROOT and self._has_paths(path[1:]):
            return [Node(path[1:], "stack", (), path)]
        for end in ("", "/Resource", "/Default", "/Default/Default"):
            if places := self.by_path.get(path + end):
                construct = path if end else None
                return [Node(s, "resource", ("Resources", i), path, construct=construct) for s, i in places]
        return []

    def _has_paths(self, stack: str) -> bool:
        """Whether this stack's path is a construct path, not one of logical IDs."""
        at = self._tree.stacks[stack]
        return at.parent is None or at.logical_id in self.paths(at.parent)

    def below(self, path: str) -> list[Node]:
        """All resources at or below a construct path, in the order of the templates."""
        prefix = path.rstrip("/") + "/"
        return [
            Node(stack, "resource", ("Resources", logical_id), found)
            for found, places in self.by_path.items()
            if found == path or found.startswith(prefix)
            for stack, logical_id in places
        ]

    def children(self, path: str) -> Iterator[str]:
        """The next components of the construct paths below `path`, each once."""
        prefix = path.rstrip("/") + "/"
        following = (found[len(prefix) :].partition("/")[0] for found in self.by_path if found.startswith(prefix))
        return iter(dict.fromkeys(name.removesuffix(".NestedStack") for name in following))


def is_helper(path: str) -> bool:
    """Whether a construct path is that of something Amplify or CDK adds for its own use."""
    return _HELPERS.search(path) is not None
