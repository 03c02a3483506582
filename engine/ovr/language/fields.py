"""The fields of an entry as values: None where one is left out, Malformed where the schema has said what is wrong."""

from __future__ import annotations

import re
from datetime import date
from fnmatch import fnmatchcase
from typing import Any

from ovr.errors import Finding, OvrError, did_you_mean
from ovr.language.grammar import parse_selector
from ovr.language.model import Expect
from ovr.language.selector import QuerySelector, Selector
from ovr.language.values import Located
from ovr.spans import Span

DEPLOYMENT_TYPES = ("sandbox", "branch")


class Malformed(Exception):
    """A value that is not of the type the schema asks for."""


def optional(entry: Located, key: str, kind: type) -> Any:
    """The value of a field, if it is of this type."""
    at = entry.get(key)
    if at is None:
        return None
    if not isinstance(at.value, kind):
        raise Malformed
    return at.value


def read_text(at: Located | None) -> str | None:
    """Text, or a whole number as it is read."""
    if at is None:
        return None
    if isinstance(at.value, bool) or not isinstance(at.value, (str, int)):
        raise Malformed
    return str(at.value)


def read_selectors(at: Located | None) -> tuple[Selector, ...]:
    """One selector or a list of them. Raises OvrError OVR2003 for all that cannot be read."""
    if at is None:
        raise Malformed
    if not isinstance(at.value, list):
        return (read_selector(at),)
    selectors: list[Selector] = []
    findings: list[Finding] = []
    for item in at:
        try:
            selectors.append(read_selector(item))
        except OvrError as error:
            findings += error.findings
    if findings:
        raise OvrError(findings)
    return tuple(selectors)


def read_selector(at: Located) -> Selector:
    """A text, or a mapping: a query. Raises OvrError OVR2003."""
    if not at.value or not at.document.readable(at.path):
        raise Malformed
    if isinstance(at.value, str):
        return parse_selector(at.value, _text_span(at))
    if not isinstance(at.value, dict) or not all(isinstance(value, str) for value in at.value.values()):
        raise Malformed
    where = at.get("where")
    return QuerySelector(
        type=at.value.get("type"),
        stack=at.value.get("stack"),
        where=at.value.get("where"),
        span=at.span,
        where_span=_text_span(where) if where else None,
    )


def _text_span(at: Located) -> Span:
    """The place of a text without the quotes around it, so that offsets into the text are offsets into the line."""
    span = at.span
    written = span.source.line(span.line)[span.column - 1 : span.end_column - 1]
    if span.line == span.end_line and written[:1] in ("'", '"') and written[1:-1] == at.value:
        return span.part(1, len(at.value))
    return span


def read_expect(at: Located | None) -> Expect | None:
    """`3`, `1+`, `2-5`. Raises OvrError OVR1005 for a range that goes down."""
    text = read_text(at)
    if at is None or text is None:
        return None
    match = re.fullmatch(r"([0-9]{1,9})(\+|-([0-9]{1,9}))?", text)
    if match is None:
        raise Malformed
    low = int(match[1])
    high = int(match[3]) if match[3] else None if match[2] else low
    if high is not None and high < low:
        message = f"`expect` goes from {low} down to {high}"
        raise OvrError(Finding("OVR1005", message, at.span, fix=f"did you mean `{high}-{low}`?"))
    return Expect(low, high, text)


def read_day(at: Located | None) -> str | None:
    """A date as it is written. Raises OvrError OVR1005 for one that no calendar has."""
    text = read_text(at)
    if at is None or text is None:
        return None
    try:
        date.fromisoformat(text)
    except ValueError:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
            fix = "write a day of the calendar, as YYYY-MM-DD"
            raise OvrError(Finding("OVR1005", f"there is no day {text}", at.span, fix=fix)) from None
        raise Malformed from None
    return text


def read_allow(at: Located | None) -> tuple[Any, ...]:
    """The items of `allow`. Raises OvrError OVR1006 for one that names no loss, OVR1005 for a day that there is not."""
    if at is None:
        return ()
    if not isinstance(at.value, list):
        raise Malformed
    for item in at:
        if isinstance(item.value, dict):
            read_day(item.get("until"))
            if {*item.value} <= {"because", "until"}:
                fix = "say what may happen to what: `{replace: TodoTable, because: …}`"
                raise OvrError(Finding("OVR1006", "this item of `allow` names no loss", item.span, fix=fix))
    return tuple(at.value)


def read_when(at: Located | None) -> dict[str, Any] | None:
    """Conditions with their globs as lists of text: an account ID is a number to YAML."""
    if at is None:
        return None
    if not isinstance(at.value, dict):
        raise Malformed
    conditions: dict[str, Any] = {}
    for key, value in at.items():
        if key == "not":
            conditions[key] = read_when(value)
        else:
            globs = list(value) if isinstance(value.value, list) else [value]
            conditions[key] = [read_text(glob) for glob in globs]
            if key == "type":
                _refuse_other_types(globs)
    return conditions


def _refuse_other_types(globs: list[Located]) -> None:
    """A typo would hold nowhere, and nobody would ever be told."""
    for at in globs:
        text = str(at.value)
        if not any(fnmatchcase(known, text) for known in DEPLOYMENT_TYPES):
            allowed = f"allowed: {', '.join(DEPLOYMENT_TYPES)}"
            fix = did_you_mean(text, DEPLOYMENT_TYPES)
            raise OvrError(Finding("OVR1005", f"there is no deployment type `{text}`", at.span, (allowed,), fix))
