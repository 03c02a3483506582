"""Values that no output may show: what NoEcho parameters are given, write-only properties, and texts that are secrets
by their name or form (`ovr.knowledge.written_secrets`).

A reference (an intrinsic, `{{resolve:…}}`) is no secret and stays. Source: CloudFormation resource schemas,
`writeOnlyProperties`. Most of those are no secrets (a bucket's AccessControl, a user pool's EnabledMfas, a function's
Code), and a plan that hid them would hide dangers; so only those are masked whose names say that they are secret.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache

from ovr.knowledge.types import type_info
from ovr.knowledge.written_secrets import LEAST, is_secret
from ovr.template import pointer
from ovr.template.changes import Change, ElementChange, StackChange
from ovr.template.intrinsics import is_intrinsic
from ovr.template.operations import Operation
from ovr.template.pointer import MISSING, Json, Tokens
from ovr.template.tree import NESTED_STACK, StackTree

HIDDEN = "(hidden)"

_SECRET = re.compile(
    r"password|passphrase|secret|token|credential|wallet|material|(private|api|access|auth|host|signing|activation)_?key"
    r"|accessstring|basicauth|authenticationconfig|connectorprofile|sasconfig",
    re.IGNORECASE,
)
_NAME_OF_A_SECRET = re.compile(r"(arn|id|name|type|algorithm|method|location|url)s?$", re.IGNORECASE)
"""Endings of properties that name a secret without giving it away."""


def hide_secrets(changes: tuple[StackChange, ...], before: StackTree, after: StackTree) -> tuple[StackChange, ...]:
    """The same changes with every secret literal replaced by `(hidden)` and its change marked as masked."""
    return tuple(
        replace(stack, elements=tuple(_hide(element, before, after) for element in stack.elements)) for stack in changes
    )


def _hide(element: ElementChange, before: StackTree, after: StackTree) -> ElementChange:
    secret = _secret_paths(element, before, after)
    return replace(element, changes=tuple(_hide_change(change, secret) for change in element.changes))


def hide_in_operation(operation: Operation, before: StackTree, after: StackTree) -> Operation:
    """The same operation without secret literals in its value; the very same object where there are none."""
    if operation.document != "template" or operation.value is MISSING:
        return operation
    value = hide_at(operation.value, operation.stack, operation.path, before, after)
    return operation if value is operation.value else replace(operation, value=value)


def hide_at(value: Json, stack: str, path: Tokens, before: StackTree, after: StackTree) -> Json:
    """The value that stands, or is to stand, at this pointer of a stack's template, without secret literals.

    A property of a resource whose type is not known (added and renamed since) counts as secret.
    """
    if len(path) < 2:
        if not isinstance(value, dict):
            return value
        hidden = {key: hide_at(member, stack, (*path, key), before, after) for key, member in value.items()}
        return value if all(hidden[key] is value[key] for key in value) else hidden
    trees = (before, after)
    elements = [pointer.get(tree.stacks[stack].template, path[:2]) for tree in trees if stack in tree.stacks]
    known = [element for element in elements + [value] * (len(path) == 2) if isinstance(element, dict)]
    if not known and path[0] == "Resources":
        return _without_literals(value)
    for secret in {secret for element in known for secret in _secrets_in(element, stack, path[0], path[1], trees)}:
        value = _masked(value, path[2:], secret)
    return _without_written(value, path[-1])


def known_secrets(trees: Iterable[StackTree]) -> frozenset[str]:
    """All texts that stand in these trees where secrets stand."""
    stacks = {(id(stack), path): (stack, tree) for tree in trees for path, stack in tree.stacks.items()}
    return frozenset(
        text
        for (_, path), (stack, tree) in stacks.items()
        for section in ("Parameters", "Resources")
        for name, element in (stack.template.get(section) or {}).items()
        if isinstance(element, dict)
        for secret in _secrets_in(element, path, section, name, (tree,))
        for text in _literals(element, secret)
        if len(text) >= LEAST
    )


def _literals(value: Json, path: Tokens) -> Iterator[str]:
    """The literal texts at or below a path (`*` there is any item)."""
    if path:
        members = value if path[0] == "*" and isinstance(value, list) else [pointer.child(value, path[0])]
        for member in members:
            yield from _literals(member, path[1:])
    elif isinstance(value, str) and not value.startswith("{{resolve:"):
        yield value
    elif isinstance(value, (dict, list)) and not is_intrinsic(value):
        for member in value.values() if isinstance(value, dict) else value:
            yield from _literals(member, ())


def _secret_paths(element: ElementChange, before: StackTree, after: StackTree) -> set[Tokens]:
    names = {element.id, element.renamed_from or element.id}
    return {
        secret
        for tree in (before, after)
        if element.stack in tree.stacks
        for name in names
        if isinstance(found := pointer.get(tree.stacks[element.stack].template, (element.section, name)), dict)
        for secret in _secrets_in(found, element.stack, element.section, name, (before, after))
    }


def _secrets_in(
    element: dict[str, Json], stack: str, section: str, name: str, trees: Iterable[StackTree]
) -> Iterator[Tokens]:
    """Pointers of secrets in one parameter or resource of a stack, from the element on."""
    if section == "Parameters" and _no_echo(element):
        yield ("Default",)
    if section != "Resources":
        return
    if element.get("Type") == NESTED_STACK:
        for tree in trees:
            for nested in tree.stacks.values():
                if (nested.parent, nested.logical_id) == (stack, name):
                    declared = nested.template.get("Parameters") or {}
                    yield from (("Properties", "Parameters", each) for each in declared if _no_echo(declared[each]))
    info = type_info(str(element.get("Type")))
    yield from (("Properties", *path) for path in (info.write_only if info else ()) if _is_secret(path))


def _no_echo(parameter: Json) -> bool:
    return isinstance(parameter, dict) and str(parameter.get("NoEcho")).lower() == "true"


def _hide_change(change: Change, secrets: set[Tokens]) -> Change:
    before, after = change.before, change.after
    for secret in secrets:
        before, after = _masked(before, change.path, secret), _masked(after, change.path, secret)
    name = change.path[-1] if change.path else ""
    before, after = _without_written(before, name), _without_written(after, name)
    if before is change.before and after is change.after:
        return change
    return replace(change, before=before, after=after, masked=True)


def _masked(value: Json, at: Tokens, secret: Tokens) -> Json:
    """The value found at `at` without the literals at or below `secret` (`*` there is any item)."""
    shared = min(len(at), len(secret))
    if value is MISSING or not all(s in ("*", a) for a, s in zip(at[:shared], secret[:shared], strict=True)):
        return value
    return _mask_below(value, secret[shared:])


def _mask_below(value: Json, path: Tokens) -> Json:
    if not path:
        return _without_literals(value)
    if isinstance(value, dict) and path[0] in value:
        inner = _mask_below(value[path[0]], path[1:])
        return value if inner is value[path[0]] else {**value, path[0]: inner}
    if isinstance(value, list) and path[0] == "*":
        inner_items = [_mask_below(item, path[1:]) for item in value]
        return value if all(a is b for a, b in zip(inner_items, value, strict=True)) else inner_items
    return value


def _without_literals(value: Json) -> Json:
    if is_intrinsic(value) or isinstance(value, bool) or (isinstance(value, str) and value.startswith("{{resolve:")):
        return value
    if isinstance(value, dict):
        return {key: _without_literals(member) for key, member in value.items()}
    if isinstance(value, list):
        return [_without_literals(item) for item in value]
    return HIDDEN


_HOLDERS = ("Name", "Key", "ParameterKey")
_HELD = ("Value", "ParameterValue")
"""Members that say together what is given to what."""


def _without_written(value: Json, name: str) -> Json:
    """The value of a name without texts that are secrets by their name or form; the very same where there are none."""
    if isinstance(value, str):
        return HIDDEN if is_secret(name, value) else value
    if isinstance(value, list):
        items = [_without_written(item, name) for item in value]
        return value if all(a is b for a, b in zip(items, value, strict=True)) else items
    if not isinstance(value, dict):
        return value
    held = next((str(value[each]) for each in _HOLDERS if isinstance(value.get(each), str)), "")
    hidden = {key: _without_written(member, held if key in _HELD else key) for key, member in value.items()}
    return value if all(hidden[key] is value[key] for key in value) else hidden


@cache
def _is_secret(path: Tokens) -> bool:
    """Whether a write-only property holds a secret, by its name and the names above it."""
    return any(_SECRET.search(name) for name in path) and not _NAME_OF_A_SECRET.search(path[-1])
