"""One finding where the same mistake was made once and shows in many places."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from ovr.errors import Finding
from ovr.spans import Span


def told_once(findings: Iterable[Finding]) -> Iterator[Finding]:
    """The findings, one for all that say the same of the same place of the file; its place in the templates is the
    first, with how many more there are."""
    found: dict[tuple[str, Span | None], list[Finding]] = {}
    for finding in findings:
        found.setdefault((finding.message, finding.span), []).append(finding)
    for first, *more in found.values():
        yield replace(first, place=f"{first.place} and {len(more)} more") if more else first
