"""What each output says of properties (knowledge/client_outputs.py)."""

from __future__ import annotations

from typing import Any

import pytest

from ovr.knowledge.client_outputs import RULES, NotComputable
from ovr.template.marks import MARKS

RULE = {rule.output: rule for rule in RULES}
MARK = f"{MARKS[0]}0{MARKS[1]}"

POLICY = {"MinimumLength": 10, "RequireNumbers": True, "RequireSymbols": True, "RequireLowercase": False}
PASSKEYS = {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "WEB_AUTHN"]}}


@pytest.mark.parametrize(
    ("output", "properties", "text"),
    [
        ("allowUnauthenticatedIdentities", {"AllowUnauthenticatedIdentities": True}, "true"),
        ("allowUnauthenticatedIdentities", {"AllowUnauthenticatedIdentities": False}, "false"),
        ("allowUnauthenticatedIdentities", {}, "false"),
        (
            "signupAttributes",
            {
                "Schema": [
                    {"Name": "Given_Name", "Required": True},
                    {"Name": "email", "Required": False},
                    {"Name": "x"},
                    {"Required": True},
                ]
            },
            '["given_name"]',
        ),
        ("signupAttributes", {}, "[]"),
        ("usernameAttributes", {"UsernameAttributes": ["EMAIL", "phone_number"]}, '["email","phone_number"]'),
        ("usernameAttributes", {}, "[]"),
        ("verificationMechanisms", {"AutoVerifiedAttributes": ["email"]}, '["email"]'),
        ("passwordPolicyMinLength", {"Policies": {"PasswordPolicy": POLICY}}, "10"),
        ("passwordPolicyMinLength", {"Policies": {"PasswordPolicy": {}}}, ""),
        ("passwordPolicyMinLength", {}, ""),
        ("passwordPolicyMinLength", {"Policies": {"PasswordPolicy": {"MinimumLength": MARK}}}, MARK),
        (
            "passwordPolicyRequirements",
            {"Policies": {"PasswordPolicy": POLICY}},
            '["REQUIRES_NUMBERS","REQUIRES_SYMBOLS"]',
        ),
        ("passwordPolicyRequirements", {"Policies": {"PasswordPolicy": {"RequireNumbers": "false"}}}, "[]"),
        ("passwordPolicyRequirements", {"Policies": {"SignInPolicy": {}}}, ""),
        ("mfaConfiguration", {"MfaConfiguration": "ON"}, "ON"),
        ("mfaConfiguration", {}, "OFF"),
        ("mfaTypes", {"EnabledMfas": ["SOFTWARE_TOKEN_MFA", "SMS_MFA", "EMAIL_OTP"]}, '["TOTP","SMS","EMAIL"]'),
        ("mfaTypes", {}, "[]"),
        ("passwordlessOptions", {"Policies": {"PasswordPolicy": POLICY}}, ""),
        (
            "passwordlessOptions",
            {"Policies": {"SignInPolicy": {"AllowedFirstAuthFactors": ["EMAIL_OTP"]}}},
            '{"emailOtpEnabled":true,"smsOtpEnabled":false}',
        ),
        (
            "passwordlessOptions",
            {"Policies": PASSKEYS, "WebAuthnRelyingPartyID": "a.example", "WebAuthnUserVerification": "required"},
            '{"emailOtpEnabled":false,"smsOtpEnabled":false,'
            '"webAuthn":{"relyingPartyId":"a.example","userVerification":"required"}}',
        ),
        (
            "passwordlessOptions",
            {"Policies": PASSKEYS},
            '{"emailOtpEnabled":false,"smsOtpEnabled":false,'
            '"webAuthn":{"relyingPartyId":"","userVerification":"preferred"}}',
        ),
        ("oauthScope", {"AllowedOAuthScopes": ["email", "openid"]}, '["email","openid"]'),
        ("oauthScope", {}, "[]"),
        ("oauthRedirectSignIn", {"CallbackURLs": ["https://a/", f"https://{MARK}/"]}, f"https://a/,https://{MARK}/"),
        ("oauthRedirectSignOut", {}, ""),
        ("oauthResponseType", {"AllowedOAuthFlows": ["code", "implicit"]}, "code,implicit"),
        ("awsAppsyncAuthenticationType", {"AuthenticationType": "AWS_IAM"}, "AWS_IAM"),
        (
            "awsAppsyncAdditionalAuthenticationTypes",
            {"AdditionalAuthenticationProviders": [{"AuthenticationType": each} for each in ("API_KEY", "AWS_IAM")]},
            "API_KEY,AWS_IAM",
        ),
        ("awsAppsyncAdditionalAuthenticationTypes", {}, ""),
    ],
)
def test_of_one_resource(output: str, properties: dict[str, Any], text: str) -> None:
    assert RULE[output].text([properties], "") == text


@pytest.mark.parametrize(
    ("output", "found", "text"),
    [
        ("groups", [], "[]"),
        (
            "groups",
            [{"GroupName": "Admins", "Precedence": 0}, {"GroupName": "Žáci"}, {"Precedence": 2}],
            '[{"Admins":{"precedence":0}},{"Žáci":{}}]',
        ),
        ("socialProviders", [], ""),
        (
            "socialProviders",
            [
                {"ProviderType": "Google", "ProviderName": "Google"},
                {"ProviderType": "OIDC", "ProviderName": "Corp"},
                {"ProviderType": "LoginWithAmazon", "ProviderName": "LoginWithAmazon"},
                {"ProviderType": "SignInWithApple", "ProviderName": "SignInWithApple"},
                {"ProviderType": "Facebook", "ProviderName": "Facebook"},
                {"ProviderType": "SAML", "ProviderName": "Old"},
            ],
            '["GOOGLE","Corp","LOGIN_WITH_AMAZON","SIGN_IN_WITH_APPLE","FACEBOOK","Old"]',
        ),
    ],
)
def test_of_several_resources(output: str, found: list[dict[str, Any]], text: str) -> None:
    assert RULE[output].text(found, "") == text


def test_the_preferred_challenge_is_carried_over() -> None:
    former = '{"emailOtpEnabled":true,"smsOtpEnabled":false,"preferredChallenge":"EMAIL_OTP"}'
    assert RULE["passwordlessOptions"].text([{}], former) == '{"preferredChallenge":"EMAIL_OTP"}'


@pytest.mark.parametrize("former", ["", "[", "[1]", "[" * 100_000, None, {"Ref": "X"}])
def test_a_former_output_that_is_no_json_is_no_matter(former: Any) -> None:
    assert RULE["passwordlessOptions"].text([{}], former) == ""


FUNCTION = {"Fn::If": ["C", 1, 2]}


@pytest.mark.parametrize(
    ("output", "properties"),
    [
        ("allowUnauthenticatedIdentities", {"AllowUnauthenticatedIdentities": FUNCTION}),
        ("signupAttributes", {"Schema": FUNCTION}),
        ("signupAttributes", {"Schema": [{"Name": "email", "Required": MARK}]}),
        ("usernameAttributes", {"UsernameAttributes": [FUNCTION]}),
        ("passwordPolicyMinLength", {"Policies": FUNCTION}),
        ("passwordPolicyRequirements", {"Policies": {"PasswordPolicy": {"RequireNumbers": FUNCTION}}}),
        ("mfaTypes", {"EnabledMfas": [MARK]}),
        ("passwordlessOptions", {"Policies": {"SignInPolicy": {"AllowedFirstAuthFactors": FUNCTION}}}),
        ("oauthRedirectSignIn", {"CallbackURLs": "https://a/"}),
        ("groups", {"GroupName": "A", "Precedence": "first"}),
        ("socialProviders", {"ProviderType": MARK}),
        ("awsAppsyncAdditionalAuthenticationTypes", {"AdditionalAuthenticationProviders": [FUNCTION]}),
    ],
)
def test_what_cannot_be_computed(output: str, properties: dict[str, Any]) -> None:
    with pytest.raises(NotComputable):
        RULE[output].text([properties], "")
