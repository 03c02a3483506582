"""`grant`: IAM statements for the role of what is selected, where CDK's grants put them (LANGUAGE.md §4)."""

from __future__ import annotations

import re

from ovr.compile.arns import joined
from ovr.compile.context import Context, Kind, Writer
from ovr.compile.grantees import role_of
from ovr.compile.placement import Placement, add_statements, placement
from ovr.compile.statements import Made, statements_of
from ovr.compile.values import resolve
from ovr.errors import Finding, OvrError, Severity
from ovr.language.model import KindUse
from ovr.language.values import Located, Tagged
from ovr.spans import Span
from ovr.template import pointer
from ovr.template.diff import same
from ovr.template.intrinsics import is_intrinsic
from ovr.template.operations import Operation
from ovr.template.pointer import Json
from ovr.template.tree import Node

_AWS_POLICY = re.compile(r"[A-Za-z0-9_+=,.@/-]{1,128}")


def compile_grant(node: Node, use: KindUse, context: Context) -> list[Operation]:
    role = role_of(node, context, use.key_span)
    if _is_repeated(node, role, use, context):
        return []
    write = Writer(context, use)
    policy = placement(role, context, use.key_span)
    added: list[tuple[Json, Located]] = []
    on_keys: list[Operation] = []
    attached: list[tuple[Json, Span]] = []
    findings: list[Finding] = []
    for item in use.value:
        try:
            made = statements_of(item, role, context)
            attached += _managed_policies(item, role, context)
        except OvrError as error:
            findings += error.findings
            continue
        own = [each.statement for each in made if each.on is None]
        findings += _add_new(own, item, policy, added, context)
        on_keys += [each for key in made for each in _on_key(key, item, write, context)]
    if findings:
        raise OvrError(findings)
    return [*add_statements(policy, added, write, context), *on_keys, *_attach(role, attached, write, context)]


def _is_repeated(node: Node, role: Node, use: KindUse, context: Context) -> bool:
    """Whether a node before this one in the entry acts with the same role."""
    for other in context.nodes:
        if other.key == node.key:
            return False
        if other.kind == "resource" and role_of(other, context, use.key_span).key == role.key:
            return True
    return False


def _add_new(
    made: list[Json], item: Located, policy: Placement, added: list[tuple[Json, Located]], context: Context
) -> list[Finding]:
    """Adds the statements that are not there yet, says which are; a finding for each Sid that is taken."""
    findings = []
    for statement in made:
        there = [*policy.statements, *(each for each, _ in added)]
        if any(_equal(statement, each) for each in there):
            message = "this statement is there already, and is not added again"
            note = Finding("OVR3015", message, item.span, severity=Severity.NOTE)
            if note not in context.notes:
                context.notes.append(note)
            continue
        sid = statement.get("Sid")
        if sid is not None and any(isinstance(each, dict) and each.get("Sid") == sid for each in there):
            message = f"the policy has a statement `{sid}` already"
            findings.append(Finding("OVR3009", message, item["sid"].span, fix="choose another `sid`"))
        added.append((statement, item))
    return findings


def _equal(one: Json, other: Json) -> bool:
    """Whether two statements are one to CDK: the order of actions and resources does not count.

    Source: aws-cdk-lib 2.276, aws-iam/lib/private/merge-statements.js, `mergeIfEqual`.
    """
    if not isinstance(one, dict) or not isinstance(other, dict) or one.keys() != other.keys():
        return False
    for key, value in one.items():
        mine, theirs = ([v] if not isinstance(v, list) else v for v in (value, other[key]))
        if key in ("Action", "Resource"):
            if len(mine) != len(theirs) or not all(any(same(a, b) for b in theirs) for a in mine):
                return False
        elif not same(value, other[key]):
            return False
    return True


def _on_key(made: Made, item: Located, write: Writer, context: Context) -> list[Operation]:
    """Adds a statement to the policy of a key, unless it is there."""
    if made.on is None:
        return []
    place = ("Resources", made.on.logical_id, "Properties", "KeyPolicy", "Statement")
    there = pointer.get(context.stack(made.on).template, place)
    if not isinstance(there, list):
        message = f"the policy of the key `{made.on.name}` has no list of statements to add to"
        raise OvrError(Finding("OVR3030", message, item.span, fix="give the key a `KeyPolicy` first"))
    if any(_equal(made.statement, each) for each in there):
        return []
    return [write(made.on.stack, "add", (*place, "-"), made.statement, span=item.span)]


def _managed_policies(item: Located, role: Node, context: Context) -> list[tuple[Json, Span]]:
    """The ARNs of the policies to attach: a name is that of one of AWS's own."""
    if "managedPolicies" not in item:
        return []
    found: list[tuple[Json, Span]] = []
    for at in item["managedPolicies"]:
        value = at.value
        if isinstance(value, Tagged) or is_intrinsic(value):
            found.append((resolve(at, role.stack, context), at.span))
        elif isinstance(value, str) and value.startswith("arn:"):
            found.append((value, at.span))
        elif isinstance(value, str) and _AWS_POLICY.fullmatch(value):
            found.append((joined("arn:", {"Ref": "AWS::Partition"}, f":iam::aws:policy/{value}"), at.span))
        else:
            message = "a managed policy is the name of one of AWS's own, or an ARN"
            fix = "for instance `AmazonRekognitionReadOnlyAccess`, or `!Ref` to an AWS::IAM::ManagedPolicy"
            raise OvrError(Finding("OVR3030", message, at.span, fix=fix))
    return found


def _attach(role: Node, attached: list[tuple[Json, Span]], write: Writer, context: Context) -> list[Operation]:
    properties = context.resource(role).get("Properties") or {}
    there = properties.get("ManagedPolicyArns")
    present: list[Json] = list(there) if isinstance(there, list) else []
    new: list[tuple[Json, Span]] = []
    for arn, span in attached:
        if not any(same(arn, each) for each in (*present, *(each for each, _ in new))):
            new.append((arn, span))
    if not new:
        return []
    place = ("Resources", role.logical_id, "Properties", "ManagedPolicyArns")
    if isinstance(there, list):
        return [write(role.stack, "add", (*place, "-"), arn, span=span) for arn, span in new]
    return [write(role.stack, "add", place, [arn for arn, _ in new], span=new[0][1])]


KIND = Kind("grant", frozenset({"resource"}), compile_grant)
