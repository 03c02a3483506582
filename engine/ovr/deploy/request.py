"""The change set that a plan asks for, and what it may do by that plan.

Source: AWS CloudFormation API reference, CreateChangeSet; what the CDK CLI gives along.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ovr.deploy.change_set import Place
from ovr.deploy.port import ChangeSetRequest
from ovr.deploy.publish import Publication
from ovr.deploy.target import Target
from ovr.plan import Plan
from ovr.template.changes import ElementChange
from ovr.template.tree import ROOT, StackTree


@dataclass(frozen=True, slots=True)
class Settings:
    """What the user says of the deployment. `on_failure` is for a first one: what becomes of a stack that fails."""

    stack_name: str
    expect_account: str | None = None
    role_arn: str | None = None
    notification_arns: Sequence[str] = ()
    on_failure: str | None = None
    disable_rollback: bool = False


def change_set_request(
    plan: Plan, target: Target, publication: Publication, settings: Settings, name: str
) -> ChangeSetRequest:
    """The request; `name` is its token too, so that asking twice is asking once."""
    deployed = target.deployed
    notified = deployed.notification_arns if deployed else ()
    return ChangeSetRequest(
        stack=target.stack_name,
        name=name,
        token=name,
        kind="CREATE" if target.is_first else "UPDATE",
        template_url=publication.template_url,
        parameters=_parameters(plan, target, publication.parameters),
        tags=plan.result.root.options.get("tags") or {},
        capabilities=capabilities(plan.result),
        notification_arns=settings.notification_arns or notified,
        role_arn=settings.role_arn or publication.role,
        on_failure=settings.on_failure if target.is_first else None,
        description=f"ovr: {plan.source}",
    )


def _parameters(plan: Plan, target: Target, given: Mapping[str, str]) -> dict[str, str | None]:
    """What the assembly gives, else the deployed value; nothing where a default says it, which may be a new one."""
    was, now = (_declared(tree) for tree in (plan.before, plan.result))
    deployed = target.deployed.parameters if target.deployed and not target.is_first else {}
    values: dict[str, str | None] = {}
    for name, declared in now.items():
        default, former = declared.get("Default"), was.get(name, {}).get("Default")
        if name in given:
            values[name] = given[name]
        elif name in deployed and not (default is not None and default != former and deployed[name] == str(former)):
            values[name] = None
    return values


def _declared(tree: StackTree) -> Mapping[str, Any]:
    found: Mapping[str, Any] = tree.root.template.get("Parameters") or {}
    return found


def capabilities(tree: StackTree) -> tuple[str, ...]:
    """The capabilities that templates need: named IAM resources, macros."""
    texts = [json.dumps(stack.template) for stack in tree.stacks.values()]
    found = []
    if any('"AWS::IAM::' in text or '"AWS::CloudFormation::Stack"' in text for text in texts):
        found += ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM"]
    if any("Transform" in stack.template for stack in tree.stacks.values()) or any("Fn::Transform" in t for t in texts):
        found.append("CAPABILITY_AUTO_EXPAND")
    return tuple(found)


def planned(plan: Plan, target: Target) -> dict[Place, str]:
    """What becomes of each resource by the plan, as `change_set.beyond` asks for it; of a first deployment all is
    added. The place of the root's options is `("", "")`."""
    if target.is_first:
        return {(path, name): "add" for path, stack in plan.result.stacks.items() for name in stack.resources}
    places: dict[Place, str] = {}
    for element in (element for stack in plan.stacks for element in stack.elements):
        if element.section == "Resources":
            places[element.stack, element.id] = _fate(element)
            if element.renamed_from:
                places[element.stack, element.renamed_from] = "remove"
        elif element.section == "options":
            places[ROOT, ""] = "change"
    return places


def _fate(element: ElementChange) -> str:
    kind = element.verdict.kind if element.verdict else "update"
    if element.action != "change":
        return element.action
    return {"may-remove": "remove", "update": "change", "refused": "change"}.get(kind, kind)
