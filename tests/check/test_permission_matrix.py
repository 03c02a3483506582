"""Each danger of LANGUAGE.md §4, in each form that can say it: the same finding from all of them."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Literal

import pytest
from tests.support import overrides_from

from ovr.adapters.bases import open_base
from ovr.errors import Finding
from ovr.plan import build_plan
from ovr.template.tree import Base

BASES = Path(__file__).parent.parent / "bases"
CODE = "OVR4302"
ROLE = "workerlambdaServiceRole06FC19A9"
BUCKET = "arn:aws:s3:::bucket"

Form = Literal["grant", "patch", "merge", "resources"]
NO_GRANT = "a grant adds statements to what an identity may do"
NEW_HAS_NOTHING = "what is new has nothing to lose"


@cache
def base() -> Base:
    return open_base(str(BASES / "c-full" / "cdk.out"), BASES)


def findings(*entries: dict[str, Any]) -> list[Finding]:
    text = json.dumps({"version": 1, "overrides": list(entries)})
    return [f for f in build_plan(base(), overrides_from(text)).findings if f.code == CODE]


@dataclass(frozen=True)
class Danger:
    """What each form says of it: who it is about, then `message`; `unsaid` says why a form cannot say it."""

    word: str
    message: str
    forms: dict[Form, dict[str, Any]]
    unsaid: dict[Form, str] = field(default_factory=dict)


def statement(actions: Any, resources: Any = BUCKET, **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": actions, "Resource": resources, **more}


def document(*statements: Any) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def identity(word: str, message: str, said: dict[str, Any], grant: dict[str, Any] | str) -> Danger:
    """A statement of the role of `worker`; a text instead of the grant says why there is none."""
    policies = [{"PolicyName": "More", "PolicyDocument": document(said)}]
    forms: dict[Form, dict[str, Any]] = {
        "patch": {
            "select": "worker.lambda.role",
            "patch": [{"op": "add", "path": "/Properties/Policies", "value": policies}],
        },
        "merge": {"select": "worker.lambda.role", "merge": {"Policies": policies}},
        "resources": {
            "select": "worker.stack",
            "resources": {
                "More": {"Type": "AWS::IAM::Policy", "Properties": {**policies[0], "Roles": [{"Ref": ROLE}]}}
            },
        },
    }
    if isinstance(grant, str):
        return Danger(word, message, forms, {"grant": grant})
    return Danger(word, message, {"grant": {"select": "worker.lambda", "grant": [grant]}, **forms})


def property_of(
    word: str, message: str, select: str, name: str, value: Any, resource: dict[str, Any], **unsaid: str
) -> Danger:
    """A property, set in what is there and in a new resource of the type; `unsaid` says why a form has none."""
    forms: dict[Form, dict[str, Any]] = {
        "patch": {"select": select, "patch": [{"op": "add", "path": f"/Properties/{name}", "value": value}]},
        "merge": {"select": select, "merge": {name: value}},
        "resources": {"select": "worker.stack", "resources": {"Added": resource}},
    }
    missing: dict[Form, str] = {"grant": NO_GRANT, **unsaid}  # type: ignore[dict-item]
    return Danger(word, message, {form: entry for form, entry in forms.items() if form not in missing}, missing)


def new(type_name: str, **properties: Any) -> dict[str, Any]:
    return {"Type": type_name, "Properties": properties}


def trust(principal: Any, **more: Any) -> dict[str, Any]:
    return document({"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": principal, **more})


def trusting(message: str, principal: Any, **unsaid: str) -> Danger:
    wanted = trust(principal)
    role = new("AWS::IAM::Role", AssumeRolePolicyDocument=wanted)
    return property_of("trust", message, "worker.lambda.role", "AssumeRolePolicyDocument", wanted, role, **unsaid)


def bucket_policy(word: str, message: str, said: dict[str, Any]) -> Danger:
    """A statement of the policy of a bucket."""
    path = "/Properties/PolicyDocument/Statement"
    policy = new("AWS::S3::BucketPolicy", Bucket={"Ref": "Other"}, PolicyDocument=document(said))
    kept = [
        {**DENIAL, "Resource": "*"},
        said,
    ]
    return Danger(
        word,
        message,
        {
            "patch": {"select": "storage.bucket.policy", "patch": [{"op": "add", "path": f"{path}/-", "value": said}]},
            "merge": {"select": "storage.bucket.policy", "merge": {"PolicyDocument": {"Statement": kept}}},
            "resources": {"select": "storage.stack", "resources": {"Other": new("AWS::S3::Bucket"), "More": policy}},
        },
        {"grant": NO_GRANT},
    )


DENIAL = {
    "Effect": "Deny",
    "Action": "s3:*",
    "Principal": {"AWS": "*"},
    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
}


def joined(*parts: Any) -> dict[str, Any]:
    return {"Fn::Join": ["", list(parts)]}


ANYWHERE = {"Fn::If": ["CDKMetadataAvailable", "*", BUCKET]}

DANGERS = {
    "every action": identity("wildcard", "gets every action: `*`", statement("*"), {"actions": ["*"], "on": BUCKET}),
    "every action of every service": identity(
        "wildcard", "gets every action: `*:*`", statement(["*:*"]), "a grant takes `*` alone"
    ),
    "every action of a service": identity(
        "wildcard", "gets every action of s3: `s3:*`", statement(["s3:*"]), {"actions": ["s3:*"], "on": BUCKET}
    ),
    "the same in capitals": identity(
        "wildcard", "gets every action of S3: `S3:*`", statement("S3:*"), {"actions": ["S3:*"], "on": BUCKET}
    ),
    "the same otherwise": identity(
        "wildcard", "gets every action of s3: `s3:?*`", statement("s3:?*"), {"actions": ["s3:?*"], "on": BUCKET}
    ),
    "a pattern that all its actions match": identity(
        "wildcard",
        "gets every action of rds-db: `rds-db:con*`",
        statement("rds-db:con*"),
        {"actions": ["rds-db:con*"], "on": BUCKET},
    ),
    "every resource": identity(
        "wildcard",
        "gets `ses:SendEmail` on every resource: `*`",
        statement("ses:SendEmail", "*"),
        {"actions": ["ses:SendEmail"], "on": "*"},
    ),
    "every resource of a service": identity(
        "wildcard",
        "gets `s3:GetObject` on every resource: `arn:aws:s3:::*`",
        statement(["s3:GetObject"], ["arn:aws:s3:::*"]),
        {"actions": ["s3:GetObject"], "on": "arn:aws:s3:::*"},
    ),
    "the same in an ARN that is cut short": identity(
        "wildcard",
        "gets `dynamodb:GetItem` on every resource: `arn:aws:dynamodb:*`",
        statement("dynamodb:GetItem", "arn:aws:dynamodb:*"),
        "a grant refuses what is no ARN",
    ),
    "passing any role": identity(
        "escalation",
        "may give itself the rights of others: `iam:PassRole` on `*`",
        statement("iam:PassRole", "*"),
        {"actions": ["iam:PassRole"], "on": "*"},
    ),
    "the same by a pattern": identity(
        "escalation",
        "may give itself the rights of others: `iam:PassRole` on `*`",
        statement("iam:*PassRole", "*"),
        {"actions": ["iam:*PassRole"], "on": "*"},
    ),
    "the same with its beginning": identity(
        "escalation",
        "may give itself the rights of others: `iam:PassRole` on `*`",
        statement("IAM:Pass*", "*"),
        {"actions": ["IAM:Pass*"], "on": "*"},
    ),
    "passing any role, by ARN": identity(
        "escalation",
        "may give itself the rights of others: `iam:PassRole` on `arn:aws:iam::123456789012:role/*`",
        statement("iam:PassRole", "arn:aws:iam::123456789012:role/*"),
        {"actions": ["iam:PassRole"], "on": "arn:aws:iam::123456789012:role/*"},
    ),
    "taking any role": identity(
        "escalation",
        "may give itself the rights of others: `sts:AssumeRole` on `*`",
        statement("sts:AssumeRole", "*"),
        {"actions": ["sts:AssumeRole"], "on": "*"},
    ),
    "writing into any role": identity(
        "escalation",
        "may give itself the rights of others: `iam:PutRolePolicy` on `*`",
        statement("iam:PutRolePolicy", "*"),
        {"actions": ["iam:PutRolePolicy"], "on": "*"},
    ),
    "the code of any function": identity(
        "escalation",
        "may give itself the rights of others: `lambda:UpdateFunctionCode` on `arn:aws:lambda:*:*:function:*`",
        statement("lambda:UpdateFunctionCode", "arn:aws:lambda:*:*:function:*"),
        {"actions": ["lambda:UpdateFunctionCode"], "on": "arn:aws:lambda:*:*:function:*"},
    ),
    "all but some actions": identity(
        "wildcard",
        "gets every action but those named: `NotAction`",
        {"Effect": "Allow", "NotAction": "iam:*", "Resource": BUCKET},
        "a grant names actions",
    ),
    "all but some resources": identity(
        "wildcard",
        "gets `s3:GetObject` on all resources but those named: `NotResource`",
        {"Effect": "Allow", "Action": "s3:GetObject", "NotResource": BUCKET},
        "a grant names resources",
    ),
    "AWS's own policy for everything": Danger(
        "wildcard",
        "gets all that the policy `AdministratorAccess` allows",
        {
            "grant": {"select": "worker.lambda", "grant": [{"managedPolicies": ["AdministratorAccess"]}]},
            **property_of(
                "",
                "",
                "worker.lambda.role",
                "ManagedPolicyArns",
                ["arn:aws:iam::aws:policy/AdministratorAccess"],
                new(
                    "AWS::IAM::Role",
                    AssumeRolePolicyDocument=trust({"Service": "lambda.amazonaws.com"}),
                    ManagedPolicyArns=[{"Fn::Sub": "arn:${AWS::Partition}:iam::aws:policy/AdministratorAccess"}],
                ),
            ).forms,
        },
    ),
    "AWS's own policy for a service": Danger(
        "wildcard",
        "gets all that the policy `AmazonS3FullAccess` allows",
        {
            "grant": {"select": "worker.lambda", "grant": [{"managedPolicies": ["AmazonS3FullAccess"]}]},
            **property_of(
                "",
                "",
                "worker.lambda.role",
                "ManagedPolicyArns",
                [{"Fn::If": ["CDKMetadataAvailable", "arn:aws:iam::aws:policy/AmazonS3FullAccess", "x"]}],
                new("AWS::IAM::User", ManagedPolicyArns=["arn:aws:iam::aws:policy/AmazonS3FullAccess"]),
            ).forms,
        },
    ),
    "a role for anyone": trusting("lets in anyone: Principal `*`", {"AWS": ["*"]}),
    "a role for any account": trusting("lets in anyone: Principal `*`", {"AWS": "arn:aws:iam::*:root"}),
    "a role for another account": trusting("may be taken by `123456789012`", {"AWS": "123456789012"}),
    "a role for another service": trusting(
        "may be taken by `ec2.amazonaws.com`",
        {"Service": ["lambda.amazonaws.com", "ec2.amazonaws.com"]},
        resources="a service that takes a new role gets what its policies give, which are judged themselves",
    ),
    "a bucket for anyone": bucket_policy(
        "public",
        "lets in anyone: Principal `*`",
        {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": f"{BUCKET}/*"},
    ),
    "a bucket for everyone but one": bucket_policy(
        "public",
        "lets in everyone but those named: `NotPrincipal`",
        {"Effect": "Allow", "NotPrincipal": {"AWS": "1"}, "Action": "s3:GetObject", "Resource": f"{BUCKET}/*"},
    ),
    "every action on a bucket": bucket_policy(
        "wildcard",
        "gets every action of s3: `s3:*`",
        {"Effect": "Allow", "Principal": {"AWS": "1"}, "Action": "s3:*", "Resource": f"{BUCKET}/*"},
    ),
    "a lost denial": Danger(
        "public",
        "loses a denial of `s3:*`",
        {
            "patch": {
                "select": "storage.bucket.policy",
                "patch": [{"op": "remove", "path": "/Properties/PolicyDocument/Statement/0"}],
            },
            "merge": {"select": "storage.bucket.policy", "merge": {"PolicyDocument": {"Statement": []}}},
        },
        {"grant": NO_GRANT, "resources": NEW_HAS_NOTHING},
    ),
    "a lost condition": Danger(
        "trust",
        "loses a condition on `sts:AssumeRoleWithWebIdentity`",
        {
            "patch": {
                "select": "auth.authenticatedUserIamRole",
                "patch": [
                    {"op": "remove", "path": "/Properties/AssumeRolePolicyDocument/Statement/0/Condition/StringEquals"}
                ],
            },
            "merge": {
                "select": "auth.authenticatedUserIamRole",
                "merge": {
                    "AssumeRolePolicyDocument": {
                        "Statement": [
                            {
                                "Effect": "Allow",
                                "Action": "sts:AssumeRoleWithWebIdentity",
                                "Principal": {"Federated": "cognito-identity.amazonaws.com"},
                            }
                        ]
                    }
                },
            },
        },
        {"grant": NO_GRANT, "resources": NEW_HAS_NOTHING},
    ),
    "a function URL for anyone": Danger(
        "public",
        "is called by anyone: AuthType `NONE`",
        {
            "resources": {
                "select": "worker.stack",
                "resources": {"Added": new("AWS::Lambda::Url", AuthType="NONE", TargetFunctionArn="x")},
            }
        },
        {"grant": NO_GRANT, "patch": "the base has no function URL", "merge": "the base has no function URL"},
    ),
    "a bucket without its protection": property_of(
        "public",
        "is no longer kept from the public: BlockPublicPolicy",
        "storage.bucket",
        "PublicAccessBlockConfiguration",
        {"BlockPublicAcls": True, "BlockPublicPolicy": False, "IgnorePublicAcls": True, "RestrictPublicBuckets": True},
        new("AWS::S3::Bucket", PublicAccessBlockConfiguration={"BlockPublicPolicy": "false"}),
    ),
    "a bucket that anyone may read": property_of(
        "public",
        "is open to anyone: AccessControl `PublicRead`",
        "storage.bucket",
        "AccessControl",
        "PublicRead",
        new("AWS::S3::Bucket", AccessControl={"Fn::If": ["CDKMetadataAvailable", "PublicRead", "Private"]}),
    ),
    "a website": property_of(
        "public",
        "is served as a website",
        "storage.bucket",
        "WebsiteConfiguration",
        {"IndexDocument": "index.html"},
        new("AWS::S3::Bucket", WebsiteConfiguration={"IndexDocument": "index.html"}),
    ),
    "guests": property_of(
        "public",
        "lets in guests: AllowUnauthenticatedIdentities",
        "auth.cfn.cfnIdentityPool",
        "AllowUnauthenticatedIdentities",
        True,
        new("AWS::Cognito::IdentityPool", AllowUnauthenticatedIdentities=True),
        patch="the base lets guests in",
        merge="the base lets guests in",
    ),
    "an API key": property_of(
        "public",
        "takes requests with an API key",
        "data.graphqlApi",
        "AdditionalAuthenticationProviders",
        [{"AuthenticationType": "API_KEY"}],
        new("AWS::AppSync::GraphQLApi", Name="x", AuthenticationType="API_KEY"),
        patch="the base takes API keys",
        merge="the base takes API keys",
    ),
}
EACH = [(name, form) for name, danger in DANGERS.items() for form in danger.forms]


@pytest.mark.parametrize(("name", "form"), EACH)
def test_the_same_from_each_form(name: str, form: Form) -> None:
    danger = DANGERS[name]
    entry = danger.forms[form]
    found = findings(entry)
    assert [f.message.partition(" ")[2] for f in found] == [danger.message]
    assert f"allow: [{{{danger.word}: " in str(found[0].fix)
    assert found[0].span is not None
    assert found[0].place
    assert findings(entry | {"allow": [danger.word], "reason": "reviewed"}) == []


@pytest.mark.parametrize("name", DANGERS)
def test_each_form_is_there_or_it_is_said_why_not(name: str) -> None:
    danger = DANGERS[name]
    assert {*danger.forms} | {*danger.unsaid} == {"grant", "patch", "merge", "resources"}
    assert not {*danger.forms} & {*danger.unsaid}
