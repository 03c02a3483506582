"""What the changes do to one resource: a verdict on each change of its text, and the changes that reach it unseen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial

from ovr.check.comparison import Comparison
from ovr.check.verdicts import RENAMED, Properties, attribute_verdict, gravest, presence_verdict
from ovr.template.certainty import equal
from ovr.template.changes import Action, Change, ElementChange, Verdict
from ovr.template.diff import differences
from ovr.template.evaluate import evaluators
from ovr.template.intrinsics import has_intrinsic
from ovr.template.pointer import MISSING, Json, Tokens, overlap


@dataclass(frozen=True, slots=True)
class Source:
    """Where a change comes from that reaches other resources: in words, and the overrides behind it."""

    words: str
    causes: tuple[int, ...]


SourceOf = Callable[[Tokens], Source]
"""Pointer in the resource → what made its value another."""

Pair = tuple[dict[str, Json], dict[str, Json]]
"""A resource before and after."""


class Judge:
    """Judges resources by what their values come to in either tree.

    `tags` is set once the tags of the root stack, which go to all resources, have changed.
    """

    def __init__(self, comparison: Comparison) -> None:
        self._names = comparison.names
        self._trees = comparison.before, comparison.after
        self.old, self.new = evaluators(comparison.before, comparison.after, comparison.facts)
        self.tags: Source | None = None

    def called(self, stack: str, logical_id: str) -> str:
        """What to call a resource, also one that is gone."""
        there = stack in self._trees[1].stacks and logical_id in self._trees[1].stacks[stack].resources
        return self._names[there].called(stack, logical_id)

    def judged(self, element: ElementChange, pair: Pair, source_of: SourceOf, unseen: bool) -> ElementChange | None:
        """The element with verdicts, and with the changes that reach it; None if it is there neither before nor after.

        One that appears or vanishes is an added or removed one. `unseen`: values whose text is the same may differ.
        """
        conditions = self._conditions(element.stack, pair)
        if conditions == (False, False):
            return None
        presence = self._presence(conditions, pair)
        properties = self._properties(element.stack, pair)
        own = [change for change in element.changes if not change.via or not change.path]
        changes = [replace(c, verdict=self._own_verdict(element.stack, c, properties, presence)) for c in own]
        if presence is not None and not any(change.path[:1] == ("Condition",) for change in own):
            changes.append(_reached(("Condition",), MISSING, MISSING, presence, source_of))
        if unseen:
            changes += _indirect(properties, [change.path for change in own if change.path], source_of)
        if self.tags is not None and (fixed := properties.tags_verdict()):
            source = self.tags
            changes.append(_reached(("Properties", fixed[0]), MISSING, MISSING, fixed[1], lambda _: source))
        verdict = gravest([*(change.verdict for change in changes), RENAMED if element.renamed_from else None])
        return self.with_fate(replace(element, changes=tuple(changes), verdict=verdict), pair)

    def with_fate(self, element: ElementChange, pair: Pair) -> ElementChange:
        """The element with its type and names, as added, removed or replaced if that is what happens to all of it."""
        if not element.type:
            element = replace(
                element,
                type=str(pair[1].get("Type", "")),
                name=self._names[1].name_of(element.stack, element.id),
                construct=self._names[1].construct_of(element.stack, element.id),
            )
        kind = element.verdict.kind if element.verdict else "update"
        if kind == "replace":
            return replace(element, action="replace")
        if kind not in ("add", "remove"):
            return element
        action: Action = "remove" if kind == "remove" else "add"
        before, after = (pair[0], MISSING) if action == "remove" else (MISSING, pair[1])
        reason = next(change for change in element.changes if change.verdict and change.verdict.kind == kind)
        whole = replace(reason, path=(), action=action, before=before, after=after)
        return replace(element, action=action, changes=(whole,))

    def renew(self, element: ElementChange, pair: Pair, certain: bool) -> None:
        """From now on the resource is another one, or may be."""
        kept = self._properties(element.stack, pair).kept_attributes()
        self.new.renew(element.stack, element.id, certain, kept)

    def _properties(self, stack: str, pair: Pair) -> Properties:
        before = partial(self.old.value, stack, pair[0].get("Properties", {}))
        after = partial(self.new.value, stack, pair[1].get("Properties", {}))
        return Properties(str(pair[1].get("Type", "")), (before, after), self.called)

    def _own_verdict(
        self, stack: str, change: Change, properties: Properties, presence: Verdict | None
    ) -> Verdict | None:
        """What becomes of the resource by a change of its own text."""
        if not change.path:
            return change.verdict or RENAMED
        if change.path[0] != "Properties":
            return presence if presence and change.path[0] == "Condition" else attribute_verdict(change.path[0])
        if len(change.path) == 1:
            both = properties.before, properties.after
            names = dict.fromkeys(name for values in both for name in values)
            return gravest(properties.verdict((n,), *(values.get(n, MISSING) for values in both)) for n in names)
        left, right = self.old.value(stack, change.before), self.new.value(stack, change.after)
        return properties.verdict(change.path[1:], left, right)

    def _conditions(self, stack: str, pair: Pair) -> tuple[Json, Json]:
        """What a resource's condition was and is; True where it has none."""
        one, other = (
            evaluator.condition(stack, resource["Condition"]) if isinstance(resource.get("Condition"), str) else True
            for evaluator, resource in zip((self.old, self.new), pair, strict=True)
        )
        return one, other

    def _presence(self, conditions: tuple[Json, Json], pair: Pair) -> Verdict | None:
        """What becomes of a resource by its condition; None for nothing."""
        if equal(*conditions):
            return None
        if conditions[1] is False:
            return presence_verdict(*conditions, f"condition {pair[0].get('Condition')} held before")
        return presence_verdict(*conditions, f"condition {pair[1].get('Condition')} does not hold")


def _indirect(properties: Properties, own: list[Tokens], source_of: SourceOf) -> Iterator[Change]:
    """Changes of values whose text is the same."""
    for path, left, right in differences(properties.before, properties.after):
        full = ("Properties", *path)
        if not equal(left, right) and not any(overlap(full, each) for each in own):
            yield _reached(full, left, right, properties.verdict(path, left, right), source_of)


def _reached(path: Tokens, left: Json, right: Json, verdict: Verdict, source_of: SourceOf) -> Change:
    source = source_of(path)
    action: Action = "change"
    if (left is MISSING) != (right is MISSING):
        action = "add" if left is MISSING else "remove"
    if has_intrinsic(left) or has_intrinsic(right):  # known only when it is deployed
        left = right = MISSING
    derived = verdict.kind == "update"
    return Change(path, action, left, right, False, source.causes, derived, verdict, source.words)
