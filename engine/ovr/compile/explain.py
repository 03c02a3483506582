"""Why a patch does not apply, said so that the reader can mend it."""

from __future__ import annotations

import json

from ovr.errors import Finding, did_you_mean
from ovr.language.model import Override
from ovr.template import pointer
from ovr.template.operations import Operation, PatchFailed
from ovr.template.pointer import MISSING, Json, Tokens

_LONGEST_VALUE = 200
_MOST_NAMES = 12


def patch_failure(failure: PatchFailed, override: Override) -> Finding:
    """The finding for an operation that failed, with what stands at its place."""
    operation = failure.operation
    span = operation.span or override.span
    place = f"{operation.stack or 'the root stack'}: {pointer.format(operation.path)}"
    if operation.op == "test":
        return _test_failure(failure, place, override)
    if operation.source is not None and pointer.get(failure.document, operation.source) is MISSING:
        details, fix = _nothing_there(failure.document, operation.source)
        message = f"`{operation.op}` from {pointer.format(operation.source)}: there is nothing"
        return Finding("OVR3001", message, span, details, fix, place=place)
    if operation.source is not None and operation.path[: len(operation.source)] == operation.source:
        message = "a value cannot be moved into itself"
        return Finding("OVR3001", message, span, (f"from {pointer.format(operation.source)}",), place=place)
    parent = pointer.get(failure.document, operation.path[:-1])
    if isinstance(parent, list):
        return _list_failure(operation, parent, place, override)
    details, fix = _nothing_there(failure.document, operation.path)
    if operation.op == "replace":
        fix = fix or "use `op: add` where nothing is there yet"
    return Finding(
        "OVR3001",
        f"`{operation.op}` does not apply: there is nothing to {_verb(operation)}",
        span,
        details,
        fix,
        place=place,
    )


def _verb(operation: Operation) -> str:
    return {"add": "add it to", "copy": "copy it to", "move": "move it to"}.get(operation.op, operation.op)


def _test_failure(failure: PatchFailed, place: str, override: Override) -> Finding:
    operation = failure.operation
    found = pointer.get(failure.document, operation.path)
    details = (f"expected {show(operation.value)}", f"found    {show(found)}")
    message = "a `test` failed, so this entry was not applied"
    if operation.derived:
        message = "the selected item is not where it was expected, so this entry was not applied"
    return Finding("OVR3002", message, operation.span or override.span, details, place=place)


def _list_failure(operation: Operation, items: list[Json], place: str, override: Override) -> Finding:
    token = operation.path[-1]
    count = f"a list of {len(items)} item{'' if len(items) == 1 else 's'}"
    number = token.isascii() and token.isdigit()
    message = (
        f"`{operation.op}` at index {token}: beyond the end of {count}"
        if number
        else (f"`{operation.op}` at `{token}`: {count} has only indexes")
    )
    last = len(items) - 1
    details = (f"found {count}" + (f", indexes 0 to {last}" if items else ""),)
    fix = "use `-` as the index to append" if operation.op in ("add", "copy", "move") else None
    return Finding("OVR3001", message, operation.span or override.span, details, fix, place=place)


def _nothing_there(document: Json, path: Tokens) -> tuple[tuple[str, ...], str | None]:
    """What the longest part of the path that exists offers, and the name that may have been meant."""
    depth = 0
    while depth < len(path) and pointer.get(document, path[: depth + 1]) is not MISSING:
        depth += 1
    value, token = pointer.get(document, path[:depth]), path[depth] if depth < len(path) else ""
    where = pointer.format(path[:depth]) or "the template"
    if isinstance(value, dict):
        names = list(value)
        shown = ", ".join(names[:_MOST_NAMES]) + (f", … ({len(names)} in all)" if len(names) > _MOST_NAMES else "")
        has = f"{where} has {shown}" if names else f"{where} is empty"
        return (f"there is no `{token}`", has), did_you_mean(token, names)
    if isinstance(value, list):
        return (f"{where} is a list of {len(value)} items",), None
    return (f"{where} is {show(value)}, which has no members",), None


def show(value: Json) -> str:
    """A value on one line for an error."""
    if value is MISSING:
        return "nothing"
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST_VALUE else text[:_LONGEST_VALUE] + " …"
