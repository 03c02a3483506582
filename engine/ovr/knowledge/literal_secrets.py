"""What texts give themselves away as secrets: a small reviewed table of the forms that issuers document.

Sources: AWS IAM user guide, "IAM identifiers" (prefixes of key IDs); GitHub docs, "About authentication to GitHub"
(token prefixes); docs of Stripe, Slack, OpenAI, npm, SendGrid and Google Cloud on their API keys; RFC 7468 (PEM),
RFC 7519 (JWT), RFC 3986 §3.2.1 (passwords in URLs).
"""

from __future__ import annotations

import re

_FORMS: tuple[tuple[str, str], ...] = (
    ("an AWS access key ID", r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b"),
    # forty characters of base64, mixed as only chance mixes them: a hash in hex or a path is none
    ("an AWS secret key", r"\A(?=(?:[^A-Z]*[A-Z]){5})(?=(?:[^a-z]*[a-z]){5})(?=\D*\d)[A-Za-z0-9/+]{40}\Z"),
    ("a private key", r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY"),
    ("a GitHub token", r"\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{50})"),
    ("a Stripe key", r"\b(?:[sr]k_(?:live|test)|whsec)_[A-Za-z0-9]{16}"),
    ("a Slack token", r"\bxox[abeoprs]-[A-Za-z0-9-]{10}"),
    ("an OpenAI or Anthropic key", r"\bsk-[A-Za-z0-9_-]{20}"),
    ("an npm token", r"\bnpm_[A-Za-z0-9]{36}"),
    ("a SendGrid key", r"\bSG\.[A-Za-z0-9_-]{16,32}\.[A-Za-z0-9_-]{16}"),
    ("a Google API key", r"\bAIza[A-Za-z0-9_-]{35}"),
    ("a signed token (JWT)", r"\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10}"),
    ("a URL with a password", r"\b[a-z][a-z0-9+.-]*://[^\s:/@?#]*:[^\s/@?#{}$]+@"),
)
_PATTERNS = tuple((what, re.compile(pattern)) for what, pattern in _FORMS)
_LONGEST = 10_000


def looks_like(text: str) -> str | None:
    """What kind of secret a text holds, in words; None for one that shows no sign of it."""
    if text.startswith("{{resolve:"):
        return None
    return next((what for what, pattern in _PATTERNS if pattern.search(text[:_LONGEST])), None)
