"""Why a patch does not apply, said so that the reader can mend it."""

from __future__ import annotations

import json
from collections.abc import Sequence

from ovr.errors import Finding, did_you_mean
from ovr.knowledge.types import type_info
from ovr.language.model import Override
from ovr.spans import Span
from ovr.template import pointer
from ovr.template.operations import PatchFailed
from ovr.template.pointer import MISSING, Json, Tokens
from ovr.template.tree import Node

_LONGEST_VALUE = 200
_MOST_NAMES = 12


def patch_failure(failure: PatchFailed, override: Override, nodes: Sequence[Node]) -> Finding:
    """The finding for an operation that failed, with what stands at its place. `nodes` are those selected."""
    return _Failure(failure, override, nodes).finding()


class _Failure:
    def __init__(self, failure: PatchFailed, override: Override, nodes: Sequence[Node]) -> None:
        self.operation = failure.operation
        self.document = failure.document
        self.override = override
        holding = [n for n in nodes if n.stack == self.operation.stack and _begins(self.operation.path, n.pointer)]
        self.node = max(holding, key=lambda n: len(n.pointer), default=None)

    def finding(self) -> Finding:
        operation, document = self.operation, self.document
        if operation.op == "test":
            return self._test()
        if operation.source is not None and pointer.get(document, operation.source) is MISSING:
            return self._nothing(operation.source, f"there is nothing to {operation.op}", _span_of_from(self))
        if operation.source is not None and _begins(operation.path, operation.source):
            return self._say("a value cannot be moved into itself", ())
        parent = pointer.get(document, operation.path[:-1])
        if isinstance(parent, list):
            return self._list(parent)
        verb = {"add": "add to", "copy": "copy to", "move": "move to"}.get(operation.op, operation.op)
        return self._nothing(operation.path, f"there is nothing to {verb}", operation.span)

    def _say(self, message: str, details: tuple[str, ...], fix: str | None = None, span: Span | None = None) -> Finding:
        operation = self.operation
        place = pointer.place(operation.stack, operation.path)
        found_at = span or operation.span or self.override.span
        return Finding("OVR3002" if operation.op == "test" else "OVR3001", message, found_at, details, fix, place=place)

    def _test(self) -> Finding:
        found = pointer.get(self.document, self.operation.path)
        details = (f"expected {show(self.operation.value)}", f"found    {show(found)}")
        if self.operation.derived:
            return self._say("the selected item is not where it was expected, so this entry was not applied", details)
        return self._say("a `test` failed, so this entry was not applied", details)

    def _list(self, items: list[Json]) -> Finding:
        operation, token = self.operation, self.operation.path[-1]
        number = token.isascii() and token.isdigit()
        what = "is beyond the end" if number else "is no index"
        last = len(items) - 1
        indexes = f", with the index{'' if last == 0 else 'es'} {'0' if last == 0 else f'0 to {last}'}" if items else ""
        details = (f"{self._called(operation.path[:-1])} is {_list_of(items)}{indexes}",)
        fix = "use `-` as the index to append" if operation.op in ("add", "copy", "move") else None
        fix = fix if number else self._item(items, operation.path, len(operation.path) - 1) or fix
        return self._say(f"`{token}` {what} of the list" if number else f"`{token}` {what} of a list", details, fix)

    def _nothing(self, path: Tokens, message: str, span: Span | None) -> Finding:
        """Nothing is at a path: what the longest part of it that exists offers, and what may have been meant."""
        depth = 0
        while depth < len(path) and pointer.get(self.document, path[: depth + 1]) is not MISSING:
            depth += 1
        value, token, owner = pointer.get(self.document, path[:depth]), path[depth], self._called(path[:depth])
        if isinstance(value, dict):
            details: tuple[str, ...] = (f"{owner} has no `{token}`", f"it has {_listed(list(value))}")
            fix = self._repeated(path) or self._meant(value, path, depth)
        elif isinstance(value, list):
            details, fix = (f"{owner} is {_list_of(value)}",), self._item(value, path, depth)
        else:
            details, fix = (f"{owner} is {show(value)}, which has no members",), None
        return self._say(message, details, fix, span)

    def _item(self, items: list[Json], path: Tokens, depth: int) -> str | None:
        """The path with the index of the item that has the name given instead."""
        having = (n for n, item in enumerate(items) if isinstance(item, dict) and path[depth] in item.values())
        index = next(having, None)
        if index is None:
            return "name an item by its index" if items else None
        start = len(self.node.pointer) if self.node else 0
        return f"did you mean `{pointer.format((*path[start:depth], str(index), *path[depth + 1 :]))}`?"

    def _meant(self, value: dict[str, Json], path: Tokens, depth: int) -> str | None:
        known = self._is_property(path[: depth + 1])
        near = None if known else did_you_mean(path[depth], list(value))
        if near:
            return near
        if depth < len(path) - 1 and self.operation.op in ("add", "copy", "move"):
            return f"add `{path[depth]}` first, or use `merge`, which makes what is missing on the way"
        if self.operation.op == "replace" and depth == len(path) - 1:
            return "use `op: add` where nothing is there yet"
        return None

    def _repeated(self, path: Tokens) -> str | None:
        """What is meant by a path that repeats the end of the selector, as in `/Properties/Policies/…`."""
        if self.node is None:
            return None
        own, written = self.node.pointer, path[len(self.node.pointer) :]
        for start in range(2, len(own)):
            rest = written[len(own) - start :]
            if _begins(written, own[start:]) and pointer.get(self.document, (*own, *rest[:1])) is not MISSING:
                return f"the path starts at {self.node.name} already: did you mean `{pointer.format(rest)}`?"
        return None

    def _is_property(self, path: Tokens) -> bool:
        """Whether the type of the resource has a property there."""
        if len(path) < 4 or path[0] != "Resources":
            return False
        info = type_info(str(pointer.get(self.document, (*path[:2], "Type"))))
        return info is not None and path[-1] in (info.properties_at(path[3:-1]) or ())

    def _called(self, path: Tokens) -> str:
        """A place as the user sees it: from the selected node on."""
        if self.node is None or not _begins(path, self.node.pointer):
            return f"`{pointer.format(path)}`" if path else "the template"
        rest = pointer.format(path[len(self.node.pointer) :])
        return f"`{rest}` of {self.node.name}" if rest else self.node.name


def _span_of_from(failure: _Failure) -> Span | None:
    """Where the `from` of the failed operation is written."""
    patches = (use.value for use in failure.override.kinds if use.name == "patch")
    items = (item for patch in patches for item in patch if item["path"].span == failure.operation.span)
    return next((item["from"].span for item in items if "from" in item), None)


def _begins(path: Tokens, start: Tokens) -> bool:
    return path[: len(start)] == start


def _listed(names: list[str]) -> str:
    more = f", … ({len(names)} in all)" if len(names) > _MOST_NAMES else ""
    return ", ".join(names[:_MOST_NAMES]) + more if names else "nothing"


def _list_of(items: list[Json]) -> str:
    return f"a list of {len(items)} item{'' if len(items) == 1 else 's'}" if items else "an empty list"


def show(value: Json) -> str:
    """A value on one line for an error."""
    if value is MISSING:
        return "nothing"
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST_VALUE else text[:_LONGEST_VALUE] + " …"
