"""What a grant gives access to: `on`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ovr.compile.arns import Arns
from ovr.compile.context import Context, strings
from ovr.compile.values import resolve
from ovr.errors import Finding, OvrError
from ovr.knowledge.arns import arn_attribute
from ovr.knowledge.cdk_attributes import REF
from ovr.language.grammar import parse_selector
from ovr.language.selector import QuerySelector, Selector
from ovr.language.values import Located, Tagged
from ovr.template.intrinsics import is_intrinsic
from ovr.template.pointer import Json


@dataclass(frozen=True, slots=True)
class Target:
    """One thing that access is given to: a resource by its `arns`, or a `value` that is written as it is.

    `text` is what to call it before the user.
    """

    text: str
    value: Json = None
    arns: Arns | None = None


def targets(on: Located, consumer: str, context: Context) -> list[Target]:
    """What `on` names. Raises OvrError OVR3030 for what has no ARN, and what selectors and values raise."""
    found: list[Target] = []
    findings: list[Finding] = []
    for at in strings(on):
        try:
            found += _targets(at, consumer, context)
        except OvrError as error:
            findings += error.findings
    if findings:
        raise OvrError(findings)
    return found


def _targets(at: Located, consumer: str, context: Context) -> Iterator[Target]:
    value = at.value
    if isinstance(value, Tagged):
        _refuse_names(value, context)
    if isinstance(value, Tagged) or is_intrinsic(value):
        yield Target("what an intrinsic function gives", resolve(at, consumer, context))
    elif isinstance(value, str) and (value == "*" or value.startswith("arn:")):
        _refuse_placeholder(value, at)
        yield Target(value, value)
    else:
        for node in context.resolver.require(_selector(at)):
            if node.kind != "resource":
                what = "a stack" if node.kind == "stack" else "a property"
                message = f"`{node.name}` is {what}: access is given to resources"
                raise OvrError(Finding("OVR3030", message, at.span, fix="name a resource: `ovr resources` lists them"))
            yield Target(node.name, arns=Arns(node, consumer, context, at.span))


def _selector(at: Located) -> Selector:
    value: Any = at.value
    if isinstance(value, str):
        return parse_selector(value, at.span)
    if isinstance(value, dict) and value and value.keys() <= {"type", "stack", "where"}:
        texts = {key: value.get(key) for key in ("type", "stack", "where")}
        if all(text is None or isinstance(text, str) for text in texts.values()):
            return QuerySelector(**texts, span=at.span)
    message = "`on` takes selectors, `*`, ARNs or intrinsic functions"
    raise OvrError(Finding("OVR3030", message, at.span, fix="for instance `on: storage.bucket`"))


def _refuse_placeholder(arn: str, at: Located) -> None:
    if "${" in arn:
        message = "`${…}` is read only in a `!Sub`"
        raise OvrError(Finding("OVR3030", message, at.span, fix=f"write `on: !Sub '{arn}'`"))


def _refuse_names(tagged: Tagged, context: Context) -> None:
    """`!Ref storage.bucket` is the bucket's name: IAM would refuse it only when it is deployed."""
    if tagged.tag != "!Ref" or not isinstance(tagged.value, str) or tagged.value.startswith("AWS::"):
        return
    try:
        node, _ = context.resolver.reference(tagged.value, tagged.span)
    except OvrError:
        return  # a name of the template itself, or nothing: `resolve` tells
    if node.kind != "resource" or arn_attribute(context.type_of(node)) in (REF, None):
        return
    message = f"`!Ref {tagged.value}` gives the name of {node.name}, not its ARN"
    raise OvrError(Finding("OVR3030", message, tagged.span, fix=f"write the selector itself: `on: {tagged.value}`"))
