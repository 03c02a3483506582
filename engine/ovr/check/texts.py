"""Lists where CloudFormation takes a text only: outputs, parameters of nested stacks, variables, pieces of texts.

Source: AWS CloudFormation user guide, "Outputs", "AWS::CloudFormation::Stack", "Fn::Sub", "Fn::Join".
"""

from __future__ import annotations

from collections.abc import Iterator

from ovr.check.alike import told_once
from ovr.check.comparison import Comparison
from ovr.check.touched import Template, members, touched_stacks
from ovr.errors import Finding
from ovr.knowledge.environment import LIMITS
from ovr.knowledge.lists import gives_list
from ovr.template import pointer
from ovr.template.intrinsics import is_intrinsic, sub_variables
from ovr.template.pointer import MISSING, Json, Tokens
from ovr.template.tree import NESTED_STACK

_PARAMETERS = ("Properties", "Parameters")
Place = tuple[Tokens, str]
"""Where a list stands, and what it is the value of."""


def lists_for_texts(comparison: Comparison) -> list[Finding]:
    """OVR3027 for each list that the overrides wrote where a text must be."""
    return list(told_once(_findings(comparison)))


def _findings(comparison: Comparison) -> Iterator[Finding]:
    for old, stack in touched_stacks(comparison.before, comparison.after):
        if "Transform" in stack.template:
            continue
        known = set(_places(old, stack.template))
        for path, what in _places(stack.template, old):
            if (path, what) not in known:
                yield Finding(
                    "OVR3027",
                    f"{what} is a text, and this is a list",
                    comparison.span(stack.path, path),
                    fix="join it, `!Join [',', …]`, or take one item, `!Select [0, …]`",
                    place=pointer.place(stack.path, path),
                )


def _places(template: Template, other: Template) -> Iterator[Place]:
    """The lists in a template, in elements that are not the very same in the other."""
    for section in ("Resources", "Outputs"):
        others = members(other, section)
        for name, element in members(template, section).items():
            if element is not others.get(name):
                for path, value, what in _texts(element, (section, name)):
                    if gives_list(template, value):
                        yield path, what
                yield from _pieces(element, (section, name), template)


def _texts(element: Json, path: Tokens) -> Iterator[tuple[Tokens, Json, str]]:
    """The values in an element that are texts, and what they are."""
    if not isinstance(element, dict):
        return
    if path[0] == "Outputs":
        yield (*path, "Value"), element.get("Value", MISSING), "the value of an output"
        return
    limits = LIMITS.get(str(element.get("Type")))
    nested = element.get("Type") == NESTED_STACK
    below, what = (limits.path, "the value of a variable") if limits else (_PARAMETERS, "a parameter of a nested stack")
    values = pointer.get(element, below) if limits or nested else None
    for name, value in values.items() if isinstance(values, dict) and not is_intrinsic(values) else ():
        if is_intrinsic(value) or nested:
            yield (*path, *below, name), value, what


def _pieces(value: Json, path: Tokens, template: Template) -> Iterator[Place]:
    """The lists among what Fn::Sub and Fn::Join put together."""
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _pieces(item, (*path, str(index)), template)
    if not isinstance(value, dict):
        return
    if is_intrinsic(value):
        yield from _joined(value, path, template)
    for key, member in value.items():
        yield from _pieces(member, (*path, key), template)


def _joined(value: dict[str, Json], path: Tokens, template: Template) -> Iterator[Place]:
    [(function, argument)] = value.items()
    parts = argument if isinstance(argument, list) and len(argument) == 2 else [argument, {}]
    if function == "Fn::Join" and isinstance(parts[1], list):
        for index, item in enumerate(parts[1]):
            if gives_list(template, item):
                yield (*path, function, "1", str(index)), "what Fn::Join puts together"
    if function == "Fn::Sub" and isinstance(parts[0], str) and isinstance(parts[1], dict):
        for name in sub_variables(parts[0]):
            resource, dot, attribute = name.partition(".")
            own = {"Fn::GetAtt": [resource, attribute]} if dot else {"Ref": resource}
            if gives_list(template, parts[1].get(name, own)):
                yield (*path, function), "what Fn::Sub puts together"
