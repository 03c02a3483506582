"""amplify_outputs.json, which Amplify's clients read, out of the root stack's outputs.

Source: @aws-amplify/client-config 1.11 (of @aws-amplify/backend 1.25.1), format version 1.4; CLIENT_CONFIG.md.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ovr.knowledge.client_outputs import AUTH, DATA
from ovr.template.pointer import Json, Tokens

STORAGE = "AWS::Amplify::Storage"
CUSTOM = "AWS::Amplify::Custom"
CUSTOM_OUTPUT = "customOutputs"
FORMAT_VERSION = "1.4"
"""The version of amplify_outputs.json that @aws-amplify/backend 1.25 writes."""

SCHEMA_PLACEHOLDER = "<data.model_introspection>"
"""Stands for what Amplify makes of the GraphQL schema, which it reads from where a deploy puts it."""

Outputs = Mapping[str, str]
"""Root output → its text; those that are missing or empty left out."""


@dataclass(frozen=True, slots=True)
class Key:
    """A key of amplify_outputs.json and the outputs it is made of; `read` gives None where the key is left out.

    `read` takes the texts of the outputs, empty for one that is missing, and raises ValueError for a text that
    Amplify cannot read.
    """

    name: str
    outputs: tuple[str, ...]
    read: Callable[..., Json]


def _as_is(text: str) -> Json:
    return text or None


def _parsed(text: str) -> Json:
    if not text:
        return None
    try:
        return json.loads(text)
    except RecursionError:
        raise ValueError("nested too deep") from None


def _list(text: str) -> list[Any]:
    return _list_if_any(text) or []


def _list_if_any(text: str) -> list[Any] | None:
    value = _parsed(text)
    if value is not None and not isinstance(value, list):
        raise ValueError("not a list")
    return value


def _object(text: str) -> dict[str, Any]:
    value = _parsed(text)
    if not isinstance(value, dict):
        raise ValueError("not an object")
    return value


def _mfa(text: str) -> Json:
    return {"OFF": "NONE", "OPTIONAL": "OPTIONAL", "ON": "REQUIRED"}.get(text)


def _password_policy(minimum: str, requirements: str) -> Json:
    if not minimum and not requirements:
        return None
    required = _list(requirements)
    length: Json = int(minimum) if minimum.isdecimal() and len(minimum) < 10 else minimum
    return {
        "min_length": length or 8,
        "require_lowercase": "REQUIRES_LOWERCASE" in required,
        "require_numbers": "REQUIRES_NUMBERS" in required,
        "require_symbols": "REQUIRES_SYMBOLS" in required,
        "require_uppercase": "REQUIRES_UPPERCASE" in required,
    }


_SOCIAL = ("GOOGLE", "FACEBOOK", "LOGIN_WITH_AMAZON", "SIGN_IN_WITH_APPLE")


def _oauth(sign_in: str, sign_out: str, providers: str, response: str, scopes: str, domain: str) -> Json:
    """Only where there are addresses to come back to both after signing in and after signing out."""
    if not sign_in or not sign_out:
        return None
    return {
        "identity_providers": [each for each in _list(providers) if each in _SOCIAL],
        "redirect_sign_in_uri": sign_in.split(","),
        "redirect_sign_out_uri": sign_out.split(","),
        **({"response_type": response} if response else {}),
        "scopes": _list(scopes),
        "domain": domain,
    }


def _passwordless(text: str) -> Json:
    if not text:
        return None
    options = _object(text)
    named = {"email_otp_enabled": options.get("emailOtpEnabled"), "sms_otp_enabled": options.get("smsOtpEnabled")}
    if isinstance(passkeys := options.get("webAuthn"), dict):
        named["web_authn"] = {
            "relying_party_id": passkeys.get("relyingPartyId"),
            "user_verification": passkeys.get("userVerification"),
        }
    named["preferred_challenge"] = options.get("preferredChallenge")
    return {name: value for name, value in named.items() if value is not None}


def _guests(text: str) -> Json:
    return text == "true" if text else None


def _modes(text: str) -> Json:
    return text.split(",") if text else None


def _schema(text: str) -> Json:
    return SCHEMA_PLACEHOLDER if text else None


_BUCKET = {"name": "name", "bucketName": "bucket_name", "storageRegion": "aws_region", "paths": "paths"}


def _buckets(text: str) -> Json:
    buckets = [_object(each) if isinstance(each, str) else {} for each in _list(text)]
    return [{key: bucket[own] for own, key in _BUCKET.items() if own in bucket} for bucket in buckets]


_OAUTH_OUTPUTS = (
    "oauthRedirectSignIn",
    "oauthRedirectSignOut",
    "socialProviders",
    "oauthResponseType",
    "oauthScope",
    "oauthCognitoDomain",
)

KEYS: dict[str, tuple[str, tuple[Key, ...]]] = {
    "auth": (
        AUTH,
        (
            Key("user_pool_id", ("userPoolId",), _as_is),
            Key("aws_region", ("authRegion",), _as_is),
            Key("user_pool_client_id", ("webClientId",), _as_is),
            Key("identity_pool_id", ("identityPoolId",), _as_is),
            Key("mfa_methods", ("mfaTypes",), _list_if_any),
            Key("standard_required_attributes", ("signupAttributes",), _list_if_any),
            Key("username_attributes", ("usernameAttributes",), _list_if_any),
            Key("user_verification_types", ("verificationMechanisms",), _list_if_any),
            Key("groups", ("groups",), _list_if_any),
            Key("mfa_configuration", ("mfaConfiguration",), _mfa),
            Key("password_policy", ("passwordPolicyMinLength", "passwordPolicyRequirements"), _password_policy),
            Key("oauth", _OAUTH_OUTPUTS, _oauth),
            Key("unauthenticated_identities_enabled", ("allowUnauthenticatedIdentities",), _guests),
            Key("passwordless", ("passwordlessOptions",), _passwordless),
        ),
    ),
    "data": (
        DATA,
        (
            Key("url", ("awsAppsyncApiEndpoint",), _as_is),
            Key("aws_region", ("awsAppsyncRegion",), _as_is),
            Key("api_key", ("awsAppsyncApiKey",), _as_is),
            Key("default_authorization_type", ("awsAppsyncAuthenticationType",), _as_is),
            Key("authorization_types", ("awsAppsyncAdditionalAuthenticationTypes",), _modes),
            Key("model_introspection", ("amplifyApiModelSchemaS3Uri",), _schema),
        ),
    ),
    "storage": (
        STORAGE,
        (
            Key("aws_region", ("storageRegion",), _as_is),
            Key("bucket_name", ("bucketName",), _as_is),
            Key("buckets", ("buckets",), _buckets),
        ),
    ),
}
"""Category → the member of the root's Metadata that says whether the backend has it, and its keys."""


@dataclass(frozen=True, slots=True)
class Flaw:
    """What makes Amplify's own generation of the file fail: a `key` whose outputs cannot be read, or that is `twice`
    there, from backend.addOutput and from Amplify itself."""

    key: Tokens
    twice: bool = False


def amplify_outputs(outputs: Mapping[str, Outputs]) -> tuple[dict[str, Json], list[Flaw]]:
    """The content of amplify_outputs.json, and what is wrong with the outputs.

    `outputs`: the member of Metadata that lists them → the outputs. An output that cannot be read is left out.
    """
    config: dict[str, Json] = {}
    flaws: list[Flaw] = []
    for category, (section, keys) in KEYS.items():
        if section in outputs:
            config[category] = dict(_members(category, keys, outputs[section], flaws))
    config["version"] = FORMAT_VERSION
    if custom := outputs.get(CUSTOM, {}).get(CUSTOM_OUTPUT):
        try:
            added = _object(custom)
        except ValueError:
            flaws.append(Flaw(("custom",)))
        else:
            flaws += [Flaw(key, twice=True) for key in _accumulate(config, added)]
    return config, flaws


def _members(category: str, keys: tuple[Key, ...], outputs: Outputs, flaws: list[Flaw]) -> Iterator[tuple[str, Json]]:
    for key in keys:
        try:
            value = key.read(*(outputs.get(output, "") for output in key.outputs))
        except ValueError:
            flaws.append(Flaw((category, key.name)))
            continue
        if value is not None:
            yield key.name, value


def _accumulate(config: dict[str, Json], added: dict[str, Json], path: Tokens = ()) -> Iterator[Tokens]:
    """Puts custom sections in; gives the keys that are there already, which Amplify calls duplicated entries."""
    for key, value in added.items():
        present = config.get(key)
        if isinstance(present, dict) and isinstance(value, dict):
            yield from _accumulate(present, value, (*path, key))
        elif isinstance(present, list) and isinstance(value, list):
            config[key] = [*present, *value]
        elif present is None or (*path, key) == ("version",):
            config[key] = value
        else:
            yield (*path, key)


def outputs_of(path: Tokens) -> tuple[str, ...]:
    """The outputs that a key of amplify_outputs.json is made of."""
    _, keys = KEYS.get(path[0], ("", ()))
    return next((key.outputs for key in keys if key.name in path[1:2]), (CUSTOM_OUTPUT,))
