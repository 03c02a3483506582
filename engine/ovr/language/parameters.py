"""`parameters` and `!Param`: values that an overrides file takes from the file that includes it (docs/layers.md).

A parameter stands for a whole value, never for a part of a text: there is no template language.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from ovr.errors import Finding, did_you_mean
from ovr.language.tags import PARAMETER_TAG
from ovr.language.values import Document, Located, Path, Tagged, replace_tags
from ovr.language.violations import found_value
from ovr.spans import Span

TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "array": (list,),
    "object": (dict,),
}
"""JSON Schema's names of types."""

_MOST_VALUES = 100_000
"""What all parameters of a file together may expand to."""


def bound(document: Document, given: Located | None, included: Span | None) -> tuple[Document, list[Finding]]:
    """The document with the values of its parameters in place of each `!Param`, and what is wrong with them.

    `given` are the values of `with`; `included` is where the file is included, None for the one that is planned.
    OVR1004 for a value of another type, OVR1006 for one that is missing, OVR1008 where the values expand too far,
    OVR1021 for a parameter that the file does not have.
    """
    binding = _Binding(document, given, included)
    binding.read()
    value = replace_tags(document.value, PARAMETER_TAG, binding.value_of, _may_stand)
    unreadable = document.unreadable | binding.unreadable
    return replace(document, value=value, unreadable=frozenset(unreadable)), binding.findings


@dataclass
class _Binding:
    document: Document
    given: Located | None
    included: Span | None
    values: dict[str, Any] = field(default_factory=dict)
    declared: dict[str, Located] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    unreadable: set[Path] = field(default_factory=set)
    room: int = _MOST_VALUES

    def read(self) -> None:
        """The values of the declared parameters, as far as they have one of the right type."""
        root = self.document.root
        declared = root.get("parameters") if isinstance(root.value, dict) else None
        if declared is not None and isinstance(declared.value, dict):
            self.declared = dict(declared.items())
        given = dict(self.given.items()) if self.given is not None and isinstance(self.given.value, dict) else {}
        for name, at in given.items():
            if name not in self.declared:
                self.findings.append(self._unknown(name, f"`{root.span.source.name}` has", at.key_span))
        for name, at in self.declared.items():
            value = given.get(name) or (at.get("default") if isinstance(at.value, dict) else None)
            if value is None:
                self.findings.append(self._missing(name, at))
            elif finding := _wrong_type(name, at, value):
                self.findings.append(finding)
            else:
                self.values[name] = value.value

    def value_of(self, tag: Tagged, path: Path) -> Any:
        """What stands for a `!Param`; None, unreadable there, where nothing does."""
        name = tag.value
        if isinstance(name, str) and name in self.values:
            self.room -= sum(1 for _ in _parts(self.values[name]))
            if self.room >= 0:
                return self.values[name]
            message = f"the parameters expand to more than {_MOST_VALUES:,} values"
            self.findings.append(Finding("OVR1008", message, tag.span, fix="use large values less often"))
        elif not isinstance(name, str) or not name:
            fix = "for instance `!Param minimumLength`"
            self.findings.append(Finding("OVR1021", "`!Param` takes the name of a parameter", tag.span, fix=fix))
        elif name not in self.declared:
            self.findings.append(self._unknown(name, "this file has", tag.span))
        self.unreadable.add(path)
        return None

    def _unknown(self, name: str, owner: str, span: Span) -> Finding:
        names = list(self.declared)
        details = (f"it has {', '.join(names)}" if names else "it has none",)
        fix = did_you_mean(name, names) or f"take it out, or declare it: `parameters: {{{name}: {{type: string}}}}`"
        return Finding("OVR1021", f"{owner} no parameter `{name}`", span, details, fix)

    def _missing(self, name: str, at: Located) -> Finding:
        message = f"the parameter `{name}` of {at.span.source.name} has no value"
        described = at.get("description") if isinstance(at.value, dict) else None
        details = (f"it is: {described.value}",) if described else ()
        if self.included is None:
            fix = "give it a `default`: a file that is not included gets no other value"
            return Finding("OVR1006", message, at.key_span, details, fix)
        fix = f"write `{{from: …, with: {{{name}: …}}}}`"
        return Finding("OVR1006", message, self.included, details, fix)


def _may_stand(path: Path) -> bool:
    """Whether `!Param` may be at this path: anywhere in an entry, and in what is handed on to another file."""
    return path[:1] == ("overrides",) or (path[:1] == ("include",) and path[2:3] == ("with",))


def _wrong_type(name: str, at: Located, value: Located) -> Finding | None:
    """What is wrong with the value of a parameter. What only a deploy can tell (`!Ref`) may be of any type."""
    wanted = at.value.get("type")
    types = TYPES.get(wanted) if isinstance(wanted, str) else None
    if types is None or isinstance(value.value, Tagged):
        return None
    if isinstance(value.value, types) and (bool in types or not isinstance(value.value, bool)):
        return None
    details = (f"found: {found_value(value.value)}",)
    fix = "give a value of that type" if value.value is not None else "leave it out to have its default"
    return Finding("OVR1004", f"the parameter `{name}` is of type {wanted}", value.span, details, fix)


def _parts(value: Any) -> Iterator[Any]:
    """The value and all inside it."""
    yield value
    inner = value.value if isinstance(value, Tagged) else value
    if inner is not value:
        yield from _parts(inner)
    elif isinstance(inner, (dict, list)):
        for member in inner.values() if isinstance(inner, dict) else inner:
            yield from _parts(member)
