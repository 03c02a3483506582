"""What the guard says of overrides on small templates, for tests."""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from tests.support import overrides_from

from ovr.errors import Finding
from ovr.plan import Plan, build_plan
from ovr.template.tree import ROOT, Base, Stack, StackTree

CODES = ("OVR4101", "OVR4102", "OVR4103", "OVR4104")


def resource(type_name: str, properties: Mapping[str, Any] | None = None, **attributes: Any) -> dict[str, Any]:
    return {"Type": type_name, **({"Properties": properties} if properties else {}), **attributes}


def base(template: Mapping[str, Any], *, facts: Mapping[str, str] | None = None, **nested: Any) -> Base:
    """A root stack and the stacks that its resources of these logical IDs make; `A__B` is B inside A."""
    stacks = {ROOT: Stack(ROOT, "root.json", dict(template))}
    for name, inner in nested.items():
        parent, _, logical_id = name.rpartition("__")
        path = name.replace("__", "/")
        stacks[path] = Stack(path, f"{name}.json", inner, parent, logical_id)
    return Base("template", "root.json", StackTree("app", stacks), facts or {})


def planned(base: Base, *entries: Mapping[str, Any], today: date | None = None) -> Plan:
    return build_plan(base, overrides_from(json.dumps({"version": 1, "overrides": entries})), today=today)


def told(plan: Plan, codes: Sequence[str] = CODES) -> list[Finding]:
    return [finding for finding in plan.findings if finding.code in codes]
