"""What follows from the changes: a verdict on each, and the resources that they reach although their text is the same.

A parameter's default, a mapping, a condition or what a parent gives may make another value of an untouched property, or
make a resource appear or vanish. A replaced resource has other attributes, so whatever refers to it changes, through
outputs and parameters of stacks too, and may be replaced in turn. Only what is reached is looked at.
"""

from __future__ import annotations

from collections import deque
from dataclasses import replace

from ovr.check.comparison import Comparison
from ovr.check.judge import Judge, Pair, Source
from ovr.check.mentions import Mentions, Name, mentions
from ovr.check.touched import members
from ovr.check.verdicts import gravity
from ovr.knowledge.replacement import replacement
from ovr.template import pointer
from ovr.template.certainty import equal
from ovr.template.changes import Change, ElementChange, StackChange, Verdict, VerdictKind, by_name
from ovr.template.pointer import MISSING, Tokens, overlap
from ovr.template.tree import NESTED_STACK

_WORDS: dict[VerdictKind, str] = {
    "replace": "is replaced",
    "may-replace": "may be replaced",
    "remove": "is removed",
    "may-remove": "may be removed",
}


def with_effects(changes: tuple[StackChange, ...], comparison: Comparison) -> tuple[StackChange, ...]:
    """The changes with their verdicts, and with those that reach resources whose own text is the same.

    Stacks come in the order of the tree.
    """
    return _Effects(comparison).of(changes) if changes else changes


class _Effects:
    def __init__(self, comparison: Comparison) -> None:
        self._before, self._after = comparison.before, comparison.after
        self._judge = Judge(comparison)
        self._mentions = Mentions(comparison.after)
        self._elements: dict[Name, ElementChange] = {}
        self._sources: dict[Name, Source] = {}
        self._reached: set[str] = set()
        self._waiting: deque[Name] = deque()

    def of(self, changes: tuple[StackChange, ...]) -> tuple[StackChange, ...]:
        elements = [element for stack in changes for element in stack.elements]
        self._elements = {(e.stack, e.id): e for e in elements if e.section == "Resources"}
        for element in elements:
            self._begin(element)
        while self._waiting:
            name = self._waiting.popleft()
            for section, member in self._mentions.of(name):
                self._look_again(section, name[0], member, self._sources[name])
        return self._joined(changes)

    def _begin(self, element: ElementChange) -> None:
        """Judges a change that an override made, and notes what it may reach."""
        stack, name, section = element.stack, element.id, element.section
        causes = tuple(dict.fromkeys(cause for change in element.changes for cause in change.causes))
        if section == "options" and any(change.path[:1] == ("tags",) for change in element.changes):
            self._hand_down_tags(Source("the tags of the root stack", causes))
        elif section == "Resources":
            self._look_again(section, stack, name, Source("", ()))
        elif element.action != "change" or stack not in self._before.stacks or stack not in self._after.stacks:
            return
        elif section == "Parameters":
            self._reaches((stack, name), Source(f"parameter {name}", causes))
        elif section == "Mappings":
            self._reaches((stack, f"mapping {name}"), Source(f"mapping {name}", causes))
        else:
            self._look_again(section, stack, name, Source("", causes))

    def _hand_down_tags(self, source: Source) -> None:
        self._judge.tags = source
        for stack in self._after.stacks.values():
            for logical_id, resource in stack.resources.items():
                if isinstance(resource, dict) and replacement(str(resource.get("Type"))).fixed_tags:
                    self._look_at_resource(stack.path, logical_id)

    def _reaches(self, name: Name, source: Source) -> None:
        """Something stands for something else now: what mentions it is looked at again."""
        self._sources[name] = source
        self._reached.add(name[0])
        self._waiting.append(name)

    def _look_again(self, section: str, stack: str, member: str, source: Source) -> None:
        old, new = self._judge.old, self._judge.new
        if section == "Conditions":
            name = (stack, f"condition {member}")
            if name not in self._sources and not equal(old.condition(stack, member), new.condition(stack, member)):
                by = f" by {source.words}" if source.words else ""
                self._reaches(name, Source(f"condition {member}{by}", source.causes))
        elif section == "Outputs":
            here = self._after.stacks[stack]
            name = (here.parent or "", f"{here.logical_id}.Outputs.{member}")
            if here.parent is None or name in self._sources:
                return
            if not equal(old.output(stack, member), new.output(stack, member)):
                self._reaches(name, source if source.words else replace(source, words=f"output {member} of {stack}"))
        elif section == "Resources":
            self._look_at_resource(stack, member)

    def _look_at_resource(self, stack: str, logical_id: str) -> None:
        """Judges a resource as it is now, and goes on to what it reaches if that has become graver."""
        known = self._elements.get((stack, logical_id))
        pair = self._pair(stack, logical_id)
        if pair is None or (known is not None and known.action in ("add", "remove")):
            return
        element = known or ElementChange(stack, "Resources", logical_id, "change", ())
        unseen = stack in self._reached
        judged = self._judge.judged(element, pair, lambda path: self._source_of(stack, pair, path), unseen)
        if judged is None or not judged.changes:
            return
        self._elements[stack, logical_id] = judged
        if judged.type == NESTED_STACK:
            self._feed(judged, pair)
        if gravity(judged.verdict) > gravity(element.verdict):
            self._settle(judged, pair)

    def _pair(self, stack: str, logical_id: str) -> Pair | None:
        """The resource before and after; None where it is new or gone."""
        element = self._elements.get((stack, logical_id))
        former = element.renamed_from or logical_id if element else logical_id
        if stack not in self._before.stacks or stack not in self._after.stacks:
            return None
        before = self._before.stacks[stack].resources.get(former)
        after = self._after.stacks[stack].resources.get(logical_id)
        return (before, after) if isinstance(before, dict) and isinstance(after, dict) else None

    def _source_of(self, stack: str, pair: Pair, path: Tokens) -> Source:
        """What made the value at a pointer another: what is mentioned there, or nearest above, and has changed."""
        for length in range(len(path), 0, -1):
            value = pointer.get(pair[1], path[:length])
            part = {"Properties": value} if path[0] == "Properties" else {path[0]: value}
            for (at, word), source in self._sources.items():
                if at == stack and value is not MISSING and mentions(part, word):
                    return source
        return Source("a value that it refers to", ())

    def _settle(self, element: ElementChange, pair: Pair) -> None:
        """Goes on to what refers to a resource that is, or may be, another one, and to what a nested stack holds."""
        verdict = element.verdict
        if verdict is None or not (verdict.loses or verdict.kind == "add"):
            return
        grave = [change for change in element.changes if change.verdict and change.verdict.loses]
        causes = tuple(dict.fromkeys(cause for change in grave or element.changes for cause in change.causes))
        words = _WORDS.get(verdict.kind, "appears")
        source = Source(f"{self._judge.called(element.stack, element.id)}, which {words}", causes)
        child = self._after.child(element.stack, element.id)
        if child is not None:
            self._with_stack(child.path, verdict, source)
        if verdict.kind in ("replace", "may-replace"):
            self._judge.renew(element, pair, certain=verdict.kind == "replace")
            self._reaches((element.stack, element.id), source)

    def _with_stack(self, path: str, verdict: Verdict, source: Source) -> None:
        """All that a nested stack holds goes its way."""
        for logical_id in self._after.stacks[path].resources:
            pair = self._pair(path, logical_id)
            known = self._elements.get((path, logical_id))
            if pair is None or gravity(known.verdict if known else None) >= gravity(verdict):
                continue
            own = [change for change in known.changes if not change.via] if known else []
            whole = Change((), "change", causes=source.causes, verdict=verdict, via=source.words)
            element = known or ElementChange(path, "Resources", logical_id, "change", ())
            element = self._judge.with_fate(replace(element, changes=(*own, whole), verdict=verdict), pair)
            self._elements[path, logical_id] = element
            self._settle(element, pair)

    def _feed(self, element: ElementChange, pair: Pair) -> None:
        """Goes on into a nested stack to whose parameters other values are given."""
        child = self._after.child(element.stack, element.id)
        given = ("Properties", "Parameters")
        unfed = element.stack not in self._reached and not any(overlap(each.path, given) for each in element.changes)
        if unfed or child is None or child.path not in self._before.stacks:
            return
        declared = members(self._before.stacks[child.path].template, "Parameters")
        for name in members(child.template, "Parameters"):
            key = (child.path, name)
            if name not in declared or key in self._sources:
                continue
            if not equal(self._judge.old.parameter(*key), self._judge.new.parameter(*key)):
                path = (*given, name)
                own = [change for change in element.changes if not change.via and overlap(change.path, path)]
                source = Source(f"parameter {name}", own[0].causes) if own else None
                self._reaches(key, source or self._source_of(element.stack, pair, path))

    def _joined(self, changes: tuple[StackChange, ...]) -> tuple[StackChange, ...]:
        """All changes, stack by stack in the order of the tree."""
        by_stack: dict[str, list[ElementChange]] = {}
        for (stack, _), element in self._elements.items():
            if not _only_feeds(element):
                by_stack.setdefault(stack, []).append(element)
        known = {change.path: change for change in changes}
        joined = []
        for path in dict.fromkeys([*self._before.stacks, *self._after.stacks]):
            others = [e for e in known[path].elements if e.section != "Resources"] if path in known else []
            options = [e for e in others if e.section == "options"]
            elements = (*options, *sorted(by_stack.get(path, ()), key=by_name), *others[len(options) :])
            if elements:
                file = (self._after.stacks.get(path) or self._before.stacks[path]).file
                joined.append(StackChange(path, file, elements))
        return tuple(joined)


def _only_feeds(element: ElementChange) -> bool:
    """Whether a nested stack is only given other values: what they do is told where they arrive."""
    updates = all(change.via and change.verdict and not change.verdict.loses for change in element.changes)
    return element.type == NESTED_STACK and updates
