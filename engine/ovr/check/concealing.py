"""Findings without the secrets that they would quote: a screen is kept in logs, a report is read by many."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from functools import lru_cache

from ovr.check.secrets import HIDDEN, known_secrets
from ovr.errors import Finding
from ovr.knowledge.literal_secrets import forms_in
from ovr.knowledge.written_secrets import written_secrets
from ovr.spans import Span
from ovr.template.tree import StackTree

_BEGINNING = 24
"""Characters of a long secret that are enough to know it by: a message may show its beginning only."""


def conceal(findings: Iterable[Finding], trees: Iterable[StackTree] = ()) -> Iterator[Finding]:
    """The same findings without the secrets of these trees, those written in the files that they point into, and what
    has the form of one; the sources of their places know them too."""
    known: frozenset[str] | None = None
    for finding in findings:
        known = known_secrets(trees) if known is None else known
        spans = (finding.span, *(span for _, span in finding.related))
        own = known.union(*(written_secrets(span.source.text) | span.source.secrets for span in spans if span))
        yield replace(
            finding,
            message=concealed(finding.message, own),
            details=tuple(concealed(text, own) for text in finding.details),
            fix=finding.fix and concealed(finding.fix, own),
            place=finding.place and concealed(finding.place, own),
            span=_knowing(finding.span, own) if finding.span else None,
            related=tuple((concealed(said, own), _knowing(span, own)) for said, span in finding.related),
        )


def _knowing(span: Span, secrets: frozenset[str]) -> Span:
    return replace(span, source=replace(span.source, secrets=secrets)) if secrets else span


def concealed(text: str, known: frozenset[str] = frozenset()) -> str:
    """The text with `(hidden)` for each of these, and for what has the form of a secret."""
    secrets = known.union(forms_in(text))
    return _any_of(secrets).sub(HIDDEN, text) if secrets else text


@lru_cache(maxsize=8)
def _any_of(secrets: frozenset[str]) -> re.Pattern[str]:
    longest_first = sorted({form for secret in secrets for form in _forms(secret)}, key=lambda form: (-len(form), form))
    return re.compile("|".join(longest_first))


def _forms(secret: str) -> Collection[str]:
    """A secret as it may stand in a message: as it is, or as JSON; a long one may be cut short."""
    spellings = {secret, json.dumps(secret, ensure_ascii=False)[1:-1]}
    cut = [re.escape(each[:_BEGINNING]) + r"[^\"'`…\n]*" for each in spellings if len(each) > _BEGINNING]
    return [*map(re.escape, spellings), *cut]
