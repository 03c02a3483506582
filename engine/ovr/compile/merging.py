"""RFC 7396 merge patches as RFC 6902 operations, with intrinsic functions as scalars (LANGUAGE.md §3).

A resource or an output is never an intrinsic: its `Condition` is a member like any other.
"""

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
    if _takes_away_only(patch):
        return
    value = without_nulls(patch)
    for token in reversed(path[at + 1 :]):
        value = {token: value}
    yield "add", path[: at + 1], value


def _takes_away_only(patch: Json) -> bool:
    """Whether a patch has nothing but nulls: where nothing is, no parents are made for it."""
    return patch is None or (isinstance(patch, dict) and bool(patch) and all(map(_takes_away_only, patch.values())))


def _merge(target: Json, patch: Json, path: Tokens) -> Iterator[Write]:
    if _is_whole(patch, path):
        if not same(target, patch):
            yield "replace", path, patch
    elif _is_whole(target, path):
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


def _is_whole(value: Json, path: Tokens) -> bool:
    """Whether a value is replaced and replaces as a whole: a scalar, a list, an intrinsic function."""
    is_element = len(path) == 2 and path[0] in ("Resources", "Outputs")
    return not isinstance(value, dict) or (is_intrinsic(value) and not is_element)


def without_nulls(patch: Json) -> Json:
    """What a merge patch makes where nothing was: its objects without the members that are null."""
    if not isinstance(patch, dict) or is_intrinsic(patch):
        return patch
    return {key: without_nulls(value) for key, value in patch.items() if value is not None}
