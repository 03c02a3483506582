"""Queries: type, stack path and predicate, and what is said of a predicate that cannot be used."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ovr.errors import Finding, OvrError
from ovr.language.selector import QuerySelector
from ovr.spans import Source, Span
from ovr.template.globs import glob_matches
from ovr.template.tree import StackTree
from ovr.vocabulary.query import MAX_LENGTH
from ovr.vocabulary.resolve import Resolver


@pytest.fixture(scope="module")
def full(base: Callable[[str], StackTree]) -> Resolver:
    return Resolver(base("c-full"))


@pytest.mark.parametrize(
    ("type_", "stack", "where", "expected"),
    [
        ("AWS::Cognito::UserPool", None, None, ["auth.userPool"]),
        ("AWS::Cognito::UserPool*", "auth", None, 4),
        ("AWS::Lambda::Function", "workers", None, ["worker.lambda"]),
        ("Custom::AmplifyDynamoDBTable", "data/amplifyData/*", None, ["data.tables.Todo", "data.tables.Note"]),
        ("Custom::AmplifyDynamoDBTable", "data/**", None, ["data.tables.Todo", "data.tables.Note"]),
        ("Custom::AmplifyDynamoDBTable", "data/*", None, []),
        (None, "auth", "logicalId == 'amplifyAuthUserPool4BA7F805'", ["auth.userPool"]),
        (None, None, "name == 'worker.lambda'", ["worker.lambda"]),
        (None, None, "path == '/workers/worker-lambda/Resource'", ["worker.lambda"]),
        (None, None, "type == 'AWS::Lambda::Function' && stack == 'workers'", ["worker.lambda"]),
        ("AWS::Lambda::Function", None, "Properties.Timeout == `60`", ["nightly.lambda"]),
        ("AWS::Lambda::Function", "function", "Properties.Timeout < `10`", ["apiFn.lambda"]),
        ("AWS::Lambda::Function", None, "contains(path, 'S3AutoDeleteObjects')", 2),
        (None, None, "DeletionPolicy == 'Retain'", []),
        ("AWS::Lambda::Function", "workers", "Properties.Nothing", []),
        ("AWS::Lambda::Function", "workers", "`0`", ["worker.lambda"]),
        ("AWS::Lambda::Function", "workers", "`[]`", []),
    ],
)
def test_a_query(
    full: Resolver, type_: str | None, stack: str | None, where: str | None, expected: list[str] | int
) -> None:
    nodes = full.find(QuerySelector(type_, stack, where))
    assert (len(nodes) if isinstance(expected, int) else [node.name for node in nodes]) == expected
    assert all(node.kind == "resource" for node in nodes)


LITERALS = "a predicate is JMESPath: literals stand in backticks (`10`) or single quotes ('text')"
NARROW = "narrow it by `type`, or ask first whether the property is there: `Properties.X && …`"
REFUSED = {
    "Properties.Timeout <": ("read: it ends too early", ("at character 21",), LITERALS),
    "a ]": ("read: unexpected `]`", ("at character 3",), LITERALS),
    'a == "': ('read: unexpected `"`', ("at character 6",), LITERALS),
    " ": ("read: it is empty", (), LITERALS),
    "a" * (MAX_LENGTH + 1): (f"read: it has {MAX_LENGTH + 1} characters, more than {MAX_LENGTH}", (), LITERALS),
    "(" * 3000: ("read: it is nested too deep", (), LITERALS),
    "nothing(a)": ("evaluated: Unknown function: nothing()", ("on workers#workerlambdaServiceRole06FC19A9",), NARROW),
    "`1` > 'a'": ("evaluated: '>' not supported between instances of 'int' and 'str'", None, NARROW),
    "length(Properties.No)": ("evaluated: In function length(), invalid type for value: None", None, NARROW),
}


@pytest.mark.parametrize("where", REFUSED, ids=lambda where: where[:20])
def test_a_bad_predicate_is_refused(full: Resolver, where: str) -> None:
    problem, details, fix = REFUSED[where]
    finding = refused(full, QuerySelector(stack="workers", where=where))
    shown = where if len(where) <= 120 else where[:119] + "…"
    assert finding.code == "OVR2005"
    assert finding.message.startswith(f"the predicate `{shown}` cannot be {problem}")
    assert finding.fix == fix
    if details is not None:
        assert finding.details == details


def test_the_caret_stands_in_the_predicate(full: Resolver) -> None:
    line = '  select: {where: "a ]"}'
    span = Span(Source("o.yaml", line), 1, 19, 1, 24)
    finding = refused(full, QuerySelector(where="a ]", where_span=span))
    assert finding.span is not None
    assert line[finding.span.column - 1 : finding.span.end_column - 1] == "]"


@pytest.mark.parametrize(
    ("query", "details", "fix"),
    [
        (
            QuerySelector(type="AWS::Lambda::Funktion"),
            ("the base has no resource of type AWS::Lambda::Funktion",),
            "did you mean `AWS::Lambda::Function`?",
        ),
        (
            QuerySelector(stack="worker"),
            (
                "there is no stack `worker`; the stacks are auth, function, data, "
                "data/amplifyData/AmplifyTableManager, data/amplifyData/Todo, data/amplifyData/Note, "
                "data/amplifyData/FunctionDirectiveStack, storage, workers",
            ),
            "did you mean `workers`?",
        ),
        (
            QuerySelector(type="AWS::Cognito::UserPool", stack="data"),
            ("there are resources of type AWS::Cognito::UserPool in auth",),
            None,
        ),
        (QuerySelector(where="name == 'x'"), (), None),
    ],
)
def test_a_query_without_result(
    full: Resolver, query: QuerySelector, details: tuple[str, ...], fix: str | None
) -> None:
    with pytest.raises(OvrError) as caught:
        full.require(query)
    assert caught.value.findings == (Finding("OVR2001", f"no node matches `{query.text}`", None, details, fix),)


@given(st.text("a.[]`'\"&|=<> ()1@*?,:{}", max_size=14))
def test_any_predicate_holds_or_is_refused(full: Resolver, where: str) -> None:
    try:
        nodes = full.find(QuerySelector(stack="workers", where=where))
    except OvrError as error:
        nodes, codes = [], {f.code for f in error.findings}
    else:
        codes = {"OVR2005"}
    assert codes == {"OVR2005"}
    assert len(nodes) <= len(full.tree.stacks["workers"].resources)


def refused(resolver: Resolver, query: QuerySelector) -> Finding:
    with pytest.raises(OvrError) as caught:
        resolver.find(query)
    (finding,) = caught.value.findings
    return finding


@pytest.mark.parametrize(
    ("pattern", "text", "separator", "expected"),
    [
        ("", "", "", True),
        ("*", "", "", True),
        ("a*c", "abbc", "", True),
        ("a*c", "abbcd", "", False),
        ("*a*", "bab", "", True),
        ("a?c", "abc", "", False),
        ("data/*", "data/x/y", "/", False),
        ("data/**", "data/x/y", "/", True),
        ("**/y", "data/x/y", "/", True),
        ("*", "data/x", "/", False),
        ("data", "data", "/", True),
        ("*a" * 300 + "b", "a" * 1000, "", False),
    ],
)
def test_globs(pattern: str, text: str, separator: str, expected: bool) -> None:
    assert glob_matches(pattern, text, separator) is expected


@given(st.text("ab/", max_size=8), st.integers(0, 8), st.integers(0, 8))
def test_a_star_stands_for_any_part(text: str, start: int, end: int) -> None:
    pattern = text[:start] + "**" + text[max(start, end) :]
    assert glob_matches(pattern, text, "/")
