"""Changes of the resources behind the client configuration that break apps in use, although the file stays the same.

Sources: Amazon Cognito developer guide ("App clients", "App client secrets", "User pool sign-in with third parties").
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ovr.check.comparison import Comparison
from ovr.errors import Finding, Severity
from ovr.knowledge.client_outputs import Role, resources_of
from ovr.template import pointer
from ovr.template.changes import ElementChange, StackChange
from ovr.template.follow import origin
from ovr.template.intrinsics import text_parts
from ovr.template.pointer import Json, Tokens
from ovr.template.tree import ROOT, StackTree

BESIDE = "keep the old, beside the new, until no app in use needs it"
"""What to do about most changes that break apps."""


class Break(NamedTuple):
    """What breaks: where it stands, what is changed, what an app in use sees of it, and what to do."""

    stack: str
    path: Tokens
    message: str
    effect: str
    fix: str = BESIDE


def resource_findings(comparison: Comparison, changes: Sequence[StackChange]) -> Iterator[Finding]:
    """A warning for each change of a resource behind the client configuration that breaks apps in use."""
    breaks = [*_replaced(comparison, changes), *_of_client(comparison), *_of_providers(comparison)]
    for found in {each.message: each for each in breaks}.values():  # a provider may be gone from pool and client
        yield Finding(
            "OVR4503",
            f"apps in use break: {found.message}",
            comparison.span(found.stack, found.path),
            details=(found.effect,),
            fix=found.fix,
            severity=Severity.WARNING,
            place=pointer.place(found.stack, found.path),
        )


_IDENTIFYING = {
    "userPoolId": "the user pool",
    "webClientId": "the app client",
    "identityPoolId": "the identity pool",
    "oauthCognitoDomain": "the domain of the sign-in pages",
    "awsAppsyncApiEndpoint": "the API",
    "awsAppsyncApiKey": "the API key",
    "bucketName": "the bucket",
    "buckets": "the bucket",
}
"""Outputs that give clients what names a resource, and what to call it."""


def _replaced(comparison: Comparison, changes: Sequence[StackChange]) -> Iterator[Break]:
    """Resources whose names are built into apps, and that go, or may go, for others."""
    lost = {(e.stack, e.renamed_from or e.id): e for stack in changes for e in stack.elements if _loses(e)}
    told = set()
    for output, what in _IDENTIFYING.items() if lost else ():
        value = pointer.get(comparison.before.root.template, ("Outputs", output, "Value"))
        for part in text_parts(value):
            found = origin(comparison.before, ROOT, part)
            if found and found[:2] in lost and found[:2] not in told:
                told.add(found[:2])
                element = lost[found[:2]]
                how = "may be replaced" if element.verdict and element.verdict.kind == "may-replace" else "is replaced"
                named = f"{what} {element.name}".rstrip()
                yield Break(
                    element.stack,
                    ("Resources", element.id),
                    f"{named} {how}",
                    "they go on asking for the old one, which is deleted",
                    "leave what replaces it, or make a second one beside it and move the apps over",
                )


def _loses(element: ElementChange) -> bool:
    if element.section != "Resources" or element.action == "remove":
        return False  # what is removed is gone from the outputs too, or its removal is refused
    return element.renamed_from is not None or bool(element.verdict and element.verdict.kind.endswith("replace"))


def _properties(tree: StackTree, role: Role) -> list[tuple[str, str, dict[str, Json]]]:
    """(stack, logical ID, properties) of the resources of a role."""
    found = resources_of(tree, role) or []
    return [(stack, id_, tree.stacks[stack].resources[id_].get("Properties") or {}) for stack, id_ in found]


_FLOWS = {
    "ALLOW_USER_SRP_AUTH": "with passwords (SRP)",
    "ALLOW_USER_PASSWORD_AUTH": "with passwords sent as they are",
    "ALLOW_CUSTOM_AUTH": "by a challenge of your own",
    "ALLOW_USER_AUTH": "by a choice of factors",
    "ALLOW_REFRESH_TOKEN_AUTH": "by staying signed in (refresh tokens)",
}


def _of_client(comparison: Comparison) -> Iterator[Break]:
    """An app client that asks for a secret, or lets users sign in no more as they did."""
    before, after = _properties(comparison.before, "client"), _properties(comparison.after, "client")
    if not before or not after or before[0][2] is after[0][2]:
        return
    (former, _, old), (stack, id_, new) = before[0], after[0]
    at = ("Resources", id_, "Properties")
    if new.get("GenerateSecret") is True and old.get("GenerateSecret") is not True:
        effect = "apps in browsers and on phones cannot send the secret, so that no one can sign in with them"
        fix = "make a second app client for servers, and leave this one without a secret"
        yield Break(stack, (*at, "GenerateSecret"), "the app client gets a secret", effect, fix)
    for flow in _gone(old.get("ExplicitAuthFlows"), new.get("ExplicitAuthFlows")):
        if flow in _FLOWS:
            message = f"users cannot sign in {_FLOWS[flow]} any more"
            yield Break(stack, (*at, "ExplicitAuthFlows"), message, f"Cognito refuses their requests without {flow}")
    providers = "SupportedIdentityProviders"
    names = [_provider_names(comparison.before, former, old.get(providers))]
    names.append(_provider_names(comparison.after, stack, new.get(providers)))
    for name in _gone(*names):
        yield _without_provider(stack, (*at, providers), name)


def _of_providers(comparison: Comparison) -> Iterator[Break]:
    """Identity providers that the user pool has no more, and the app client may still name."""
    if comparison.before is comparison.after:
        return
    old, new = _properties(comparison.before, "providers"), _properties(comparison.after, "providers")
    kept = [each.get("ProviderName") for _, _, each in new]
    for stack, id_, provider in old:
        if provider.get("ProviderName") not in kept:
            yield _without_provider(stack, ("Resources", id_), str(provider.get("ProviderName")))


def _without_provider(stack: str, path: Tokens, name: str) -> Break:
    effect = "users who signed up so have no other way in, and lose their accounts"
    fix = "keep the provider while it has users"
    return Break(stack, path, f"users cannot sign in with {name} any more", effect, fix)


def _provider_names(tree: StackTree, stack: str, providers: Json) -> Json:
    """Identity providers by name, where they are references to resources."""
    if not isinstance(providers, list):
        return providers
    found = [origin(tree, stack, each) for each in providers]
    resources = [tree.stacks[at[0]].resources[at[1]] if at else None for at in found]
    return [
        pointer.get(resource, ("Properties", "ProviderName")) if resource else each
        for each, resource in zip(providers, resources, strict=True)
    ]


def _gone(former: Json, present: Json) -> list[str]:
    """The texts that a list had and has no more; none where one of them is no list."""
    if not isinstance(former, list) or not isinstance(present, list):
        return []
    return [each for each in former if isinstance(each, str) and each not in present]
