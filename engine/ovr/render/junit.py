"""Findings as JUnit XML, which every CI server shows: a suite for each overrides file, a case for each override.

Source: the schema that Jenkins' xUnit plugin publishes (junit-10.xsd), since JUnit itself defines none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from ovr.check.concealing import conceal, concealed
from ovr.errors import Finding, Severity, by_place
from ovr.language.model import Override
from ovr.render.findings import render_findings
from ovr.render.plain import one_line, plain

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element


def findings_to_junit(
    findings: Iterable[Finding], overrides: Sequence[Override], skipped: Mapping[int, str], file: str
) -> str:
    """The XML as text.

    An override whose findings hold an error has failed; other findings are its output. `skipped` tells by index why
    an override does not apply. What belongs to no override belongs to a case named after its file, `file` without one.
    """
    from xml.etree.ElementTree import Element, indent, tostring  # noqa: PLC0415  (only for this format)

    told: dict[tuple[str, int | None], list[Finding]] = {}
    told |= {(override.span.source.name, override.index): [] for override in overrides}
    for finding in sorted(dict.fromkeys(conceal(findings)), key=by_place):
        name = finding.span.source.name if finding.span else file
        told.setdefault((name, _owner(finding, overrides)), []).append(finding)
    names = _names(overrides)
    root = Element("testsuites", name="ovr validate")
    for name in sorted({name for name, _ in told} or {file}):
        suite = Element("testsuite", name=one_line(name))
        for (_, index), found in (each for each in told.items() if each[0][0] == name):
            case = Element("testcase", classname=one_line(name), name=one_line(name if index is None else names[index]))
            _fill(case, found, None if index is None else skipped.get(index))
            suite.append(case)
        _count(suite)
        root.append(suite)
    for attribute in ("tests", "failures", "errors"):
        root.set(attribute, str(sum(int(suite.get(attribute, "0")) for suite in root)))
    indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode") + "\n"


def _owner(finding: Finding, overrides: Sequence[Override]) -> int | None:
    """The override that a finding stands in."""
    span = finding.span
    for override in overrides if span else ():
        own = override.span
        if span and span.source.name == own.source.name and own.line <= span.line <= own.end_line:
            return override.index
    return None


def _names(overrides: Sequence[Override]) -> dict[int, str]:
    """What each case is called, by index: the id, or what it selects, which stays when lines move. CI servers follow
    a case by its name, so a second one is numbered."""
    seen: Counter[str] = Counter()
    names = {}
    for override in overrides:
        name = concealed(override.id or ", ".join(selector.text for selector in override.select))
        seen[name] += 1
        names[override.index] = name if seen[name] == 1 else f"{name} ({seen[name]})"
    return names


def _fill(case: Element, findings: Sequence[Finding], skipped: str | None) -> None:
    from xml.etree.ElementTree import SubElement  # noqa: PLC0415

    errors = [finding for finding in findings if finding.severity is Severity.ERROR]
    others = [finding for finding in findings if finding.severity is not Severity.ERROR]
    if skipped is not None and not errors:
        SubElement(case, "skipped", message=one_line(skipped))
    if errors:
        failure = SubElement(case, "failure", message=one_line(errors[0].message), type=errors[0].code)
        failure.text = plain(render_findings(errors))
    if others:
        SubElement(case, "system-out").text = plain(render_findings(others))


def _count(suite: Element) -> None:
    suite.set("tests", str(len(suite)))
    suite.set("failures", str(len(suite.findall("testcase/failure"))))
    suite.set("errors", "0")
    suite.set("skipped", str(len(suite.findall("testcase/skipped"))))
