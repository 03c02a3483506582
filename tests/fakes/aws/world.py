"""The fake's stacks at work: creating, updating, rolling back, deleting, one step at a time.

Each rule is said in README.md with what it rests on. Nothing is compared with AWS itself.
"""

from __future__ import annotations

import copy
import json
import time
from collections.abc import Iterator, Mapping
from typing import Any

from tests.fakes.aws.state import ACCOUNT, REGION, Resource, StackState, stack_arn, unique
from tests.fakes.aws.values import Scope, ValidationError, waves

NESTED = "AWS::CloudFormation::Stack"
KEPT = {"Retain", "RetainExceptOnCreate"}
_NAMES = {
    "AWS::S3::Bucket": "BucketName",
    "AWS::DynamoDB::Table": "TableName",
    "AWS::SSM::Parameter": "Name",
    "AWS::IAM::Role": "RoleName",
    "AWS::Lambda::Function": "FunctionName",
    "AWS::Logs::LogGroup": "LogGroupName",
}
CREATE_ONLY: Mapping[str, frozenset[str]] = {
    "AWS::S3::Bucket": frozenset({"BucketName"}),
    "AWS::DynamoDB::Table": frozenset({"TableName"}),
    "AWS::SSM::Parameter": frozenset({"Name"}),
    "AWS::SQS::Queue": frozenset({"QueueName", "FifoQueue"}),
    "AWS::Lambda::Function": frozenset({"FunctionName", "PackageType"}),
    "AWS::IAM::Role": frozenset({"RoleName", "Path"}),
}
"""Properties whose update is a replacement, as the resource reference of each type says."""
_SSM_TYPES = ("String", "StringList", "SecureString")


class Failed(Exception):
    """A resource that could not be made."""


class World:
    """All that one account holds. `roles` may be taken; `unrollable` are logical IDs that cannot be brought back in a
    rollback."""

    def __init__(self) -> None:
        self.stacks: dict[str, StackState] = {}
        self.objects: dict[tuple[str, str], bytes] = {}
        self.parameters: dict[str, str] = {}
        self.roles: set[str] = set()
        self.live: dict[str, Resource] = {}
        self.unrollable: set[str] = set()
        self.pace = 0.0
        self._stepped = 0.0

    def find(self, name: str) -> StackState | None:
        """By ARN any stack, by name one that is not deleted."""
        for stack in self.stacks.values():
            if name == stack.id or (name == stack.name and stack.status != "DELETE_COMPLETE"):
                return stack
        return None

    def step(self) -> None:
        """Each running operation goes on by one event; with a pace, by as many as its time allows."""
        if not self.pace:
            self._go_on()
            return
        now = time.monotonic()
        if all(stack.work is None for stack in self.stacks.values()):
            self._stepped = now
        while self._stepped + self.pace <= now:
            self._stepped += self.pace
            self._go_on()

    def _go_on(self) -> None:
        for stack in [*self.stacks.values()]:
            if stack.work is not None and next(stack.work, self) is self:
                stack.work = None

    def new_stack(self, name: str, status: str, parent: StackState | None = None) -> StackState:
        stack = StackState(name, stack_arn(name), status)
        if parent is not None:
            stack.parent, stack.root = parent.id, parent.root or parent.id
        self.stacks[stack.id] = stack
        return stack

    def event(self, stack: StackState, logical: str, resource: Resource | None, status: str, reason: str = "") -> None:
        """Says what becomes of a resource; of the stack itself where there is none."""
        if resource is None:
            stack.status, stack.reason = status, reason
        else:
            resource.status, resource.reason, resource.updated = status, reason, time.time()
        root = self.stacks.get(stack.root or "", stack)
        stack.events.append(
            {
                "StackId": stack.id,
                "EventId": unique(),
                "StackName": stack.name,
                "LogicalResourceId": logical,
                "PhysicalResourceId": resource.physical if resource else stack.id,
                "ResourceType": resource.type if resource else NESTED,
                "Timestamp": timestamp(time.time()),
                "ResourceStatus": status,
                "ResourceStatusReason": reason,
                "ClientRequestToken": root.token,
            }
        )

    # what values mean

    def scope(self, stack: StackState, template: Mapping[str, Any], parameters: Mapping[str, str]) -> Scope:
        def ref(name: str) -> Any:
            if name in pseudo:
                return pseudo[name]
            if name in template.get("Parameters", {}):
                return self._parameter(template["Parameters"][name], name, parameters)
            if name in stack.resources:
                return stack.resources[name].physical
            if name in template.get("Resources", {}):
                return "{{changeSet:KNOWN_AFTER_APPLY}}"
            raise ValidationError(f"Template format error: Unresolved resource dependencies [{name}]")

        def attribute(name: str, attribute: str) -> Any:
            resource = stack.resources.get(name)
            if resource is None:
                if name not in template.get("Resources", {}):
                    raise ValidationError(f"Template error: Fn::GetAtt references undefined resource {name}")
                return "{{changeSet:KNOWN_AFTER_APPLY}}"
            if resource.type == NESTED:
                output = attribute.removeprefix("Outputs.")
                outputs = self.stacks[resource.physical].outputs
                if output not in outputs:
                    raise Failed(f"Output '{output}' not found in stack '{resource.physical}'")
                return outputs[output]
            arn = f"arn:aws:fake:{REGION}:{ACCOUNT}:{resource.physical}"
            return arn if attribute == "Arn" else f"{resource.physical}.{attribute}"

        pseudo = {
            "AWS::Region": REGION,
            "AWS::AccountId": ACCOUNT,
            "AWS::Partition": "aws",
            "AWS::URLSuffix": "amazonaws.com",
            "AWS::StackName": stack.name,
            "AWS::StackId": stack.id,
            "AWS::NotificationARNs": stack.notification_arns,
        }
        return Scope(template, ref, attribute)

    def _parameter(self, declared: Mapping[str, Any], name: str, given: Mapping[str, str]) -> Any:
        if name not in given and "Default" not in declared:
            raise ValidationError(f"Parameters: [{name}] must have values")
        value = given.get(name, declared.get("Default"))
        kind = str(declared.get("Type", "String"))
        if kind.startswith("AWS::SSM::Parameter::Value"):
            if value not in self.parameters:
                raise ValidationError(f"Unable to fetch parameters [{value}] from parameter store for this account.")
            value = self.parameters[str(value)]
        return str(value).split(",") if kind == "CommaDelimitedList" or "List<" in kind else str(value)

    def read_template(self, url: str) -> tuple[dict[str, Any], str]:
        """The template at an S3 URL, path style or virtual hosted."""
        place = url.split("://", 1)[-1]
        host, _, path = place.partition("/")
        if ".s3." in host or host.endswith(".s3.amazonaws.com"):
            bucket, key = host.split(".s3")[0], path
        else:
            bucket, _, key = path.partition("/")
        body = self.objects.get((bucket, key))
        if body is None:
            raise ValidationError("S3 error: Access Denied")
        return json.loads(body), body.decode()

    # operations: generators that stop after each event

    def deploy(
        self, stack: StackState, template: dict[str, Any], text: str, given: dict[str, str], *, on_failure: str
    ) -> Iterator[None]:
        """Creates or updates a root stack; `on_failure` is ROLLBACK, DO_NOTHING or DELETE."""
        verb = "CREATE" if stack.status == "REVIEW_IN_PROGRESS" else "UPDATE"
        before = self._snapshot(stack)
        left_over: list[Resource] = []
        self.event(stack, stack.name, None, f"{verb}_IN_PROGRESS", "User Initiated")
        yield
        try:
            yield from self._apply(stack, template, text, given, verb, left_over)
        except Failed as error:
            if on_failure == "DO_NOTHING":
                self.event(stack, stack.name, None, f"{verb}_FAILED", str(error))
                return
            yield from self._roll_back(stack, before, verb, str(error))
            if verb == "CREATE" and on_failure == "DELETE":
                yield from self.delete(stack)
            return
        if verb == "UPDATE":
            self.event(stack, stack.name, None, "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS")
            yield
            for resource in left_over:
                yield from self._discard(stack, resource)
        stack.updated = time.time() if verb == "UPDATE" else stack.updated
        self.event(stack, stack.name, None, f"{verb}_COMPLETE")

    def _apply(
        self,
        stack: StackState,
        template: dict[str, Any],
        text: str,
        given: Mapping[str, str],
        verb: str,
        left_over: list[Resource],
    ) -> Iterator[None]:
        stack.template, stack.text, stack.parameters = template, text, dict(given)
        scope = self.scope(stack, template, given)
        wanted = self.wanted(scope)
        gone = [name for name in stack.resources if name not in wanted]
        for wave in waves(wanted):
            pending = [name for name in wave if self._differs(stack, name, wanted[name], scope)]
            yield from self._wave(stack, pending, wanted, scope, left_over)
            for name in wave:
                if name not in pending:
                    stack.resources[name].body = wanted[name]
        for name in gone:
            left_over.append(stack.resources.pop(name))
        stack.outputs = {
            name: str(scope.value(output["Value"]))
            for name, output in template.get("Outputs", {}).items()
            if "Condition" not in output or scope.condition(output["Condition"])
        }

    def wanted(self, scope: Scope) -> dict[str, Any]:
        """The resources whose condition holds."""
        resources = scope.template.get("Resources", {})
        return {n: r for n, r in resources.items() if "Condition" not in r or scope.condition(r["Condition"])}

    def _differs(self, stack: StackState, name: str, body: Mapping[str, Any], scope: Scope) -> bool:
        old = stack.resources.get(name)
        return old is None or old.type != body["Type"] or old.properties != scope.value(body.get("Properties", {}))

    def _wave(
        self, stack: StackState, names: list[str], wanted: Mapping[str, Any], scope: Scope, left_over: list[Resource]
    ) -> Iterator[None]:
        verbs = {name: "UPDATE" if name in stack.resources else "CREATE" for name in names}
        for name in names:
            self.event(stack, name, self._shown(stack, name, wanted[name]), f"{verbs[name]}_IN_PROGRESS")
            yield
        for index, name in enumerate(names):
            try:
                yield from self._make(stack, name, wanted[name], scope, left_over)
            except (Failed, ValidationError) as error:
                self.event(stack, name, self._shown(stack, name, wanted[name]), f"{verbs[name]}_FAILED", str(error))
                for other in names[index + 1 :]:
                    word = "creation" if verbs[other] == "CREATE" else "update"
                    reason = f"Resource {word} cancelled"
                    self.event(stack, other, self._shown(stack, other, wanted[other]), f"{verbs[other]}_FAILED", reason)
                word = "create" if verbs[name] == "CREATE" else "update"
                raise Failed(f"The following resource(s) failed to {word}: [{', '.join(names[index:])}]. ") from None
            self.event(stack, name, stack.resources[name], f"{verbs[name]}_COMPLETE")
            yield

    def _shown(self, stack: StackState, name: str, body: Mapping[str, Any]) -> Resource:
        return stack.resources.get(name) or Resource(body["Type"], "", "", {}, {})

    def _make(
        self, stack: StackState, name: str, body: dict[str, Any], scope: Scope, left_over: list[Resource]
    ) -> Iterator[None]:
        properties, old, kind = scope.value(body.get("Properties", {})), stack.resources.get(name), body["Type"]
        if kind == NESTED:
            yield from self._nested(stack, name, body, properties, left_over)
            return
        if kind == "AWS::SSM::Parameter" and properties.get("Type") not in _SSM_TYPES:
            raise Failed(f"Value '{properties.get('Type')}' at 'type' failed to satisfy constraint")
        if old is not None and not self.replaces(old, kind, properties):
            old.properties, old.body = properties, body
            return
        physical = str(properties.get(_NAMES.get(kind, ""), "")) or f"{stack.name}-{name}-{unique()[-12:]}"
        if physical in self.live:
            raise Failed(f"{physical} already exists")
        if old is not None:
            left_over.append(old)
        stack.resources[name] = self.live[physical] = Resource(kind, physical, "", properties, body)

    @staticmethod
    def replaces(old: Resource, kind: str, properties: Mapping[str, Any]) -> bool:
        """Whether CloudFormation makes a new resource of this change."""
        fixed = CREATE_ONLY.get(kind, frozenset())
        return old.type != kind or any(old.properties.get(name) != properties.get(name) for name in fixed)

    def _nested(
        self,
        parent: StackState,
        name: str,
        body: dict[str, Any],
        properties: dict[str, Any],
        left_over: list[Resource],
    ) -> Iterator[None]:
        template, text = self.read_template(properties["TemplateURL"])
        old = parent.resources.get(name)
        if old is None:
            child = self.reviewed(parent, name) or self.new_stack(
                f"{parent.name}-{name}-{unique()[-6:]}", "CREATE_IN_PROGRESS", parent
            )
            child.change_sets = {}
            parent.resources[name] = old = Resource(NESTED, child.id, "CREATE_IN_PROGRESS", {}, body)
            verb = "CREATE"
            self.event(parent, name, old, "CREATE_IN_PROGRESS", "Resource creation Initiated")
        else:
            child, verb = self.stacks[old.physical], "UPDATE"
        self.event(child, child.name, None, f"{verb}_IN_PROGRESS")
        yield
        try:
            given = {key: _text(value) for key, value in properties.get("Parameters", {}).items()}
            yield from self._apply(child, template, text, given, verb, left_over)
        except (Failed, ValidationError) as error:
            self.event(child, child.name, None, f"{verb}_FAILED", str(error))
            word = "created" if verb == "CREATE" else "updated"
            raise Failed(f"Embedded stack {child.id} was not successfully {word}: {error}") from None
        self.event(child, child.name, None, f"{verb}_COMPLETE")
        old.properties, old.body = properties, body
        yield

    def reviewed(self, parent: StackState, name: str) -> StackState | None:
        """The stack that a change set has made for a nested stack to come."""
        under_review = (s for s in self.stacks.values() if s.parent == parent.id and s.status == "REVIEW_IN_PROGRESS")
        return next((stack for stack in under_review if stack.name == f"{parent.name}-{name}"), None)

    # undoing

    def _snapshot(self, stack: StackState) -> dict[str, Any]:
        nested = [self.stacks[r.physical] for r in stack.resources.values() if r.type == NESTED]
        return {
            "template": stack.template,
            "text": stack.text,
            "parameters": dict(stack.parameters),
            "outputs": dict(stack.outputs),
            "resources": {name: copy.copy(resource) for name, resource in stack.resources.items()},
            "nested": {child.id: self._snapshot(child) for child in nested},
        }

    def _roll_back(self, stack: StackState, before: dict[str, Any], verb: str, reason: str) -> Iterator[None]:
        prefix = "ROLLBACK" if verb == "CREATE" else "UPDATE_ROLLBACK"
        self.event(stack, stack.name, None, f"{prefix}_IN_PROGRESS", reason)
        yield
        stuck = yield from self._restore(stack, before)
        if stuck:
            failed = f"The following resource(s) failed to update: [{', '.join(stuck)}]. "
            self.event(stack, stack.name, None, "UPDATE_ROLLBACK_FAILED", failed)
            stack.before_failure = before
            return
        if verb == "UPDATE":
            self.event(stack, stack.name, None, "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS")
            yield
        self.event(stack, stack.name, None, f"{prefix}_COMPLETE")

    def _restore(self, stack: StackState, before: dict[str, Any]) -> Iterator[None]:
        """Brings back what was; gives the logical IDs that cannot be."""
        stuck: list[str] = []
        for name, now in [*stack.resources.items()]:
            old = before["resources"].get(name)
            if now.type == NESTED and old is not None and now.physical in before["nested"]:
                child = self.stacks[now.physical]
                if child.template is not before["nested"][child.id]["template"] or child.status.endswith("FAILED"):
                    self.event(child, child.name, None, "UPDATE_ROLLBACK_IN_PROGRESS")
                    yield
                    stuck += yield from self._restore(child, before["nested"][child.id])
                    self.event(child, child.name, None, "UPDATE_ROLLBACK_COMPLETE")
                stack.resources[name] = old
            elif old is None:
                yield from self._discard(stack, now, name, always=True)
            elif now.properties != old.properties:
                if name in self.unrollable:
                    stuck.append(name)
                    self.event(stack, name, now, "UPDATE_FAILED", "Resource update failed in rollback")
                    yield
                    continue
                if now.physical != old.physical:
                    self.live.pop(now.physical, None)
                self.event(stack, name, now, "UPDATE_IN_PROGRESS")
                yield
                stack.resources[name] = self.live[old.physical] = old
                self.event(stack, name, old, "UPDATE_COMPLETE")
                yield
            else:
                stack.resources[name] = old
        for name in [name for name in stack.resources if name not in before["resources"]]:
            del stack.resources[name]
        for name, old in before["resources"].items():
            stack.resources.setdefault(name, old)
        stack.template, stack.text = before["template"], before["text"]
        stack.parameters, stack.outputs = before["parameters"], before["outputs"]
        return stuck

    def continue_rollback(self, stack: StackState, skip: list[str]) -> Iterator[None]:
        before = stack.before_failure
        self.unrollable -= {name.rpartition(".")[2] for name in skip}
        yield from self._roll_back(stack, before, "UPDATE", "")

    def _discard(
        self, stack: StackState, resource: Resource, name: str = "", *, always: bool = False
    ) -> Iterator[None]:
        """Deletes a resource that is not needed any more, unless its policy keeps it."""
        name = name or next((n for n, r in stack.resources.items() if r is resource), resource.physical)
        replaced = name in stack.resources and stack.resources[name] is not resource
        policy = resource.body.get("UpdateReplacePolicy" if replaced else "DeletionPolicy", "Delete")
        if policy in KEPT and not (always and policy == "RetainExceptOnCreate"):
            self.event(stack, name, resource, "DELETE_SKIPPED")
            yield
            return
        self.event(stack, name, resource, "DELETE_IN_PROGRESS")
        yield
        if resource.type == NESTED:
            yield from self.delete(self.stacks[resource.physical])
        self.live.pop(resource.physical, None)
        self.event(stack, name, resource, "DELETE_COMPLETE")
        yield

    def delete(self, stack: StackState) -> Iterator[None]:
        self.event(stack, stack.name, None, "DELETE_IN_PROGRESS", "User Initiated")
        yield
        for name, resource in reversed([*stack.resources.items()]):
            yield from self._discard(stack, resource, name)
        stack.resources = {}
        self.event(stack, stack.name, None, "DELETE_COMPLETE")


def timestamp(seconds: float) -> str:
    """A time as the Query API writes it."""
    return f"{time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(seconds))}.{int(seconds * 1000) % 1000:03}Z"


def _text(value: Any) -> str:
    """A parameter's value as CloudFormation hands it to a nested stack."""
    if isinstance(value, list):
        return ",".join(map(str, value))
    return str(value).lower() if isinstance(value, bool) else str(value)
