"""Resource types that do not exist: a typo that CloudFormation would find only at deploy.

Source: AWS CloudFormation user guide, "Resource types": `AWS::Service::Type`, `Custom::Name` (up to 60 characters of
letters, digits and `_@-`), `Organization::Service::Type`, each of the last three also with `::MODULE`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ovr.check.comparison import Comparison
from ovr.check.touched import members, touched_stacks
from ovr.errors import Finding, did_you_mean
from ovr.knowledge.types import schema_date, type_info, type_names
from ovr.spans import Span
from ovr.template import pointer
from ovr.template.pointer import Json

_FORM = re.compile(r"Custom::[\w@-]{1,60}|[A-Za-z0-9]{2,64}(::[A-Za-z0-9]{2,64}){2}(::MODULE)?")


def unknown_types(comparison: Comparison) -> Iterator[Finding]:
    """OVR3018 for each resource that the overrides gave a type that is none, or none of AWS's.

    Nothing is said where a macro may yet change the template, as the serverless transform does.
    """
    for old, stack in touched_stacks(comparison.before, comparison.after):
        if "Transform" in stack.template:
            continue
        known = members(old, "Resources")
        for logical_id, resource in members(stack.template, "Resources").items():
            was = known.get(logical_id)
            written = _type(resource)
            if was is resource or not written or written == _type(was) or _exists(written):
                continue
            path = ("Resources", logical_id, "Type")
            yield _finding(written, pointer.place(stack.path, path), comparison.span(stack.path, path))


def _type(resource: Json) -> str:
    written = resource.get("Type") if isinstance(resource, dict) else None
    return written if isinstance(written, str) else ""


def _exists(name: str) -> bool:
    if not _FORM.fullmatch(name):
        return False
    return not name.startswith("AWS::") or name.endswith("::MODULE") or type_info(name) is not None


def _finding(name: str, place: str, span: Span | None) -> Finding:
    message = f"there is no resource type `{name}`"
    if not name.startswith("AWS::"):
        form = ("a type looks like AWS::SQS::Queue, Custom::Name or Organization::Service::Type",)
        return Finding("OVR3018", message, span, form, did_you_mean(f"AWS::{name}", type_names()), place=place)
    known = (f"types are those of AWS's schemas of {schema_date()}",)
    return Finding("OVR3018", message, span, known, did_you_mean(name, type_names()), place=place)
