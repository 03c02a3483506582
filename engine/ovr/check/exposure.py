"""Properties that open a resource, or give a role what a policy of AWS's own has in it (LANGUAGE.md §4)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ovr.check.allowances import Word
from ovr.check.policies import Holder
from ovr.template import pointer
from ovr.template.diff import same
from ovr.template.intrinsics import text_parts
from ovr.template.pointer import MISSING, Json, Tokens

Exposure = tuple[Word, str, Tokens, Json, str]
"""Word of `allow`, what happens, pointer in the template, the value that does it, what to do instead."""

_PUBLIC_BLOCKS = ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")
_MANAGED_EVERYTHING = ("AdministratorAccess", "PowerUserAccess")


def exposures(holder: Holder) -> Iterator[Exposure]:
    """What a touched resource newly opens. A resource that is gone opens nothing."""
    if not holder.after:
        return
    yield from _managed(holder)
    match holder.type_name:
        case "AWS::Lambda::Url":
            yield from _value(holder, ("AuthType",), "NONE", "is called by anyone: AuthType `NONE`", "use `AWS_IAM`")
        case "AWS::Lambda::Permission":
            message = "lets anyone call the function: Principal `*`"
            yield from _value(holder, ("Principal",), "*", message, "name the service or account that calls")
        case "AWS::Cognito::IdentityPool":
            message = "lets in guests: AllowUnauthenticatedIdentities"
            yield from _value(holder, ("AllowUnauthenticatedIdentities",), True, message, "leave guests out")
        case "AWS::S3::Bucket":
            yield from _bucket(holder)
        case "AWS::AppSync::GraphQLApi":
            yield from _api(holder)


def _value(holder: Holder, path: Tokens, open_: Json, message: str, fix: str) -> Iterator[Exposure]:
    """A property that newly has the value that opens."""
    now, was = _get(holder.after, path), _get(holder.before, path)
    if same(now, open_) and not same(was, open_):
        yield "public", message, _place(holder, path), now, fix


def _bucket(holder: Holder) -> Iterator[Exposure]:
    for name in _PUBLIC_BLOCKS:
        path = ("PublicAccessBlockConfiguration", name)
        if _get(holder.before, path) is True and _get(holder.after, path) is not True:
            yield "public", f"is no longer kept from the public: {name}", _place(holder, path), MISSING, "keep it true"
    acl = ("AccessControl",)
    now = _get(holder.after, acl)
    if isinstance(now, str) and now.startswith("PublicRead") and now != _get(holder.before, acl):
        yield "public", f"is open to anyone: AccessControl `{now}`", _place(holder, acl), now, "keep it private"


def _api(holder: Holder) -> Iterator[Exposure]:
    """An API that takes an API key is open to whoever has read the key in a client."""
    if "API_KEY" in _auth_modes(holder.after) - _auth_modes(holder.before):
        path = _place(holder, ("AuthenticationType",))
        yield "public", "takes requests with an API key", path, MISSING, "use user pools or IAM"


def _auth_modes(resource: dict[str, Any]) -> set[str]:
    others = _get(resource, ("AdditionalAuthenticationProviders",))
    providers = others if isinstance(others, list) else []
    modes = [_get(resource, ("AuthenticationType",)), *(pointer.get(p, ("AuthenticationType",)) for p in providers)]
    return {mode for mode in modes if isinstance(mode, str)}


def _managed(holder: Holder) -> Iterator[Exposure]:
    """Policies of AWS's own that allow every action of a service, or of all."""
    if not holder.type_name.startswith("AWS::IAM::"):
        return
    path = ("ManagedPolicyArns",)
    now, was = _get(holder.after, path), _get(holder.before, path)
    known = was if isinstance(was, list) else []
    for arn in now if isinstance(now, list) else ():
        name = "".join(part for part in text_parts(arn) if isinstance(part, str)).rpartition("/")[2]
        if any(same(arn, each) for each in known) or not (name in _MANAGED_EVERYTHING or name.endswith("FullAccess")):
            continue
        word: Word = "escalation" if name == "IAMFullAccess" else "wildcard"
        yield word, f"gets all that the policy `{name}` allows", _place(holder, path), arn, "grant what is needed"


def _get(resource: dict[str, Any], path: Tokens) -> Json:
    return pointer.get(resource, ("Properties", *path))


def _place(holder: Holder, path: Tokens) -> Tokens:
    return ("Resources", holder.logical_id, "Properties", *path)
