"""What a change set of the fake says: the changes of a stack and, each in a change set of its own, of nested ones."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from tests.fakes.aws.state import ChangeSetState, Resource, StackState, change_set_arn
from tests.fakes.aws.world import CREATE_ONLY, KEPT, NESTED, World

_ATTRIBUTES = ("Metadata", "DeletionPolicy", "UpdateReplacePolicy", "DependsOn", "CreationPolicy", "UpdatePolicy")


def fill(world: World, stack: StackState, made: ChangeSetState) -> None:
    """Computes the changes; a change set without any fails, with the words that CloudFormation uses."""
    made.changes = _changes(world, stack, made)
    if made.changes or made.parent or _differs(stack, made):
        made.status, made.execution = "CREATE_COMPLETE", "AVAILABLE"
        return
    made.status = "FAILED"
    made.reason = (
        "The submitted information didn't contain changes. "
        "Submit different information to create a change set."
    )


def _differs(stack: StackState, made: ChangeSetState) -> bool:
    """Whether outputs, parameters or tags change: reason enough for a change set."""
    return (
        stack.template.get("Outputs", {}) != made.template.get("Outputs", {})
        or stack.tags != made.options.get("Tags", stack.tags)
        or (stack.parameters != made.parameters and bool(stack.resources))
    )


def _changes(world: World, stack: StackState, made: ChangeSetState) -> list[dict[str, Any]]:
    scope = world.scope(stack, made.template, made.parameters)
    wanted = world.wanted(scope)
    found = []
    for name, body in wanted.items():
        old = stack.resources.get(name)
        properties = scope.value(body.get("Properties", {}))
        if old is None:
            change = {"Action": "Add", "AfterContext": _context(properties)}
        elif (modified := _modified(old, body, properties)) is not None:
            change = modified
        else:
            continue
        change |= {"LogicalResourceId": name, "ResourceType": body["Type"]}
        if old is not None:
            change["PhysicalResourceId"] = old.physical
        if body["Type"] == NESTED:
            nested = _nested(world, stack, made, name, properties)
            if nested is None:
                continue
            change["ChangeSetId"] = nested.id
        found.append(change)
    for name, old in stack.resources.items():
        if name not in wanted:
            policy = "Retain" if old.body.get("DeletionPolicy") in KEPT else "Delete"
            gone = {"LogicalResourceId": name, "PhysicalResourceId": old.physical, "ResourceType": old.type}
            found.append({"Action": "Remove", "PolicyAction": policy, **gone})
    return [{"Type": "Resource", "ResourceChange": change} for change in found]


def _modified(old: Resource, body: Mapping[str, Any], properties: dict[str, Any]) -> dict[str, Any] | None:
    details = [
        _detail("Properties", name, old.properties.get(name), properties.get(name), body["Type"])
        for name in {**old.properties, **properties}
        if old.properties.get(name) != properties.get(name)
    ]
    details += [
        _detail(name, "", old.body.get(name), body.get(name), "")
        for name in _ATTRIBUTES
        if old.body.get(name) != body.get(name)
    ]
    if not details and body["Type"] != NESTED:
        return None
    replaced = any(each["Target"]["RequiresRecreation"] == "Always" for each in details)
    scope = list(dict.fromkeys(each["Target"]["Attribute"] for each in details))
    modified = {"Action": "Modify", "Replacement": str(replaced), "Scope": scope, "Details": details}
    return {**modified, "BeforeContext": _context(old.properties), "AfterContext": _context(properties)}


def _detail(attribute: str, name: str, before: Any, after: Any, kind: str) -> dict[str, Any]:
    recreated = attribute == "Properties" and name in CREATE_ONLY.get(kind, ())
    target: dict[str, Any] = {
        "Attribute": attribute,
        "RequiresRecreation": "Always" if recreated else "Never",
        "Path": f"/{attribute}/{name}".rstrip("/"),
        "AttributeChangeType": "Add" if before is None else "Remove" if after is None else "Modify",
    }
    if name:
        target["Name"] = name
    if before is not None:
        target["BeforeValue"] = _shown(before)
    if after is not None:
        target["AfterValue"] = _shown(after)
    return {"Target": target, "Evaluation": "Static", "ChangeSource": "DirectModification"}


def _nested(
    world: World, stack: StackState, made: ChangeSetState, name: str, properties: Mapping[str, Any]
) -> ChangeSetState | None:
    """The change set of a nested stack; None where nothing in it changes."""
    template, text = world.read_template(properties["TemplateURL"])
    old = stack.resources.get(name)
    child = world.stacks[old.physical] if old else world.reviewed(stack, name)
    child = child or world.new_stack(f"{stack.name}-{name}", "REVIEW_IN_PROGRESS", stack)
    arn = change_set_arn(made.name)
    given = {key: str(value) for key, value in properties.get("Parameters", {}).items()}
    nested = ChangeSetState(made.name, arn, child.id, "", made.kind, template, text, given, {})
    nested.parent, nested.root = made.id, made.root or made.id
    fill(world, child, nested)
    if old and not nested.changes and template == child.template and given == child.parameters:
        return None
    child.change_sets[nested.id] = nested
    return nested


def _context(properties: Mapping[str, Any]) -> str:
    return json.dumps({"Properties": properties})


def _shown(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)
