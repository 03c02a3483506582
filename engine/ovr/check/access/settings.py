"""What is open or held back without any statement: function URLs, public access, guests, API auth modes, boundaries.

Sources: AWS CloudFormation resource reference of each type; for ACLs Amazon S3 user guide, "Access control list (ACL)
overview", "Mapping of ACL permissions and access policy permissions".
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from ovr.check.access.model import NOTHING, Access, Condition, Kind, Pattern, Place, Words
from ovr.check.access.names import SIGNED_IN, Names
from ovr.check.terms import below
from ovr.knowledge.access import ROLE_PROPERTIES
from ovr.template.pointer import Tokens
from ovr.template.possible import UNKNOWN

_ANYONE = Words("*", "anyone")
_PUBLIC = Words("the public", "the public")
_ALLOWED_BY_IAM = Words("whoever IAM allows", "whoever IAM allows")
_ANY_ACCOUNT = Words("any AWS account", "any AWS account")
_BLOCKS = ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")
_ACLS: Mapping[str, tuple[Words, tuple[str, ...]]] = {
    "PublicRead": (_ANYONE, ("s3:ListBucket",)),
    "PublicReadWrite": (_ANYONE, ("s3:ListBucket", "s3:PutObject")),
    "AuthenticatedRead": (_ANY_ACCOUNT, ("s3:ListBucket",)),
}
"""Canned ACL of a bucket → who may do what to it."""

Found = Iterator[Access]


def settings(place: Place, resource: dict[str, Any], names: Names) -> Found:
    """What the properties of one resource open or hold back."""
    reader = _Reader(names, place, resource)
    type_name = str(resource.get("Type"))
    if type_name.startswith(("AWS::IAM::", "AWS::SSO::")):
        yield from _identity(reader)
    if type_name in ROLE_PROPERTIES:
        name = ROLE_PROPERTIES[type_name]
        for role in reader.targets(name):
            yield reader.access(names.resource(place), (name,), "role", role)
    if read := _READERS.get(type_name):
        yield from read(reader)


class _Reader:
    """The properties of one resource."""

    def __init__(self, names: Names, place: Place, resource: dict[str, Any]) -> None:
        self.names = names
        self.place = place
        self.own = Pattern((names.resource(place),))
        self._properties = resource.get("Properties")

    def has(self, *path: str) -> bool:
        return any(True for _ in below(self._properties, path))

    def texts(self, *path: str) -> list[str]:
        """All that stands, or may come to stand, at a path, in every item of lists on the way."""
        values = below(self._properties, path)
        return [text for value in values for text in self.names.possible.texts(self.place[0], value)]

    def words(self, *path: str) -> list[Words]:
        """The same with the resources that they name."""
        return [self.names.words(text) for text in self.texts(*path)]

    def targets(self, *path: str) -> list[Pattern]:
        """The resources that a property refers to, else what it says."""
        found = []
        for text in self.texts(*path):
            place = self.names.place(text)
            found.append(Pattern((self.names.resource(place) if place else self.names.words(text),)))
        return found

    def access(
        self, who: Words, at: Tokens, kind: Kind = "access", on: Pattern | None = None, action: str = ""
    ) -> Access:
        """`at`, a pointer below the properties, says where it is written; `on` is the resource itself by default."""
        actions = Pattern((Words(action.lower(), action),)) if action else NOTHING
        stack, logical_id = self.place
        path = ("Resources", logical_id, "Properties", *at)
        return Access(who, kind, actions, on or self.own, about=self.place, stack=stack, path=path)


def _identity(reader: _Reader) -> Found:
    """Managed policies by name and the permissions boundary. Those of these templates are read as statements."""
    who = reader.names.actor(reader.place)
    for key in ("ManagedPolicyArns", "ManagedPolicies"):
        for text in reader.texts(key):
            if reader.names.place(text) is None:
                name = text.rpartition(":policy/")[2].rpartition("/")[2]
                arn = text.replace(f"{UNKNOWN}AWS::Partition{UNKNOWN}", "aws")
                yield reader.access(who, (key,), "policy", Pattern((Words(arn, name),)))
    for words in reader.words("PermissionsBoundary"):
        bound = reader.access(who, ("PermissionsBoundary",), "boundary", Pattern((words,)))
        yield replace(bound, allowed=False)


def _url(reader: _Reader) -> Found:
    for mode in reader.texts("AuthType"):
        for function in reader.targets("TargetFunctionArn"):
            yield reader.access(_ANYONE if mode == "NONE" else _ALLOWED_BY_IAM, ("AuthType",), "call", function)


def _permission(reader: _Reader) -> Found:
    """A statement of a function's policy, written as properties."""
    conditions = frozenset(
        Condition(operator, key, frozenset(words))
        for name, operator, key in (
            ("SourceArn", "ArnLike", "aws:SourceArn"),
            ("SourceAccount", "StringEquals", "aws:SourceAccount"),
            ("PrincipalOrgID", "StringEquals", "aws:PrincipalOrgID"),
            ("FunctionUrlAuthType", "StringEquals", "lambda:FunctionUrlAuthType"),
        )
        if (words := reader.words(name))
    )
    functions = [place for text in reader.texts("FunctionName") if (place := reader.names.place(text))]
    for principal in reader.texts("Principal"):
        who = reader.names.principal("AWS", principal)
        for on in reader.targets("FunctionName"):
            for action in reader.texts("Action"):
                access = reader.access(who, (), "access", on, action)
                yield replace(access, conditions=conditions, about=(functions or [reader.place])[0])


def _bucket(reader: _Reader) -> Found:
    yield from _blocks(reader)
    if reader.has("WebsiteConfiguration"):
        yield reader.access(_ANYONE, ("WebsiteConfiguration",), "reach")
    for acl in reader.texts("AccessControl"):
        who, actions = _ACLS.get(acl, (_ANYONE, ()))
        for action in actions:
            yield reader.access(who, ("AccessControl",), action=action)


def _blocks(reader: _Reader) -> Found:
    """What keeps the public out is on by default (S3, since April 2023): both what is on and what is off is told."""
    for name in _BLOCKS:
        at = ("PublicAccessBlockConfiguration", name)
        for text in reader.texts(*at):
            block = reader.access(_PUBLIC, at, "block", action=name)
            yield replace(block, allowed=text.lower() == "false")


def _identity_pool(reader: _Reader) -> Found:
    at = ("AllowUnauthenticatedIdentities",)
    if any(text.lower() == "true" for text in reader.texts(*at)):
        yield reader.access(Words("guests", "guests"), at, "credentials")


def _pool_roles(reader: _Reader) -> Found:
    for key, who in SIGNED_IN.items():
        for role in reader.targets("Roles", key):
            yield reader.access(Words(key, who), ("Roles", key), "role", role)


def _graphql(reader: _Reader) -> Found:
    for at in ((), ("AdditionalAuthenticationProviders",)):
        for mode in reader.texts(*at, "AuthenticationType"):
            yield reader.access(_caller(reader, at, mode), (*at, "AuthenticationType")[:1], "call")


def _events(reader: _Reader) -> Found:
    at = ("EventConfig", "AuthProviders", "AuthType")
    for mode in reader.texts(*at):
        yield reader.access(_caller(reader, at[:2], mode), at[:2], "call")


_CALLERS: Mapping[str, tuple[str, Tokens]] = {
    "AMAZON_COGNITO_USER_POOLS": ("signed-in users of {}", ("UserPoolConfig", "UserPoolId")),
    "OPENID_CONNECT": ("users of {}", ("OpenIDConnectConfig", "Issuer")),
    "AWS_LAMBDA": ("whoever {} lets in", ("LambdaAuthorizerConfig", "AuthorizerUri")),
}
"""Auth mode of AppSync → whom it lets in, and which property says by whom that is decided."""


def _caller(reader: _Reader, at: Tokens, mode: str) -> Words:
    """Who an auth mode of AppSync lets in."""
    if mode == "AWS_IAM":
        return _ALLOWED_BY_IAM
    if mode == "API_KEY":
        return Words(mode, "whoever has an API key")
    if mode not in _CALLERS:
        return Words(mode, f"callers under {mode}")
    told, path = _CALLERS[mode]
    by = reader.words(*at, *path) or [Words("", mode)]
    return Words(" ".join([mode, *(words.key for words in by)]), told.format(" or ".join(words.shown for words in by)))


_REST_MODES: Mapping[str, Words] = {
    "NONE": _ANYONE,
    "AWS_IAM": _ALLOWED_BY_IAM,
    "COGNITO_USER_POOLS": Words("COGNITO_USER_POOLS", "signed-in users"),
    "JWT": Words("JWT", "whoever has a token that the authorizer takes"),
    "CUSTOM": Words("CUSTOM", "whoever the authorizer lets in"),
}


def _route(reader: _Reader) -> Found:
    """A method of a REST API or a route of an HTTP API. A browser's preflight request never says who asks."""
    routes = reader.texts("HttpMethod") + reader.texts("RouteKey")
    if any(route.split(" ")[0] == "OPTIONS" for route in routes):
        return
    key = any(text.lower() == "true" for text in reader.texts("ApiKeyRequired"))
    conditions = frozenset({Condition("", "the API key is sent", frozenset())} if key else ())
    for mode in reader.texts("AuthorizationType") or ["NONE"]:
        if who := _REST_MODES.get(mode):
            yield replace(reader.access(who, ("AuthorizationType",), "call"), conditions=conditions)


def _reached(reader: _Reader) -> Found:
    if any(text.lower() == "true" for text in reader.texts("PubliclyAccessible")):
        yield reader.access(_ANYONE, ("PubliclyAccessible",), "reach")


_READERS: Mapping[str, Callable[[_Reader], Found]] = {
    "AWS::ApiGateway::Method": _route,
    "AWS::ApiGatewayV2::Route": _route,
    "AWS::AppSync::Api": _events,
    "AWS::AppSync::GraphQLApi": _graphql,
    "AWS::Cognito::IdentityPool": _identity_pool,
    "AWS::Cognito::IdentityPoolRoleAttachment": _pool_roles,
    "AWS::DMS::ReplicationInstance": _reached,
    "AWS::Lambda::Permission": _permission,
    "AWS::Lambda::Url": _url,
    "AWS::RDS::DBCluster": _reached,
    "AWS::RDS::DBInstance": _reached,
    "AWS::Redshift::Cluster": _reached,
    "AWS::S3::AccessPoint": _blocks,
    "AWS::S3::Bucket": _bucket,
}
