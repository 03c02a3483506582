"""One item of `grant` → IAM statements, in CDK's own shape (CDK_NAMING.md §5)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ovr.compile.arns import Arns
from ovr.compile.context import Context, strings
from ovr.compile.grant_targets import Target, targets
from ovr.compile.values import resolve
from ovr.errors import Finding, OvrError, Severity, did_you_mean
from ovr.knowledge.access import (
    ACCESS,
    EVERYTHING,
    EXECUTIONS,
    GRAPHQL_TYPES,
    INDEXES,
    KEY,
    OWN,
    PATHS,
    TABLES,
    VERSIONS,
    Part,
)
from ovr.language.values import Located
from ovr.template.pointer import Json
from ovr.template.tree import Node

_ACTION = re.compile(r"\*|[A-Za-z0-9-]+:[A-Za-z0-9*?]+")
_FIELD = re.compile(r"[_A-Za-z][_0-9A-Za-z]*")
_USES_INDEXES = frozenset(("dynamodb:Query", "dynamodb:Scan"))
_WITH_PATHS = ("AWS::S3::Bucket", "AWS::AppSync::GraphQLApi", *sorted(TABLES))


@dataclass(frozen=True, slots=True)
class Made:
    """A statement, and where CDK puts it: in the policy of the key `on`, without it in the grantee's own."""

    statement: dict[str, Json]
    on: Node | None = None


def statements_of(item: Located, role: Node, context: Context) -> list[Made]:
    """The statements of one item as the template of the grantee's role writes them.

    Raises OvrError OVR1006 for what is missing, OVR3030 for what cannot be granted, and what values and selectors
    raise.
    """
    if "actions" not in item and "access" not in item:
        if "managedPolicies" in item and "on" not in item:
            return []
        raise OvrError(_missing(item, "actions", "[s3:GetObject]", "or `access: read`"))
    if "actions" in item and "access" in item:
        message = "a grant has either `actions` or `access`"
        raise OvrError(Finding("OVR3030", message, item["access"].key_span, fix="make two items of it"))
    if "on" not in item:
        raise OvrError(_missing(item, "on", "auth.userPool", "to say what the access is to"))
    reach = targets(item["on"], role.stack, context)
    _check_paths(item, reach)
    making = _Making(item, role, context, _condition(item, role.stack, context))
    if "actions" in item:
        return [Made(making.of_actions(reach))]
    return making.numbered([each for target in reach for each in making.of_access(target)])


def _missing(item: Located, key: str, example: str, why: str) -> Finding:
    return Finding("OVR1006", f"`{key}` is missing in a grant", item.span, fix=f"add `{key}: {example}`, {why}")


@dataclass(frozen=True, slots=True)
class _Making:
    """Makes the statements of one item."""

    item: Located
    role: Node
    context: Context
    condition: dict[str, Json]

    def of_actions(self, reach: list[Target]) -> dict[str, Json]:
        """All actions on all targets, in one statement."""
        actions = _actions(self.item["actions"])
        resources: list[Json] = []
        for target in reach:
            if target.arns is None:
                resources.append(target.value)
            elif "paths" in self.item:
                resources += [target.arns.below(path) for path in self._paths()]
            else:
                resources.append(target.arns.own())
            self._warn_of_indexes(target.arns, actions)
        arns = reach[0].arns
        whole_table = len(reach) == 1 and arns is not None and arns.type_name in TABLES and "paths" not in self.item
        return self._statement(actions, resources, self.condition, listed=whole_table)

    def of_access(self, target: Target) -> Iterator[Made]:
        """What CDK's grant method for this level makes on one resource."""
        at = self.item["access"]
        if target.arns is None:
            message = f"`access: {at.value}` needs a resource, but `{target.text}` is none of these templates"
            raise OvrError(Finding("OVR3030", message, at.span, fix="name the `actions` instead"))
        levels = ACCESS.get(target.arns.type_name, {})
        if at.value not in levels:
            raise OvrError(self._no_level(target.arns, at))
        for part in levels[at.value]:
            resources = [arn for place in part.on for arn in self._places(place, target.arns, at.value)]
            if resources:
                listed = target.arns.type_name in TABLES and KEY not in part.on
                statement = self._statement(part.actions, resources, _with_via(self.condition, part), listed=listed)
                yield self._placed(statement, part, target.arns)
                self._warn_of_indexes(target.arns, part.actions)

    def _placed(self, statement: dict[str, Json], part: Part, arns: Arns) -> Made:
        """A key that is used through a service alone says so itself, as CDK has it; where the key's stack would have
        to wait for the role's, which waits for the key's, the role's policy says it as well."""
        place = arns.key_place() if part.via else None
        if place is None or place[0] != self.role.stack:
            return Made(statement)
        principal = {"AWS": {"Fn::GetAtt": [self.role.logical_id, "Arn"]}}
        name = self.context.resolver.called(*place)
        key = Node(place[0], "resource", ("Resources", place[1]), name)
        return Made({**statement, "Principal": principal, "Resource": EVERYTHING}, key)

    def _places(self, place: str, arns: Arns, level: str) -> list[Json]:
        if place == OWN:
            return [arns.own()]
        if place == VERSIONS:
            return [arns.own(), arns.versions()]
        if place == EXECUTIONS:
            return [arns.executions()]
        if place == EVERYTHING:
            return [EVERYTHING]
        if place == KEY:
            key = arns.key()
            return [] if key is None else [key]
        paths = self._paths()
        if place == INDEXES:
            paths = paths or (["*"] if arns.has_indexes() and not arns.type_name.startswith("Custom::") else [])
        elif place == PATHS and level in GRAPHQL_TYPES:
            start = f"types/{GRAPHQL_TYPES[level]}/"
            paths = [start + (path if path == "*" else f"fields/{path}") for path in self._fields() or ["*"]]
        elif place == PATHS:
            paths = paths or ["*"]
        return [arns.below(path) for path in paths]

    def _paths(self) -> list[str]:
        return [at.value for at in strings(self.item["paths"])] if "paths" in self.item else []

    def _fields(self) -> list[str]:
        for at in strings(self.item["paths"]) if "paths" in self.item else ():
            if at.value != "*" and not _FIELD.fullmatch(at.value):
                last = re.split(r"[./]", at.value)[-1]
                fix = f"did you mean `{last}`?" if _FIELD.fullmatch(last) else "write names of fields: `[createTodo]`"
                message = f"`{at.value}` is no field of the API: `access` gives the type"
                raise OvrError(Finding("OVR3030", message, at.span, fix=fix))
        return self._paths()

    def _statement(
        self, actions: tuple[str, ...], resources: list[Json], condition: dict[str, Json], *, listed: bool
    ) -> dict[str, Json]:
        distinct: list[Json] = []
        for resource in resources:
            if resource not in distinct:
                distinct.append(resource)
        effect, sid = self.item.get("effect"), self.item.get("sid")
        statement: dict[str, Json] = {"Action": list(actions) if len(actions) > 1 else actions[0]}
        if condition:
            statement["Condition"] = condition
        statement["Effect"] = effect.value if effect else "Allow"
        statement["Resource"] = distinct if len(distinct) > 1 or listed else distinct[0]
        if sid:
            statement["Sid"] = _checked_sid(sid)
        return statement

    def numbered(self, made: list[Made]) -> list[Made]:
        """A Sid is there once: the second statement of an item is `ReadPublic2`."""
        for number, each in enumerate(made[1:], start=2):
            if "Sid" in each.statement:
                each.statement["Sid"] += str(number)
        return made

    def _no_level(self, arns: Arns, at: Located) -> Finding:
        levels = list(ACCESS.get(arns.type_name, ()))
        if levels:
            details = (f"it has {', '.join(levels)}",)
            fix = did_you_mean(at.value, levels) or f"write one of these, or the `actions` for {arns.node.name}"
        else:
            details = (f"levels are known for {', '.join(ACCESS)}",)
            fix = "name the actions instead: `actions: [cognito-idp:AdminGetUser]`"
        return Finding("OVR3030", f"{arns.type_name} has no access `{at.value}`", at.span, details, fix)

    def _warn_of_indexes(self, arns: Arns | None, actions: tuple[str, ...]) -> None:
        """A query on an index needs the index's own ARN, which is easily forgotten."""
        if arns is None or arns.type_name not in TABLES or "paths" in self.item or not arns.has_indexes():
            return
        covered = "access" in self.item and not arns.type_name.startswith("Custom::")
        if covered or _USES_INDEXES.isdisjoint(actions) or self._denies():
            return
        note = Finding(
            "OVR4303",
            f"`{arns.node.name}` has indexes, which this grant leaves out",
            arns.span,
            fix='to query them as well write `paths: ["*"]`' + ("" if "access" in self.item else " in another item"),
            severity=Severity.WARNING,
        )
        if note not in self.context.notes:
            self.context.notes.append(note)

    def _denies(self) -> bool:
        effect = self.item.get("effect")
        return effect is not None and effect.value == "Deny"


def _with_via(condition: dict[str, Json], part: Part) -> dict[str, Json]:
    """The condition that a key may be used through one service only, as CDK's ViaServicePrincipal adds it."""
    if part.via is None:
        return condition
    host = {"Fn::Join": ["", [f"{part.via}.", {"Ref": "AWS::Region"}, ".amazonaws.com"]]}
    return {**condition, "StringEquals": {**condition.get("StringEquals", {}), "kms:ViaService": host}}


def _actions(at: Located) -> tuple[str, ...]:
    for each in strings(at):
        if not _ACTION.fullmatch(each.value):
            meant = re.sub(r"^([A-Za-z0-9-]+)[.:/ ]+(?=[A-Za-z*])", r"\1:", each.value)
            fix = f"did you mean `{meant}`?" if _ACTION.fullmatch(meant) else "write `service:Name`: `s3:GetObject`"
            raise OvrError(Finding("OVR3030", f"`{each.value}` is no IAM action", each.span, fix=fix))
    return tuple(dict.fromkeys(each.value for each in strings(at)))


def _check_paths(item: Located, reach: list[Target]) -> None:
    at = item.get("paths")
    if at is None:
        return
    for target in reach:
        if target.arns is None or target.arns.type_name not in _WITH_PATHS:
            what = "an ARN" if target.arns is None else target.arns.type_name
            message = f"`{target.text}` is {what}, which has no `paths`"
            fix = "`paths` are keys of a bucket, fields of an API, indexes of a table"
            raise OvrError(Finding("OVR3030", message, at.key_span, fix=fix))
    for each in strings(at):
        if each.value.startswith("/") or not each.value:
            fix = f"write `{each.value.lstrip('/') or '*'}`"
            raise OvrError(Finding("OVR3030", "a path begins with a name, not with `/`", each.span, fix=fix))


_OPERATORS = """
StringEquals StringNotEquals StringEqualsIgnoreCase StringNotEqualsIgnoreCase StringLike StringNotLike NumericEquals
NumericNotEquals NumericLessThan NumericLessThanEquals NumericGreaterThan NumericGreaterThanEquals DateEquals
DateNotEquals DateLessThan DateLessThanEquals DateGreaterThan DateGreaterThanEquals Bool BinaryEquals IpAddress
NotIpAddress ArnEquals ArnLike ArnNotEquals ArnNotLike Null
""".split()
"""IAM user guide, "IAM JSON policy elements: Condition operators"."""
_OPERATOR = re.compile(r"(?:ForAllValues:|ForAnyValue:)?(?P<name>[A-Za-z]+?)(?:IfExists)?")


def _condition(item: Located, consumer: str, context: Context) -> dict[str, Any]:
    at = item.get("condition")
    if at is None:
        return {}
    for operator, block in at.items():
        match = _OPERATOR.fullmatch(operator)
        if match is None or match["name"] not in _OPERATORS:
            message = f"IAM has no condition operator `{operator}`"
            fix = did_you_mean(operator, _OPERATORS) or "write `StringEquals: {key: value}`, or another operator"
            raise OvrError(Finding("OVR3030", message, block.key_span, fix=fix))
        if not isinstance(block.value, dict) or not block.value:
            message = f"`{operator}` takes a mapping of condition keys"
            raise OvrError(Finding("OVR3030", message, block.span, fix=f"write `{operator}: {{aws:username: …}}`"))
    resolved: dict[str, Any] = resolve(at, consumer, context)
    return resolved


def _checked_sid(at: Located) -> str:
    if not re.fullmatch(r"[A-Za-z0-9]{1,128}", at.value):
        fixed = re.sub(r"[^A-Za-z0-9]", "", at.value)
        message = f"`{at.value}` is no statement ID: only letters and digits"
        raise OvrError(Finding("OVR3030", message, at.span, fix=f"write `{fixed}`" if fixed else None))
    return str(at.value)
