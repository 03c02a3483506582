"""Restrictions that are there no more: denials, conditions, permissions boundaries (LANGUAGE.md §4)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ovr.check.allowances import Word
from ovr.check.excess import listed
from ovr.check.policies import Holder, Purpose, Statement
from ovr.check.terms import Terms
from ovr.template import pointer
from ovr.template.pointer import MISSING, Json, Tokens
from ovr.template.possible import Possible

Read = tuple[Statement, Terms]
"""A statement with what it says."""

_WORDS: dict[Purpose, Word] = {"identity": "escalation", "resource": "public", "trust": "trust"}
_BOUNDARY = ("Properties", "PermissionsBoundary")


@dataclass(frozen=True, slots=True)
class Loss:
    """A restriction that is lost: the word of `allow`, what happens, and where it stands or stood."""

    word: Word
    message: str
    path: Tokens
    value: Json = MISSING


def losses(holder: Holder, old: Sequence[Read], new: Sequence[Read], was: Possible, now: Possible) -> Iterator[Loss]:
    """What a resource that is still there no longer restricts. `old` and `new` are its statements."""
    kept = [terms for _, terms in new]
    for statement, terms in old:
        word = _WORDS[statement.purpose]
        if terms.allows:
            yield from (
                Loss(word, f"loses a condition on {listed(_actions(now_is))}", fresh.path, fresh.value)
                for fresh, now_is in new
                if terms not in kept and now_is.allows and terms.meets(now_is) and _conditions_lost(terms, now_is)
            )
        elif not any(_denies_all_of(each, terms) for each in kept):
            yield Loss(word, f"loses a denial of {listed(_actions(terms))}", statement.path)
    yield from _boundary(holder, was, now)


def _actions(terms: Terms) -> list[str]:
    return [*terms.actions, *terms.but_actions]


def _denies_all_of(new: Terms, old: Terms) -> bool:
    return not new.allows and new.includes(old) and new.conditions <= old.conditions


def _conditions_lost(old: Terms, new: Terms) -> bool:
    """Whether one of the conditions is there no more, or takes any value."""
    held = {(operator, key): values for operator, key, values in new.conditions}
    return any(
        "*" in (held.get((operator, key)) or "*") and "*" not in values for operator, key, values in old.conditions
    )


def _boundary(holder: Holder, was: Possible, now: Possible) -> Iterator[Loss]:
    old, new = pointer.get(holder.before, _BOUNDARY), pointer.get(holder.after, _BOUNDARY)
    if not holder.type_name.startswith("AWS::IAM::") or old is MISSING or not holder.after:
        return
    before, after = was.texts(holder.stack, old), now.texts(holder.stack, new)
    if before != after:
        verb = "changes" if after else "loses"
        yield Loss("escalation", f"{verb} its permissions boundary", ("Resources", holder.logical_id, *_BOUNDARY))
