"""Whether overrides stand in what is deployed, and if not, why: what was recorded held against what is there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, Literal

from ovr.deploy.effects import Effect, effect_from_json, effects, effects_in
from ovr.deploy.ledger import Entry
from ovr.language.model import Override
from ovr.plan import Plan
from ovr.template import pointer
from ovr.template.diff import same
from ovr.template.pointer import MISSING, Json, Tokens

Stands = Literal["in force", "reverted by another deploy", "drifted", "never applied", "taken out"]
"""`reverted…`: it had been deployed, and what the base has is there again; `drifted`: it had been, and there is neither
its value nor the base's; `taken out`: it is not in the file any more, and still deployed."""


@dataclass(frozen=True, slots=True)
class Standing:
    """One override. `called` is its id and place; `missing` is what is not there, or of one taken out what still is.

    `override` is None for one that is not in the file any more."""

    called: str
    stands: Stands
    missing: tuple[Effect, ...] = ()
    override: Override | None = None
    note: str = ""


def standings(plan: Plan, last: Entry | None) -> tuple[Standing, ...]:
    """Each override that applies to this base, in order, then those taken out since.

    `plan` is compared with what is deployed, if anything is; `last` is the last deployment that was done."""
    recorded = [made for each in (last.begun.effects if last else ()) if (made := effect_from_json(each))]
    differing = [*effects_in(plan.stacks)]
    base = effects(plan) if plan.deployed is not None else ()
    known = _Known(recorded, base)
    former = {_identity(each) for each in _former(last)}
    found = []
    for outcome in plan.outcomes:
        if outcome.state not in ("applied", "unchanged"):
            continue
        override = outcome.override
        missing = tuple(each for each in differing if override.index in each.overrides)
        note = "in another form it was" if _identity(_described(override)) in former else ""
        found.append(_standing(override, missing, known, plan, note))
    return (*found, *_taken_out(plan, last, recorded))


def _standing(override: Override, missing: Sequence[Effect], known: _Known, plan: Plan, note: str) -> Standing:
    if plan.deployed is None:
        return Standing(override.called, "never applied", (), override, "nothing is deployed")
    if not missing:
        return Standing(override.called, "in force", (), override)
    had = [effect for effect in missing if known.was_deployed(effect)]
    if len(had) < len(missing):
        return Standing(override.called, "never applied", tuple(missing), override, note)
    drifted = [effect for effect in had if not known.is_the_bases(effect)]
    stands: Stands = "drifted" if drifted else "reverted by another deploy"
    return Standing(override.called, stands, tuple(drifted or had), override)


@dataclass(frozen=True, slots=True)
class _Known:
    """What the last deployment put in its base's place, and what the overrides make of the present base."""

    recorded: Sequence[Effect]
    present: Sequence[Effect]

    def was_deployed(self, effect: Effect) -> bool:
        """Whether the value that is missing had been put there."""
        return any(_agree(effect, effect.after, made, made.after) for made in self.recorded)

    def is_the_bases(self, effect: Effect) -> bool:
        """Whether what is there instead is what a base has there."""
        return any(_agree(effect, effect.before, each, each.before) for each in (*self.recorded, *self.present))


def _agree(one: Effect, own: Json, other: Effect, others: Json) -> bool:
    """Whether these values, one of each effect, are the same where the places of the effects meet: both are at the same
    place, or one is in the other."""
    steps, further = one.place[3], other.place[3]
    shared = min(len(steps), len(further))
    if one.place[:3] != other.place[:3] or steps[:shared] != further[:shared]:
        return False
    return any(same(a, b) for a, b in product(_at(own, further[shared:]), _at(others, steps[shared:])))


def _at(value: Json, steps: Tokens) -> list[Json]:
    """The values that this way leads to; `*` is each item of a list. MISSING where it leads to nothing."""
    if not steps or value is MISSING:
        return [value]
    if steps[0] == "*" and isinstance(value, list):
        return [found for item in value for found in _at(item, steps[1:])] or [MISSING]
    return _at(pointer.child(value, steps[0]), steps[1:])


def _taken_out(plan: Plan, last: Entry | None, recorded: Sequence[Effect]) -> Iterator[Standing]:
    """The overrides of the last deployment that are not in the file any more and still deployed."""
    if last is None or plan.deployed is None:
        return
    present = {_identity(_described(outcome.override)) for outcome in plan.outcomes}
    unwanted = [*effects_in(plan.stacks, caused=False)]
    for former in _former(last):
        if _identity(former) in present:
            continue
        made = [effect for effect in recorded if former.get("index") in effect.overrides]
        still = tuple(e for e in made if any(_agree(e, e.after, u, u.before) for u in unwanted))
        if still:
            place = f"{former.get('file')}:{former.get('line')}"
            called = ", ".join(filter(None, (former.get("id"), place)))
            yield Standing(called, "taken out", still, note="the next apply takes it back")


def _former(last: Entry | None) -> list[dict[str, Any]]:
    """The overrides of the last deployment, as its plan describes them."""
    found = last.begun.plan.get("overrides") if last else ()
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def _described(override: Override) -> dict[str, Any]:
    select, kinds = [selector.text for selector in override.select], [kind.name for kind in override.kinds]
    return {"id": override.id, "select": select, "kinds": kinds}


def _identity(described: dict[str, Any]) -> str:
    """What an override is known by from one form of the file to the next: its id, else what it selects and does."""
    return str(described.get("id") or (described.get("select"), described.get("kinds")))
