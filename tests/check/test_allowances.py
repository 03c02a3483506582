"""`allow`: what it covers, and what is said of entries that nothing needs, that are over, that have no limit."""

from __future__ import annotations

import json
from datetime import date
from typing import Any, get_args

import pytest
from tests.support import overrides_from

from ovr.adapters.packaged import packaged
from ovr.check.allowances import Allowances, Word
from ovr.errors import Severity
from ovr.language.model import Override

TODAY = date(2026, 11, 22)
TABLE = ("data.tables.Todo", "TodoTable", "data/Todo/TodoTable")


def override(*allow: Any, **fields: Any) -> Override:
    entry = {"select": "auth.userPool", "merge": {}, "allow": list(allow), **fields}
    return overrides_from(json.dumps({"version": 1, "overrides": [entry]})).overrides[0]


def test_the_words_are_those_of_the_schema() -> None:
    schema = json.loads(packaged("schema/overrides.schema.json").read_bytes())
    items = schema["$defs"]["allow"]["items"]
    assert list(get_args(Word)) == items["then"]["enum"]
    assert set(items["properties"]) - {"because", "until"} == {*get_args(Word)}


@pytest.mark.parametrize(
    ("allow", "reason", "state"),
    [
        ("replace", "moved", "allowed"),
        ("replace", None, "no reason"),
        ("delete", "moved", "not allowed"),
        ({"replace": "TodoTable", "because": "moved"}, None, "allowed"),
        ({"replace": ["Other", "data.tables.Todo"]}, "moved", "allowed"),
        ({"replace": "TodoTable"}, None, "no reason"),
        ({"replace": "NoteTable", "because": "moved"}, None, "not allowed"),
        ({"delete": "TodoTable", "because": "moved"}, None, "not allowed"),
        ({"replace": "TodoTable", "because": "moved", "until": "2026-11-22"}, None, "allowed"),
        ({"replace": "TodoTable", "because": "moved", "until": "2026-11-21"}, None, "expired"),
    ],
)
def test_what_an_entry_covers(allow: Any, reason: str | None, state: str) -> None:
    one = override(allow, **({"reason": reason} if reason else {}))
    assert Allowances([one], TODAY).ask("replace", TABLE, one).state == state


def test_without_a_day_nothing_is_over() -> None:
    one = override({"replace": "TodoTable", "because": "moved", "until": "2000-01-01"})
    allowances = Allowances([one])
    assert allowances.ask("replace", TABLE, one).allowed
    assert [*allowances.findings()] == []


def test_what_nothing_needs() -> None:
    one = override({"replace": ["TodoTable", "TodoTabel"], "because": "moved"}, "delete", reason="moved")
    allowances = Allowances([one], TODAY)
    allowances.ask("replace", ("TodoTable",), one)
    name, word = allowances.findings()
    assert (name.code, name.severity, name.message) == (
        "OVR4401",
        Severity.WARNING,
        "nothing needs `allow: [{replace: TodoTabel}]`",
    )
    assert name.fix == "did you mean `TodoTable`?"
    assert name.span is not None
    assert name.span.source.text[name.span.column - 1 : name.span.end_column - 1] == '"TodoTabel"'
    assert word.message == "nothing needs `allow: [delete]`"
    assert word.details == ("what this override needs: `replace: TodoTable`",)


def test_what_another_override_allows_does_not_count() -> None:
    one = {"select": "auth.userPool", "merge": {}}
    first, second = overrides_from(
        json.dumps({"version": 1, "overrides": [{**one, "allow": [{"replace": "TodoTable", "because": "moved"}]}, one]})
    ).overrides
    answer = Allowances([first, second], TODAY).ask("replace", TABLE, second)
    assert answer.state == "not allowed"
    assert answer.fix("keep it").endswith(f"(what {first.place} allows counts there alone)")


def test_by_name_comes_before_without_limit() -> None:
    one = override("replace", {"replace": "TodoTable"}, reason="moved")
    allowances = Allowances([one], TODAY)
    assert allowances.ask("replace", TABLE, one).allowed
    assert [f.message for f in allowances.findings()] == ["nothing needs `allow: [replace]`"]


@pytest.mark.parametrize(("asked", "severity"), [(("A",), Severity.NOTE), (("A", "B"), Severity.WARNING)])
def test_without_limit(asked: tuple[str, ...], severity: Severity) -> None:
    one = override("replace", reason="moved")
    allowances = Allowances([one], TODAY)
    for name in asked:
        allowances.ask("replace", (name,), one)
    [found] = allowances.findings()
    assert (found.code, found.severity) == ("OVR4403", severity)
    assert found.details == (f"now: {', '.join(asked)}",)


@pytest.mark.parametrize(
    ("until", "message", "severity"),
    [
        ("2026-11-21", "this `allow` ended on 2026-11-21", Severity.ERROR),
        ("2026-11-22", "this `allow` ends on 2026-11-22, in 0 days", Severity.WARNING),
        ("2026-12-22", "this `allow` ends on 2026-12-22, in 30 days", Severity.WARNING),
        ("2026-12-23", None, None),
    ],
)
def test_until(until: str, message: str | None, severity: Severity | None) -> None:
    one = override({"replace": ["A", "B"], "delete": "A", "because": "moved", "until": until})
    allowances = Allowances([one], TODAY)
    for word, name in (("replace", "A"), ("replace", "B"), ("delete", "A")):
        allowances.ask(word, (name,), one)  # type: ignore[arg-type]
    found = [*allowances.findings()]
    assert [(f.code, f.message, f.severity) for f in found] == ([("OVR4402", message, severity)] if message else [])
