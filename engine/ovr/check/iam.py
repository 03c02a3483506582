"""Statements that IAM would not take or that would not do what they say: unknown actions, actions that do not act on
the resource, policies that are too large. Only what is new in the result is looked at."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from ovr.check.comparison import Comparison
from ovr.check.policies import Holder, Statement, touched_holders
from ovr.errors import Finding, Severity
from ovr.knowledge.access import EXPANSIONS
from ovr.knowledge.arns import sample_arn
from ovr.knowledge.iam_actions import acts_on, near_action, unknown_action
from ovr.knowledge.limits import NEAR, POLICIES
from ovr.template import pointer
from ovr.template.follow import origin
from ovr.template.intrinsics import text_parts
from ovr.template.pointer import Json, Tokens
from ovr.template.tree import StackTree


def iam_findings(comparison: Comparison) -> Iterator[Finding]:
    """OVR4301 for unknown actions, OVR4303 for actions that do not act on their resources, OVR4010 for policies that
    are nearly too large (all warnings), OVR4304 for those that are."""
    for holder in touched_holders(comparison):
        for statement in holder.added():
            yield from _unknown(statement, comparison)
            yield from _useless(statement, comparison)
        yield from _too_large(holder, comparison)


def _texts(statement: Statement, key: str) -> Iterator[tuple[Tokens, str]]:
    listed = isinstance(statement.value.get(key), list)
    for index, text in enumerate(statement.texts(key)):
        if isinstance(text, str):
            yield (*statement.path, key, *((str(index),) if listed else ())), text


def _unknown(statement: Statement, comparison: Comparison) -> Iterator[Finding]:
    for key in ("Action", "NotAction"):
        for path, action in _texts(statement, key):
            why = unknown_action(action)
            if why is None:
                continue
            near = near_action(action)
            yield Finding(
                "OVR4301",
                f"IAM has no action `{action}`",
                comparison.span(statement.stack, path, statement.value),
                details=(why,),
                fix=f"did you mean `{near}`?" if near else "look it up in AWS's service authorization reference",
                severity=Severity.WARNING,
                place=pointer.place(statement.stack, path),
            )


def _useless(statement: Statement, comparison: Comparison) -> Iterator[Finding]:
    """Actions that do not act on any of the statement's resources, as far as these are known."""
    actions = list(_texts(statement, "Action"))
    if statement.purpose != "identity" or tuple(action for _, action in actions) in EXPANSIONS:
        return
    arns = [_sample(each, statement.stack, comparison.after) for each in statement.texts("Resource")]
    known = [arn for arn in arns if arn is not None]
    if not known or len(known) < len(arns) or "*" in known:
        return
    for path, action in actions:
        patterns = acts_on(action)
        if patterns is None or any(_meets(arn, pattern) for arn in known for pattern in patterns):
            continue
        takes = f"it acts on {' or '.join(patterns)}" if patterns else "it takes no resource but `*`"
        yield Finding(
            "OVR4303",
            f"`{action}` does not act on what the statement names",
            comparison.span(statement.stack, path, statement.value),
            details=(takes,),
            fix=_other_resource(patterns, known),
            severity=Severity.WARNING,
            place=pointer.place(statement.stack, path),
        )


def _other_resource(patterns: tuple[str, ...], known: list[str]) -> str:
    if not patterns:
        return "grant it apart, `on: '*'`"
    if any(_meets(f"{arn}/x", pattern) for arn in known for pattern in patterns):
        return "say which paths below it: `paths: ['*']`"
    around = {arn[:end] for arn in known for end, character in enumerate(arn) if character == "/"}
    if any(_meets(arn, pattern) for arn in around for pattern in patterns):
        return "grant it apart, without `paths`"
    return "name a resource that it acts on"


def _sample(value: Json, stack: str, tree: StackTree) -> str | None:
    """What an ARN looks like, `x` for what is not known; None where nothing can be said."""
    text = ""
    for part in text_parts(value):
        if isinstance(part, str):
            text += part
        elif isinstance(part, dict) and str(part.get("Ref")).startswith("AWS::"):
            text += "x"
        else:
            found = origin(tree, stack, part)
            if found is None:
                return None
            stack_of, logical_id, attribute = found
            type_name = str(tree.stacks[stack_of].resources[logical_id].get("Type"))
            text += (not text and sample_arn(type_name, attribute)) or "x"
    return text if text.startswith(("arn:", "*")) else None


def _meets(arn: str, pattern: str) -> bool:
    """Whether an ARN, which may have wildcards, and a pattern with `${…}` can mean the same resource."""
    ours = [_ANY if c in "*?" else c for c in arn]
    names = re.sub(r"\$\{(?:Partition|Region|Account|BucketName|TableName|GraphQLAPIId)\}", _NAME, pattern)
    theirs = list(re.sub(r"\$\{[^}]*\}", _ANY, names))
    places = _passing({0}, theirs)
    for symbol in ours:
        stay = places if symbol == _ANY else set()
        moved = {n + 1 for n in places if n < len(theirs) and (symbol == _ANY or theirs[n] == symbol)}
        held = {n for n in places if n < len(theirs) and _takes(theirs[n], symbol)}
        places = _passing(stay | moved | held, theirs)
        if symbol == _ANY and places:
            places = _passing(set(range(min(places), len(theirs) + 1)), theirs)
    return len(theirs) in places


_ANY, _NAME = "\0", "\1"
"""Stand for any text, and for any without `/` and `:`."""


def _takes(symbol: str, other: str) -> bool:
    return symbol == _ANY or (symbol == _NAME and other not in "/:")


def _passing(places: set[int], pattern: list[str]) -> set[int]:
    """The places, and those behind the variables that stand there: they may be empty."""
    found = set(places)
    for n in sorted(places):
        while n < len(pattern) and pattern[n] in (_ANY, _NAME):
            n += 1
            found.add(n)
    return found


def _too_large(holder: Holder, comparison: Comparison) -> Iterator[Finding]:
    limit = POLICIES.get(holder.type_name)
    if limit is None or not holder.added():
        return
    owner, documents = holder.logical_id, list(_documents(holder.after))
    if holder.type_name == "AWS::IAM::Policy":
        resources = comparison.after.stacks[holder.stack].resources
        roles = [role for role in _roles(holder.after) if role in resources]
        owner = roles[0] if roles else owner
        documents = [
            document
            for logical_id, other in resources.items()
            if logical_id in roles or (other.get("Type") == "AWS::IAM::Policy" and {*_roles(other)} & {*roles})
            for document in _documents(other)
        ] or documents
    size = sum(len(re.sub(r"\s", "", json.dumps(_shortest(document)))) for document in documents)
    if size < NEAR * limit.most:
        return
    path = ("Resources", holder.logical_id, "Properties")
    has = f"the policies of {comparison.name_of(holder.stack, owner)} have at least {size:,} {limit.what}"
    over = size > limit.most
    yield Finding(
        "OVR4304" if over else "OVR4010",
        f"{has}; IAM takes {limit.most:,}" if over else f"{has}, {size / limit.most:.0%} of what IAM takes",
        comparison.span(holder.stack, path, holder.added()[-1].value),
        fix=limit.way_out,
        severity=Severity.ERROR if over else Severity.WARNING,
        place=pointer.place(holder.stack, path),
    )


def _roles(resource: Mapping[str, Any]) -> list[str]:
    found = pointer.get(resource, ("Properties", "Roles"))
    names = [pointer.get(role, ("Ref",)) for role in found] if isinstance(found, list) else []
    return [name for name in names if isinstance(name, str)]


def _documents(resource: Mapping[str, Any]) -> Iterator[Json]:
    """A policy's document, or those of the policies inside a role."""
    properties = resource.get("Properties") or {}
    inside = properties.get("Policies")
    for policy in [properties, *(inside if isinstance(inside, list) else [])]:
        if isinstance(policy, dict) and "PolicyDocument" in policy:
            yield policy["PolicyDocument"]


def _shortest(value: Json) -> Json:
    """A value with nothing for each intrinsic: it cannot become shorter."""
    if isinstance(value, list):
        return [_shortest(item) for item in value]
    if isinstance(value, dict):
        if len(value) == 1 and (key := next(iter(value))) and (key == "Ref" or key.startswith("Fn::")):
            return "".join(part for part in text_parts(value) if isinstance(part, str))
        return {key: _shortest(member) for key, member in value.items()}
    return value
