"""Laws of the difference: it is empty only for equal values, and applied it leads from one to the other."""

import copy
import sys
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parent))

from strategies import JSON, OBJECTS

from ovr.template import pointer
from ovr.template.diff import differences, same
from ovr.template.pointer import MISSING


@given(JSON, JSON)
def test_no_difference_means_the_same(left: object, right: object) -> None:
    assert same(left, right) == (not list(differences(left, right)))


@given(JSON)
def test_nothing_differs_from_its_copy(value: object) -> None:
    assert list(differences(value, copy.deepcopy(value))) == []


@given(OBJECTS, OBJECTS)
def test_every_difference_tells_the_truth(left: dict[str, object], right: dict[str, object]) -> None:
    for path, before, after in differences(left, right):
        if after is not MISSING:
            assert same(pointer.get(right, path), after)
        if before is MISSING:
            assert after is not MISSING
        elif after is MISSING and not any(token.isdigit() for token in path[:-1]):
            # Items of lists on the way are named by where they are now; what was in them is the law below's.
            assert same(pointer.get(left, path), before)


@given(OBJECTS, OBJECTS)
def test_putting_the_differences_in_gives_the_new_value(left: dict[str, object], right: dict[str, object]) -> None:
    assert same(_replay(left, list(differences(left, right))), right)


TAGS = st.lists(
    st.fixed_dictionaries({"Key": st.sampled_from("abcde"), "Value": st.sampled_from("xyz")}),
    unique_by=lambda tag: tag["Key"],
)


@given(TAGS, TAGS)
def test_tags_are_told_by_their_keys(left: list[dict[str, str]], right: list[dict[str, str]]) -> None:
    found = list(differences(left, right))
    assert _replay(left, found) == right
    assert not any(path[-1] == "Key" for path, _, _ in found)


def _replay(value: object, found: list[tuple[tuple[str, ...], object, object]]) -> object:
    """From the outside in, since what holds a difference is named as it is in the new value; on each level the
    removals from the end of each list first, then additions and changes by their index in the new value."""
    value = copy.deepcopy(value)
    for depth in range(max((len(path) for path, _, _ in found), default=0) + 1):
        level = [difference for difference in found if len(difference[0]) == depth]
        for path, before, after in sorted(level, key=lambda d: _order(d[0]), reverse=True):
            if after is MISSING:
                parent = pointer.get(value, path[:-1])
                if isinstance(parent, list):
                    assert same(parent[int(path[-1])], before)
                    del parent[int(path[-1])]
                else:
                    del parent[path[-1]]
        for path, before, after in level:
            if after is not MISSING:
                value = _put(value, path, after, insert=before is MISSING)
    return value


def _order(path: tuple[str, ...]) -> tuple[tuple[int, str], ...]:
    return tuple((int(token), "") if token.isdigit() else (-1, token) for token in path)


def _put(value: object, path: tuple[str, ...], new: object, *, insert: bool) -> object:
    if not path:
        return copy.deepcopy(new)
    parent = pointer.get(value, path[:-1])
    if isinstance(parent, list):
        index = int(path[-1])
        if insert:
            parent.insert(index, copy.deepcopy(new))
        else:
            parent[index] = copy.deepcopy(new)
    else:
        assert isinstance(parent, dict)
        parent[path[-1]] = copy.deepcopy(new)
    return value
