"""Code that an override brings into the deployment itself: macros, included templates, custom resources, inline code.

LANGUAGE.md §7: it runs with the deployment's rights, or makes what the plan cannot show, so it needs `allow: [code]`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ovr.check.comparison import Comparison
from ovr.check.touched import Template, members, touched_stacks
from ovr.errors import Finding
from ovr.template import pointer
from ovr.template.assets import nested_asset
from ovr.template.diff import same
from ovr.template.pointer import MISSING, Json, Tokens
from ovr.template.tree import NESTED_STACK, Stack

HARMLESS_MACROS = ("AWS::LanguageExtensions",)
"""Macros that only compute with what stands in the template (user guide, "AWS::LanguageExtensions transform")."""
_INLINE = ("ZipFile", "InlineCode", "FunctionCode")
"""Members that hold code: of a Lambda function, a serverless one, a CloudFront function."""
_CUSTOM = ("Custom::", "AWS::CloudFormation::CustomResource")

Brought = tuple[Tokens, str, str]
"""(pointer in the template, logical ID or the section, what is brought, as the words after the name)."""


def foreign_code(comparison: Comparison) -> Iterator[Finding]:
    """OVR4107 for what is new in the result and not allowed."""
    for old, stack in touched_stacks(comparison.before, comparison.after):
        for path, owner, what in _brought(old, stack, comparison.causes.renamed):
            name = comparison.name_of(stack.path, owner) if path[0] == "Resources" else owner
            operation = comparison.causes.operation(stack.path, path)
            names = [name, owner, f"{stack.path}/{owner}".lstrip("/")]
            answer = comparison.allowances.ask("code", names, comparison.override(operation))
            if not answer.allowed:
                yield Finding(
                    "OVR4107",
                    f"{name} {what}",
                    operation.where(path) if operation else None,
                    fix=answer.fix("write out what it makes"),
                    place=pointer.place(stack.path, path),
                )


def _brought(old: Template, stack: Stack, renamed: Mapping[tuple[str, str], str]) -> Iterator[Brought]:
    known = _macros(old.get("Transform", MISSING))
    for macro in _macros(stack.template.get("Transform", MISSING)):
        if macro not in known and macro not in HARMLESS_MACROS:
            yield ("Transform",), "Transform", f"is a macro that changes the template at deploy time: `{macro}`"
    for section, value in stack.template.items():
        if section not in ("Resources", "Transform"):
            for path, what in _inside(value, old.get(section, MISSING), (section,), ()):
                yield path, section, what
    was = members(old, "Resources")
    for logical_id, resource in stack.resources.items():
        before = was.get(renamed.get((stack.path, logical_id), logical_id))
        if before is not resource:
            yield from _of_resource(logical_id, before if isinstance(before, dict) else {}, resource)


def _of_resource(logical_id: str, before: dict[str, Any], resource: dict[str, Any]) -> Iterator[Brought]:
    path = ("Resources", logical_id)
    kind = str(resource.get("Type", ""))
    if kind.startswith(_CUSTOM) and before.get("Type") != kind:
        yield (*path, "Type"), logical_id, "is a custom resource: its function runs at deploy time"
    url = ("Properties", "TemplateURL")
    if kind == NESTED_STACK:
        was, now = (pointer.get(each, url) for each in (before, resource))
        given = was is not MISSING or nested_asset(resource) is None
        if given and now is not MISSING and not same(now, was):
            yield (*path, *url), logical_id, "is a stack whose template stands elsewhere: the plan cannot show it"
    for at, what in _inside(resource.get("Properties"), before.get("Properties", MISSING), ("Properties",), _INLINE):
        yield (*path, *at), logical_id, what


def _inside(value: Json, before: Json, path: Tokens, inline: Sequence[str]) -> Iterator[tuple[Tokens, str]]:
    """Macros, and members that are code by their name, in values that are not the same as before."""
    if value is before:
        return
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _inside(item, pointer.child(before, str(index)), (*path, str(index)), inline)
    if not isinstance(value, dict):
        return
    for name, member in value.items():
        was = pointer.child(before, name)
        if same(member, was):
            continue
        if name in inline:
            yield (*path, name), "has its code written inline"
        elif name == "Fn::Transform":
            macro = member.get("Name") if isinstance(member, dict) else member
            yield (*path, name), f"is changed by a macro at deploy time: `{macro}`"
        else:
            yield from _inside(member, was, (*path, name), inline)


def _macros(transform: Json) -> list[str]:
    found = transform if isinstance(transform, list) else [transform]
    names = [each.get("Name") if isinstance(each, dict) else each for each in found]
    return [name for name in names if isinstance(name, str)]
