"""Where statements go: into the default policy of a role, which is made if missing (CDK_NAMING.md §5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ovr.compile.context import Context, Writer
from ovr.compile.default_policies import default_policy
from ovr.compile.late_policies import STATEMENTS, is_late_policy, is_late_statement
from ovr.errors import Finding, OvrError
from ovr.knowledge.icu import icu_key
from ovr.language.values import Located
from ovr.spans import Span
from ovr.template import pointer
from ovr.template.naming import construct_path
from ovr.template.operations import Operation
from ovr.template.pointer import MISSING, Json, Tokens
from ovr.template.tree import Node

_WAITING_TYPES = ("AWS::Lambda::Function", "AWS::StepFunctions::StateMachine")
"""What waits for the policies of its role: functions and state machines, not AppSync's data sources."""

Added = Sequence[tuple[Json, Located]]
"""Statements, each with the item of `grant` that asks for it."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Where the user wrote what stands in statements: `depth` tokens lead to them, an index picks one of several."""

    items: tuple[Located, ...]
    depth: int

    def span(self, path: Tokens, *, key: bool) -> Span:
        index = path[self.depth] if len(path) > self.depth else "0"
        item = self.items[int(index) if len(self.items) > 1 else 0]
        for member, name in (("Action", "actions"), ("Resource", "on"), ("Condition", "condition"), ("Sid", "sid")):
            if path[self.depth + 1 : self.depth + 2] == (member,) and name in item:
                at, rest = item[name], path[self.depth + 2 :]
                picked = bool(rest) and isinstance(at.value, list) and rest[0].isdecimal()
                several = list(at) if picked else []
                at = several[int(rest[0])] if picked and int(rest[0]) < len(several) else at
                return at.key_span if key else at.span
        return item.span


@dataclass(frozen=True, slots=True)
class Placement:
    """The default policy of a role in the tree: `resource` as it stands there, or as it is to be made."""

    role: Node
    logical_id: str
    resource: dict[str, Json]
    exists: bool

    @property
    def statements(self) -> list[Json]:
        """The statements it has; one that stands alone as a list of one."""
        found = pointer.get(self.resource, STATEMENTS)
        return list(found) if isinstance(found, list) else [] if found is MISSING else [found]


def placement(role: Node, context: Context, span: Span) -> Placement:
    """Where the statements of a role go. Raises OvrError OVR3009 where something else has the policy's logical ID."""
    stack = context.stack(role)
    logical_id, policy = default_policy(context.tree, stack, role.logical_id)
    there = stack.resources.get(logical_id)
    if there is not None and there.get("Type") != "AWS::IAM::Policy":
        message = f"the default policy of `{role.name}` would be called `{logical_id}`, which is taken"
        raise OvrError(Finding("OVR3009", message, span, fix="rename the other resource with `logicalId`"))
    return Placement(role, logical_id, policy if there is None else there, there is not None)


def add_statements(at: Placement, added: Added, write: Writer, context: Context) -> list[Operation]:
    """What adds statements to a default policy, makes it where there is none, and lets functions wait for it."""
    if not added:
        return []
    stack, place = at.role.stack, ("Resources", at.logical_id)
    if not at.exists:
        made = _made(at, [statement for statement, _ in added], context)
        written = Asked(tuple(item for _, item in added), len(place) + len(STATEMENTS))
        operation = write(stack, "add", place, made, span=added[0][1].span, written=written)
        return [operation, *_dependencies(at, write, context)]
    operations = _insertions(at, added, write)
    if is_late_policy(at.resource):
        for name in ("UpdateReplacePolicy", "DeletionPolicy") if context.base.sandbox else ():
            if name not in at.resource:
                operations.append(write(stack, "add", (*place, name), "Delete", derived=True))
        operations += _dependencies(at, write, context)
    return operations


def _insertions(at: Placement, added: Added, write: Writer) -> list[Operation]:
    """Behind all statements, but before the one that Amplify adds late."""
    place = ("Resources", at.logical_id, *STATEMENTS)
    there = at.statements
    if not isinstance(pointer.get(at.resource, STATEMENTS), list):
        statements = [*there, *(statement for statement, _ in added)]
        return [write(at.role.stack, "add", place, statements, span=added[0][1].span)]
    late = bool(there) and is_late_statement(there[-1])
    operations = []
    for n, (statement, item) in enumerate(added):
        path = (*place, str(len(there) - 1 + n) if late else "-")
        written = Asked((item,), len(place))
        operations.append(write(at.role.stack, "add", path, statement, span=item.span, written=written))
    return operations


def _made(at: Placement, statements: list[Json], context: Context) -> dict[str, Json]:
    """A new policy: it is there when its role is, and in a sandbox deleted with the stack."""
    properties = at.resource["Properties"]
    document = {**properties["PolicyDocument"], "Statement": statements}
    made = {**at.resource, "Properties": {**properties, "PolicyDocument": document}}
    owner = context.resource(at.role)
    if "Condition" in owner:
        made["Condition"] = owner["Condition"]
    if context.base.sandbox:
        made |= {"UpdateReplacePolicy": "Delete", "DeletionPolicy": "Delete"}
    return made


def _dependencies(at: Placement, write: Writer, context: Context) -> list[Operation]:
    """Functions and state machines that wait for the role wait for its policy too, sorted as CDK sorts."""
    resources = context.stack(at.role).resources

    def order(logical_id: str) -> tuple[tuple[int, ...], tuple[bool, ...]]:
        resource = at.resource if logical_id == at.logical_id else resources.get(logical_id) or {}
        return icu_key(construct_path(resource) or logical_id)

    operations = []
    for logical_id, resource in resources.items():
        present = resource.get("DependsOn", [])
        before = [present] if isinstance(present, str) else present if isinstance(present, list) else []
        waits = resource.get("Type") in _WAITING_TYPES and at.role.logical_id in before
        if waits and at.logical_id not in before:
            after = sorted([*before, at.logical_id], key=order)
            place = ("Resources", logical_id, "DependsOn")
            operations.append(write(at.role.stack, "replace", place, after, derived=True))
    return operations
