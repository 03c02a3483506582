"""RFC 7396 merge patches as RFC 6902 operations, with intrinsic functions as scalars (LANGUAGE.md §3)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from ovr.template import pointer
from ovr.template.diff import same
from ovr.template.intrinsics import is_intrinsic
from ovr.template.pointer import MISSING, Json, Tokens

Write = tuple[Literal["add", "replace", "remove"], Tokens, Json]


def merge_writes(document: Json, path: Tokens, patch: Json) -> Iterator[Write]:
    """The operations that merge `patch` into the value at `path`; parents that are missing are made.

    What has the wanted value already gives no operation.
    """
    at = 0
    while at < len(path) and pointer.get(document, path[: at + 1]) is not MISSING:
        at += 1
    if at == len(path):
        yield from _merge(pointer.get(document, path), patch, path)
        return
    value = without_nulls(patch)
    for token in reversed(path[at + 1 :]):
        value = {token: value}
    if value is not None:
        yield "add", path[: at + 1], value


def _merge(target: Json, patch: Json, path: Tokens) -> Iterator[Write]:
    if not isinstance(patch, dict) or is_intrinsic(patch):
        if not same(target, patch):
            yield "replace", path, patch
    elif not isinstance(target, dict) or is_intrinsic(target):
        yield "replace", path, without_nulls(patch)
    else:
        for key, value in patch.items():
            if value is None:
                if key in target:
                    yield "remove", (*path, key), MISSING
            elif key in target:
                yield from _merge(target[key], value, (*path, key))
            else:
                yield "add", (*path, key), without_nulls(value)


def without_nulls(patch: Json) -> Json:
    """What a merge patch makes where nothing was: its objects without the members that are null."""
    if not isinstance(patch, dict) or is_intrinsic(patch):
        return patch
    return {key: without_nulls(value) for key, value in patch.items() if value is not None}
