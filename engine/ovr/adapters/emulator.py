"""The emulator's own process: `python -m ovr.adapters.emulator`, started by `local.py` and never imported by it.

It listens on a free port of loopback alone, which is the one line that it writes, and lives as long as its standard
input is open: however ovr ends, the emulator ends too, and saves what is deployed to STATE_DIR.

Some of ministack 1.5.33 is done otherwise: custom resources are answered here, so that no code of the base runs, types
that it does not have are stood in for, a resource that an update leaves alone keeps its attributes, and events say what
CloudFormation's say.
"""

from __future__ import annotations

import asyncio
import os
import socket
import sys
from typing import Any

from ovr.template.references import references

TABLE = "Custom::AmplifyDynamoDBTable"


def main() -> None:
    """Serves until standard input is closed."""
    listening = socket.create_server(("127.0.0.1", 0))
    port = listening.getsockname()[1]
    os.environ |= {"GATEWAY_PORT": str(port), "MINISTACK_HOST": "127.0.0.1"}  # which ministack reads as it is imported
    from hypercorn.asyncio import serve
    from hypercorn.config import Config
    from ministack.app import app

    answer_custom_resources()
    stand_in_for_unknown_types()
    leave_alone_what_is_the_same()
    tell_as_cloudformation()
    config = Config()
    config.bind = [f"fd://{listening.fileno()}"]
    config.loglevel = "ERROR"

    async def until_closed() -> None:
        print(port, flush=True)
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # nobody reads on
        await asyncio.to_thread(sys.stdin.read)

    asyncio.run(serve(app, config, shutdown_trigger=until_closed))


def answer_custom_resources() -> None:
    """What a custom resource's function would do is left undone, but for Amplify's tables: they are made."""
    from ministack.services.cloudformation import custom_resource

    custom_resource.invoke_custom_resource = _answer


def _answer(
    request: str,
    logical_id: str,
    properties: dict[str, Any],
    stack_name: str,
    stack_id: str,  # noqa: ARG001
    kind: str,
    physical_id: str = "",
    old_props: Any = None,
) -> tuple[str, dict[str, str]]:
    if kind != TABLE:
        return physical_id or f"{stack_name}-{logical_id}", _stub_attributes(stack_name, logical_id)
    from ministack.services import dynamodb
    from ministack.services.cloudformation import provisioners

    wanted = _capitalised(properties)
    if request == "Delete":
        provisioners._ddb_delete(physical_id, wanted)
        return physical_id, {}
    if request == "Update":
        was = _capitalised(old_props)
        name, made = provisioners._ddb_update(physical_id, was, wanted, stack_name, logical_id)
    else:
        name, made = provisioners._ddb_create(logical_id, wanted, stack_name)
    recovery = wanted.get("PointInTimeRecoverySpecification", {}).get("PointInTimeRecoveryEnabled")
    dynamodb._pitr_settings[name] = str(recovery).lower() == "true"
    return name, {"TableName": name, "TableArn": made["Arn"], "TableStreamArn": made.get("StreamArn", "")}


def _stub_attributes(stack_name: str, logical_id: str) -> dict[str, str]:
    """A value for each attribute that the template asks for."""
    from ministack.services import cloudformation

    asked = references(cloudformation._stacks[stack_name]["_template"])
    names = {each.attribute for each in asked if each.name == logical_id and each.attribute}
    return {name: f"arn:aws:local:::{logical_id}" if name.endswith("Arn") else logical_id for name in names}


def _capitalised(value: Any) -> Any:
    """The properties of Amplify's table named as those of AWS::DynamoDB::Table."""
    if isinstance(value, list):
        return [_capitalised(item) for item in value]
    if isinstance(value, dict):
        return {name[:1].upper() + name[1:]: _capitalised(item) for name, item in value.items()}
    return value


def stand_in_for_unknown_types() -> None:
    """A resource of a type that ministack does not have is a name and attributes, and nothing else."""
    from ministack.services.cloudformation import provisioners, stacks

    provision, known = provisioners._provision_resource, provisioners._RESOURCE_HANDLERS

    def made(kind: str, logical_id: str, properties: Any, stack_name: str) -> Any:
        if kind in known or not kind.startswith("AWS::") or kind.startswith("AWS::CloudFormation::"):
            return provision(kind, logical_id, properties, stack_name)
        return f"{stack_name}-{logical_id}", _stub_attributes(stack_name, logical_id)

    provisioners._provision_resource = stacks._provision_resource = made


def leave_alone_what_is_the_same() -> None:
    """An update of a nested stack forgets the attributes of what it leaves alone; these are those from before. What is
    left alone has no events."""
    from ministack.services import cloudformation
    from ministack.services.cloudformation import provisioners, stacks

    update, add = provisioners._update_resource, stacks._add_event
    same: set[tuple[str, str]] = set()

    def keeping(kind: str, id_: str, old: Any, new: Any, stack: str, logical_id: str = "", known: Any = None) -> Any:
        if old == new:
            same.add((stack, logical_id))
        if known is None:
            known = _held(stack, logical_id).get("Attributes", {})
        return update(kind, id_, old, new, stack, logical_id, known)

    def unless_same(stack_id: str, stack: str, name: str, kind: str, status: str, *said: str, **more: str) -> None:
        if status == "UPDATE_COMPLETE" and (stack, name) in same:
            same.remove((stack, name))
            cloudformation._stack_events[stack_id].pop()  # that it has begun
        else:
            add(stack_id, stack, name, kind, status, *said, **more)

    provisioners._update_resource = stacks._update_resource = keeping
    stacks._add_event = unless_same


def tell_as_cloudformation() -> None:
    """Events of what is there already say its physical ID, and those of nested stacks that they are rolled back."""
    from ministack.services.cloudformation import stacks

    add = stacks._add_event

    def naming(
        stack_id: str,
        stack: str,
        logical_id: str,
        kind: str,
        status: str,
        reason: str = "",
        physical_id: str = "",
        detailed_status: str = "",
    ) -> None:
        known = physical_id or _held(stack, logical_id).get("PhysicalResourceId", "")
        if known == stack_id and _is_rolled_back(stack):
            status = status.replace("UPDATE_", "UPDATE_ROLLBACK_")
        add(stack_id, stack, logical_id, kind, status, reason, known, detailed_status)

    stacks._add_event = naming


def _held(stack: str, logical_id: str) -> dict[str, Any]:
    """What is known of a deployed resource."""
    from ministack.services import cloudformation

    found: dict[str, Any] = cloudformation._stacks.get(stack, {}).get("_resources", {}).get(logical_id, {})
    return found


def _is_rolled_back(stack: str) -> bool:
    """Whether a nested stack is updated because a stack that it is in goes back to what it was."""
    from ministack.services import cloudformation

    above = cloudformation._stacks.get(stack, {}).get("_parent_stack_name")
    if above is None:
        return False
    status: str = cloudformation._stacks[above]["StackStatus"]
    return status.startswith("UPDATE_ROLLBACK") or _is_rolled_back(above)


if __name__ == "__main__":
    main()
