"""Property names that a resource's type does not have: a typo that CloudFormation would find only at deploy."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ovr.check.alike import told_once
from ovr.check.comparison import Comparison
from ovr.errors import Finding, did_you_mean
from ovr.knowledge.pseudo import RESOURCE_ATTRIBUTES
from ovr.knowledge.types import ANY, TypeInfo, schema_date, type_info
from ovr.language.selector_text import place_of_steps
from ovr.spans import Span
from ovr.template import pointer
from ovr.template.operations import Operation
from ovr.template.pointer import Json, Tokens
from ovr.template.tree import StackTree

_LISTED = 12
"""How many of the valid names a finding shows."""

Resource = tuple[str, str]
"""Stack path and logical ID."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """A member that the schema does not have. `path` is where it stands below Properties; `names` what may stand
    there; `owner` the same place in the schema's terms (items as `*`, branches of Fn::If left out)."""

    path: Tokens
    owner: Tokens
    names: Sequence[str]

    @property
    def kind(self) -> Tokens:
        """What makes two of them the same mistake, wherever in a list they stand."""
        return tuple(ANY if token.isdigit() else token for token in self.path)


def unknown_properties(comparison: Comparison) -> list[Finding]:
    """OVR3003 for each property that the overrides gave and its type does not have, one for all resources where it
    is the same mistake at the same place of the file.

    Only resources that an operation touched are looked at, and what the base already has at the same place is
    never found fault with. Nothing is said where the schema allows any name, of types that are not known, or
    inside intrinsics, except that the branches of Fn::If are looked into.
    """
    return list(told_once(_findings(comparison)))


def _findings(comparison: Comparison) -> Iterator[Finding]:
    before, after = comparison.before, comparison.after
    for (stack, logical_id), touching in _touched(after, comparison.causes.operations).items():
        resource = after.stacks[stack].resources.get(logical_id)
        info = type_info(str(resource.get("Type"))) if isinstance(resource, dict) else None
        if resource is None or info is None:
            continue
        known = {unknown.kind for unknown in _unknown_before(before, stack, _origin(logical_id, touching), info)}
        for unknown in unknown_in(info, resource.get("Properties")):
            if unknown.kind not in known:
                place = ("Resources", logical_id, "Properties", *unknown.path)
                span = _written(unknown.path, _cause(place, touching), comparison, place)
                yield _finding(info, unknown, stack, place, span)


def _written(path: Tokens, cause: Operation, comparison: Comparison, place: Tokens) -> Span | None:
    """Where a name is written: in the selector, if it leads there, else in the value."""
    override = comparison.override(cause)
    selectors = override.select if override else ()
    steps = (place_of_steps(selector, path) for selector in selectors)
    return next(filter(None, steps), None) or cause.where(place, key=True)


def unknown_in(info: TypeInfo, properties: Json) -> Iterator[Unknown]:
    """Every member below these Properties that the type does not have, in the order of the template."""
    return _walk(info, properties, (), ())


def _walk(info: TypeInfo, value: Json, path: Tokens, owner: Tokens) -> Iterator[Unknown]:
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _walk(info, item, (*path, str(index)), (*owner, ANY))
    if not isinstance(value, dict):
        return
    if _is_intrinsic(value):
        branches = value.get("Fn::If")
        if isinstance(branches, list):
            for index, branch in enumerate(branches[1:3], start=1):
                yield from _walk(info, branch, (*path, "Fn::If", str(index)), owner)
        return
    names = [] if info.is_list(owner) else info.properties_at(owner)
    for name, member in value.items():
        if names is not None and name not in names and not name.startswith("Fn::"):
            yield Unknown((*path, name), owner, names)
        else:
            yield from _walk(info, member, (*path, name), (*owner, name))


def _is_intrinsic(value: dict[str, Json]) -> bool:
    if len(value) != 1:
        return False
    (name, argument) = next(iter(value.items()))
    return name == "Ref" or name.startswith("Fn::") or (name == "Condition" and isinstance(argument, str))


def _touched(after: StackTree, operations: Iterable[Operation]) -> dict[Resource, list[Operation]]:
    """The resources that operations write to, each with those operations."""
    touched: dict[Resource, list[Operation]] = {}
    for operation in operations:
        if operation.op in ("test", "remove") or operation.document != "template":
            continue
        path = operation.path
        if len(path) > 1 and path[0] == "Resources":
            ids = [path[1]]
        elif path in ((), ("Resources",)) and operation.stack in after.stacks:
            ids = list(after.stacks[operation.stack].resources)
        else:
            continue
        for logical_id in ids:
            touched.setdefault((operation.stack, logical_id), []).append(operation)
    return touched


def _origin(logical_id: str, touching: Iterable[Operation]) -> str:
    """What the resource was called in the base: a rename moves or copies a whole resource."""
    for operation in touching:
        source = operation.source
        if source is not None and operation.path == ("Resources", logical_id) and len(source) == 2:
            return source[1]
    return logical_id


def _unknown_before(before: StackTree, stack: str, logical_id: str, info: TypeInfo) -> Iterator[Unknown]:
    if stack not in before.stacks:
        return iter(())
    resource = before.stacks[stack].resources.get(logical_id)
    if not isinstance(resource, dict) or resource.get("Type") != info.name:
        return iter(())
    return unknown_in(info, resource.get("Properties"))


def _cause(place: Tokens, touching: Sequence[Operation]) -> Operation:
    """The last operation that wrote at or above this place."""
    for operation in reversed(touching):
        path = operation.path
        if len(path) <= len(place) and all(a == b or a == "-" for a, b in zip(path, place, strict=False)):
            return operation
    return touching[-1]


def _finding(info: TypeInfo, unknown: Unknown, stack: str, place: Tokens, span: Span | None) -> Finding:
    name = unknown.path[-1]
    inside = ".".join(unknown.owner).replace(f".{ANY}", "[]")
    where = f"`{inside}` of {info.name}" if inside else info.name
    shown = list(unknown.names[:_LISTED])
    more = len(unknown.names) - len(shown)
    there = ", ".join(shown) + (f" and {more} more" if more > 0 else "")
    near = did_you_mean(name, unknown.names)
    if info.is_list(unknown.owner):
        item = f"pick an item, as in `select: ….{inside}[Name=value]`, or give the whole list"
        message = f"{where} is a list, so it has no `{name}`"
        where = pointer.place(stack, place)
        return Finding("OVR3003", message, span, fix=item, place=where)
    if info.has_attribute(".".join((*unknown.owner, name))):
        message, fix = f"`{name}` of {info.name} is given by AWS and cannot be set", "take it out"
    else:
        message = f"{where} has no property `{name}`"
        fix = _misplaced(unknown) or near or f"take one of these; names are those of AWS's schemas of {schema_date()}"
    return Finding(
        "OVR3003",
        message,
        span=span,
        details=(f"{where} has {there}",),
        fix=fix,
        place=pointer.place(stack, place),
    )


def _misplaced(unknown: Unknown) -> str | None:
    """What to write for a way into a property in one word, and for an attribute of the resource."""
    name = unknown.path[-1]
    if name == "Properties" and not unknown.owner:
        return "leave `Properties` out: what stands there is below it already"
    if name in RESOURCE_ATTRIBUTES and not unknown.owner:
        return f"`{name}` is an attribute of the resource: write `attributes: {{{name}: …}}`"
    steps = name.strip("/").replace("/", ".").split(".")
    if len(steps) > 1 and steps[0] in unknown.names:
        return f"write it nested: `{': {'.join(steps)}: …{'}' * (len(steps) - 1)}`"
    return None
