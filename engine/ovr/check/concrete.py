"""Values as a schema can judge them: without intrinsics, which only a deploy computes.

An intrinsic becomes `UNKNOWN`, which any schema takes; so does what is the very same object in the base, where nothing
can have changed. Of a Fn::If each branch is judged: a value has as many variants as it takes for every branch to stand
in one of them.
"""

from __future__ import annotations

from ovr.knowledge.schema_violation import UNKNOWN
from ovr.template.pointer import MISSING, Json, Tokens, child

_MOST = 32
"""Variants that are judged; a value that needs more is not written by hand."""

_LONGEST = 1000
"""Items of a list that is judged: to find two equal ones each is compared with each."""

_NO_VALUE = {"Ref": "AWS::NoValue"}


def variants(value: Json, known: Json = MISSING) -> int:
    """How many variants a value has."""
    return min(_count(value, known), _MOST)


def variant(value: Json, number: int, known: Json = MISSING) -> Json:
    """The value with the branches that this variant takes; MISSING for a branch that is no value.

    `known` is what stands at the same place in the base. Nulls are left out: what is to be said of them is said
    elsewhere.
    """
    if isinstance(value, (dict, list)) and value is known:
        return UNKNOWN
    way, value, number = _branch(value, number)
    known = MISSING if way else known
    if value is None or value == _NO_VALUE:
        return MISSING
    if _is_computed(value) or (isinstance(value, list) and len(value) > _LONGEST):
        return UNKNOWN
    if isinstance(value, dict):
        made = {key: variant(member, number, child(known, key)) for key, member in value.items()}
        return {key: member for key, member in made.items() if member is not MISSING}
    if isinstance(value, list):
        items = (variant(item, number, child(known, str(index))) for index, item in enumerate(value))
        return [item for item in items if item is not MISSING]
    return value


def pointer_in(value: Json, path: str, number: int, known: Json = MISSING) -> Tokens:
    """The pointer in `value` of what stands at `path` (names joined with dots) in that variant of it."""
    way, value, number = _branch(value, number)
    known = MISSING if way else known
    if not path:
        return way
    if isinstance(value, list):
        index, _, rest = path.partition(".")
        olds = [child(known, str(n)) for n in range(len(value))]
        kept = [n for n, item in enumerate(value) if variant(item, number, olds[n]) is not MISSING]
        at = kept[int(index)] if index.isdigit() and int(index) < len(kept) else None
        return way if at is None else (*way, str(at), *pointer_in(value[at], rest, number, olds[at]))
    if not isinstance(value, dict):
        return way
    names = [name for name in value if path == name or path.startswith(f"{name}.")]
    if not names:
        return (*way, *path.split("."))
    name = max(names, key=len)
    return (*way, name, *pointer_in(value[name], path[len(name) + 1 :], number, child(known, name)))


def _branch(value: Json, number: int) -> tuple[Tokens, Json, int]:
    """(the way to the branch that this variant takes, the branch, the number of the variant below it)"""
    way: Tokens = ()
    while (branches := _branches(value)) is not None:
        index, number = number % 2, number // 2
        way, value = (*way, "Fn::If", str(index + 1)), branches[index]
    return way, value, number


def _branches(value: Json) -> list[Json] | None:
    argument = value.get("Fn::If") if isinstance(value, dict) and len(value) == 1 else None
    return argument[1:] if isinstance(argument, list) and len(argument) == 3 else None


def _is_computed(value: Json) -> bool:
    if not isinstance(value, dict):
        return False
    return (len(value) == 1 and "Ref" in value) or any(key.startswith("Fn::") for key in value)


def _count(value: Json, known: Json) -> int:
    if not isinstance(value, (dict, list)) or value is known:
        return 1
    branches = _branches(value)
    if branches is not None:
        return 2 * max(_count(branch, MISSING) for branch in branches)
    if isinstance(value, dict):
        return max((_count(member, child(known, key)) for key, member in value.items()), default=1)
    return max((_count(item, child(known, str(index))) for index, item in enumerate(value)), default=1)
