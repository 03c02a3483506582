"""Properties that open a resource, or give a role what a policy of AWS's own has in it (LANGUAGE.md §4)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ovr.check.allowances import Word
from ovr.check.policies import Holder
from ovr.check.terms import below, branches
from ovr.template import pointer
from ovr.template.pointer import MISSING, Json, Tokens
from ovr.template.possible import Possible

Exposure = tuple[Word, str, Tokens, Json, str]
"""Word of `allow`, what happens, pointer in the template, the value that does it, what to do instead."""

Opening = tuple[Tokens, re.Pattern[str], str, str]
"""Property, what it must not be, what happens then (`{}`: its value), what to do instead."""


def _opening(path: str, pattern: str, message: str, fix: str) -> Opening:
    return tuple(path.split(".")), re.compile(pattern, re.IGNORECASE), message, fix


_CALLER = "name the service or account that calls"
_REACHED = _opening(
    "PubliclyAccessible", "true", "is reached from the internet: PubliclyAccessible", "leave it private"
)
_OPENINGS: dict[str, tuple[Opening, ...]] = {
    "AWS::Cognito::IdentityPool": (
        _opening(
            "AllowUnauthenticatedIdentities",
            "true",
            "lets in guests: AllowUnauthenticatedIdentities",
            "leave guests out",
        ),
    ),
    "AWS::DMS::ReplicationInstance": (_REACHED,),
    "AWS::Events::EventBusPolicy": (
        _opening("Principal", r"\*", "lets in anyone: Principal `*`", "name the accounts that send events"),
    ),
    "AWS::Lambda::LayerVersionPermission": (
        _opening("Principal", r"\*", "lets anyone use the layer: Principal `*`", "name the accounts that use it"),
    ),
    "AWS::Lambda::Permission": (_opening("Principal", r"\*", "lets anyone call the function: Principal `*`", _CALLER),),
    "AWS::Lambda::Url": (_opening("AuthType", "NONE", "is called by anyone: AuthType `NONE`", "use `AWS_IAM`"),),
    "AWS::RDS::DBCluster": (_REACHED,),
    "AWS::RDS::DBInstance": (_REACHED,),
    "AWS::Redshift::Cluster": (_REACHED,),
    "AWS::S3::Bucket": (
        _opening(
            "AccessControl",
            "PublicRead|PublicReadWrite|AuthenticatedRead",
            "is open to anyone: AccessControl `{}`",
            "keep it private",
        ),
    ),
}
"""What opens a resource by one property. Source: the types' pages in the CloudFormation user guide."""

_BLOCKED = ("AWS::S3::Bucket", "AWS::S3::AccessPoint")
_PUBLIC_BLOCKS = ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")
_AUTH_TYPES = {
    "AWS::AppSync::GraphQLApi": (
        ("AuthenticationType",),
        ("AdditionalAuthenticationProviders", "AuthenticationType"),
    ),
    "AWS::AppSync::Api": (("EventConfig", "AuthProviders", "AuthType"),),
}
"""Where APIs say how they know who calls."""
_MANAGED_EVERYTHING = re.compile(r"AdministratorAccess.*|PowerUserAccess|.*FullAccess(_v\d+)?")
_ATTACHED = ("ManagedPolicyArns", "ManagedPolicies")


def exposures(holder: Holder, was: Possible, now: Possible) -> Iterator[Exposure]:
    """What a touched resource newly opens. A resource that is gone opens nothing."""
    if not holder.after:
        return
    yield from _managed(holder, was, now)
    for path, pattern, message, fix in _OPENINGS.get(holder.type_name, ()):
        open_ = [text for text in now.texts(holder.stack, _get(holder.after, path)) if pattern.fullmatch(text)]
        if open_ and not {*open_} & {*was.texts(holder.stack, _get(holder.before, path))}:
            yield "public", message.format(open_[0]), _place(holder, path), _get(holder.after, path), fix
    if holder.type_name in _BLOCKED:
        yield from _blocks(holder, was, now)
    if holder.type_name == "AWS::S3::Bucket":
        path = ("WebsiteConfiguration",)
        if _get(holder.before, path) is MISSING and (value := _get(holder.after, path)) is not MISSING:
            yield "public", "is served as a website", _place(holder, path), value, "serve it through CloudFront"
    yield from _api(holder, was, now)


def _blocks(holder: Holder, was: Possible, now: Possible) -> Iterator[Exposure]:
    """What keeps a bucket from the public is on unless it is set to false (S3, since April 2023), or taken away."""
    for name in _PUBLIC_BLOCKS:
        path = ("PublicAccessBlockConfiguration", name)
        before, after = (
            {text.lower() for text in possible.texts(holder.stack, _get(state, path))}
            for possible, state in ((was, holder.before), (now, holder.after))
        )
        if ("false" in after and "false" not in before) or ("true" in before and not after):
            yield "public", f"is no longer kept from the public: {name}", _place(holder, path), MISSING, "keep it true"


def _api(holder: Holder, was: Possible, now: Possible) -> Iterator[Exposure]:
    """An API that takes an API key is open to whoever has read the key in a client.

    `AWS_LAMBDA` needs no word: a function of the user's decides who comes in.
    """
    paths = _AUTH_TYPES.get(holder.type_name, ())
    before, after = (
        {
            text
            for path in paths
            for value in below(state.get("Properties"), path)
            for text in possible.texts(holder.stack, value)
        }
        for possible, state in ((was, holder.before), (now, holder.after))
    )
    if "API_KEY" in after - before:
        yield (
            "public",
            "takes requests with an API key",
            _place(holder, paths[0][:1]),
            MISSING,
            "use user pools or IAM",
        )


def _managed(holder: Holder, was: Possible, now: Possible) -> Iterator[Exposure]:
    """Policies of AWS's own that allow every action of a service, or of all."""
    if not holder.type_name.startswith(("AWS::IAM::", "AWS::SSO::")):
        return
    for key in _ATTACHED:
        known = was.texts(holder.stack, _get(holder.before, (key,)))
        for value in branches(_get(holder.after, (key,))):
            for arn in value if isinstance(value, list) else [value]:
                for text in now.texts(holder.stack, arn):
                    name = text.rpartition("/")[2]
                    if text in known or not _MANAGED_EVERYTHING.fullmatch(name):
                        continue
                    word: Word = "escalation" if name == "IAMFullAccess" else "wildcard"
                    message = f"gets all that the policy `{name}` allows"
                    yield word, message, _place(holder, (key,)), arn, "grant what is needed"


def _get(resource: dict[str, Any], path: Tokens) -> Json:
    return pointer.get(resource, ("Properties", *path))


def _place(holder: Holder, path: Tokens) -> Tokens:
    return ("Resources", holder.logical_id, "Properties", *path)
