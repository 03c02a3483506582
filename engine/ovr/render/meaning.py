"""References as what they mean: `auth.userPool.userPoolId`, not the parameter that carries it (PLAN.md); what no
accessor names by whose it is: `worker.lambda's default policy`."""

from __future__ import annotations

from dataclasses import replace

from ovr.knowledge.cdk_attributes import spoken_attribute
from ovr.plan import Plan
from ovr.template.changes import Change, ElementChange
from ovr.template.diff import same
from ovr.template.follow import origin
from ovr.template.intrinsics import is_intrinsic, replace_sub_variables, sub_variables
from ovr.template.pointer import Json
from ovr.template.tree import StackTree
from ovr.vocabulary.belonging import belonging
from ovr.vocabulary.resolve import Resolver


def with_meanings(plan: Plan) -> Plan:
    """The plan with each reference in a change to a resource that has an Amplify name written by that name, and with
    a name for policies and roles that have none.

    For the eye only: what it gives is no template.
    """
    before, after = plan.names
    old, new = _Reader(plan.before, before), _Reader(plan.result, after)

    def meant(change: Change, stack: str) -> Change:
        left, right = old.value(change.before, stack), new.value(change.after, stack)
        # What was renamed means the same as before: there the template's own words tell the difference.
        return change if same(left, right) else replace(change, before=left, after=right)

    def named(element: ElementChange) -> ElementChange:
        names = before if element.action == "remove" else after
        name = element.name or (belonging(names, element.stack, element.id) if element.section == "Resources" else "")
        changes = tuple(meant(change, element.stack) for change in element.changes)
        return replace(element, name=name, changes=changes)

    stacks = tuple(replace(stack, elements=tuple(map(named, stack.elements))) for stack in plan.stacks)
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
        meant = self._reference(value, stack)
        if meant is None and is_intrinsic(value) and "Fn::Sub" in value:
            meant = self._text(value["Fn::Sub"], stack)
        return meant or {key: self.value(member, stack) for key, member in value.items()}

    def _text(self, argument: Json, stack: str) -> Json | None:
        """A Fn::Sub with what its references mean in the text itself; None where it is not well formed."""
        text, variables = argument if isinstance(argument, list) and len(argument) == 2 else (argument, {})
        if not isinstance(text, str) or not isinstance(variables, dict):
            return None
        meant = {name: self.value(value, stack) for name, value in variables.items()}
        written: dict[str, str] = {}
        for name in sub_variables(text):
            resource, dot, attribute = name.partition(".")
            own = {"Fn::GetAtt": [resource, attribute]} if dot else {"Ref": resource}
            reference = meant[name] if name in meant else self._reference(own, stack)
            if words := _words(reference):
                written[name] = words
        rest = {name: value for name, value in meant.items() if name not in written}
        text = replace_sub_variables(text, written)
        return {"Fn::Sub": [text, rest] if rest else text}

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


def _words(reference: Json) -> str | None:
    """A reference as `${…}` has it; None for what is none."""
    if not is_intrinsic(reference):
        return None
    [(function, argument)] = reference.items()
    if function == "Ref":
        return str(argument)
    return ".".join(map(str, argument)) if function == "Fn::GetAtt" and isinstance(argument, list) else None
