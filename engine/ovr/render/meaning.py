"""References as what they mean: `auth.userPool.userPoolId`, not the parameter that carries it (PLAN.md)."""

from __future__ import annotations

from dataclasses import replace

from ovr.knowledge.cdk_attributes import spoken_attribute
from ovr.plan import Plan
from ovr.template.changes import Change
from ovr.template.diff import same
from ovr.template.follow import origin
from ovr.template.pointer import Json
from ovr.template.tree import StackTree
from ovr.vocabulary.resolve import Resolver


def with_meanings(plan: Plan) -> Plan:
    """The plan with each reference in a change to a resource that has an Amplify name written by that name.

    For the eye only: what it gives is no template.
    """
    before, after = plan.names
    old, new = _Reader(plan.base.tree, before), _Reader(plan.result, after)

    def meant(change: Change, stack: str) -> Change:
        left, right = old.value(change.before, stack), new.value(change.after, stack)
        # What was renamed means the same as before: there the template's own words tell the difference.
        return change if same(left, right) else replace(change, before=left, after=right)

    stacks = tuple(
        replace(
            stack,
            elements=tuple(
                replace(element, changes=tuple(meant(change, element.stack) for change in element.changes))
                for element in stack.elements
            ),
        )
        for stack in plan.stacks
    )
    return replace(plan, stacks=stacks)


class _Reader:
    def __init__(self, tree: StackTree, names: Resolver) -> None:
        self._tree = tree
        self._names = names

    def value(self, value: Json, stack: str) -> Json:
        if isinstance(value, list):
            return [self.value(item, stack) for item in value]
        if not isinstance(value, dict):
            return value
        return self._reference(value, stack) or {key: self.value(member, stack) for key, member in value.items()}

    def _reference(self, value: Json, stack: str) -> Json | None:
        found = origin(self._tree, stack, value)
        if found is None:
            return None
        source, logical_id, attribute = found
        name = self._names.name_of(source, logical_id)
        if not name and source != stack:
            name = self._names.called(source, logical_id)
        if not name:
            return None
        spoken = spoken_attribute(str(self._tree.stacks[source].resources[logical_id].get("Type")), attribute)
        return {"Fn::GetAtt": [name, spoken]} if spoken else {"Ref": name}
