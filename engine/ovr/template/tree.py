"""The tree of stacks that a base gives: the one input of everything after loading.

Values are never changed in place: a new template shares with the old one whatever was not touched.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from ovr.errors import Finding
from ovr.template.pointer import Json, Tokens

ROOT = ""
"""The path of the root stack."""

NESTED_STACK = "AWS::CloudFormation::Stack"
"""The type of the resource that makes a nested stack."""


@dataclass(frozen=True, slots=True)
class Stack:
    """One stack and its template.

    `path` is the construct path below the root stack (`data/amplifyData/Todo`), empty for the root; where a
    base has no construct paths it is the path of logical IDs. `file` is the template's file below the base.
    `options` holds what CloudFormation keeps outside the template (root only): `tags` (name → value),
    `terminationProtection`.
    """

    path: str
    file: str
    template: dict[str, Json]
    parent: str | None = None
    logical_id: str | None = None
    options: dict[str, Json] = field(default_factory=dict)

    @property
    def resources(self) -> dict[str, dict[str, Json]]:
        """Logical ID → resource. Entries that are not objects are left out by the loader's check."""
        found: dict[str, dict[str, Json]] = self.template.get("Resources") or {}
        return found


@dataclass(frozen=True, slots=True)
class StackTree:
    """All stacks of one root, parents before children, in the order of the templates.

    `name` is the root stack's name; construct paths in templates begin with it.
    """

    name: str
    stacks: Mapping[str, Stack]

    @property
    def root(self) -> Stack:
        return self.stacks[ROOT]

    def children(self, path: str) -> Iterator[Stack]:
        """The nested stacks directly below the stack at `path`."""
        return (stack for stack in self.stacks.values() if stack.parent == path)

    def child(self, path: str, logical_id: str) -> Stack | None:
        """The nested stack that the AWS::CloudFormation::Stack resource `logical_id` of `path` makes."""
        return next((s for s in self.children(path) if s.logical_id == logical_id), None)

    def ancestors(self, path: str) -> list[Stack]:
        """The stack itself, its parent, … up to the root."""
        chain = [self.stacks[path]]
        while chain[-1].parent is not None:
            chain.append(self.stacks[chain[-1].parent])
        return chain

    def with_stack(self, stack: Stack) -> StackTree:
        """The same tree with one stack replaced (or added, at the end)."""
        return StackTree(self.name, {**self.stacks, stack.path: stack})

    def with_template(self, path: str, template: dict[str, Json]) -> StackTree:
        return self.with_stack(replace(self.stacks[path], template=template))


NodeKind = Literal["stack", "resource", "value"]


@dataclass(frozen=True, slots=True)
class Node:
    """What a selector designates: a stack's template, a resource, or a value inside a resource.

    `pointer` leads from the template's root to the node. `name` is what to call it before the user.
    `guards` are (pointer, value) pairs that must hold for an item picked by key to be the right one.
    `construct` is the construct path (below the root, with a leading `/`) that an L2 name stands for, if it does.
    """

    stack: str
    kind: NodeKind
    pointer: Tokens = ()
    name: str = ""
    guards: tuple[tuple[Tokens, Json], ...] = ()
    construct: str | None = None

    @property
    def logical_id(self) -> str:
        """The resource's logical ID; only for a resource or a value in one."""
        return self.pointer[1]

    @property
    def key(self) -> tuple[str, Tokens]:
        """What makes two nodes the same."""
        return (self.stack, self.pointer)


BaseKind = Literal["assembly", "template"]
DeploymentType = Literal["sandbox", "branch"]


@dataclass(frozen=True, slots=True)
class Base:
    """A loaded base: the tree, where it came from and what is known of its deployment.

    `facts` may hold `environment` (branch or sandbox name), `type`, `region`, `account`, `app`.
    `digests` maps each file that was read to its SHA-256. `names` maps `defineBackend` keys to construct paths
    (below the root, beginning with `/`). `findings` are warnings of the loader (a stale base). `template_url` is where
    the root template is published, written as a `TemplateURL`; None where nothing publishes it.
    """

    kind: BaseKind
    location: str
    tree: StackTree
    facts: Mapping[str, str] = field(default_factory=dict)
    digests: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    template_url: Json = None
    handle: Any = None

    @property
    def sandbox(self) -> bool:
        return self.facts.get("type") == "sandbox"
