"""The difference between two JSON values.

What is the same object in both is not looked into: an unchanged template costs nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from ovr.template.intrinsics import is_intrinsic
from ovr.template.pointer import MISSING, Json, Tokens

Difference = tuple[Tokens, Json, Json]
"""Where, what was there, what is there now; MISSING for nothing. An item of a list that is new is named by its
index in the new list, one that is gone by its index in the old one; what holds it is named as it is now."""


def same(left: Json, right: Json) -> bool:
    """JSON equality: unlike Python's, `true` is not 1; key order does not count."""
    if left is right:
        return True
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(same(value, right[key]) for key, value in left.items())
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(same, left, right))
    return isinstance(left, bool) == isinstance(right, bool) and bool(left == right)


def differences(left: Json, right: Json, path: Tokens = (), scalars: bool = False) -> Iterator[Difference]:
    """The smallest values that differ, in the order of the new value, removals where they were.

    Intrinsic functions are values: one that differs is reported whole unless `scalars`.
    """
    if left is right:
        return
    if isinstance(left, dict) and isinstance(right, dict) and not _scalar(left, right, scalars):
        yield from _object_differences(left, right, path, scalars)
    elif isinstance(left, list) and isinstance(right, list):
        yield from _list_differences(left, right, path, scalars)
    elif not same(left, right):
        yield path, left, right


def _scalar(left: Json, right: Json, scalars: bool) -> bool:
    return not scalars and (is_intrinsic(left) or is_intrinsic(right))


def _object_differences(
    left: dict[str, Json], right: dict[str, Json], path: Tokens, scalars: bool
) -> Iterator[Difference]:
    for key, value in left.items():
        if key in right:
            yield from differences(value, right[key], (*path, key), scalars)
        else:
            yield (*path, key), value, MISSING
    for key, value in right.items():
        if key not in left:
            yield (*path, key), MISSING, value


def _list_differences(left: list[Json], right: list[Json], path: Tokens, scalars: bool) -> Iterator[Difference]:
    """Equal items are paired first, then what is left between them in turn; the rest is added or removed.

    Items that have a key of their own (tags) are paired by it and by nothing else.
    """
    old, new = 0, 0
    old_keys, new_keys = _keys(left), _keys(right)
    by_key = old_keys is not None and new_keys is not None
    pairs = _paired(old_keys or left, new_keys or right) if by_key else _paired(left, right)
    for old_at, new_at in [*pairs, (len(left), len(right))]:
        while old < old_at and new < new_at and not by_key:
            yield from differences(left[old], right[new], (*path, str(new)), scalars)
            old, new = old + 1, new + 1
        for index in range(old, old_at):
            yield (*path, str(index)), left[index], MISSING
        for index in range(new, new_at):
            yield (*path, str(index)), MISSING, right[index]
        if by_key and old_at < len(left):
            yield from differences(left[old_at], right[new_at], (*path, str(new_at)), scalars)
        old, new = old_at + 1, new_at + 1


def _keys(items: list[Json]) -> list[Json] | None:
    """The `Key` of each item, if each has one and no two the same."""
    keys = [item.get("Key") if isinstance(item, dict) else None for item in items]
    return keys if all(isinstance(key, str) for key in keys) and len(set(keys)) == len(keys) else None


def _paired(left: list[Json], right: list[Json]) -> list[tuple[int, int]]:
    """Indexes of items that are the same in both lists, in order: a longest common subsequence."""
    start = 0
    while start < min(len(left), len(right)) and same(left[start], right[start]):
        start += 1
    end = 0
    while end < min(len(left), len(right)) - start and same(left[-1 - end], right[-1 - end]):
        end += 1
    head = [(i, i) for i in range(start)]
    tail = [(len(left) - i, len(right) - i) for i in range(end, 0, -1)]
    return head + _common(left, right, start, end) + tail


_LARGEST_TABLE = 1_000_000


def _common(left: list[Json], right: list[Json], start: int, end: int) -> list[tuple[int, int]]:
    a, b = left[start : len(left) - end], right[start : len(right) - end]
    if not a or not b or len(a) * len(b) > _LARGEST_TABLE:
        return []
    lengths = [[0] * (len(b) + 1) for _ in range(len(a) + 1)]
    equal = [[same(x, y) for y in b] for x in a]
    for i in range(len(a) - 1, -1, -1):
        for j in range(len(b) - 1, -1, -1):
            longest = max(lengths[i + 1][j], lengths[i][j + 1])
            lengths[i][j] = lengths[i + 1][j + 1] + 1 if equal[i][j] else longest
    pairs, i, j = [], 0, 0
    while i < len(a) and j < len(b):
        if equal[i][j]:
            pairs.append((start + i, start + j))
            i, j = i + 1, j + 1
        elif lengths[i + 1][j] >= lengths[i][j + 1]:
            i += 1
        else:
            j += 1
    return pairs
