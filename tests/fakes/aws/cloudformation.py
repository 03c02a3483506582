"""The CloudFormation Query API of the fake: each action as AWS's API reference says, on the stacks of a World."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from tests.fakes.aws.changes import fill
from tests.fakes.aws.state import ChangeSetState, StackState, change_set_arn
from tests.fakes.aws.values import ValidationError
from tests.fakes.aws.world import World, timestamp

PAGE = 20
"""How many rows one answer has."""
_UPDATABLE = {
    "CREATE_COMPLETE",
    "UPDATE_COMPLETE",
    "UPDATE_ROLLBACK_COMPLETE",
    "IMPORT_COMPLETE",
    "UPDATE_FAILED",
    "CREATE_FAILED",
}


class ApiError(Exception):
    """An error answer: HTTP status 400, AWS's code and words."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class CloudFormationApi:
    """Answers to actions. Each call moves running operations on by one event, so that time is calls."""

    def __init__(self, world: World) -> None:
        self.world = world

    def call(self, action: str, query: Mapping[str, Any]) -> dict[str, Any]:
        self.world.step()
        handler: Callable[[Mapping[str, Any]], dict[str, Any]] | None = getattr(self, f"_{action}", None)
        if handler is None:
            raise ApiError("InvalidAction", f"Could not find operation {action} for version 2010-05-15")
        try:
            return handler(query)
        except ValidationError as error:
            raise ApiError("ValidationError", str(error)) from None

    def _stack(self, name: str) -> StackState:
        stack = self.world.find(name)
        if stack is None:
            raise ApiError("ValidationError", f"Stack with id {name} does not exist")
        return stack

    def _DescribeStacks(self, query: Mapping[str, Any]) -> dict[str, Any]:
        if "StackName" in query:
            return {"Stacks": [_described(self._stack(query["StackName"]))]}
        present = [stack for stack in self.world.stacks.values() if stack.status != "DELETE_COMPLETE"]
        return _page([_described(stack) for stack in present], "Stacks", query)

    def _GetTemplate(self, query: Mapping[str, Any]) -> dict[str, Any]:
        stack = self._stack(query["StackName"])
        return {"TemplateBody": stack.text, "StagesAvailable": ["Original", "Processed"]}

    def _ListStackResources(self, query: Mapping[str, Any]) -> dict[str, Any]:
        rows = [
            {
                "LogicalResourceId": name,
                "PhysicalResourceId": resource.physical,
                "ResourceType": resource.type,
                "LastUpdatedTimestamp": timestamp(resource.updated),
                "ResourceStatus": resource.status,
            }
            for name, resource in self._stack(query["StackName"]).resources.items()
        ]
        return _page(rows, "StackResourceSummaries", query)

    def _DescribeStackEvents(self, query: Mapping[str, Any]) -> dict[str, Any]:
        return _page(self._stack(query["StackName"]).events[::-1], "StackEvents", query)

    def _ListChangeSets(self, query: Mapping[str, Any]) -> dict[str, Any]:
        stack = self._stack(query["StackName"])
        return _page([_summary(stack, each) for each in stack.change_sets.values()], "Summaries", query)

    def _CreateChangeSet(self, query: Mapping[str, Any]) -> dict[str, Any]:
        name, kind = query["ChangeSetName"], query.get("ChangeSetType", "UPDATE")
        stack = self.world.find(query["StackName"])
        present = next((c for c in stack.change_sets.values() if c.name == name), None) if stack else None
        if present is not None:
            if query.get("ClientToken") and present.token == query["ClientToken"]:
                return {"Id": present.id, "StackId": present.stack_id}
            raise ApiError("AlreadyExistsException", f"ChangeSet {name} already exists")
        stack = self._for_change_set(stack, kind, query["StackName"])
        template, text = self.world.read_template(query["TemplateURL"])
        parameters = {}
        for each in query.get("Parameters", []):
            key = each["ParameterKey"]
            if each.get("UsePreviousValue") == "true":
                declared = stack.template.get("Parameters", {}).get(key, {})
                if key not in stack.parameters and "Default" not in declared:
                    raise ApiError("ValidationError", f"Invalid input for parameter key {key}. no previous value")
                parameters[key] = stack.parameters.get(key) or declared["Default"]
            else:
                parameters[key] = each["ParameterValue"]
        self._check_parameters(template, parameters)
        self._check_capabilities(template, query)
        options = {key: query[key] for key in ("Tags", "Capabilities", "NotificationARNs", "RoleARN") if key in query}
        options["OnStackFailure"] = query.get("OnStackFailure", "ROLLBACK")
        token, arn = query.get("ClientToken", ""), change_set_arn(name)
        made = ChangeSetState(name, arn, stack.id, token, kind, template, text, parameters, options)
        stack.change_sets[made.id] = made
        return {"Id": made.id, "StackId": stack.id}

    def _for_change_set(self, stack: StackState | None, kind: str, name: str) -> StackState:
        if kind == "CREATE":
            if stack is not None and stack.status != "REVIEW_IN_PROGRESS":
                raise ApiError("ValidationError", f"Stack [{name}] already exists and cannot be created again")
            return stack or self.world.new_stack(name, "REVIEW_IN_PROGRESS")
        if stack is None:
            raise ApiError("ValidationError", f"Stack [{name}] does not exist")
        if stack.status not in _UPDATABLE:
            words = f"Stack:{stack.id} is in {stack.status} state and can not be updated."
            raise ApiError("ValidationError", words)
        return stack

    @staticmethod
    def _check_parameters(template: Mapping[str, Any], given: Mapping[str, str]) -> None:
        declared = template.get("Parameters", {})
        if unknown := [name for name in given if name not in declared]:
            raise ApiError("ValidationError", f"Parameters: [{', '.join(unknown)}] do not exist in the template")
        missing = [name for name, each in declared.items() if "Default" not in each and name not in given]
        if missing:
            raise ApiError("ValidationError", f"Parameters: [{', '.join(missing)}] must have values")

    @staticmethod
    def _check_capabilities(template: Mapping[str, Any], query: Mapping[str, Any]) -> None:
        text, given = json.dumps(template), query.get("Capabilities", [])
        if '"AWS::IAM::' in text and not {"CAPABILITY_IAM", "CAPABILITY_NAMED_IAM"} & {*given}:
            raise ApiError("InsufficientCapabilitiesException", "Requires capabilities : [CAPABILITY_IAM]")
        if template.get("Transform") and "CAPABILITY_AUTO_EXPAND" not in given:
            raise ApiError("InsufficientCapabilitiesException", "Requires capabilities : [CAPABILITY_AUTO_EXPAND]")

    def _change_set(self, query: Mapping[str, Any]) -> tuple[StackState, ChangeSetState]:
        wanted = query["ChangeSetName"]
        for stack in self.world.stacks.values():
            for made in stack.change_sets.values():
                if wanted == made.id or (wanted == made.name and query.get("StackName") in (stack.name, stack.id)):
                    return stack, made
        raise ApiError("ChangeSetNotFound", f"ChangeSet [{wanted}] does not exist")

    def _DescribeChangeSet(self, query: Mapping[str, Any]) -> dict[str, Any]:
        stack, made = self._change_set(query)
        if made.status == "CREATE_PENDING":
            made.status = "CREATE_IN_PROGRESS"
        elif made.status == "CREATE_IN_PROGRESS":
            fill(self.world, stack, made)
        changes = made.changes
        if query.get("IncludePropertyValues") != "true":
            changes = [_without_values(change) for change in changes]
        return {**_summary(stack, made), "ChangeSetName": made.name, **_page(changes, "Changes", query)}

    def _ExecuteChangeSet(self, query: Mapping[str, Any]) -> dict[str, Any]:
        stack, made = self._change_set(query)
        token = query.get("ClientRequestToken", "")
        if made.executed_with is not None and made.executed_with == token != "":
            return {}
        if made.execution != "AVAILABLE":
            state = f"execution status is {made.execution}"
            raise ApiError("InvalidChangeSetStatus", f"ChangeSet [{made.id}] cannot be executed: {state}")
        if stack.busy:
            raise ApiError("ValidationError", f"Stack:{stack.id} is in {stack.status} state and can not be updated.")
        made.execution, made.executed_with = "EXECUTE_IN_PROGRESS", token
        stack.token = token
        for option, attribute in _OPTIONS.items():
            if option in made.options:
                setattr(stack, attribute, made.options[option])
        keep = query.get("DisableRollback") == "true"
        on_failure = "DO_NOTHING" if keep else made.options["OnStackFailure"]
        stack.work = self._executed(stack, made, on_failure)
        return {}

    def _executed(self, stack: StackState, made: ChangeSetState, on_failure: str) -> Any:
        yield from self.world.deploy(stack, made.template, made.text, made.parameters, on_failure=on_failure)
        failed = "FAILED" in stack.status or "ROLLBACK" in stack.status
        made.execution = "EXECUTE_FAILED" if failed else "EXECUTE_COMPLETE"
        for each in self.world.stacks.values():
            if stack.id in (each.id, each.root):
                each.change_sets = {}

    def _DeleteChangeSet(self, query: Mapping[str, Any]) -> dict[str, Any]:
        try:
            _, made = self._change_set(query)
        except ApiError:
            return {}
        if made.execution == "EXECUTE_IN_PROGRESS":
            raise ApiError("InvalidChangeSetStatus", f"ChangeSet [{made.id}] is being executed")
        for each in self.world.stacks.values():
            each.change_sets = {k: c for k, c in each.change_sets.items() if made.id not in (c.id, c.root)}
            if each.parent and each.status == "REVIEW_IN_PROGRESS" and not each.change_sets:
                each.status = "DELETE_COMPLETE"
        return {}

    def _DeleteStack(self, query: Mapping[str, Any]) -> dict[str, Any]:
        stack = self.world.find(query["StackName"])
        if stack is None:
            return {}
        if stack.protected:
            words = f"Stack [{stack.name}] cannot be deleted while TerminationProtection is enabled"
            raise ApiError("ValidationError", words)
        stack.token = query.get("ClientRequestToken", "")
        stack.work = self.world.delete(stack)
        return {}

    def _ContinueUpdateRollback(self, query: Mapping[str, Any]) -> dict[str, Any]:
        stack = self._stack(query["StackName"])
        if stack.status != "UPDATE_ROLLBACK_FAILED":
            words = f"Stack:{stack.id} is in {stack.status} state and can not continue rollback."
            raise ApiError("ValidationError", words)
        stack.token = query.get("ClientRequestToken", "")
        stack.work = self.world.continue_rollback(stack, query.get("ResourcesToSkip", []))
        return {}

    def _UpdateTerminationProtection(self, query: Mapping[str, Any]) -> dict[str, Any]:
        stack = self._stack(query["StackName"])
        stack.protected = query["EnableTerminationProtection"] == "true"
        return {"StackId": stack.id}

    def _SetStackPolicy(self, query: Mapping[str, Any]) -> dict[str, Any]:
        self._stack(query["StackName"]).policy = json.loads(query["StackPolicyBody"])
        return {}


_OPTIONS = {
    "Tags": "tags",
    "Capabilities": "capabilities",
    "NotificationARNs": "notification_arns",
    "RoleARN": "role_arn",
}


def _described(stack: StackState) -> dict[str, Any]:
    declared = stack.template.get("Parameters", {})
    secret = {name for name, each in declared.items() if str(each.get("NoEcho", "")).lower() == "true"}
    values = {name: each["Default"] for name, each in declared.items() if "Default" in each} | stack.parameters
    shown = {name: "****" if name in secret else value for name, value in values.items() if name in declared}
    return {
        "StackName": stack.name,
        "StackId": stack.id,
        "StackStatus": stack.status,
        "StackStatusReason": stack.reason or None,
        "CreationTime": timestamp(stack.created),
        "LastUpdatedTime": timestamp(stack.updated) if stack.updated else None,
        "Tags": stack.tags,
        "Parameters": [{"ParameterKey": name, "ParameterValue": value} for name, value in shown.items()],
        "Outputs": [{"OutputKey": name, "OutputValue": value} for name, value in stack.outputs.items()],
        "Capabilities": stack.capabilities,
        "NotificationARNs": stack.notification_arns,
        "RoleARN": stack.role_arn,
        "ParentId": stack.parent,
        "RootId": stack.root,
        "EnableTerminationProtection": stack.protected,
        "DisableRollback": False,
    }


def _summary(stack: StackState, made: ChangeSetState) -> dict[str, Any]:
    return {
        "ChangeSetName": made.name,
        "ChangeSetId": made.id,
        "StackId": stack.id,
        "StackName": stack.name,
        "Status": made.status,
        "ExecutionStatus": made.execution,
        "StatusReason": made.reason or None,
        "CreationTime": timestamp(made.created),
        "ParentChangeSetId": made.parent,
        "RootChangeSetId": made.root,
        "IncludeNestedStacks": True,
    }


def _without_values(change: Mapping[str, Any]) -> dict[str, Any]:
    shown = {k: v for k, v in change["ResourceChange"].items() if k not in ("BeforeContext", "AfterContext")}
    hidden = ("BeforeValue", "AfterValue", "Path", "AttributeChangeType")
    shown["Details"] = [
        {**each, "Target": {k: v for k, v in each["Target"].items() if k not in hidden}}
        for each in shown.get("Details", [])
    ]
    return {"Type": "Resource", "ResourceChange": shown}


def _page(rows: list[dict[str, Any]], name: str, query: Mapping[str, Any]) -> dict[str, Any]:
    start = int(query.get("NextToken") or 0)
    more = start + PAGE < len(rows)
    return {name: rows[start : start + PAGE], "NextToken": str(start + PAGE) if more else None}
