"""Values looked up in mappings that are not there: CloudFormation refuses them.

Source: AWS CloudFormation user guide, "Fn::FindInMap". Names that are computed are passed over; a default value needs
a macro, and what a macro makes of a template is not known.
"""

from __future__ import annotations

from collections.abc import Iterator

from ovr.check.alike import told_once
from ovr.check.comparison import Comparison
from ovr.check.touched import Template, members, touched_stacks
from ovr.errors import Finding, did_you_mean
from ovr.template import pointer
from ovr.template.pointer import Json, Tokens

_FIND = "Fn::FindInMap"
_LISTED = 12
_SECTIONS = ("Resources", "Conditions", "Outputs")
Lookup = tuple[Tokens, tuple[Json, ...]]
"""A pointer to the argument of a Fn::FindInMap, and its items."""


def missing_in_mappings(comparison: Comparison) -> list[Finding]:
    """OVR3012 for each lookup, where the overrides wrote it or changed the mappings, that finds nothing."""
    return list(told_once(_findings(comparison)))


def _findings(comparison: Comparison) -> Iterator[Finding]:
    for old, stack in touched_stacks(comparison.before, comparison.after):
        new = stack.template
        if "Transform" in new:
            continue
        known = {path for path, argument in _lookups(old, new) if _missing(old, argument)}
        for path, argument in _lookups(new, old):
            missing = _missing(new, argument)
            if missing and path not in known:
                at, message, names = missing
                span = comparison.span(stack.path, (*path, str(at))) or comparison.span(stack.path, ("Mappings",))
                has = f"there {'is' if len(names) == 1 else 'are'} {_listed(names)}" if names else "there is none"
                fix = did_you_mean(str(argument[at]), names)
                yield Finding("OVR3012", message, span, (has,), fix, place=pointer.place(stack.path, path))


def _listed(names: list[str]) -> str:
    more = len(names) - _LISTED
    return ", ".join(names[:_LISTED]) + (f" and {more} more" if more > 0 else "")


def _lookups(template: Template, other: Template) -> Iterator[Lookup]:
    """The lookups of a template: in elements that are not the same in the other, or in all if the mappings are not."""
    same_mappings = template.get("Mappings") is other.get("Mappings")
    for section in _SECTIONS:
        others = members(other, section)
        for name, element in members(template, section).items():
            if not same_mappings or element is not others.get(name):
                yield from _inside(element, (section, name))


def _inside(value: Json, path: Tokens) -> Iterator[Lookup]:
    if isinstance(value, dict):
        argument = value.get(_FIND)
        if len(value) == 1 and isinstance(argument, list) and len(argument) >= 3:
            yield (*path, _FIND), tuple(argument)
        for key, member in value.items():
            yield from _inside(member, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _inside(item, (*path, str(index)))


def _missing(template: Template, argument: tuple[Json, ...]) -> tuple[int, str, list[str]] | None:
    """(which item names nothing, what to say, the names that there are) of the first that does."""
    place: Json = members(template, "Mappings")
    for index, name in enumerate(argument[:3]):
        if not isinstance(name, str) or not isinstance(place, dict):
            return None
        if name not in place:
            names = ".".join(str(each) for each in argument[:index])
            where = f"the mapping `{names}` has no key" if index else "the template has no mapping"
            return index, f"{where} `{name}`", sorted(place)
        place = place[name]
    return None
