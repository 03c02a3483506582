"""What commands that speak to AWS share: the session, the stack, what is deployed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from ovr.errors import Finding, OvrError

if TYPE_CHECKING:
    from ovr.adapters.aws import AwsSession
    from ovr.cli.inputs import Inputs
    from ovr.deploy.port import Caller
    from ovr.plan import Plan
    from ovr.template.tree import Base


def session(base: Base, profile: str | None, region: str | None, endpoint_url: str | None) -> AwsSession:
    """A session in the region named, else in the base's, else in the profile's.

    It takes the roles of CDK's bootstrap as the CDK CLI does; an emulator has none.
    """
    from ovr.adapters.assembly import Assembly
    from ovr.adapters.aws import AwsSession
    from ovr.adapters.publication import bootstrap_roles

    aws = AwsSession(profile, region or base.facts.get("region"), endpoint_url)
    assembly = base.handle
    if endpoint_url is not None or not isinstance(assembly, Assembly):
        return aws
    return replace(aws, roles=lambda caller: bootstrap_roles(assembly, caller))


def stack_name(base: Base) -> str:
    """The name of the root stack in CloudFormation. Raises OvrError for a base that is no assembly."""
    from ovr.adapters.assembly import Assembly

    if not isinstance(base.handle, Assembly):
        message = f"{base.location} is a single template, which ovr does not deploy yet"
        raise OvrError(Finding("OVR1018", message, fix="`ovr render --out FILE`, then `aws cloudformation deploy`"))
    return base.handle.stack_name


def told_by(base: Base, caller: Caller) -> Base:
    """The base with the account and the region of the caller, where it does not say them itself."""
    return replace(base, facts={"account": caller.account, "region": caller.region, **base.facts})


def online_plan(inputs: Inputs, profile: str | None, endpoint_url: str | None) -> Plan:
    """The plan compared with what is deployed; with the base where nothing is. Raises OvrError."""
    from ovr.adapters.deployable import deployed_template
    from ovr.deploy.deployed import deployed_tree
    from ovr.deploy.refusal import explained
    from ovr.deploy.target import find_target
    from ovr.plan import build_plan

    overrides = inputs.overrides()
    base = inputs.open_base(overrides)
    aws = session(base, profile, inputs.region, endpoint_url)
    with explained():
        target = find_target(aws, base, stack_name(base))
        tree = deployed_tree(aws.cloudformation, target, base.tree.name, deployed_template)
    today = inputs.today or date.today()
    known = told_by(base, target.caller)
    return build_plan(known, overrides, only=inputs.only, skip=inputs.skip, today=today, deployed=tree)
