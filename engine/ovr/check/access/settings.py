"""What is open or held back without any statement: function URLs, public access, guests, API auth modes, boundaries.

Sources: AWS CloudFormation resource reference of each type; for ACLs Amazon S3 user guide, "Access control list (ACL)
overview", "Mapping of ACL permissions and access policy permissions".
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from ovr.check.access.model import NOTHING, Access, Condition, Pattern, Place, Words
from ovr.check.access.names import SIGNED_IN, Names
from ovr.knowledge.access import ROLE_PROPERTIES
from ovr.template import pointer
from ovr.template.pointer import MISSING, Json, Tokens

ANYONE = Words("*", "anyone")
_PUBLIC = Words("the public", "the public")
_ALLOWED_BY_IAM = Words("whoever IAM allows", "whoever IAM allows")
_BLOCKS = ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")
_ANY_ACCOUNT = Words("any AWS account", "any AWS account")
_ACLS: Mapping[str, tuple[Words, tuple[str, ...]]] = {
    "PublicRead": (ANYONE, ("s3:ListBucket",)),
    "PublicReadWrite": (ANYONE, ("s3:ListBucket", "s3:PutObject")),
    "AuthenticatedRead": (_ANY_ACCOUNT, ("s3:ListBucket",)),
}
"""Canned ACL of a bucket → who may do what to it."""

Found = Iterator[Access]


def settings(stack: str, logical_id: str, resource: dict[str, Any], names: Names) -> Found:
    """What the properties of one resource open or hold back."""
    reader = _Reader(names, (stack, logical_id), resource)
    type_name = str(resource.get("Type"))
    if type_name.startswith("AWS::IAM::"):
        yield from _identity(reader)
    if type_name in ROLE_PROPERTIES:
        yield from _role(reader, type_name)
    if read := _READERS.get(type_name):
        yield from read(reader)


class _Reader:
    """The properties of one resource."""

    def __init__(self, names: Names, place: Place, resource: dict[str, Any]) -> None:
        self.names = names
        self.place = place
        self.properties = resource.get("Properties")

    def get(self, *path: str) -> Json:
        return pointer.get(self.properties, path)

    def text(self, *path: str) -> Words | None:
        """The text at a pointer, with the resources that it names; None where there is none."""
        value = self.get(*path)
        return None if value is MISSING else self.names.text(self.place[0], value)

    def target(self, *path: str) -> Pattern:
        """The resource that a property refers to, else what it says; without a path the resource itself."""
        value = self.get(*path) if path else MISSING
        place = self.names.place(self.place[0], value)
        if path and place is None:
            return Pattern((self.text(*path) or Words("", "nothing"),))
        return Pattern((self.names.resource(place or self.place),))

    def access(self, who: Words, at: Tokens, on: Pattern | None = None, action: str = "") -> Access:
        """`at`, a pointer below the properties, says where it is written; `on` is the resource itself by default."""
        stack, logical_id = self.place
        return Access(
            who,
            "access",
            Pattern((Words(action.lower(), action),)) if action else NOTHING,
            on or self.target(),
            about=self.place,
            stack=stack,
            path=("Resources", logical_id, "Properties", *at),
        )


def _identity(reader: _Reader) -> Found:
    """Managed policies by name and the permissions boundary. Those of these templates are read as statements."""
    stack, _ = reader.place
    who = reader.names.actor(reader.place)
    attached = reader.get("ManagedPolicyArns")
    for index, value in enumerate(attached if isinstance(attached, list) else ()):
        if reader.names.place(stack, value) is None:
            words = reader.names.text(stack, value)
            short = words.shown.rpartition(":policy/")[2].rpartition("/")[2]
            policy = Pattern((Words(words.key.replace("arn:${AWS::Partition}:", "arn:aws:"), short),))
            yield replace(reader.access(who, ("ManagedPolicyArns", str(index)), policy), kind="policy")
    boundary = reader.text("PermissionsBoundary")
    if boundary is not None:
        on = Pattern((boundary,))
        yield replace(reader.access(who, ("PermissionsBoundary",), on), kind="boundary", allowed=False)


def _role(reader: _Reader, type_name: str) -> Found:
    name = ROLE_PROPERTIES[type_name]
    if reader.get(name) is not MISSING:
        who = reader.names.resource(reader.place)
        yield replace(reader.access(who, (name,), reader.target(name)), kind="role")


def _url(reader: _Reader) -> Found:
    anyone = reader.get("AuthType") == "NONE"
    on = reader.target("TargetFunctionArn")
    yield replace(reader.access(ANYONE if anyone else _ALLOWED_BY_IAM, ("AuthType",), on), kind="call")


def _permission(reader: _Reader) -> Found:
    """A statement of a function's policy, written as properties."""
    stack = reader.place[0]
    principal, action = reader.get("Principal"), reader.get("Action")
    if principal is MISSING or not isinstance(action, str):
        return
    conditions = frozenset(
        Condition(operator, key, frozenset({words}))
        for name, operator, key in (
            ("SourceArn", "ArnLike", "aws:SourceArn"),
            ("SourceAccount", "StringEquals", "aws:SourceAccount"),
            ("PrincipalOrgID", "StringEquals", "aws:PrincipalOrgID"),
            ("FunctionUrlAuthType", "StringEquals", "lambda:FunctionUrlAuthType"),
        )
        if (words := reader.text(name)) is not None
    )
    who = reader.names.principal(stack, "AWS", principal)
    place = reader.names.place(stack, reader.get("FunctionName")) or reader.place
    access = reader.access(who, (), reader.target("FunctionName"), action)
    yield replace(access, conditions=conditions, about=place)


def _bucket(reader: _Reader) -> Found:
    for name in _BLOCKS:
        at = ("PublicAccessBlockConfiguration", name)
        if reader.get(*at) in (True, "true"):
            yield replace(reader.access(_PUBLIC, at, action=name), kind="block", allowed=False)
    acl = reader.get("AccessControl")
    who, actions = _ACLS.get(acl, (ANYONE, ())) if isinstance(acl, str) else (ANYONE, ())
    for action in actions:
        yield reader.access(who, ("AccessControl",), action=action)


def _identity_pool(reader: _Reader) -> Found:
    at = ("AllowUnauthenticatedIdentities",)
    if reader.get(*at) in (True, "true"):
        yield replace(reader.access(Words("guests", "guests"), at), kind="credentials")


def _pool_roles(reader: _Reader) -> Found:
    roles = reader.get("Roles")
    for key in roles if isinstance(roles, dict) else ():
        who = Words(key, SIGNED_IN.get(key, str(key)))
        yield replace(reader.access(who, ("Roles", key), reader.target("Roles", key)), kind="role")


def _graphql(reader: _Reader) -> Found:
    others = reader.get("AdditionalAuthenticationProviders")
    places: list[Tokens] = [()]
    if isinstance(others, list):
        places += [("AdditionalAuthenticationProviders", str(index)) for index in range(len(others))]
    for at in places:
        mode = reader.get(*at, "AuthenticationType")
        if isinstance(mode, str):
            yield replace(reader.access(_caller(reader, at, mode), (*at, "AuthenticationType")), kind="call")


def _caller(reader: _Reader, at: Tokens, mode: str) -> Words:
    """Who an AppSync auth mode lets in."""
    match mode:
        case "API_KEY":
            return Words(mode, "whoever has an API key")
        case "AWS_IAM":
            return _ALLOWED_BY_IAM
        case "AMAZON_COGNITO_USER_POOLS":
            pool = reader.text(*at, "UserPoolConfig", "UserPoolId")
            return _of(mode, "signed-in users of {}", pool)
        case "OPENID_CONNECT":
            issuer = reader.text(*at, "OpenIDConnectConfig", "Issuer")
            return _of(mode, "users of {}", issuer)
        case "AWS_LAMBDA":
            function = reader.text(*at, "LambdaAuthorizerConfig", "AuthorizerUri")
            return _of(mode, "whoever {} lets in", function)
    return Words(mode, f"callers under {mode}")


def _of(mode: str, shown: str, whom: Words | None) -> Words:
    return Words(f"{mode} {whom.key if whom else ''}", shown.format(whom.shown if whom else "nobody known"))


_REST_MODES = {
    "NONE": ANYONE,
    "AWS_IAM": _ALLOWED_BY_IAM,
    "COGNITO_USER_POOLS": Words("COGNITO_USER_POOLS", "signed-in users"),
    "JWT": Words("JWT", "whoever has a token that the authorizer takes"),
    "CUSTOM": Words("CUSTOM", "whoever the authorizer lets in"),
}


def _route(reader: _Reader) -> Found:
    """A method of a REST API or a route of an HTTP API. A browser's preflight request never says who asks."""
    preflight = reader.get("HttpMethod") == "OPTIONS" or str(reader.get("RouteKey")).startswith("OPTIONS ")
    mode = reader.get("AuthorizationType")
    who = _REST_MODES.get(mode) if isinstance(mode, str) else ANYONE
    if who is not None and not preflight:
        access = replace(reader.access(who, ("AuthorizationType",)), kind="call")
        if reader.get("ApiKeyRequired") is True:
            key = frozenset({Words("true", "true")})
            access = replace(access, conditions=frozenset({Condition("Bool", "ApiKeyRequired", key)}))
        yield access


_READERS: Mapping[str, Callable[[_Reader], Found]] = {
    "AWS::Lambda::Url": _url,
    "AWS::Lambda::Permission": _permission,
    "AWS::S3::Bucket": _bucket,
    "AWS::Cognito::IdentityPool": _identity_pool,
    "AWS::Cognito::IdentityPoolRoleAttachment": _pool_roles,
    "AWS::AppSync::GraphQLApi": _graphql,
    "AWS::ApiGateway::Method": _route,
    "AWS::ApiGatewayV2::Route": _route,
}
