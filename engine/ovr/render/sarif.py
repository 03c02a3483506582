"""Findings as SARIF 2.1.0, as GitHub code scanning and other viewers of analysis results read it.

Sources: OASIS SARIF 2.1.0; GitHub docs, "SARIF support for code scanning" (what must be there: a place for every
result, the text of a help for every rule, and `primaryLocationLineHash`, the only fingerprint that is read).
"""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any
from urllib.parse import quote

from ovr import __version__
from ovr.check.concealing import conceal
from ovr.errors import CODES, Finding, Severity, by_place
from ovr.render.plain import plain
from ovr.spans import Span

JsonObject = dict[str, Any]

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_ROOT = "%SRCROOT%"
"""What GitHub takes for the root of the repository."""
_START = {"startLine": 1, "startColumn": 1, "endLine": 1, "endColumn": 1}


def findings_to_sarif(findings: Iterable[Finding], pages: Mapping[str, str], file: str, folder: str = "") -> JsonObject:
    """The findings as a SARIF log with one run.

    `pages` says what each code means, in Markdown. `file` is where a finding without a place is shown; `folder` leads
    from the repository's root to where the names of files start.
    """
    ordered = sorted(dict.fromkeys(conceal(findings)), key=by_place)
    codes = sorted({finding.code for finding in ordered})
    seen: Counter[str] = Counter()
    results = [_result(finding, codes, folder, file, seen) for finding in ordered]
    driver = {"name": "ovr", "semanticVersion": __version__, "rules": [_rule(code, pages, ordered) for code in codes]}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {_ROOT: {"description": {"text": "the root of the repository"}}},
        "results": results,
    }
    return {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(code: str, pages: Mapping[str, str], findings: Iterable[Finding]) -> JsonObject:
    title = CODES[code][:1].upper() + CODES[code][1:]
    page = pages.get(code, title)
    levels = [finding.severity for finding in findings if finding.code == code]
    return {
        "id": code,
        "shortDescription": {"text": title},
        "fullDescription": {"text": title},
        "help": {"text": page.replace("**", "").replace("`", ""), "markdown": page},
        "defaultConfiguration": {"level": str(min(levels, key=list(Severity).index))},
    }


def _result(finding: Finding, codes: list[str], folder: str, default: str, seen: Counter[str]) -> JsonObject:
    file = posixpath.join(folder, finding.span.source.name if finding.span else default)
    location: JsonObject = {"physicalLocation": _physical(finding.span, file)}
    if finding.place is not None:
        location["logicalLocations"] = [{"fullyQualifiedName": plain(finding.place)}]
    fingerprint = _fingerprint(finding, file)
    seen[fingerprint] += 1
    lines = [finding.message, *finding.details, *filter(None, [finding.fix])]
    result = {
        "ruleId": finding.code,
        "ruleIndex": codes.index(finding.code),
        "level": str(finding.severity),
        "message": {"text": plain("\n".join(lines))},
        "locations": [location],
        "partialFingerprints": {"primaryLocationLineHash": f"{fingerprint}:{seen[fingerprint]}"},
    }
    if finding.related:
        result["relatedLocations"] = [
            {
                "id": number,
                "message": {"text": plain(said)},
                "physicalLocation": _physical(span, posixpath.join(folder, span.source.name)),
            }
            for number, (said, span) in enumerate(finding.related)
        ]
    return result


def _physical(span: Span | None, file: str) -> JsonObject:
    return {"artifactLocation": _artifact(file), "region": _region(span)}


def _artifact(file: str) -> JsonObject:
    """A file below the repository's root, as a URI from there; one elsewhere by itself."""
    path = posixpath.normpath(file)
    if posixpath.isabs(path):
        return {"uri": "file://" + quote(path, errors="replace")}
    if path.startswith("../"):
        return {"uri": quote(path, errors="replace")}
    return {"uri": quote(path, errors="replace"), "uriBaseId": _ROOT}


def _region(span: Span | None) -> JsonObject:
    if span is None:
        return _START
    return {
        "startLine": span.line,
        "startColumn": span.column,
        "endLine": span.end_line,
        "endColumn": max(span.end_column, span.column) if span.line == span.end_line else span.end_column,
    }


def _fingerprint(finding: Finding, file: str) -> str:
    """What tells a finding from others wherever its line moves to: numbers in its message are left out, since they
    count days, matches or lines."""
    message = re.sub(r"\d+", "0", finding.message)
    told = "\n".join([finding.code, posixpath.normpath(file), finding.place or "", message])
    return sha256(told.encode(errors="replace")).hexdigest()[:16]
