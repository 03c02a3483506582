"""Root outputs that Amplify wrote at synthesis follow the properties that overrides have changed.

amplify_outputs.json is made of them, and most are literals: without this, a client would be told what the base had
(LANGUAGE.md §7, CLIENT_CONFIG.md). What an output follows and how is in knowledge/client_outputs.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from ovr.compile.wiring import Wiring
from ovr.errors import Finding, Severity
from ovr.knowledge.client_outputs import RULES, SUBJECTS, NotComputable, Properties, Role, Rule, resources_of
from ovr.template import pointer
from ovr.template.causes import Causes
from ovr.template.diff import same
from ovr.template.follow import origin, source
from ovr.template.intrinsics import is_intrinsic, text_parts
from ovr.template.marks import MARKS, Marks, joined
from ovr.template.operations import Op, Operation
from ovr.template.pointer import MISSING, Json, Tokens
from ovr.template.tree import ROOT, StackTree
from ovr.vocabulary.resolve import Resolver

KIND = "client outputs"
"""The kind of the operations made here."""

Place = tuple[str, Tokens]
"""Stack and pointer."""

Resource = tuple[str, str]
"""Stack and logical ID."""

_NOTHING = {"Ref": "AWS::NoValue"}


class Follows(NamedTuple):
    """What makes the outputs follow, and what cannot: warnings of outputs left as they are."""

    operations: tuple[Operation, ...]
    findings: tuple[Finding, ...]


def follow_properties(before: StackTree, after: StackTree, operations: Sequence[Operation], names: Resolver) -> Follows:
    """The operations that make the root outputs follow what the operations of the overrides have changed.

    An output is written only where what it is derived from gives something else now than in the base, and where no
    override wrote it itself; one that cannot be computed is left.
    """
    made: list[Operation] = []
    findings: list[Finding] = []
    if before is not after:
        comparer = _Comparer(before, after, Causes(operations), names)
        for rule in RULES:
            if _exists(rule, after):
                made += comparer.writes(rule)
        findings = comparer.findings
    return Follows(tuple(made), tuple(findings))


def _exists(rule: Rule, tree: StackTree) -> bool:
    """Whether the base has the output, or may have to."""
    root = tree.root.template
    listed = pointer.get(root, ("Metadata", rule.section, "stackOutputs"))
    return isinstance(listed, list) and (
        (rule.output in listed and isinstance(pointer.get(root, ("Outputs", rule.output)), dict)) or rule.late
    )


@dataclass(slots=True)
class _Reader:
    """The resources of each role in one tree, their properties with references followed.

    `former`: the logical IDs in the base of what has been renamed. `places` is where the last rule has read.
    """

    tree: StackTree
    marks: Marks
    former: dict[Resource, str] = field(default_factory=dict)
    places: list[Place] = field(default_factory=list)
    _known: dict[Role, list[Resource] | None] = field(default_factory=dict)

    def resources(self, role: Role) -> list[Resource] | None:
        """The resources of a role, looked for once."""
        if role not in self._known:
            self._known[role] = resources_of(self.tree, role)
        return self._known[role]

    def found(self, rule: Rule, order: Sequence[Resource]) -> list[Properties] | None:
        """The properties that a rule reads of each resource of its role; None where there is none to follow.

        What was there comes in the `order` it had, whatever has been renamed; what is new behind it.
        """
        owner = SUBJECTS[rule.role].of or rule.role
        self.places = [(ROOT, ("Outputs", output, "Value")) for output in SUBJECTS[owner].outputs]
        resources = self.resources(rule.role)
        if resources is None:
            return None
        place = {at: index for index, at in enumerate(order)}
        in_order = sorted(resources, key=lambda at: place.get((at[0], self.former.get(at, at[1])), len(place)))
        return [self._properties(stack, id_, rule) for stack, id_ in in_order]

    def _properties(self, stack: str, id_: str, rule: Rule) -> Properties:
        written = self.tree.stacks[stack].resources[id_].get("Properties") or {}
        properties = {}
        for name in rule.properties:
            self.places.append((stack, ("Resources", id_, "Properties", name)))
            value = self._followed(stack, written.get(name, MISSING))
            if value is not MISSING and value is not None:
                properties[name] = value
        return properties

    def _followed(self, stack: str, value: Json) -> Json:
        """The value with parameters followed and references to resources as marks; MISSING for no value."""
        if is_intrinsic(value):
            return self._intrinsic(stack, value)
        if isinstance(value, dict):
            members = {key: self._followed(stack, member) for key, member in value.items()}
            return {key: member for key, member in members.items() if member is not MISSING}
        if isinstance(value, list):
            return [each for each in (self._followed(stack, item) for item in value) if each is not MISSING]
        return value

    def _intrinsic(self, stack: str, value: Json) -> Json:
        parts = [self._part(stack, part) for part in text_parts(value)]
        if len(parts) == 1:
            return parts[0]
        return "".join(parts) if all(isinstance(part, str) for part in parts) else value

    def _part(self, stack: str, part: Json) -> Json:
        """A literal, a text with a mark, or what leads no further."""
        if not is_intrinsic(part):
            return part
        if part == _NOTHING:
            return MISSING
        self._pass_parameters(stack, part)
        at, end = source(self.tree, stack, part)
        found = origin(self.tree, at, end)
        if found:
            return self.marks.mark([found[0], self.former.get(found[:2], found[1]), found[2]])
        name = end.get("Ref") if isinstance(end, dict) else None
        if isinstance(name, str) and (at == ROOT or name.startswith("AWS::")):
            return self.marks.mark(end)  # the root's template can name it itself
        return part if end is MISSING else end

    def _pass_parameters(self, stack: str, value: Json) -> None:
        """Notes the places where the parameters that a value comes through are given."""
        while isinstance(value, dict) and isinstance(name := value.get("Ref"), str):
            own = self.tree.stacks[stack]
            if own.parent is None or own.logical_id is None:
                return
            place = ("Resources", own.logical_id, "Properties", "Parameters", name)
            self.places.append((own.parent, place))
            stack, value = own.parent, pointer.get(self.tree.stacks[own.parent].template, place)


class _Derived(NamedTuple):
    """What a rule gives in one tree: a text with marks, None where it cannot be computed; what it was read from."""

    text: str | None
    found: list[Properties] | None
    places: Sequence[Place]


class _Comparer:
    """Compares what each rule gives before and after, and writes what differs."""

    def __init__(self, before: StackTree, after: StackTree, causes: Causes, names: Resolver) -> None:
        self._before, self._after, self._causes, self._names = before, after, causes, names
        self._marks = Marks()
        self._old, self._new = _Reader(before, self._marks), _Reader(after, self._marks, causes.renamed)
        self.findings: list[Finding] = []

    def writes(self, rule: Rule) -> Iterator[Operation]:
        """The operations for one output; what cannot be computed, or disagrees, goes to `findings`."""
        old, new = self._derived(rule, self._before), self._derived(rule, self._after)
        path = ("Outputs", rule.output, "Value")
        by_hand = [o for o in self._causes.touching(ROOT, path) if not o.derived]
        differs = not same([old.text, old.found], [new.text, new.found])
        if new.found is None or not (differs or by_hand):
            return
        present = pointer.get(self._after.root.template, path)
        if new.text is None:
            if not by_hand and _waits_for_deploy(new.found):
                self.findings.append(self._left(rule, new))
            return
        if rule.late and not new.text and present is MISSING:
            return
        cause = self._cause([*new.places, *old.places])
        wiring = Wiring(self._after, cause.override)
        value = joined([self._written(part, wiring) for part in self._marks.parts(new.text)])
        if same(value, present):
            return
        if by_hand:
            self.findings.append(self._disagrees(rule, new, by_hand[-1], present, value))
        elif old.text != new.text:
            yield from self._operations(rule, value, present, cause)
            yield from wiring.operations(self._after)

    def _derived(self, rule: Rule, tree: StackTree) -> _Derived:
        reader = self._old if tree is self._before else self._new
        found = reader.found(rule, self._old.resources(rule.role) or ())
        output = pointer.get(self._before.root.template, ("Outputs", rule.output, "Value"))
        try:
            text = None if found is None else rule.text(found, output)
        except NotComputable:
            text = None
        return _Derived(text, found, reader.places)

    def _cause(self, places: Iterable[Place]) -> Operation:
        """The last operation behind what was read."""
        behind = [o for stack, path in places for o in self._causes.behind(stack, path)]
        order = {id(operation): index for index, operation in enumerate(self._causes.operations)}
        return max(behind, key=lambda o: order[id(o)], default=self._causes.operations[-1])

    def _written(self, part: Json, wiring: Wiring) -> Json:
        """A part of the output as the root's template writes it."""
        if not isinstance(part, list):
            return part
        stack, former, attribute = map(str, part)
        present = {old: now for (at, now), old in self._causes.renamed.items() if at == stack}
        return wiring.reference(ROOT, stack, present.get(former, former), attribute)

    def _operations(self, rule: Rule, value: Json, present: Json, cause: Operation) -> Iterator[Operation]:
        if present is not MISSING:
            yield _operation("replace", ("Outputs", rule.output, "Value"), value, cause)
            return
        yield _operation("add", ("Outputs", rule.output), {"Value": value}, cause)
        listed = pointer.get(self._after.root.template, ("Metadata", rule.section, "stackOutputs"))
        if rule.output not in listed:
            yield _operation("add", ("Metadata", rule.section, "stackOutputs", "-"), rule.output, cause)

    def _left(self, rule: Rule, derived: _Derived) -> Finding:
        stack, path = derived.places[-1]
        span = self._causes.span(stack, path)
        return Finding(
            "OVR4501",
            f"the output `{rule.output}` cannot follow {self._read_from(derived)}: it is left as it is",
            span,
            details=(f"{path[-1]} has an intrinsic function whose value only a deploy can tell",),
            fix=f"give the output its value yourself: `outputs: {{{rule.output}: {{Value: …}}}}` on `stack`",
            severity=Severity.WARNING,
            place=f"the root stack: {pointer.format(('Outputs', rule.output))}",
        )

    def _disagrees(self, rule: Rule, derived: _Derived, by_hand: Operation, present: Json, value: Json) -> Finding:
        path = ("Outputs", rule.output, "Value")
        return Finding(
            "OVR4502",
            f"the output `{rule.output}` says something else than {self._read_from(derived)}",
            by_hand.where(path),
            details=(f"it says {_shown(present)}, the resource {_shown(value)}",),
            fix="leave the output away: it follows the resource by itself",
            severity=Severity.NOTE,
            place=f"the root stack: {pointer.format(path[:2])}",
        )

    def _read_from(self, derived: _Derived) -> str:
        """The resource that an output follows, and its property, in the user's words."""
        stack, path = derived.places[-1]
        if path[0] != "Resources":
            return "its resources"
        return f"`{self._names.called(stack, path[1])}`"


def _waits_for_deploy(value: Json) -> bool:
    """Whether there is an intrinsic function anywhere in a value; without one it is malformed, which others tell."""
    if isinstance(value, dict):
        return is_intrinsic(value) or any(map(_waits_for_deploy, value.values()))
    return any(map(_waits_for_deploy, value)) if isinstance(value, list) else MARKS[0] in str(value)


def _operation(op: Op, path: Tokens, value: Json, cause: Operation) -> Operation:
    """An operation on the root that the operation `cause` makes necessary."""
    return Operation(ROOT, op, path, value, override=cause.override, kind=KIND, derived=True, span=cause.span)


def _shown(value: Json) -> str:
    return f"`{value}`" if isinstance(value, str) else "a reference"
