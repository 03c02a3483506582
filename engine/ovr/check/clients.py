"""Changes that break apps in use, which have the amplify_outputs.json of their day built in.

Sources of what such an app then meets: Amazon Cognito developer guide ("Login endpoint", "Logout endpoint", "Adding
MFA", "Passwordless", "Identity pools"), AWS AppSync developer guide ("Authorization and authentication").
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from ovr.check.client_configuration import ClientConfiguration
from ovr.check.client_resources import BESIDE, resource_findings
from ovr.check.comparison import Comparison
from ovr.errors import Finding, Severity
from ovr.knowledge.amplify_outputs import Flaw, outputs_of
from ovr.spans import Span
from ovr.template import pointer
from ovr.template.changes import StackChange
from ovr.template.pointer import MISSING, Tokens
from ovr.template.tree import ROOT

Config = dict[str, Any]


class Break(NamedTuple):
    """What breaks: what is changed, what an app in use sees of it, and what to do; `key` of the file tells."""

    key: Tokens
    message: str
    effect: str
    fix: str


def client_findings(
    comparison: Comparison, client: ClientConfiguration, changes: Sequence[StackChange]
) -> Iterator[Finding]:
    """A warning for each change that breaks apps in use; an error for what keeps Amplify from making the file."""
    for flaw in client.flaws:
        yield _flawed(flaw, comparison)
    if client.before is not None and client.before is not client.after:
        after = client.after or {}
        for find in _FINDERS:
            for found in find(client.before, after):
                if not any(found.key[: len(flaw.key)] == flaw.key for flaw in client.flaws):
                    yield _warning(found, _span(comparison, found.key), f"the root stack: {_output(found.key)}")
    yield from resource_findings(comparison, changes)


def _warning(found: Break, span: Span | None, place: str) -> Finding:
    return Finding(
        "OVR4503",
        f"apps in use break: {found.message}",
        span,
        details=(found.effect,),
        fix=found.fix,
        severity=Severity.WARNING,
        place=place,
    )


def _span(comparison: Comparison, key: Tokens) -> Span | None:
    """Where the override is written that changed an output which the key is made of."""
    spans = (comparison.span(ROOT, ("Outputs", output)) for output in outputs_of(key))
    return next((span for span in spans if span), None)


def _output(key: Tokens) -> str:
    return pointer.format(("Outputs", outputs_of(key)[0]))


def _flawed(flaw: Flaw, comparison: Comparison) -> Finding:
    key = ".".join(flaw.key)
    made_of = ("custom",) if flaw.twice else flaw.key
    if flaw.twice:
        code = "OVR3009"
        message = f"`{key}` is written by Amplify itself: a second one makes its generation fail"
        fix = "put your own values below `custom:`"
    else:
        code = "OVR4504"
        message = f"Amplify cannot read the output that `{key}` of amplify_outputs.json is made of"
        fix = "write it in the form it had, or leave it away where it follows a resource by itself"
    return Finding(code, message, _span(comparison, made_of), fix=fix, place=f"the root stack: {_output(made_of)}")


# what the file tells


def _get(config: Config, *path: str) -> Any:
    value = pointer.get(config, path)
    return None if value is MISSING else value


def _lost(before: Config, after: Config, *path: str) -> list[str]:
    """The items of a list of texts that are not there any more."""
    kept = _items(after, *path)
    return [each for each in _items(before, *path) if isinstance(each, str) and each not in kept]


def _items(config: Config, *path: str) -> list[Any]:
    """A list; empty where there is none: sections of the user's own may have anything."""
    value = _get(config, *path)
    return value if isinstance(value, list) else []


def _named(names: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _oauth(before: Config, after: Config) -> Iterator[Break]:
    if _get(before, "auth", "oauth") is None:
        return
    lists = {
        "redirect_sign_in_uri": ("is no address to come back to after signing in", "redirect_mismatch"),
        "redirect_sign_out_uri": ("is no address to come back to after signing out", "redirect_mismatch"),
        "scopes": ("is no scope that they may ask for", "invalid_scope"),
    }
    for key, (said, error) in lists.items():
        for each in _lost(before, after, "auth", "oauth", key):
            yield Break(("auth", "oauth", key), f"`{each}` {said} any more", f"Cognito answers {error}", BESIDE)
    for key, what in (("response_type", "the OAuth flow"), ("domain", "the domain of the sign-in pages")):
        old, new = _get(before, "auth", "oauth", key), _get(after, "auth", "oauth", key)
        if old and old != new:
            now = f"now `{new}`" if new else "gone"
            effect = "they cannot open the sign-in pages"
            yield Break(("auth", "oauth", key), f"{what} was `{old}`, {now}", effect, BESIDE)


def _sign_in(before: Config, after: Config) -> Iterator[Break]:
    gone = _lost(before, after, "auth", "username_attributes")
    if gone:
        key = ("auth", "username_attributes")
        message = f"users do not sign in with {_named(gone)} any more"
        yield Break(key, message, "their sign-in pages ask for it", BESIDE)
    new = _lost(after, before, "auth", "standard_required_attributes")
    if new:
        key = ("auth", "standard_required_attributes")
        effect = "their sign-up pages do not ask for it, so that Cognito refuses who signs up"
        yield Break(key, f"{_named(new)} must be given at sign-up", effect, "ship apps that ask for it first")
    for name, what in (("email_otp_enabled", "codes by e-mail"), ("sms_otp_enabled", "codes by SMS")):
        if _get(before, "auth", "passwordless", name) and not _get(after, "auth", "passwordless", name):
            yield Break(("auth", "passwordless"), f"signing in with {what} is off", "they offer it still", BESIDE)
    passkeys = [_get(each, "auth", "passwordless", "web_authn", "relying_party_id") for each in (before, after)]
    if passkeys[0] is not None and passkeys[0] != passkeys[1]:
        effect = "every passkey that was made belongs to the former party and is refused"
        fix = "keep the relying party: passkeys cannot be moved"
        yield Break(("auth", "passwordless"), f"passkeys of `{passkeys[0]}` do not count any more", effect, fix)


def _factors(before: Config, after: Config) -> Iterator[Break]:
    now = _get(after, "auth", "mfa_configuration")
    if now == "REQUIRED" and _get(before, "auth", "mfa_configuration") != now:
        effect = "users without a second factor have to set one up when they sign in, for which the apps need pages"
        fix = "make it OPTIONAL until all apps in use can set one up"
        yield Break(("auth", "mfa_configuration"), "a second factor is required", effect, fix)
    gone = _lost(before, after, "auth", "mfa_methods")
    if gone and now in ("OPTIONAL", "REQUIRED"):
        effect = "users who have no other second factor cannot sign in"
        yield Break(("auth", "mfa_methods"), f"{_named(gone)} is no second factor any more", effect, BESIDE)


def _guests(before: Config, after: Config) -> Iterator[Break]:
    key = ("auth", "unauthenticated_identities_enabled")
    if _get(before, *key) is True and _get(after, *key) is not True:
        effect = "who is not signed in gets no credentials: storage, data and functions for guests refuse them"
        yield Break(key, "guests have no access any more", effect, "ship apps first that ask users to sign in")


def _modes(before: Config, after: Config) -> Iterator[Break]:
    default = ("data", "default_authorization_type")
    old, new = _get(before, *default), _get(after, *default)
    kept = [new, *_items(after, "data", "authorization_types")]
    gone = [each for each in [old, *_items(before, "data", "authorization_types")] if each and each not in kept]
    if gone and "data" in after:
        key = default if old in gone else ("data", "authorization_types")
        yield Break(key, f"the API takes no {_named(gone)} any more", "it answers such requests with 401", BESIDE)
    if old and new and old != new and old not in gone:
        effect = f"they send {old}, and what has no rule of its own in the schema takes the default alone"
        fix = "leave the default and add the other, or give every model and operation its rules"
        yield Break(default, f"the API's default authorization was `{old}`, now `{new}`", effect, fix)


_IDENTIFIERS = {
    ("auth", "user_pool_id"): "the user pool",
    ("auth", "user_pool_client_id"): "the app client",
    ("auth", "identity_pool_id"): "the identity pool",
    ("data", "url"): "the API",
    ("data", "api_key"): "the API key",
    ("storage", "bucket_name"): "the bucket",
}


def _identifiers(before: Config, after: Config) -> Iterator[Break]:
    for key, what in _IDENTIFIERS.items():
        old, new = _get(before, *key), _get(after, *key)
        if old and old != new:
            now = f"is another: {new}" if new else "is gone"
            yield Break(key, f"{what} {now}", f"they go on asking for {old}", BESIDE)
    kept = _bucket_names(after)
    for name in _bucket_names(before):
        if name not in kept:
            yield Break(("storage", "buckets"), f"the bucket `{name}` is gone", "they go on asking for it", BESIDE)


def _bucket_names(config: Config) -> list[str]:
    return [str(_get(bucket, "name")) for bucket in _items(config, "storage", "buckets")]


_FINDERS: tuple[Callable[[Config, Config], Iterator[Break]], ...] = (
    _identifiers,
    _oauth,
    _sign_in,
    _factors,
    _guests,
    _modes,
)
