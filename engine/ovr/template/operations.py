"""RFC 6902 operations on the tree of stacks: the one thing that every override compiles to.

The only user of jsonpatch. Templates are copied along the touched paths only.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any, Literal, Protocol

import jsonpatch
import jsonpointer

from ovr.spans import Span
from ovr.template import pointer
from ovr.template.assets import nested_asset
from ovr.template.naming import nested_stack_path
from ovr.template.pointer import MISSING, Json, Tokens
from ovr.template.tree import ROOT, Stack, StackTree

Op = Literal["add", "remove", "replace", "move", "copy", "test"]
DocumentName = Literal["template", "options"]


class Written(Protocol):
    """Where the value of an operation is written, member by member."""

    def span(self, path: Tokens, *, key: bool) -> Span:
        """The place of what stands at a pointer (from the document's root on), or of the key that leads to it."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One RFC 6902 operation on one document of one stack.

    `document`: the stack's template, or the options CloudFormation keeps beside it. `value` is MISSING for an
    operation that takes none; `source` is RFC 6902's `from`. `override` is the index of the override that
    caused it, `kind` the kind of that override, `span` where it is asked for, `written` the same for what is
    inside the value. `derived`: made to keep the rest
    right (a renamed reference, a guard), not asked for word by word.
    """

    stack: str
    op: Op
    path: Tokens
    value: Json = MISSING
    source: Tokens | None = None
    document: DocumentName = "template"
    override: int = -1
    kind: str = ""
    derived: bool = False
    span: Span | None = field(default=None, compare=False)
    written: Written | None = field(default=None, compare=False, repr=False)

    def where(self, path: Tokens, *, key: bool = False) -> Span | None:
        """Where the user wrote what stands at a pointer that this operation wrote, or the key that leads to it."""
        if self.written is None or len(path) < len(self.path) or (key and path == self.path):
            return self.span
        return self.written.span(path, key=key)

    def to_json(self) -> dict[str, Any]:
        """The operation as RFC 6902 writes it."""
        written: dict[str, Any] = {"op": self.op, "path": pointer.format(self.path)}
        if self.source is not None:
            written["from"] = pointer.format(self.source)
        if self.value is not MISSING:
            written["value"] = self.value
        return written


class PatchFailed(Exception):
    """An operation that does not apply to `document` as the operations before it left it."""

    def __init__(self, operation: Operation, document: Json) -> None:
        super().__init__(f"{operation.op} {pointer.format(operation.path)} does not apply")
        self.operation = operation
        self.document = document


def apply(tree: StackTree, operations: Iterable[Operation]) -> StackTree:
    """The tree after these operations, in order. Raises PatchFailed; the tree given is never changed.

    An operation that adds the whole template of a stack that is not there makes that stack.
    """
    for operation in operations:
        stack = tree.stacks.get(operation.stack) or _new_stack(tree, operation)
        if operation.document == "template":
            changed = replace(stack, template=apply_one(stack.template, operation))
        else:
            changed = replace(stack, options=apply_one(stack.options, operation))
        if operation.op != "test":
            tree = tree.with_stack(changed)
    return tree


def _new_stack(tree: StackTree, operation: Operation) -> Stack:
    """The stack whose template an operation adds; its resource, which is there already, says where it stands.

    Raises PatchFailed where no resource of the root makes such a stack.
    """
    for logical_id, resource in tree.root.resources.items():
        file = nested_asset(resource)
        if file is not None and nested_stack_path(tree.name, resource) == operation.stack:
            folder = tree.root.file.rpartition("/")
            return Stack(operation.stack, "".join((*folder[:2], file)), {}, ROOT, logical_id)
    raise PatchFailed(operation, None)


def apply_one(document: Json, operation: Operation) -> Json:
    """The document after one operation, sharing with the old one all that the operation does not touch."""
    if operation.op == "test":
        return _apply(document, document, operation)
    fresh = _copy_along(document, operation.path[:-1])
    if operation.source is not None:
        fresh = _copy_along(fresh, operation.source[:-1])
    return _apply(fresh, document, operation)


def _apply(fresh: Json, document: Json, operation: Operation) -> Json:
    try:
        return jsonpatch.JsonPatch([operation.to_json()]).apply(fresh, in_place=True)
    except (jsonpatch.JsonPatchException, jsonpointer.JsonPointerException) as error:
        raise PatchFailed(operation, document) from error


def _copy_along(document: Json, path: Tokens) -> Json:
    """A shallow copy of the document and of every container on the way down `path`."""
    fresh = _shallow(document)
    at = fresh
    for token in path:
        value = pointer.child(at, token)
        if not isinstance(value, (dict, list)):
            break
        value = _shallow(value)
        if isinstance(at, dict):
            at[token] = value
        else:
            at[int(token)] = value
        at = value
    return fresh


def _shallow(value: Json) -> Json:
    if isinstance(value, dict):
        return dict(value)
    return list(value) if isinstance(value, list) else value
