"""`!Secret NAME` as Amplify's `secret()` has it in a function's environment.

Sources: @aws-amplify/backend-function `function_env_translator.ts`, @aws-amplify/platform-core
`parameter_path_conversions.ts` and `backend_identifier_conversions.ts`; the statement's place: CDK_NAMING.md §5.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from ovr.compile.default_policies import default_policy
from ovr.compile.late_policies import ACTION, STATEMENTS, is_late_statement
from ovr.errors import Finding, OvrError, Severity
from ovr.knowledge.environment import Config, read_config
from ovr.language.values import Tagged
from ovr.spans import Span
from ovr.template import pointer
from ovr.template.diff import same
from ovr.template.operations import Op, Operation
from ovr.template.pointer import Json
from ovr.template.tree import Node, StackTree

_NAME = re.compile(r"[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)*")
"""AWS Systems Manager user guide, "Parameter name requirements"."""
_STACK = re.compile(r"amplify-([A-Za-z0-9]+)-([A-Za-z0-9]+)-(sandbox|branch|standalone)-([0-9a-f]{10})")


@dataclass(frozen=True, slots=True)
class Secret:
    """Where Amplify keeps a secret: for this backend alone, and for all of the app's."""

    path: str
    shared: str

    def entry(self) -> dict[str, str]:
        return {"path": self.path, "sharedPath": self.shared}


def write_config(config: Config) -> str:
    return json.dumps(config, separators=(",", ":"), ensure_ascii=False)


def find_secret(tag: Tagged, tree: StackTree, notes: list[Finding]) -> Secret:
    """The places of the secret that a tag names.

    Raises OvrError OVR3010 for what is no name of one, OVR3025 in a base that is no backend of Amplify Gen 2. Where
    the app's own name cannot be told for certain, a note says so.
    """
    name = tag.value
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        message = "`!Secret` takes the name of a secret: letters, digits, `_`, `.` and `-`"
        fix = "for instance `!Secret API_KEY`, set by `npx ampx sandbox secret set API_KEY`"
        raise OvrError(Finding("OVR3010", message, tag.span, fix=fix))
    backend = _STACK.fullmatch(tree.name)
    if backend is None:
        message = f"`!Secret` names a secret of Amplify, and `{tree.name}` is not a backend of Amplify Gen 2"
        fix = "use a dynamic reference: `'{{resolve:secretsmanager:NAME}}'`"
        raise OvrError(Finding("OVR3025", message, tag.span, fix=fix))
    app, certain = _app(backend, tree)
    secret = Secret("/amplify/{}/{}-{}-{}/".format(*backend.groups()) + name, f"/amplify/shared/{app}/{name}")
    if not certain and (note := _uncertain(secret, tag.span)) not in notes:
        notes.append(note)
    return secret


def _app(backend: re.Match[str], tree: StackTree) -> tuple[str, bool]:
    """The app's name as shared secrets have it, and whether that is certain.

    The stack's name has it without special characters, beside a hash of what they were; a branch's is an ID, which
    has none. Other functions of the base may have it too.
    """
    app, name, kind, digest = backend.groups()
    if kind == "branch" or hashlib.sha512(f"{app}{name}".encode()).hexdigest().startswith(digest):
        return app, True
    for variable in _known(tree):
        shared = variable.get("sharedPath") if isinstance(variable, dict) else None
        if isinstance(shared, str) and (found := re.match(r"/amplify/shared/(.+?)/[^/]+$", shared)):
            return found[1], True
    return app, False


def _known(tree: StackTree) -> Iterator[Any]:
    for stack in tree.stacks.values():
        for resource in stack.resources.values():
            variables = pointer.get(resource, ("Properties", "Environment", "Variables"))
            if isinstance(variables, dict):
                yield from (read_config(variables) or {}).values()


def _uncertain(secret: Secret, span: Span) -> Finding:
    return Finding(
        "OVR3025",
        "whether a secret shared by all sandboxes of the app is found is not certain",
        span,
        details=(f"it is looked for at {secret.shared}; the app's full name is not in the base",),
        fix="set it for this sandbox: `npx ampx sandbox secret set`",
        severity=Severity.NOTE,
    )


class SecretAccess:
    """Collects which functions may read which secrets, and writes it last, as Amplify does."""

    def __init__(self, override: int) -> None:
        self._cause = Operation("", "add", (), override=override, kind="environment", derived=True)
        self._needed: dict[tuple[str, str], tuple[list[Json], Span]] = {}

    def allow(self, node: Node, resource: Mapping[str, Json], secrets: list[Secret], span: Span) -> None:
        """Lets a function read secrets. Raises OvrError OVR3004 where its role is not beside it."""
        role = pointer.get(resource, ("Properties", "Role", "Fn::GetAtt"))
        if not (isinstance(role, list) and len(role) == 2 and role[1] == "Arn" and isinstance(role[0], str)):
            message = f"the role of `{node.name}` is not in its stack, so it cannot be allowed to read the secret"
            fix = "let the role do `ssm:GetParameters` yourself, and read the parameter in the function's code"
            raise OvrError(Finding("OVR3004", message, span, fix=fix))
        arns, _ = self._needed.setdefault((node.stack, role[0]), ([], span))
        arns += [_arn(path) for secret in secrets for path in (secret.path, secret.shared)]

    def operations(self, tree: StackTree) -> list[Operation]:
        """What the roles' default policies need in the tree as the entry itself left it.

        A policy made for this alone is a late one: nothing depends on it, nor has it deletion policies.
        """
        made = []
        for (stack, role), (arns, span) in self._needed.items():
            logical_id, policy = default_policy(tree, tree.stacks[stack], role)
            before = pointer.get(policy, STATEMENTS)
            after = _with_access(before, arns)
            path = ("Resources", logical_id, *STATEMENTS)
            value: Json = after
            op: Op = "replace"
            if logical_id not in tree.stacks[stack].resources:
                document = {**policy["Properties"]["PolicyDocument"], "Statement": after}
                op, path = "add", path[:2]
                value = {**policy, "Properties": {**policy["Properties"], "PolicyDocument": document}}
            if not same(before, after):
                made.append(replace(self._cause, stack=stack, op=op, path=path, value=value, span=span))
        return made


def _with_access(statements: Json, arns: list[Json]) -> list[Json]:
    """A policy's statements with access to these parameters: in Amplify's own statement, which is the last."""
    before = statements if isinstance(statements, list) else [statements]
    own, resources = before[-1:] if before and is_late_statement(before[-1]) else [], []
    if own:
        present = own[0].get("Resource")
        resources = list(present) if isinstance(present, list) else [present]
    resources += [arn for n, arn in enumerate(arns) if arn not in resources and arn not in arns[:n]]
    statement = {"Action": ACTION, "Effect": "Allow", "Resource": resources}
    return [*before[: len(before) - len(own)], statement]


def _arn(path: str) -> Json:
    account = [":ssm:", {"Ref": "AWS::Region"}, ":", {"Ref": "AWS::AccountId"}, f":parameter{path}"]
    return {"Fn::Join": ["", ["arn:", {"Ref": "AWS::Partition"}, *account]]}
