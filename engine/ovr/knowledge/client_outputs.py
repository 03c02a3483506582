"""Which root outputs follow which properties, and how: what Amplify bakes into the root stack at synthesis.

Each rule was run on the 185 assemblies of the corpus; they differ only where CDK itself leaves an output stale.
Sources: @aws-amplify/auth-construct 1.x `storeOutput`, @aws-amplify/graphql-api-construct `storeOutput`
(@aws-amplify/backend 1.25.1), CLIENT_CONFIG.md.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from ovr.template import pointer
from ovr.template.follow import origin
from ovr.template.marks import MARKS
from ovr.template.pointer import Json
from ovr.template.tree import ROOT, StackTree

Role = Literal["userPool", "client", "identityPool", "api", "groups", "providers"]

Properties = Mapping[str, Json]
"""The properties of one resource, references followed: what a deploy alone can tell is text with a mark in it."""


class NotComputable(Exception):
    """A rule needs to know a value that is an intrinsic function."""


@dataclass(frozen=True, slots=True)
class Subject:
    """How a role is found: the resource of this type that a root output refers to, or for `of` all of this type
    that belong to that resource by the property `by`."""

    type: str
    outputs: tuple[str, ...] = ()
    of: Role | None = None
    by: str = ""


SUBJECTS: dict[Role, Subject] = {
    "userPool": Subject("AWS::Cognito::UserPool", ("userPoolId",)),
    "client": Subject("AWS::Cognito::UserPoolClient", ("webClientId",)),
    "identityPool": Subject("AWS::Cognito::IdentityPool", ("identityPoolId",)),
    "api": Subject("AWS::AppSync::GraphQLApi", ("awsAppsyncApiId", "awsAppsyncApiEndpoint")),
    "groups": Subject("AWS::Cognito::UserPoolGroup", of="userPool", by="UserPoolId"),
    "providers": Subject("AWS::Cognito::UserPoolIdentityProvider", of="userPool", by="UserPoolId"),
}


def resources_of(tree: StackTree, role: Role) -> list[tuple[str, str]] | None:
    """(stack, logical ID) of the resources that have a role, in the order of the templates; None if the outputs lead to
    none, as with a user pool that was not made by this backend."""
    subject = SUBJECTS[role]
    if subject.of is None:
        values = (pointer.get(tree.root.template, ("Outputs", output, "Value")) for output in subject.outputs)
        found = next((at for value in values if (at := origin(tree, ROOT, value))), None)
        return [found[:2]] if found and _type(tree, found) == subject.type else None
    owners = resources_of(tree, subject.of)
    if owners is None:
        return None
    return [at for at in _of_type(tree, subject.type) if _owner(tree, at, subject.by) in owners]


def _of_type(tree: StackTree, type_: str) -> Iterator[tuple[str, str]]:
    for path, stack in tree.stacks.items():
        for logical_id, resource in stack.resources.items():
            if resource.get("Type") == type_:
                yield path, logical_id


def _type(tree: StackTree, at: tuple[str, ...]) -> Json:
    return tree.stacks[at[0]].resources[at[1]].get("Type")


def _owner(tree: StackTree, at: tuple[str, str], by: str) -> tuple[str, str] | None:
    """The resource that a property of this one refers to."""
    found = origin(tree, at[0], pointer.get(tree.stacks[at[0]].resources[at[1]], ("Properties", by)))
    return found[:2] if found else None


AUTH = "AWS::Amplify::Auth"
DATA = "AWS::Amplify::GraphQL"


@dataclass(frozen=True, slots=True)
class Rule:
    """An output, the properties it follows, and the transformation.

    `section` is the member of the root's Metadata that lists the output. `derive` takes the resources of the role
    and raises NotComputable. `carried` is a member of the output's JSON that stands in no property. `late`: where
    there is nothing to say the output is missing, so it may have to be added.
    """

    output: str
    section: str
    role: Role
    properties: tuple[str, ...]
    derive: Callable[..., str]
    carried: str = ""
    late: bool = False

    def text(self, found: Sequence[Properties], former: Json) -> str:
        """The output's text; `former` is what the output was. Raises NotComputable."""
        derived = self.derive(*found)
        kept = _member(former, self.carried) if self.carried else None
        return derived if kept is None else _compact({**json.loads(derived or "{}"), self.carried: kept})


def _member(text: Json, name: str) -> Json:
    """A member of the JSON object that a text is, if it is one."""
    try:
        value = json.loads(text) if isinstance(text, str) else None
    except (ValueError, RecursionError):
        return None
    return value.get(name) if isinstance(value, dict) else None


def _text(value: Json) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (str, int, float)):
        return str(value)
    raise NotComputable


def _word(value: Json) -> str:
    """A text that decides something, so that it must be known."""
    text = _text(value)
    if MARKS[0] in text:
        raise NotComputable
    return text


def _is_true(value: Json) -> bool:
    return value is not None and _word(value) == "true"


def _number(value: Json) -> int:
    try:
        return int(_word(value))
    except ValueError:
        raise NotComputable from None


def _items(value: Json) -> list[Json]:
    if value is not None and not isinstance(value, list):
        raise NotComputable
    return value or []


def _object(value: Json) -> dict[str, Any]:
    if not isinstance(value, dict) or any(key == "Ref" or key.startswith("Fn::") for key in value):
        raise NotComputable
    return value


def _compact(value: Json) -> str:
    """JSON as JavaScript writes it."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def _texts(name: str, change: Callable[[str], str] = str) -> Callable[[Properties], str]:
    """A list of texts as JSON."""
    return lambda properties: _compact([change(_text(item)) for item in _items(properties.get(name))])


def _joined(name: str) -> Callable[[Properties], str]:
    """A list of texts with commas between them."""
    return lambda properties: ",".join(_text(item) for item in _items(properties.get(name)))


def _guests(identity_pool: Properties) -> str:
    allowed = identity_pool.get("AllowUnauthenticatedIdentities")
    if allowed is not None:
        _word(allowed)
    return "true" if allowed is True else "false"


def _signup_attributes(pool: Properties) -> str:
    attributes = [_object(each) for each in _items(pool.get("Schema"))]
    required = [each["Name"] for each in attributes if each.get("Name") and _is_true(each.get("Required"))]
    return _compact([_text(name).lower() for name in required])


def _policy(pool: Properties, name: str) -> dict[str, Any] | None:
    policies = pool.get("Policies")
    policy = None if policies is None else _object(policies).get(name)
    return None if policy is None else _object(policy)


def _minimum_length(pool: Properties) -> str:
    length = (_policy(pool, "PasswordPolicy") or {}).get("MinimumLength")
    return "" if length is None else _text(length)


def _requirements(pool: Properties) -> str:
    policy = _policy(pool, "PasswordPolicy")
    if policy is None:
        return ""
    kinds = ("Numbers", "Lowercase", "Uppercase", "Symbols")
    return _compact([f"REQUIRES_{kind.upper()}" for kind in kinds if _is_true(policy.get(f"Require{kind}"))])


def _mfa(pool: Properties) -> str:
    return _text(pool.get("MfaConfiguration") or "OFF")


_MFA_TYPES = {"SMS_MFA": "SMS", "SOFTWARE_TOKEN_MFA": "TOTP", "EMAIL_OTP": "EMAIL"}


def _mfa_types(pool: Properties) -> str:
    enabled = [_word(item) for item in _items(pool.get("EnabledMfas"))]
    return _compact([_MFA_TYPES[each] for each in enabled if each in _MFA_TYPES])


def _passwordless(pool: Properties) -> str:
    policy = _policy(pool, "SignInPolicy")
    if policy is None:
        return ""
    factors = [_word(item) for item in _items(policy.get("AllowedFirstAuthFactors"))]
    options: dict[str, Any] = {"emailOtpEnabled": "EMAIL_OTP" in factors, "smsOtpEnabled": "SMS_OTP" in factors}
    if "WEB_AUTHN" in factors:
        options["webAuthn"] = {
            "relyingPartyId": _text(pool.get("WebAuthnRelyingPartyID") or ""),
            "userVerification": _text(pool.get("WebAuthnUserVerification") or "preferred"),
        }
    return _compact(options)


def _groups(*groups: Properties) -> str:
    named = [(_text(each["GroupName"]), each.get("Precedence")) for each in groups if each.get("GroupName")]
    return _compact([{name: {} if order is None else {"precedence": _number(order)}} for name, order in named])


_PROVIDERS = {
    "Google": "GOOGLE",
    "Facebook": "FACEBOOK",
    "SignInWithApple": "SIGN_IN_WITH_APPLE",
    "LoginWithAmazon": "LOGIN_WITH_AMAZON",
}
_NAMED_PROVIDERS = ("OIDC", "SAML")


def _social_providers(*providers: Properties) -> str:
    names = []
    for each in providers:
        type_ = _word(each.get("ProviderType"))
        if type_ in _PROVIDERS:
            names.append(_PROVIDERS[type_])
        elif type_ in _NAMED_PROVIDERS:
            names.append(_text(each.get("ProviderName")))
    return _compact(names) if providers else ""


def _default_mode(api: Properties) -> str:
    return _text(api.get("AuthenticationType"))


def _additional_modes(api: Properties) -> str:
    modes = [_object(each).get("AuthenticationType") for each in _items(api.get("AdditionalAuthenticationProviders"))]
    return ",".join(map(_text, modes))


_ADDITIONAL_MODES = "awsAppsyncAdditionalAuthenticationTypes"
_PASSWORDLESS = ("Policies", "WebAuthnRelyingPartyID", "WebAuthnUserVerification")

RULES: tuple[Rule, ...] = (
    Rule("allowUnauthenticatedIdentities", AUTH, "identityPool", ("AllowUnauthenticatedIdentities",), _guests),
    Rule("signupAttributes", AUTH, "userPool", ("Schema",), _signup_attributes),
    Rule("usernameAttributes", AUTH, "userPool", ("UsernameAttributes",), _texts("UsernameAttributes", str.lower)),
    Rule("verificationMechanisms", AUTH, "userPool", ("AutoVerifiedAttributes",), _texts("AutoVerifiedAttributes")),
    Rule("passwordPolicyMinLength", AUTH, "userPool", ("Policies",), _minimum_length),
    Rule("passwordPolicyRequirements", AUTH, "userPool", ("Policies",), _requirements),
    Rule("mfaConfiguration", AUTH, "userPool", ("MfaConfiguration",), _mfa),
    Rule("mfaTypes", AUTH, "userPool", ("EnabledMfas",), _mfa_types),
    Rule("passwordlessOptions", AUTH, "userPool", _PASSWORDLESS, _passwordless, carried="preferredChallenge"),
    Rule("socialProviders", AUTH, "providers", ("ProviderType", "ProviderName"), _social_providers),
    Rule("oauthScope", AUTH, "client", ("AllowedOAuthScopes",), _texts("AllowedOAuthScopes")),
    Rule("oauthRedirectSignIn", AUTH, "client", ("CallbackURLs",), _joined("CallbackURLs")),
    Rule("oauthRedirectSignOut", AUTH, "client", ("LogoutURLs",), _joined("LogoutURLs")),
    Rule("oauthResponseType", AUTH, "client", ("AllowedOAuthFlows",), _joined("AllowedOAuthFlows")),
    Rule("groups", AUTH, "groups", ("GroupName", "Precedence"), _groups),
    Rule("awsAppsyncAuthenticationType", DATA, "api", ("AuthenticationType",), _default_mode),
    Rule(_ADDITIONAL_MODES, DATA, "api", ("AdditionalAuthenticationProviders",), _additional_modes, late=True),
)
"""Outputs that are references (userPoolId, awsAppsyncApiEndpoint, …) follow by themselves and are not here."""
