"""Who may newly do what: the same entry whatever kind of override made it, and none where nothing changed."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from tests.support import overrides_from

from ovr.adapters.bases import open_base
from ovr.adapters.packaged import packaged
from ovr.check.access.changes import PermissionChange
from ovr.plan import Plan, build_plan
from ovr.render.json_plan import plan_to_json
from ovr.render.look import Look
from ovr.render.permissions import permission_lines
from ovr.template.tree import Base

BASES = Path(__file__).parent.parent / "bases"
ROLE = "workerlambdaServiceRole06FC19A9"
FUNCTION = "workerlambda98AB1BC2"


@cache
def base(app: str = "c-full") -> Base:
    return open_base(str(BASES / app / "cdk.out"), BASES)


def plan_of(*entries: dict[str, Any], app: str = "c-full") -> Plan:
    return build_plan(base(app), overrides_from(json.dumps({"version": 1, "overrides": list(entries)})))


def changes(*entries: dict[str, Any], app: str = "c-full") -> tuple[PermissionChange, ...]:
    return plan_of(*entries, app=app).permissions


def said(*entries: dict[str, Any], app: str = "c-full") -> list[str]:
    """What the plan says of permissions, without the overrides behind it."""
    lines = permission_lines(plan_of(*entries, app=app), Look())
    return [line.strip() for line in lines if not line.startswith(" " * 10)]


def allow(actions: Any, resource: Any, **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": actions, "Resource": resource, **more}


def document(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def inline(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"PolicyName": "More", "PolicyDocument": document(*statements)}


def new(type_name: str, properties: dict[str, Any], stack: str = "worker.stack") -> dict[str, Any]:
    return {"select": stack, "resources": {"More": {"Type": type_name, "Properties": properties}}}


# what a role may do

TABLE = "arn:aws:dynamodb:eu-west-1:123456789012:table/T"
WAYS = {
    "grant": {"select": "worker.lambda", "grant": [{"actions": ["dynamodb:GetItem", "dynamodb:PutItem"], "on": TABLE}]},
    "patch": {
        "select": "worker.lambda.role",
        "patch": [
            {
                "op": "add",
                "path": "/Properties/Policies",
                "value": [inline(allow(["dynamodb:GetItem", "dynamodb:PutItem"], TABLE))],
            }
        ],
    },
    "merge": {
        "select": "worker.lambda.role",
        "merge": {
            "Policies": [inline(allow("dynamodb:GetItem", TABLE)), inline(allow("dynamodb:PutItem", [TABLE]))],
        },
    },
    "a policy": new(
        "AWS::IAM::Policy",
        {**inline(allow(["dynamodb:PutItem", "dynamodb:GetItem"], TABLE)), "Roles": [{"Ref": ROLE}]},
    ),
    "a managed policy": new(
        "AWS::IAM::ManagedPolicy",
        {"PolicyDocument": document(allow(["dynamodb:GetItem", "dynamodb:PutItem"], TABLE)), "Roles": [{"Ref": ROLE}]},
    ),
}


@pytest.mark.parametrize("way", WAYS)
def test_an_access_is_the_same_from_every_kind(way: str) -> None:
    [found] = changes(WAYS[way])
    assert (found.who, found.direction, found.kind, found.allowed) == ("worker.lambda", "gains", "access", True)
    assert {(group.level, group.names) for group in found.actions} == {
        ("Read", ("dynamodb:GetItem",)),
        ("Write", ("dynamodb:PutItem",)),
    }
    assert found.on == (TABLE,)
    assert found.causes == (0,)


def test_the_example_of_the_docs() -> None:
    grant = {"actions": ["cognito-idp:AdminListUserAuthEvents"], "on": "auth.userPool"}
    lines = permission_lines(plan_of({"select": "worker.lambda", "reason": "docs", "grant": [grant]}), Look())
    assert lines == [
        "  + worker.lambda may now cognito-idp:AdminListUserAuthEvents (Read) on auth.userPool",
        "          by overrides.yaml:1: docs",
    ]


def test_a_managed_policy_that_a_role_takes_on() -> None:
    policy = new("AWS::IAM::ManagedPolicy", {"PolicyDocument": document(allow("dynamodb:GetItem", TABLE))})
    takes = {"select": "worker.lambda.role", "merge": {"ManagedPolicyArns": [{"Ref": "More"}]}}
    assert said(policy, takes) == [
        f"+ worker.lambda may now dynamodb:GetItem (Read) on {TABLE}",
        "- worker.lambda may no longer do what the policy AWSLambdaBasicExecutionRole allows",
    ]


def test_managed_policies_by_name() -> None:
    grant = {"select": "worker.lambda", "grant": [{"managedPolicies": ["AmazonSESFullAccess"]}]}
    assert said({**grant, "reason": "mail"}) == [
        "+ worker.lambda may now do what the policy AmazonSESFullAccess allows"
    ]


def test_only_what_is_new_in_a_statement() -> None:
    grant = {"actions": ["dynamodb:GetItem"], "on": TABLE}
    more = {"actions": ["dynamodb:GetItem", "dynamodb:PutItem"], "on": TABLE}
    first = {"select": "worker.lambda", "grant": [grant]}
    assert said(first, {"select": "worker.lambda", "grant": [more]}) == [
        f"+ worker.lambda may now dynamodb:GetItem (Read) on {TABLE}",
        f"+ worker.lambda may now dynamodb:PutItem (Write) on {TABLE}",
    ]


POLICY = {"select": "auth#userpoolAccess13FEE5419"}
STATEMENT = "/Properties/PolicyDocument/Statement/0"


def patch(*operations: tuple[str, str, Any]) -> dict[str, Any]:
    return {**POLICY, "patch": [{"op": op, "path": STATEMENT + path, "value": value} for op, path, value in operations]}


def test_one_action_more_in_a_statement_that_was_there() -> None:
    actions = ["cognito-idp:AdminAddUserToGroup", "cognito-idp:AdminDeleteUser"]
    [found] = changes(patch(("replace", "/Action", actions)))
    assert (found.direction, found.extended, found.actions[0].names) == ("broadened", True, (actions[1],))
    assert said(patch(("replace", "/Action", actions))) == [
        "~ postConfirmation.lambda may now also cognito-idp:AdminDeleteUser (Write) on auth.userPool"
    ]


@pytest.mark.parametrize(
    ("operation", "line"),
    [
        (
            ("replace", "/Resource", "*"),
            "~ postConfirmation.lambda may now cognito-idp:AdminAddUserToGroup (Write) on every resource"
            " (before: auth.userPool)",
        ),
        (
            ("replace", "/Action", "cognito-idp:*"),
            "~ postConfirmation.lambda may now cognito-idp:* (all levels) on auth.userPool"
            " (before: cognito-idp:AdminAddUserToGroup)",
        ),
        (
            ("add", "/Condition", {"StringEquals": {"aws:SourceAccount": "123456789012"}}),
            "~ postConfirmation.lambda may cognito-idp:AdminAddUserToGroup (Write) on auth.userPool now only if"
            " aws:SourceAccount is 123456789012",
        ),
        (
            ("replace", "/Effect", "Deny"),
            "~ postConfirmation.lambda is now denied cognito-idp:AdminAddUserToGroup (Write) on auth.userPool",
        ),
    ],
)
def test_a_statement_that_changes(operation: tuple[str, str, Any], line: str) -> None:
    assert line in said(patch(operation))


def test_what_is_written_otherwise_is_no_change() -> None:
    pool = "arn:aws:cognito-idp:${AWS::Region}:${AWS::AccountId}:userpool/${amplifyAuthUserPool4BA7F805}"
    rewritten = [
        ("replace", "/Action", ["cognito-idp:adminaddusertogroup", "cognito-idp:AdminAddUserToGroup"]),
        ("add", "/Sid", "Named"),
        ("replace", "/Resource", [{"Fn::Sub": pool}]),
    ]
    assert said(patch(*rewritten)) == []


def test_what_moves_to_another_policy_is_no_change() -> None:
    statement = allow("cognito-idp:AdminAddUserToGroup", {"Fn::GetAtt": ["amplifyAuthUserPool4BA7F805", "Arn"]})
    more = {**inline(statement), "Roles": [{"Ref": "postconfirmationlambdaServiceRoleD88F89BD"}]}
    moved = new("AWS::IAM::Policy", more, stack="auth.stack")
    assert said(moved, {**POLICY, "remove": True}) == []
    assert said(moved) == []


def test_a_rename_is_no_change() -> None:
    assert said({"select": "auth.userPool", "logicalId": "Pool", "allow": ["replace"]}) == []
    assert said({"select": "worker.lambda.role", "logicalId": "Worker"}) == []


def test_a_policy_that_goes() -> None:
    assert said({**POLICY, "remove": True}) == [
        "- postConfirmation.lambda may no longer cognito-idp:AdminAddUserToGroup (Write) on auth.userPool"
    ]


def test_many_alike_are_told_together() -> None:
    grant = {"select": ["*.lambda"], "grant": [{"actions": ["ssm:GetParameter"], "on": "arn:aws:ssm:*:*:parameter/x"}]}
    first, *names = said(grant)
    assert first == "+ these 5 may now ssm:GetParameter (Read) on arn:aws:ssm:*:*:parameter/x"
    assert "".join(names).count(",") == 4


# who is meant


@pytest.mark.parametrize(
    ("select", "who"),
    [
        ("auth.authenticatedUserIamRole", "signed-in users"),
        ("auth.unauthenticatedUserIamRole", "guests"),
        ("auth.groups.ADMINS.role", "group ADMINS"),
        ("worker.lambda.role", "worker.lambda"),
    ],
)
def test_who_acts_with_a_role(select: str, who: str) -> None:
    [found] = changes({"select": select, "grant": [{"access": "put", "on": "storage.bucket", "paths": ["public/*"]}]})
    assert (found.who, found.on) == (who, ("storage.bucket public/*",))


# policies of resources

BUCKET = {"Fn::GetAtt": ["appFilesBucket23865B9A", "Arn"]}
OPEN = {"Principal": "*", **allow("s3:GetObject", {"Fn::Join": ["", [BUCKET, "/*"]]})}
TO_BUCKET = {"select": "storage.bucket.policy", "reason": "a public site", "allow": ["public", "unprotect"]}


def test_the_policy_of_a_bucket() -> None:
    append = {"op": "add", "path": "/Properties/PolicyDocument/Statement/-", "value": OPEN}
    line = "+ anyone may now s3:GetObject (Read) on storage.bucket *"
    assert said({**TO_BUCKET, "patch": [append]}) == [line]
    assert line in said({**TO_BUCKET, "merge": {"PolicyDocument": document(OPEN)}})
    policy = {"Bucket": {"Ref": "appFilesBucket23865B9A"}, "PolicyDocument": document(OPEN)}
    assert said(new("AWS::S3::BucketPolicy", policy, stack="storage.stack")) == [line]


def test_a_denial_that_goes() -> None:
    take = {"op": "remove", "path": "/Properties/PolicyDocument/Statement/0"}
    assert said({**TO_BUCKET, "patch": [take]}) == [
        "! anyone is no longer denied s3:* (all levels) on storage.bucket and all in it if aws:SecureTransport is false"
    ]


@pytest.mark.parametrize(
    ("type_name", "properties", "line"),
    [
        (
            "AWS::SQS::QueuePolicy",
            {
                "Queues": ["https://queue"],
                "PolicyDocument": document({"Principal": {"AWS": "123456789012"}, **allow("sqs:SendMessage", "*")}),
            },
            "+ account 123456789012 may now sqs:SendMessage (Write) on workers#More",
        ),
        (
            "AWS::KMS::Key",
            {
                "KeyPolicy": document(
                    {
                        "Principal": {"AWS": {"Fn::Sub": "arn:aws:iam::${AWS::AccountId}:root"}},
                        **allow("kms:Decrypt", "*"),
                    }
                )
            },
            "+ this account may now kms:Decrypt (Write) on workers#More",
        ),
        (
            "AWS::SecretsManager::ResourcePolicy",
            {
                "SecretId": "arn:aws:secretsmanager:eu-west-1:123456789012:secret:x",
                "ResourcePolicy": document(
                    {"Principal": {"AWS": {"Fn::GetAtt": [ROLE, "Arn"]}}, **allow("secretsmanager:GetSecretValue", "*")}
                ),
            },
            "+ worker.lambda may now secretsmanager:GetSecretValue (Read) on workers#More",
        ),
        (
            "AWS::Lambda::Permission",
            {"FunctionName": {"Ref": FUNCTION}, "Action": "lambda:InvokeFunction", "Principal": "*"},
            "+ anyone may now lambda:InvokeFunction (Write) on worker.lambda",
        ),
        (
            "AWS::Lambda::Url",
            {"TargetFunctionArn": {"Fn::GetAtt": [FUNCTION, "Arn"]}, "AuthType": "NONE"},
            "+ anyone may now call worker.lambda",
        ),
        (
            "AWS::Lambda::Url",
            {"TargetFunctionArn": {"Ref": FUNCTION}, "AuthType": "AWS_IAM"},
            "+ whoever IAM allows may now call worker.lambda",
        ),
        (
            "AWS::S3::Bucket",
            {"AccessControl": "PublicRead"},
            "+ anyone may now s3:ListBucket (List) on workers#More",
        ),
    ],
)
def test_new_resources_that_let_somebody_in(type_name: str, properties: dict[str, Any], line: str) -> None:
    assert said(new(type_name, properties)) == [line]


# trust, boundaries, settings


def test_who_may_take_a_role() -> None:
    other = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": "arn:aws:iam::123456789012:root"}}
    append = {"op": "add", "path": "/Properties/AssumeRolePolicyDocument/Statement/-", "value": other}
    line = "+ account 123456789012 may now take the role worker.lambda.role"
    assert said({"select": "worker.lambda.role", "patch": [append]}) == [line]
    service = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}
    both = {"AssumeRolePolicyDocument": document(service, other)}
    assert said({"select": "worker.lambda.role", "merge": both}) == [line]


def test_a_trust_without_its_condition() -> None:
    take = {"op": "remove", "path": "/Properties/AssumeRolePolicyDocument/Statement/0/Condition"}
    [line] = said({"select": "auth.authenticatedUserIamRole", "patch": [take]})
    assert line.startswith(
        "! cognito-identity.amazonaws.com may now take the role auth.authenticatedUserIamRole, no longer only if "
    )


def test_boundaries() -> None:
    one, two = ("arn:aws:iam::123456789012:policy/One", "arn:aws:iam::123456789012:policy/Two")
    bound = {"select": "worker.lambda.role", "merge": {"PermissionsBoundary": one}}
    assert said(bound) == [f"~ worker.lambda is now bound by {one}"]
    assert said(bound, {**bound, "merge": {"PermissionsBoundary": two}}) == [f"~ worker.lambda is now bound by {two}"]


@pytest.mark.parametrize(
    ("select", "merge", "line"),
    [
        (
            "auth.cfn.cfnIdentityPool",
            {"AllowUnauthenticatedIdentities": False},
            "- guests may no longer get AWS credentials from auth.cfn.cfnIdentityPool",
        ),
        (
            "storage.cfn.cfnBucket",
            {"PublicAccessBlockConfiguration": {"BlockPublicAcls": True, "BlockPublicPolicy": True}},
            "~ the public is now kept out of storage.bucket (BlockPublicAcls, BlockPublicPolicy)",
        ),
        (
            "storage.cfn.cfnBucket",
            {"AccessControl": "PublicRead"},
            "+ anyone may now s3:ListBucket (List) on storage.bucket",
        ),
        (
            "data.cfn.cfnGraphqlApi",
            {"AuthenticationType": "API_KEY", "AdditionalAuthenticationProviders": [{"AuthenticationType": "AWS_IAM"}]},
            "- signed-in users of auth.userPool may no longer call data.graphqlApi",
        ),
        (
            "worker.cfn.cfnFunction",
            {"Role": {"Fn::GetAtt": ["SomeRole", "Arn"]}},
            "+ worker.lambda may now act with the role ${workers#SomeRole.Arn} instead of worker.lambda.role",
        ),
    ],
)
def test_settings(select: str, merge: dict[str, Any], line: str) -> None:
    assert said({"select": select, "merge": merge}) == [line]


def test_a_stack_that_goes() -> None:
    [line] = said({"select": "data.nestedStacks.FunctionDirectiveStack", "remove": True})
    assert line.startswith("- stack data/amplifyData/FunctionDirectiveStack is gone")


def test_what_is_no_permission_is_not_told() -> None:
    assert changes({"select": "auth.userPool", "merge": {"DeletionProtection": "ACTIVE"}}) == ()
    assert changes({"select": "worker.lambda", "tags": {"team": "files"}}) == ()


def test_all_but_some() -> None:
    statement = {"Effect": "Allow", "NotAction": ["iam:*", "sts:*"], "NotResource": TABLE}
    assert said({"select": "worker.lambda.role", "merge": {"Policies": [inline(statement)]}}) == [
        f"+ worker.lambda may now all but iam:*, sts:* (all levels) on all but {TABLE}"
    ]


def test_an_access_that_an_untouched_policy_gives_already() -> None:
    grant = {"actions": ["cognito-idp:AdminAddUserToGroup"], "on": "auth.userPool"}
    assert said({"select": "postConfirmation.lambda", "grant": [grant]}) == []


def test_a_statement_larger_than_can_be_told_apart() -> None:
    names = [f"arn:aws:s3:::bucket-{number}/*" for number in range(300)]
    actions = [f"s3:Get{number}" for number in range(300)]
    [found] = changes({"select": "worker.lambda.role", "merge": {"Policies": [inline(allow(actions, names))]}})
    assert (found.actions[0].names, found.on) == (("300 actions",), ("300 resources",))


@pytest.mark.parametrize(
    "odd",
    [
        allow([], []),
        allow(7, None),
        allow(["*"], {"Fn::Join": ["-", ["a"]]}),
        allow("s3:*", {"Ref": "Nothing"}, Condition={"StringEquals": 4}),
        allow("s3:*", ["*"], Condition={"Bool": {"aws:SecureTransport": [True, 1, None, {"Ref": "x"}]}}),
        {"Action": {"Fn::If": ["x", "s3:*", "s3:Get*"]}, "Resource": [[["*"]]], "Principal": {"AWS": [{}, None, 3]}},
        {"Action": "s3:*", "Principal": 7},
    ],
)
def test_odd_statements_are_no_error_of_ours(odd: dict[str, Any]) -> None:
    for resource in ("storage.bucket.policy", "worker.lambda.role"):
        key = "PolicyDocument" if "policy" in resource else "Policies"
        value: Any = document(odd) if "policy" in resource else [inline(odd)]
        assert said({"select": resource, "merge": {key: value}}) is not None


def test_secrets_are_hidden() -> None:
    condition = {"StringEquals": {"aws:Referer": "AKIAIOSFODNN7EXAMPLE"}}
    statement = allow("s3:GetObject", "arn:aws:s3:::bucket/*", Condition=condition)
    [found] = changes({"select": "worker.lambda.role", "merge": {"Policies": [inline(statement)]}})
    assert found.conditions == ("aws:Referer is (hidden)",)


SOME = [*WAYS.values(), {**POLICY, "remove": True}, {**TO_BUCKET, "merge": {"PolicyDocument": document(OPEN)}}]


@pytest.mark.parametrize("entry", SOME)
def test_as_json_they_are_as_the_schema_says(entry: dict[str, Any]) -> None:
    schema = jsonschema_rs.validator_for(json.loads(packaged("schema/plan.schema.json").read_bytes()))
    written = plan_to_json(plan_of(entry))
    assert written["permissions"]
    schema.validate(written)
