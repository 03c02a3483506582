"""Names that must be unique and are not: of exports in a region, of parameters and resources in a template.

Source: AWS CloudFormation user guide, "Outputs section structure and syntax" (export names are unique in an account and
region); cfn-lint rule E3007 (parameters and resources share their names).
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from ovr.check.comparison import Comparison
from ovr.check.touched import Template, members, touched_stacks
from ovr.errors import Finding
from ovr.template import pointer
from ovr.template.pointer import MISSING, Tokens
from ovr.template.possible import Possible, shown
from ovr.template.tree import StackTree

Place = tuple[str, Tokens]
"""Stack and pointer."""


def names_twice(comparison: Comparison) -> Iterator[Finding]:
    """OVR4012 for each name that the overrides gave a second time."""
    changed = False
    for old, stack in touched_stacks(comparison.before, comparison.after):
        both = set(_shared(stack.template)) - set(_shared(old))
        for name in sorted(both):
            section = "Resources" if name not in members(old, "Resources") else "Parameters"
            message = f"`{name}` is a parameter and a resource of {stack.path or 'the root stack'}"
            yield _finding(message, (stack.path, (section, name)), comparison, "choose another name for one of them")
        changed = changed or old.get("Outputs") is not stack.template.get("Outputs")
    if changed:
        yield from _exports_twice(comparison)


def _shared(template: Template) -> Iterator[str]:
    parameters = members(template, "Parameters")
    return (name for name in members(template, "Resources") if name in parameters)


def _exports_twice(comparison: Comparison) -> Iterator[Finding]:
    known, now = _exports(comparison.before), _exports(comparison.after)
    for name, places in now.items():
        fresh = [place for place in places if place not in known.get(name, [])]
        if len(places) > 1 and fresh:
            (stack, path), other = fresh[-1], next(place for place in places if place != fresh[-1])
            message = f"the output `{path[1]}` is exported under a name that another output has already"
            found = f"{other[1][1]} of {other[0] or 'the root stack'} is exported as {name[1]}"
            fix = "export names are unique in an account and region: choose another, or leave `Export` out"
            yield _finding(message, (stack, (*path, "Export", "Name")), comparison, fix, (found,))


def _exports(tree: StackTree) -> dict[tuple[str, str], list[Place]]:
    """(the stack where its name has a part in it, name) → the outputs that are exported so; the ones whose name may be
    several are left out."""
    possible = Possible(tree)
    found: dict[tuple[str, str], list[Place]] = {}
    for stack in tree.stacks.values():
        for name, output in members(stack.template, "Outputs").items():
            value = pointer.get(output, ("Export", "Name"))
            texts = [] if value is MISSING else possible.texts(stack.path, value)
            if len(texts) == 1:
                own = any(word in json.dumps(value) for word in ("AWS::StackName", "AWS::StackId"))
                key = (stack.path if own else "", shown(texts[0]))
                found.setdefault(key, []).append((stack.path, ("Outputs", name)))
    return found


def _finding(message: str, place: Place, comparison: Comparison, fix: str, details: tuple[str, ...] = ()) -> Finding:
    stack, path = place
    return Finding("OVR4012", message, comparison.span(stack, path), details, fix, place=pointer.place(stack, path))
