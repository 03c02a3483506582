"""What the services themselves say of resources that a deployment has changed: the proof that it came about.

Each reader asks for one resource and gives what the service holds under the names that CloudFormation gives to it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from ovr.adapters.aws import AwsSession, Client, call
from ovr.adapters.deployable import deployed_template
from ovr.deploy.port import AwsFailure
from ovr.template.pointer import Json, Tokens, get
from ovr.template.tree import ROOT

if TYPE_CHECKING:
    from ovr.plan import Plan
    from ovr.template.changes import ElementChange

Properties = Mapping[str, Any]
Read = Callable[[Client, str, Properties], Properties]
"""(client, physical ID, properties in the template) → properties as the service has them."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One value that the service was asked for: `path` leads to it in `held`, what the service has of the resource
    under the names of the template. `planned` is what the template says, which may be a reference; `failure` is why the
    service did not answer."""

    name: str
    type: str
    service: str
    path: Tokens
    planned: Json
    held: Json
    failure: str = ""

    @property
    def found(self) -> Json:
        """The value, or MISSING where the service has none."""
        return get(self.held, self.path)


def _user_pool(client: Client, id_: str, _: Properties) -> Properties:
    pool = call("DescribeUserPool", lambda: client.describe_user_pool(UserPoolId=id_))["UserPool"]
    return {**pool, "Schema": pool.get("SchemaAttributes"), "UserPoolName": pool.get("Name")}


def _user_pool_client(client: Client, id_: str, _: Properties) -> Properties:
    ask = client.describe_user_pool_client
    for pool in call("ListUserPools", lambda: client.list_user_pools(MaxResults=60))["UserPools"]:
        try:
            found = call("DescribeUserPoolClient", lambda: ask(UserPoolId=pool["Id"], ClientId=id_))  # noqa: B023
        except AwsFailure:
            continue
        return dict(found["UserPoolClient"])
    return {}


def _identity_pool(client: Client, id_: str, written: Properties) -> Properties:
    pool = call("DescribeIdentityPool", lambda: client.describe_identity_pool(IdentityPoolId=id_))
    return {**pool, "IdentityPoolTags": _tags(pool.get("IdentityPoolTags", {}), written.get("IdentityPoolTags"))}


def _tags(held: Mapping[str, str], written: Any) -> list[Json]:
    """Tags in the order of the template, which services do not keep."""
    order = [tag.get("Key") for tag in written or () if isinstance(tag, dict)]
    keys = sorted(held, key=lambda key: order.index(key) if key in order else len(order))
    return [{"Key": key, "Value": held[key]} for key in keys]


def _function(client: Client, id_: str, _: Properties) -> Properties:
    found = call("GetFunctionConfiguration", lambda: client.get_function_configuration(FunctionName=id_))
    layers = [layer["Arn"] for layer in found.get("Layers", ())]
    return {**found, "Layers": layers, "TracingConfig": found.get("TracingConfig")}


def _role(client: Client, id_: str, written: Properties) -> Properties:
    role = call("GetRole", lambda: client.get_role(RoleName=id_))["Role"]
    attached = call("ListAttachedRolePolicies", lambda: client.list_attached_role_policies(RoleName=id_))
    tags = _tags({tag["Key"]: tag["Value"] for tag in role.get("Tags", ())}, written.get("Tags"))
    return {**role, "Tags": tags, "ManagedPolicyArns": [each["PolicyArn"] for each in attached["AttachedPolicies"]]}


def _policy(client: Client, id_: str, written: Properties) -> Properties:
    """An inline policy, which its role has by its name."""
    name = written.get("PolicyName", id_)
    for role in _pages(client, "list_roles", "Roles"):
        try:
            found = call("GetRolePolicy", lambda: client.get_role_policy(RoleName=role["RoleName"], PolicyName=name))  # noqa: B023
        except AwsFailure:
            continue
        document = found["PolicyDocument"]
        return {**found, "PolicyDocument": json.loads(unquote(document)) if isinstance(document, str) else document}
    return {}


def _pages(client: Client, method: str, key: str) -> Iterator[Any]:
    pages = client.get_paginator(method).paginate()
    yield from call(method, lambda: [row for page in pages for row in page[key]])


def _bucket(client: Client, id_: str, _: Properties) -> Properties:
    versioning = call("GetBucketVersioning", lambda: client.get_bucket_versioning(Bucket=id_))
    found: dict[str, Any] = {"VersioningConfiguration": {"Status": versioning.get("Status")}}
    return found


def _table(client: Client, id_: str, _: Properties) -> Properties:
    table = call("DescribeTable", lambda: client.describe_table(TableName=id_))["Table"]
    backups = call("DescribeContinuousBackups", lambda: client.describe_continuous_backups(TableName=id_))
    state = backups["ContinuousBackupsDescription"].get("PointInTimeRecoveryDescription", {})
    enabled = state.get("PointInTimeRecoveryStatus") == "ENABLED"
    billing = table.get("BillingModeSummary", {}).get("BillingMode", "PROVISIONED")
    return {
        **table,
        "BillingMode": billing,
        "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": enabled},
    }


def _amplify_table(client: Client, id_: str, written: Properties) -> Properties:
    """Amplify's own table, whose properties begin with small letters."""
    return dict(_uncapitalised(_table(client, id_, written)))


def _uncapitalised(value: Any) -> Any:
    if isinstance(value, list):
        return [_uncapitalised(item) for item in value]
    if isinstance(value, dict):
        return {name[:1].lower() + name[1:]: _uncapitalised(item) for name, item in value.items()}
    return value


def _parameter(client: Client, id_: str, _: Properties) -> Properties:
    parameter = call("GetParameter", lambda: client.get_parameter(Name=id_))["Parameter"]
    ask = client.list_tags_for_resource
    tags = call("ListTagsForResource", lambda: ask(ResourceType="Parameter", ResourceId=id_))["TagList"]
    return {**parameter, "Tags": {tag["Key"]: tag["Value"] for tag in tags if not tag["Key"].startswith("aws:")}}


READERS: Mapping[str, tuple[str, Read]] = {
    "AWS::Cognito::UserPool": ("cognito-idp", _user_pool),
    "AWS::Cognito::UserPoolClient": ("cognito-idp", _user_pool_client),
    "AWS::Cognito::IdentityPool": ("cognito-identity", _identity_pool),
    "AWS::Lambda::Function": ("lambda", _function),
    "AWS::IAM::Role": ("iam", _role),
    "AWS::IAM::Policy": ("iam", _policy),
    "AWS::S3::Bucket": ("s3", _bucket),
    "AWS::DynamoDB::Table": ("dynamodb", _table),
    "Custom::AmplifyDynamoDBTable": ("dynamodb", _amplify_table),
    "AWS::SSM::Parameter": ("ssm", _parameter),
}
"""Type → (service, how to ask it)."""


def read_back(session: AwsSession, plan: Plan, stack_name: str) -> Iterator[Seen]:
    """What the plan changed, as it is now: values of resources whose type has a reader, policies of resources of any
    type as CloudFormation has them. Secrets are left out. Raises AwsFailure where CloudFormation does not answer."""
    stacks = _Stacks(session, plan, stack_name)
    for element in (element for stack in plan.stacks for element in stack.elements):
        if element.section == "Resources" and element.action != "remove":
            yield from _seen(session, stacks, element)


def _seen(session: AwsSession, stacks: _Stacks, element: ElementChange) -> Iterator[Seen]:
    name = element.name or element.id
    paths = list(_paths(element))
    policies = [(path, planned) for path, planned in paths if path[0] in _POLICIES]
    if policies:
        held = stacks.template(element.stack)["Resources"][element.id]
        for path, planned in policies:
            yield Seen(name, element.type, "cloudformation", path, planned, held)
    values = [(path[1:], planned) for path, planned in paths if path[0] == "Properties" and len(path) > 1]
    if values and element.type in READERS:
        service, read = READERS[element.type]
        written = stacks.plan.result.stacks[element.stack].resources[element.id].get("Properties", {})
        held, failure = _read(read, session.client(service), stacks.physical_id(element.stack, element.id), written)
        for path, planned in values:
            yield Seen(name, element.type, service, path, planned, held, failure)


def _read(read: Read, client: Client, id_: str, written: Properties) -> tuple[Any, str]:
    try:
        return read(client, id_, written), ""
    except AwsFailure as failure:
        return {}, failure.message


_POLICIES = ("DeletionPolicy", "UpdateReplacePolicy")


def _paths(element: ElementChange) -> Iterator[tuple[Tokens, Json]]:
    """The values to look at, with what is planned; of an added resource each of its properties."""
    for change in element.changes:
        if change.masked or change.via:
            continue
        if change.path:
            yield change.path, change.after
        else:
            yield from ((("Properties", name), value) for name, value in change.after.get("Properties", {}).items())


class _Stacks:
    """The deployed tree, asked only for what is needed."""

    def __init__(self, session: AwsSession, plan: Plan, stack_name: str) -> None:
        self.plan = plan
        self._cloudformation = session.cloudformation
        self._ids = {ROOT: stack_name}
        self._resources: dict[str, dict[str, str]] = {}

    def physical_id(self, path: str, logical_id: str) -> str:
        if path not in self._resources:
            rows = self._cloudformation.resources(self._id(path))
            self._resources[path] = {row.logical_id: row.physical_id for row in rows}
        return self._resources[path][logical_id]

    def template(self, path: str) -> dict[str, Any]:
        return deployed_template(self._cloudformation.template(self._id(path)), path)

    def _id(self, path: str) -> str:
        if path not in self._ids:
            stack = self.plan.result.stacks[path]
            self._ids[path] = self.physical_id(stack.parent or ROOT, str(stack.logical_id))
        return self._ids[path]
