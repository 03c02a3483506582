"""Values that no output may show: defaults of NoEcho parameters and write-only properties.

A reference (an intrinsic, `{{resolve:…}}`) is no secret and stays. Write-only properties that hold code or a
place of code are shown: hiding what will run would be worse than showing it.
Source: CloudFormation resource schemas, `writeOnlyProperties`.
"""

from __future__ import annotations

from dataclasses import replace

from ovr.knowledge.types import type_info
from ovr.template.changes import Change, ElementChange, StackChange
from ovr.template.intrinsics import is_intrinsic
from ovr.template.pointer import MISSING, Json, Tokens
from ovr.template.tree import StackTree

HIDDEN = "(hidden)"

_SHOWN = (
    "Code",
    "CodeS3Location",
    "S3Location",
    "MappingTemplate",
    "TemplateURL",
    "Body",
    "Definition",
    "Content",
)
"""Endings of write-only properties that are code or its place."""


def hide_secrets(changes: tuple[StackChange, ...], before: StackTree, after: StackTree) -> tuple[StackChange, ...]:
    """The same changes with every secret literal replaced by `(hidden)` and its change marked as masked."""
    return tuple(
        replace(stack, elements=tuple(_hide(element, before, after) for element in stack.elements))
        for stack in changes
    )


def _hide(element: ElementChange, before: StackTree, after: StackTree) -> ElementChange:
    secret = _secret_paths(element, before, after)
    if not secret:
        return element
    return replace(element, changes=tuple(_hide_change(change, secret) for change in element.changes))


def _secret_paths(element: ElementChange, before: StackTree, after: StackTree) -> tuple[Tokens, ...]:
    if element.section == "Parameters":
        for tree in (before, after):
            stack = tree.stacks.get(element.stack)
            parameter = ((stack.template.get("Parameters") or {}) if stack else {}).get(element.id)
            if isinstance(parameter, dict) and str(parameter.get("NoEcho")).lower() == "true":
                return (("Default",),)
        return ()
    info = type_info(element.type) if element.section == "Resources" else None
    return tuple(
        ("Properties", *path) for path in (info.write_only if info else ()) if not path[-1].endswith(_SHOWN)
    )


def _hide_change(change: Change, secrets: tuple[Tokens, ...]) -> Change:
    before, after = change.before, change.after
    for secret in secrets:
        before, after = _masked(before, change.path, secret), _masked(after, change.path, secret)
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
    if is_intrinsic(value) or (isinstance(value, str) and value.startswith("{{resolve:")):
        return value
    if isinstance(value, dict):
        return {key: _without_literals(member) for key, member in value.items()}
    if isinstance(value, list):
        return [_without_literals(item) for item in value]
    return HIDDEN
