"""Changes that break apps in use are warned of, one message each; others are not."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from tests.support import overrides_from

from ovr.adapters.bases import open_base
from ovr.errors import Finding, Severity
from ovr.plan import build_plan
from ovr.template.tree import Base

BASES = Path(__file__).parents[1] / "bases"


@cache
def base(app: str) -> Base:
    return open_base(str(BASES / app / "cdk.out"), BASES / app)


def told(app: str, entries: str) -> list[Finding]:
    plan = build_plan(base(app), overrides_from("version: 1\noverrides:\n" + entries))
    return [finding for finding in plan.findings if finding.code == "OVR4503"]


def merge(select: str, value: str) -> str:
    return f"  - select: {select}\n    merge: {value}\n"


CLIENT = "auth.userPoolClient"
POOL = "auth.userPool"
PASSKEYS = (
    "{Policies: {SignInPolicy: {AllowedFirstAuthFactors: [PASSWORD, WEB_AUTHN, EMAIL_OTP]}}, "
    "WebAuthnRelyingPartyID: a.example}"
)


@pytest.mark.parametrize(
    ("app", "entries", "messages"),
    [
        (
            "d-large",
            merge(CLIENT, "{CallbackURLs: [https://shop.example.com/profile]}"),
            ["`http://localhost:3000/profile` is no address to come back to after signing in any more"],
        ),
        (
            "d-large",
            merge(CLIENT, "{LogoutURLs: [https://shop.example.com]}"),
            ["`http://localhost:3000/` is no address to come back to after signing out any more"],
        ),
        (
            "d-large",
            merge(CLIENT, "{AllowedOAuthScopes: [email, openid]}"),
            ["`profile` is no scope that they may ask for any more"],
        ),
        ("d-large", merge(CLIENT, "{AllowedOAuthFlows: [implicit]}"), ["the OAuth flow was `code`, now `implicit`"]),
        (
            "d-large",
            merge(CLIENT, "{SupportedIdentityProviders: [COGNITO, Google, Facebook, CorpOidc]}"),
            ["users cannot sign in with SignInWithApple any more"],
        ),
        ("a-auth", merge(POOL, "{UsernameAttributes: [phone_number]}"), ["users do not sign in with `email` any more"]),
        (
            "a-auth",
            merge(POOL, "{Schema: [{Name: email, Required: true}, {Name: given_name, Required: true}]}"),
            ["`given_name` must be given at sign-up"],
        ),
        ("a-auth", merge(POOL, "{MfaConfiguration: 'ON', EnabledMfas: [SMS_MFA]}"), ["a second factor is required"]),
        ("d-large", merge(POOL, "{EnabledMfas: [SMS_MFA]}"), ["`TOTP` is no second factor any more"]),
        (
            "a-auth",
            merge("auth.cfn.cfnIdentityPool", "{AllowUnauthenticatedIdentities: false}"),
            ["guests have no access any more"],
        ),
        ("a-auth", merge(CLIENT, "{GenerateSecret: true}"), ["the app client gets a secret"]),
        (
            "a-auth",
            merge(CLIENT, "{ExplicitAuthFlows: [ALLOW_USER_SRP_AUTH, ALLOW_REFRESH_TOKEN_AUTH]}"),
            ["users cannot sign in by a challenge of your own any more"],
        ),
        (
            "b-data",
            merge("data.graphqlApi", "{AdditionalAuthenticationProviders: [{AuthenticationType: AWS_IAM}]}"),
            ["the API takes no `API_KEY` any more"],
        ),
        (
            "b-data",
            merge(
                "data.graphqlApi",
                "{AuthenticationType: API_KEY, AdditionalAuthenticationProviders: [{AuthenticationType: AWS_IAM}, "
                "{AuthenticationType: AMAZON_COGNITO_USER_POOLS}]}",
            ),
            ["the API's default authorization was `AMAZON_COGNITO_USER_POOLS`, now `API_KEY`"],
        ),
        ("a-auth", "  - {select: auth.cfn.cfnIdentityPool, logicalId: Other}\n", ["the identity pool"]),
        ("c-full", "  - {select: storage.bucket, logicalId: Other}\n", ["the bucket storage.bucket is replaced"]),
    ],
)
def test_what_breaks(app: str, entries: str, messages: list[str]) -> None:
    found = told(app, entries)
    said = [finding.message.removeprefix("apps in use break: ") for finding in found]
    for message in messages:
        assert any(each.startswith(message) for each in said), said
    for finding in found:
        assert finding.severity is Severity.WARNING
        assert finding.span
        assert finding.details
        assert finding.fix
        assert finding.place


@pytest.mark.parametrize(
    ("app", "entries"),
    [
        ("a-auth", merge(CLIENT, "{CallbackURLs: [https://a.example/]}")),  # the file has no oauth: nobody comes back
        ("d-large", merge(CLIENT, "{LogoutURLs: [https://b/, https://shop.example.com, 'http://localhost:3000/']}")),
        ("a-auth", merge(POOL, "{UsernameAttributes: [email, phone_number]}")),
        ("a-auth", merge(POOL, "{MfaConfiguration: OPTIONAL, EnabledMfas: [SOFTWARE_TOKEN_MFA]}")),
        ("a-auth", merge(POOL + ".Policies.PasswordPolicy", "{MinimumLength: 20}")),
        ("a-auth", merge(POOL, PASSKEYS)),
        ("a-auth", merge(POOL, "{DeletionProtection: ACTIVE}")),
        ("a-auth", merge(CLIENT, "{AccessTokenValidity: 30}")),
        ("b-data", merge("data.graphqlApi", "{XrayEnabled: true}")),
        ("c-full", merge("storage.bucket", "{VersioningConfiguration: {Status: Enabled}}")),
    ],
)
def test_what_does_not(app: str, entries: str) -> None:
    assert told(app, entries) == []


def test_passkeys_belong_to_one_party() -> None:
    first = build_plan(base("a-auth"), overrides_from("version: 1\noverrides:\n" + merge(POOL, PASSKEYS)))
    there = Base("assembly", "here", first.result)
    moved = merge(POOL, "{WebAuthnRelyingPartyID: b.example}")
    plan = build_plan(there, overrides_from("version: 1\noverrides:\n" + moved))
    assert "passkeys of `a.example` do not count any more" in str([f.message for f in plan.findings])
    off = merge(POOL, "{Policies: {SignInPolicy: {AllowedFirstAuthFactors: [PASSWORD]}}}")
    plan = build_plan(there, overrides_from("version: 1\noverrides:\n" + off))
    said = str([f.message for f in plan.findings])
    assert "passkeys of `a.example` do not count any more" in said
    assert "signing in with codes by e-mail is off" in said
