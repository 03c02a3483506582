"""What refers to what inside one template: Ref, Fn::GetAtt, Fn::Sub, DependsOn, Condition."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from ovr.template.intrinsics import is_intrinsic, sub_variables
from ovr.template.pointer import Json, Tokens

ReferenceKind = Literal["Ref", "GetAtt", "Sub", "DependsOn", "Condition"]


@dataclass(frozen=True, slots=True)
class Reference:
    """One mention of a name. `path` leads to what must be rewritten to rename it (for Sub: the text).

    `name` is a logical ID, parameter or condition; `attribute` is empty but for GetAtt and Sub.
    """

    path: Tokens
    kind: ReferenceKind
    name: str
    attribute: str = ""


def references(template: dict[str, Json]) -> Iterator[Reference]:
    """Every reference in a template, in document order."""
    for section in ("Resources", "Conditions", "Rules", "Outputs"):
        elements = template.get(section)
        for name, element in elements.items() if isinstance(elements, dict) else ():
            yield from element_references(element, (section, name))


def element_references(element: Json, path: Tokens) -> Iterator[Reference]:
    """The references in one resource, condition, rule or output; `path` is its section and name."""
    if path[0] == "Resources":
        yield from _resource_references(element, path)
    elif path[0] == "Outputs" and isinstance(element, dict):
        yield from _condition(element, path)
        for key, value in element.items():
            yield from value_references(value, (*path, key))
    else:
        yield from value_references(element, path)


def _resource_references(resource: Json, path: Tokens) -> Iterator[Reference]:
    if not isinstance(resource, dict):
        return
    for key, value in resource.items():
        if key == "DependsOn":
            if isinstance(value, str):
                yield Reference((*path, key), "DependsOn", value)
            elif isinstance(value, list):
                for index, name in enumerate(value):
                    if isinstance(name, str):
                        yield Reference((*path, key, str(index)), "DependsOn", name)
        elif key not in ("Type", "Metadata"):
            yield from value_references(value, (*path, key))
    yield from _condition(resource, path)


def value_references(value: Json, path: Tokens) -> Iterator[Reference]:
    """The references anywhere inside a value."""
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from value_references(item, (*path, str(index)))
    elif isinstance(value, dict):
        if is_intrinsic(value):
            yield from _intrinsic(value, path)
        for key, member in value.items():
            yield from value_references(member, (*path, key))


def _intrinsic(value: dict[str, Json], path: Tokens) -> Iterator[Reference]:
    key, argument = next(iter(value.items()))
    if key == "Ref" and isinstance(argument, str):
        yield Reference((*path, key), "Ref", argument)
    elif key == "Condition" and isinstance(argument, str):
        yield Reference((*path, key), "Condition", argument)
    elif key == "Fn::If" and isinstance(argument, list) and argument and isinstance(argument[0], str):
        yield Reference((*path, key, "0"), "Condition", argument[0])
    elif key == "Fn::GetAtt":
        yield from _get_att(argument, (*path, key))
    elif key == "Fn::Sub":
        yield from _sub(argument, (*path, key))


def _get_att(argument: Json, path: Tokens) -> Iterator[Reference]:
    if isinstance(argument, str):
        name, _, attribute = argument.partition(".")
        yield Reference(path, "GetAtt", name, attribute)
    elif isinstance(argument, list) and len(argument) == 2 and isinstance(argument[0], str):
        attribute = argument[1] if isinstance(argument[1], str) else ""
        yield Reference((*path, "0"), "GetAtt", argument[0], attribute)


def _sub(argument: Json, path: Tokens) -> Iterator[Reference]:
    text, own = argument, set()
    if isinstance(argument, list) and argument:
        text, path = argument[0], (*path, "0")
        if len(argument) > 1 and isinstance(argument[1], dict):
            own = set(argument[1])
    if isinstance(text, str):
        for variable in sub_variables(text):
            if variable not in own:
                name, _, attribute = variable.partition(".")
                yield Reference(path, "Sub", name, attribute)


def _condition(element: Json, path: Tokens) -> Iterator[Reference]:
    """The condition of a resource or output, which is a member even where it is the only one."""
    if isinstance(element, dict) and isinstance(element.get("Condition"), str):
        yield Reference((*path, "Condition"), "Condition", element["Condition"])
