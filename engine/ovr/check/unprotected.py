"""What a resource that stays loses: protections in its properties, and the policies that keep it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ovr.knowledge.protections import LossWord, Protection, protections_of
from ovr.knowledge.removal import POLICY_STRENGTHS, PolicyName, policy_of
from ovr.template.certainty import NameOf, differs, equal, ways
from ovr.template.intrinsics import has_intrinsic, is_intrinsic
from ovr.template.pointer import MISSING, Json, Tokens, child

_POLICIES: tuple[PolicyName, ...] = ("DeletionPolicy", "UpdateReplacePolicy")


@dataclass(frozen=True, slots=True)
class Weakened:
    """One protection that is lost: where, the word of `allow`, and a sentence. `first`: nothing stood there before;
    `certain` is False where it depends on what only the deploy knows."""

    paths: tuple[Tokens, ...]
    word: LossWord
    what: str
    first: bool = False
    certain: bool = True


def weaker_policies(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Weakened]:
    """The policies that keep less of a resource than before, those that change alike together."""
    alike: dict[str, list[str]] = {}
    for name in _POLICIES:
        was, now = (policy_of(resource, name) for resource in (before, after))
        if POLICY_STRENGTHS.index(now) < POLICY_STRENGTHS.index(was):
            alike.setdefault(f"{before.get(name) or f'{was}, the default'} → {now}", []).append(name)
    for change, names in alike.items():
        yield Weakened(tuple((name,) for name in names), "unprotect", f"{' and '.join(names)} will keep less: {change}")


def weakened(
    before: Mapping[str, Any], after: Mapping[str, Any], evaluated: Callable[[], tuple[Json, ...]], name_of: NameOf
) -> Iterator[Weakened]:
    """The protections that a resource loses between its two states; `evaluated` gives what its properties come to in
    each."""
    protections = protections_of(str(after.get("Type")))
    if not protections or (equal(before.get("Properties"), after.get("Properties")) and not _refers(after)):
        return
    old, new = evaluated()
    for protection in protections:
        if found := _lost(protection, old, new, name_of):
            yield found


def _refers(resource: Mapping[str, Any]) -> bool:
    """Whether its properties may come to something else although they read the same."""
    return any(has_intrinsic(value) for value in (resource.get("Properties") or {}).values())


def _lost(protection: Protection, old: Json, new: Json, name_of: NameOf) -> Weakened | None:
    """What is lost for certain, or may be where a value depends on what only the deploy knows."""
    property_, *inner = protection.path
    both = [child(values, property_) for values in (old, new)]
    if equal(*both):
        return None
    pairs = [tuple(_inside(value, inner) for value in way) for way in ways(both[0], both[1])]
    said = [None if equal(was, now) else protection.test(was, now) for was, now in pairs]
    what, (was, now) = next(((text, pair) for text, pair in zip(said, pairs, strict=True) if text), (None, pairs[0]))
    if what is None:
        return None
    first = protection.test(MISSING, now) == what
    certain = all(said) and not (has_intrinsic(was) or has_intrinsic(now))
    condition = "" if certain else differs(both[0], both[1], name_of)
    depends = f" (if {condition})" if isinstance(condition, str) and condition else ""
    sentence = f"{protection.name} {'will' if certain else 'may'} {what}{depends}"
    return Weakened((("Properties", *protection.path),), protection.word, sentence, first, certain)


def _inside(value: Json, path: list[str]) -> Json:
    """What stands at a pointer inside a value; where only a deploy knows what is on the way to it, that."""
    for token in path:
        if is_intrinsic(value):
            return value
        value = child(value, token)
    return value
