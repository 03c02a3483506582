"""What each override makes of the base, value by value, as the record of deployments keeps it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ovr.check.secrets import hide_secrets
from ovr.compile.difference import tree_changes
from ovr.plan import Plan
from ovr.template import pointer
from ovr.template.causes import Causes
from ovr.template.changes import StackChange
from ovr.template.diff import same
from ovr.template.pointer import MISSING, Json, Tokens
from ovr.vocabulary.resolve import Resolver

Place = tuple[str, str, str, Tokens]
"""Stack, section, element, and the way down from there. An item of a list is `*`: others may come before it."""


@dataclass(frozen=True, slots=True)
class Effect:
    """A value that overrides (their indexes) put in the place of the base's; MISSING where there is none.

    `masked`: a secret, of which nothing is known but that it is there."""

    overrides: tuple[int, ...]
    place: Place
    before: Json
    after: Json
    masked: bool = False

    def puts(self, value: Json) -> bool:
        """Whether it is this value that it put there."""
        return same(self.after, value)


def effects(plan: Plan) -> tuple[Effect, ...]:
    """What the overrides of a plan make of its base, whatever is deployed; secrets are hidden."""
    return tuple(effects_in(_since_base(plan)))


def _since_base(plan: Plan) -> tuple[StackChange, ...]:
    if plan.deployed is None:
        return plan.stacks
    base, result = plan.base.tree, plan.result
    causes = Causes(plan.operations, [stack for path, stack in base.stacks.items() if path not in result.stacks])
    names = (Resolver(base, plan.base.names), plan.names[1])
    return hide_secrets(tree_changes(base, result, causes, names), base, result)


def effects_in(stacks: tuple[StackChange, ...], *, caused: bool = True) -> Iterator[Effect]:
    """The changes of templates among these that overrides made; if not `caused`, those that no override made."""
    for element in (element for stack in stacks for element in stack.elements):
        for change in element.changes:
            if bool(change.causes) is caused and not change.via:
                steps = tuple("*" if step.isdigit() else step for step in change.path)
                place = (element.stack, element.section, element.id, steps)
                yield Effect(change.causes, place, change.before, change.after, change.masked)


def effect_to_json(effect: Effect) -> dict[str, Any]:
    stack, section, id, steps = effect.place
    written: dict[str, Any] = {"overrides": list(effect.overrides), "stack": stack, "section": section, "id": id}
    written["pointer"] = pointer.format(steps)
    for name, value in (("before", effect.before), ("after", effect.after)):
        if value is not MISSING:
            written[name] = value
    return {**written, "masked": effect.masked}


def effect_from_json(value: Mapping[str, Any]) -> Effect | None:
    """The effect that was written so; None for anything else."""
    texts = [value.get(name) for name in ("stack", "section", "id", "pointer")]
    overrides = value.get("overrides")
    if not all(isinstance(text, str) for text in texts) or not isinstance(overrides, list):
        return None
    stack, section, id, steps = map(str, texts)
    try:
        place = (stack, section, id, pointer.parse(steps))
    except ValueError:
        return None
    indexes = tuple(index for index in overrides if isinstance(index, int))
    before, after = (value.get(name, MISSING) for name in ("before", "after"))
    return Effect(indexes, place, before, after, bool(value.get("masked")))
