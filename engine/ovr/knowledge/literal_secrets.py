"""What texts give themselves away as secrets: by the forms that issuers document, or by the name they stand under.

Sources: AWS IAM user guide, "IAM identifiers" (prefixes of key IDs); GitHub docs, "About authentication to GitHub"
(token prefixes); docs of Stripe, Slack, OpenAI, npm, SendGrid and Google Cloud on their API keys; RFC 7468 (PEM),
RFC 7519 (JWT), RFC 3986 §3.2.1 (passwords in URLs).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_FORMS: tuple[tuple[str, str, str], ...] = (
    ("an AWS access key ID", "AKIA", r"\bAKIA[A-Z0-9]{16}\b"),
    ("an AWS access key ID", "ASIA", r"\bASIA[A-Z0-9]{16}\b"),
    # forty characters of base64, mixed as only chance mixes them: a hash in hex, a path, CDK's logical ID, and a name
    # made of words are none
    (
        "an AWS secret key",
        "",
        r"\A(?!\w*[0-9A-F]{8}\Z)(?!.*[a-z]{9})(?=(?:[^A-Z]*[A-Z]){5})(?=(?:[^a-z]*[a-z]){5})(?=\D*\d)"
        r"[A-Za-z0-9/+]{40}\Z",
    ),
    ("a private key", "PRIVATE KEY", r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY"),
    ("a GitHub token", "gh", r"\bgh[pousr]_[A-Za-z0-9]{36}"),
    ("a GitHub token", "github_pat_", r"\bgithub_pat_[A-Za-z0-9_]{50}"),
    ("a Stripe key", "k_", r"\b[sr]k_(?:live|test)_[A-Za-z0-9]{16}"),
    ("a Stripe key", "whsec_", r"\bwhsec_[A-Za-z0-9]{16}"),
    ("a Slack token", "xox", r"\bxox[abeoprs]-[A-Za-z0-9-]{10}"),
    ("a Slack webhook", "hooks.slack.com", r"\bhooks\.slack\.com/(?:services|workflows|triggers)/\w+/\w+/\w{16}"),
    ("an OpenAI or Anthropic key", "sk-", r"\bsk-[A-Za-z0-9_-]{20}"),
    ("an npm token", "npm_", r"\bnpm_[A-Za-z0-9]{36}"),
    ("a SendGrid key", "SG.", r"\bSG\.[A-Za-z0-9_-]{16,32}\.[A-Za-z0-9_-]{16}"),
    ("a Google API key", "AIza", r"\bAIza[A-Za-z0-9_-]{35}"),
    ("a signed token (JWT)", "eyJ", r"\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10}"),
    ("a URL with a password", "://", r"\b[a-z][a-z0-9+.-]*://[^\s:/@?#]*:[^\s/@?#{}$]+@"),
)
"""What it is; a part that every such text has, so that most are passed over at once; its form."""
_PATTERNS = tuple((what, part, re.compile(pattern)) for what, part, pattern in _FORMS)
_LONGEST = 10_000
_OVERLAP = 500
"""Characters that are looked at twice, so that nothing is missed where a text is cut."""
_REST = re.compile(r"-----.*?(?:-----END[A-Z ]*-----|\Z)|[A-Za-z0-9_./+=-]*", re.DOTALL)
"""What goes on behind the beginning that gives a secret away: a key to its end, a token as far as it goes."""


_NAME = re.compile(
    r"[\w-]*(pass(word|wd|phrase)|secret(string)?|token|(api|secret|access|auth|private|signing)[_-]?key)s?",
    re.IGNORECASE,
)
_NOT_SECRET = frozenset({"ServiceToken", "ClientToken", "EventSourceToken"})
"""Of CloudFormation: where a custom resource is, what makes a request one, a skill's ID."""
_SHORTEST = 6
_NO_SECRET = re.compile(
    r"[\d.]+|minutes|seconds|optional|required"  # a number, a unit, a setting
    r"|<.*>|\{\{resolve:.*|arn:.*|https?://.*|/.*|[a-z][a-z0-9_.-]*(/[\w.-]+)+",  # a placeholder, where to find one
    re.DOTALL,
)


def is_secret_by_name(name: str, text: str) -> bool:
    """Whether a text is a secret because of the name it stands under, as far as its own form lets it be one."""
    if len(text) < _SHORTEST or name in _NOT_SECRET or not _NAME.fullmatch(name):
        return False
    return _NO_SECRET.fullmatch(text) is None


def looks_like(text: str) -> str | None:
    """What kind of secret a text holds, in words; None for one that shows no sign of it."""
    if text.startswith("{{resolve:"):
        return None
    beginning = text[:_LONGEST]
    return next((what for what, part, pattern in _PATTERNS if part in beginning and pattern.search(beginning)), None)


def forms_in(text: str) -> Iterator[str]:
    """The parts of a text, however long, that have one of these forms, whole; none of a dynamic reference."""
    if text.startswith("{{resolve:"):
        return
    for start in range(0, len(text), _LONGEST - _OVERLAP):
        window = text[start : start + _LONGEST]
        for _, part, pattern in _PATTERNS:
            for match in pattern.finditer(window) if part in window else ():
                rest = _REST.match(text, start + match.end())
                yield match[0] + (rest[0] if rest else "")
