"""CloudFormation through boto3."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from ovr.adapters.aws import call
from ovr.deploy.port import (
    AwsFailure,
    ChangeSet,
    ChangeSetRequest,
    DeployedResource,
    DeployedStack,
    PropertyChange,
    ResourceChange,
    StackEvent,
)

Row = Mapping[str, Any]


class BotoCloudFormation:
    """Fills `CloudFormation`."""

    def __init__(self, client: Any) -> None:
        from botocore.handlers import json_decode_template_body

        # botocore reads a template's JSON and so loses its text
        client.meta.events.unregister("after-call.cloudformation.GetTemplate", json_decode_template_body)
        self.client = client

    def stack(self, name: str) -> DeployedStack | None:
        found = _or_none(lambda: call("DescribeStacks", lambda: self.client.describe_stacks(StackName=name)))
        return _stack(found["Stacks"][0]) if found else None

    def template(self, stack: str) -> str:
        return str(call("GetTemplate", lambda: self.client.get_template(StackName=stack))["TemplateBody"])

    def resources(self, stack: str) -> Sequence[DeployedResource]:
        return [
            DeployedResource(
                row["LogicalResourceId"],
                row.get("PhysicalResourceId", ""),
                row["ResourceType"],
                row["ResourceStatus"],
            )
            for row in self._rows("list_stack_resources", "StackResourceSummaries", StackName=stack)
        ]

    def change_sets(self, stack: str) -> Sequence[ChangeSet]:
        return [_change_set(row, ()) for row in self._rows("list_change_sets", "Summaries", StackName=stack)]

    def create_change_set(self, request: ChangeSetRequest) -> tuple[str, str]:
        optional = {
            "NotificationARNs": [*request.notification_arns],
            "RoleARN": request.role_arn,
            "OnStackFailure": request.on_failure,
            "Description": request.description,
        }
        made = call(
            "CreateChangeSet",
            lambda: self.client.create_change_set(
                StackName=request.stack,
                ChangeSetName=request.name,
                ChangeSetType=request.kind,
                ClientToken=request.token,
                TemplateURL=request.template_url,
                Parameters=[_parameter(name, value) for name, value in request.parameters.items()],
                Tags=[{"Key": key, "Value": value} for key, value in request.tags.items()],
                Capabilities=[*request.capabilities],
                IncludeNestedStacks=True,
                **{name: value for name, value in optional.items() if value},
            ),
        )
        return made["Id"], made["StackId"]

    def change_set(self, id: str) -> ChangeSet | None:
        changes: list[ResourceChange] = []
        token: dict[str, str] = {}
        while True:
            page = self._describe_change_set(id, token)
            if page is None:
                return None
            changes += [_resource_change(row["ResourceChange"]) for row in page["Changes"] if "ResourceChange" in row]
            if "NextToken" not in page:
                return _change_set(page, tuple(changes))
            token = {"NextToken": page["NextToken"]}

    def _describe_change_set(self, id: str, token: Mapping[str, str]) -> Any:
        ask = self.client.describe_change_set
        return _or_none(
            lambda: call("DescribeChangeSet", lambda: ask(ChangeSetName=id, IncludePropertyValues=True, **token))
        )

    def execute_change_set(self, id: str, token: str, *, disable_rollback: bool = False) -> None:
        more = {"DisableRollback": True} if disable_rollback else {}
        execute = self.client.execute_change_set
        call("ExecuteChangeSet", lambda: execute(ChangeSetName=id, ClientRequestToken=token, **more))

    def delete_change_set(self, id: str) -> None:
        _or_none(lambda: call("DeleteChangeSet", lambda: self.client.delete_change_set(ChangeSetName=id)))

    def delete_stack(self, stack: str, token: str) -> None:
        call("DeleteStack", lambda: self.client.delete_stack(StackName=stack, ClientRequestToken=token))

    def continue_rollback(self, stack: str, token: str, skip: Sequence[str] = ()) -> None:
        more = {"ResourcesToSkip": [*skip]} if skip else {}
        go_on = self.client.continue_update_rollback
        call("ContinueUpdateRollback", lambda: go_on(StackName=stack, ClientRequestToken=token, **more))

    def set_termination_protection(self, stack: str, on: bool) -> None:
        protect = self.client.update_termination_protection
        call("UpdateTerminationProtection", lambda: protect(StackName=stack, EnableTerminationProtection=on))

    def events(self, stack_id: str, since: str | None) -> Sequence[StackEvent]:
        """The events after `since`, oldest first; without it those since the last operation began."""
        found: list[StackEvent] = []
        ask, token = self.client.describe_stack_events, dict[str, str]()
        while True:
            page = call("DescribeStackEvents", partial(ask, StackName=stack_id, **token))
            for row in page["StackEvents"]:
                event = _event(row)
                if event.id == since:
                    return found[::-1]
                found.append(event)
                if since is None and _begins(event):
                    return found[::-1]
            if "NextToken" not in page:
                return found[::-1]
            token = {"NextToken": page["NextToken"]}

    def _rows(self, method: str, key: str, **query: str) -> list[Row]:
        ask = getattr(self.client, method)
        name = "".join(word.capitalize() for word in method.split("_"))
        rows: list[Row] = []
        while True:
            page = call(name, partial(ask, **query))
            rows += page[key]
            if "NextToken" not in page:
                return rows
            query = {**query, "NextToken": page["NextToken"]}


def _begins(event: StackEvent) -> bool:
    """Whether an operation on the whole stack begins with this event."""
    starts = ("CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS", "DELETE_IN_PROGRESS", "REVIEW_IN_PROGRESS")
    return event.physical_id == event.stack_id and event.status in starts


def _or_none(ask: Callable[[], Any]) -> Any:
    try:
        return ask()
    except AwsFailure as failure:
        if failure.kind == "missing":
            return None
        raise


def _parameter(name: str, value: str | None) -> dict[str, Any]:
    given: dict[str, Any] = {"UsePreviousValue": True} if value is None else {"ParameterValue": value}
    return {"ParameterKey": name, **given}


def _stack(row: Row) -> DeployedStack:
    updated = row.get("LastUpdatedTime") or row.get("CreationTime")
    return DeployedStack(
        name=row["StackName"],
        id=row["StackId"],
        status=row["StackStatus"],
        reason=row.get("StackStatusReason", ""),
        tags={tag["Key"]: tag["Value"] for tag in row.get("Tags", ())},
        parameters={each["ParameterKey"]: each.get("ParameterValue", "") for each in row.get("Parameters", ())},
        outputs={each["OutputKey"]: each["OutputValue"] for each in row.get("Outputs", ())},
        capabilities=tuple(row.get("Capabilities", ())),
        notification_arns=tuple(row.get("NotificationARNs", ())),
        role_arn=row.get("RoleARN"),
        parent_id=row.get("ParentId"),
        termination_protection=bool(row.get("EnableTerminationProtection")),
        updated=updated.timestamp() if updated else None,
    )


def _change_set(row: Row, changes: Sequence[ResourceChange]) -> ChangeSet:
    created = row.get("CreationTime")
    return ChangeSet(
        id=row["ChangeSetId"],
        name=row["ChangeSetName"],
        stack_id=row["StackId"],
        stack_name=row.get("StackName", ""),
        status=row["Status"],
        execution=row.get("ExecutionStatus", "UNAVAILABLE"),
        reason=row.get("StatusReason", ""),
        changes=changes,
        created=created.timestamp() if created else None,
    )


def _resource_change(row: Row) -> ResourceChange:
    return ResourceChange(
        action=row["Action"],
        logical_id=row["LogicalResourceId"],
        type=row["ResourceType"],
        physical_id=row.get("PhysicalResourceId", ""),
        replacement=row.get("Replacement", ""),
        policy_action=row.get("PolicyAction", ""),
        scope=tuple(row.get("Scope", ())),
        details=tuple(_property_change(each) for each in row.get("Details", ())),
        nested=row.get("ChangeSetId"),
    )


def _property_change(row: Row) -> PropertyChange:
    target = row.get("Target", {})
    return PropertyChange(
        attribute=target.get("Attribute", ""),
        name=target.get("Name", ""),
        path=target.get("Path", ""),
        recreation=target.get("RequiresRecreation", "Never"),
        evaluation=row.get("Evaluation", ""),
        source=row.get("ChangeSource", ""),
        cause=row.get("CausingEntity", ""),
        before=target.get("BeforeValue"),
        after=target.get("AfterValue"),
    )


def _event(row: Row) -> StackEvent:
    return StackEvent(
        id=row["EventId"],
        stack_id=row["StackId"],
        stack_name=row["StackName"],
        logical_id=row.get("LogicalResourceId", ""),
        physical_id=row.get("PhysicalResourceId", ""),
        type=row.get("ResourceType", ""),
        status=row.get("ResourceStatus", ""),
        reason=row.get("ResourceStatusReason", ""),
        time=row["Timestamp"].timestamp(),
        token=row.get("ClientRequestToken", ""),
    )
