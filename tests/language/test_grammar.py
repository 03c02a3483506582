"""Selectors as text: every form accepted, every mistake refused in plain words, any text read or refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ovr.errors import Finding, OvrError
from ovr.language.grammar import MAX_LENGTH, parse_segments, parse_selector
from ovr.language.selector import (
    Deep,
    IdSelector,
    Index,
    Match,
    Name,
    NameSelector,
    PathSelector,
    Segment,
    Selector,
    is_plain,
)
from ovr.language.selector_text import format_segments, join_name, place_of_steps
from ovr.spans import Source, Span

NAMES: dict[str, list[Segment]] = {
    "stack": [Name("stack")],
    "auth.cfn.cfnUserPool": [Name("auth"), Name("cfn", offset=5), Name("cfnUserPool", offset=9)],
    "api-fn.lambda": [Name("api-fn"), Name("lambda", offset=7)],
    "été.x_1.Fn::If": [Name("été"), Name("x_1", offset=4), Name("Fn::If", offset=8)],
    'r["Query.getTodo"].Code': [Name("r"), Name("Query.getTodo", offset=1), Name("Code", offset=19)],
    r'["a \"b\" \\ ]"]': [Name(r'a "b" \ ]')],
    r"r['it\'s']": [Name("r"), Name("it's", offset=1)],
    'a.["b"]': [Name("a"), Name("b", offset=2)],
    "*.lambda": [Name("*", glob=True), Name("lambda", offset=2)],
    "data.get*Todo": [Name("data"), Name("get*Todo", glob=True, offset=5)],
    "**.lambda": [Deep(), Name("lambda", offset=3)],
    "data.**": [Name("data"), Deep(5)],
    'r["Query.*"]': [Name("r"), Name("Query.*", glob=True, offset=1)],
    "r['Query.*']": [Name("r"), Name("Query.*", offset=1)],
    "a.B[0]": [Name("a"), Name("B", offset=2), Index(0, 3)],
    "a.B[12][*].C": [Name("a"), Name("B", offset=2), Index(12, 3), Index(None, 7), Name("C", offset=11)],
    "a.B[Name=x].C": [Name("a"), Name("B", offset=2), Match("Name", "x", 3), Name("C", offset=12)],
    "a[Arn=arn:aws:s3:::b/*]": [Name("a"), Match("Arn", "arn:aws:s3:::b/*", 1)],
    'a[Name="x]y "]': [Name("a"), Match("Name", "x]y ", 1)],
    "a[Name=two words]": [Name("a"), Match("Name", "two words", 1)],
}


@pytest.mark.parametrize(("text", "segments"), NAMES.items(), ids=list(NAMES))
def test_a_name_is_read(text: str, segments: list[Segment]) -> None:
    assert parse_selector(text) == NameSelector(text, tuple(segments))


PATHS = ["/auth", "/auth/amplifyAuth/UserPool", "/a b/Custom::X/GET--items.y", "/storage/x#y"]


@pytest.mark.parametrize("text", PATHS)
def test_a_path_is_taken_literally(text: str) -> None:
    assert parse_selector(text) == PathSelector(text, text)


IDS: dict[str, tuple[str, Name, list[Segment]]] = {
    "#MyTopic": ("", Name("MyTopic", offset=1), []),
    "auth#Pool4BA7F805": ("auth", Name("Pool4BA7F805", offset=5), []),
    "data/amplifyData/Todo#TodoTable": ("data/amplifyData/Todo", Name("TodoTable", offset=22), []),
    "data/a.b [c]/T#X": ("data/a.b [c]/T", Name("X", offset=15), []),
    "data.nestedStacks.Todo#T.A[0]": (
        "data.nestedStacks.Todo",
        Name("T", offset=23),
        [Name("A", offset=25), Index(0, 26)],
    ),
    'data.nestedStacks["a#b"]#T': ('data.nestedStacks["a#b"]', Name("T", offset=25), []),
    "auth#*Role": ("auth", Name("*Role", glob=True, offset=5), []),
}


@pytest.mark.parametrize("text", IDS)
def test_a_stack_and_logical_id_are_read(text: str) -> None:
    stack, logical_id, segments = IDS[text]
    assert parse_selector(text) == IdSelector(text, stack, logical_id, tuple(segments))


CHARACTERS = 'a name with other characters than letters, digits, `_`, `-` and `:` is written `["…"]`'
BRACKETS = 'inside brackets stand `[0]`, `[*]`, `["a name"]` or `[Key=value]`'
REFUSED: dict[str, tuple[int, str, str | None]] = {
    "auth..userPool": (5, "a component is missing after `.`", None),
    "auth.": (5, "a component is missing after `.`", None),
    ".auth": (1, "a component is missing at the start", None),
    "auth.[0]": (5, "a component is missing after `.`", None),
    "auth userPool": (5, "a space has no place here", "a list of selectors is written `[one, other]`; " + CHARACTERS),
    " auth": (1, "there is a space at its start or end", "write `auth`"),
    "auth@x": (5, "`@` has no place here", CHARACTERS),
    "{auth}": (1, "`{` has no place here", CHARACTERS),
    "auth/x": (
        5,
        "`/` has no place here",
        "a construct path is `/auth/x`; a resource by its logical ID is `auth/x#LogicalId`",
    ),
    "a**b": (2, "`**` stands alone between dots", "within a component write `*`"),
    "a[0": (2, "`[` is never closed", BRACKETS),
    "a[]": (2, "`[]` means nothing", BRACKETS),
    "a[-1]": (2, "`[-1]` means nothing", "an index counts from 0, without sign or leading zeros: `[0]`"),
    "a[01]": (2, "`[01]` means nothing", "an index counts from 0, without sign or leading zeros: `[0]`"),
    "a[²]": (2, "`[²]` means nothing", "an index counts from 0, without sign or leading zeros: `[0]`"),
    "a[b]": (2, "`[b]` means nothing", 'write `["b"]` for a name'),
    "a]": (2, "`]` has no place here", BRACKETS),
    'a["b]': (3, 'the quote `"` is never closed', None),
    'a["b"': (5, '`]` is missing after the quote that closes `["b"`', None),
    'a[""]': (2, "the name in the brackets is empty", BRACKETS),
    "a[=x]": (3, "the key before `=` is not plain", "write `[Key=value]`, without spaces"),
    "a[k =x]": (4, "the key before `=` is not plain", "write `[Key=value]`, without spaces"),
    "a[k= x]": (
        4,
        "the value after `=` is empty or has a space at its start or end",
        'write it in quotes: `[Key="value"]`',
    ),
    "a[k=]": (
        4,
        "the value after `=` is empty or has a space at its start or end",
        'write it in quotes: `[Key="value"]`',
    ),
    "a[k=x": (2, "`[` is never closed", BRACKETS),
    "/": (1, "a construct path is missing after `/`", "the root stack is `stack`"),
    "/auth//x": (6, "a component is missing between two `/`", None),
    "/auth/": (6, "it ends with `/`", "write `/auth`"),
    "auth#": (5, "a logical ID is missing after `#`", "write `auth#LogicalId`"),
    "auth#**": (6, "`**` has no place in a logical ID", "write `*`"),
    "auth#A#B": (7, "`#` has no place here", CHARACTERS),
    "auth #A": (5, "there is a space before `#`", "write `auth#…`"),
    "auth/#A": (5, "a component of the stack path is missing after `/`", None),
    "auth..x#A": (5, "a component is missing after `.`", None),
    "auth\n.x": (5, "it contains a line break or another control character", None),
}


@pytest.mark.parametrize("text", REFUSED)
def test_a_mistake_is_refused_at_its_character(text: str) -> None:
    character, problem, fix = REFUSED[text]
    message = f"the selector `{text}` cannot be read: {problem}"
    assert _refusal(text) == Finding("OVR2003", message, None, (f"at character {character}",), fix)


@pytest.mark.parametrize("text", ["", "  "])
def test_an_empty_selector_is_refused(text: str) -> None:
    fix = "the root stack is `stack`; `ovr resources` lists all names"
    assert _refusal(text) == Finding("OVR2003", "the selector is empty", None, ("at character 1",), fix)


def test_a_long_selector_is_refused_and_cut() -> None:
    finding = _refusal("a" * (MAX_LENGTH + 1))
    assert finding.message == f"the selector `{'a' * 117}…` cannot be read: it has 4097 characters, more than 4096"


@pytest.mark.parametrize(
    ("line", "column", "text", "expected"),
    [
        ("select: auth..x", 9, "auth..x", (13, 14)),
        ('select: "auth..x"', 9, "auth..x", (14, 15)),
        ('select: "\\u0061uth..x"', 9, "auth..x", (9, 23)),
        ("x: !Ref auth..x", 4, "auth..x", (13, 14)),
    ],
    ids=["plain", "in quotes", "written with escapes", "behind a tag"],
)
def test_the_caret_stands_at_the_character(line: str, column: int, text: str, expected: tuple[int, int]) -> None:
    span = _refusal(text, Span(Source("f", line), 1, column, 1, len(line) + 1)).span
    assert span is not None
    assert (span.column, span.end_column) == expected


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        *((text, True) for text in ("auth.userPool.Policies[0]", "/a", "a#B", "a[k=v]", "a['*']")),
        *((text, False) for text in ("*.x", "**.x", "a[*]", "a#B*", "a#B.C[*]", 'a["*"]')),
    ],
)
def test_only_a_selector_without_wildcards_is_plain(text: str, plain: bool) -> None:
    assert is_plain(parse_selector(text)) is plain


def _refusal(text: str, span: Span | None = None) -> Finding:
    with pytest.raises(OvrError) as caught:
        parse_selector(text, span)
    (finding,) = caught.value.findings
    return finding


# laws

WORDS = st.text("ab.*-_:[]\"'\\=# é/", min_size=1, max_size=6)
SEGMENTS = (
    st.builds(Name, WORDS, st.booleans()).map(lambda n: Name(n.text, n.glob and "*" in n.text))
    | st.just(Deep())
    | st.builds(Index, st.none() | st.integers(0, 10**9 - 1))
    | st.builds(Match, st.text("kK:", min_size=1, max_size=3), WORDS)
)
NAME_SEGMENTS = st.tuples(SEGMENTS.filter(lambda s: isinstance(s, (Name, Deep))), st.lists(SEGMENTS, max_size=5))


@given(NAME_SEGMENTS)
def test_what_is_formatted_is_read_as_the_same(drawn: tuple[Segment, list[Segment]]) -> None:
    segments = (drawn[0], *drawn[1])
    assert _without_offsets(parse_segments(format_segments(segments))) == _without_offsets(segments)


@given(st.text("a.*[]\"'\\=#/ k0", max_size=12) | st.text(max_size=20))
def test_any_text_is_a_selector_or_refused(text: str) -> None:
    try:
        selector: Selector | None = parse_selector(text)
    except OvrError as error:
        selector, findings = None, error.findings
    if selector is None:
        assert [f.code for f in findings] == ["OVR2003"]
    else:
        assert selector.text == text


@given(st.text("a.*'\"[] ", min_size=1, max_size=5))
def test_a_joined_member_is_read_as_itself(member: str) -> None:
    prefix, name = parse_segments(join_name("data.tables", member))[1:]
    assert (prefix, name) == (Name("tables", offset=5), Name(member, offset=name.offset))


def _without_offsets(segments: tuple[Segment, ...]) -> list[Segment]:
    return [type(s)(**{f: getattr(s, f) for f in s.__slots__ if f != "offset"}) for s in segments]


@pytest.mark.parametrize(
    ("text", "path", "place"),
    [
        ("auth.userPool.policies.min", ["policies"], (15, "policies")),
        ("auth.userPool.policies.min", ["policies", "min"], (24, "min")),
        ('auth#Pool["a.b"][2].c', ["a.b", "2", "c"], (21, "c")),
        ("auth.userPool.policies.min", ["policies", "max"], None),
        ("/auth/amplifyAuth/policies", ["policies"], None),
    ],
)
def test_the_place_of_steps(text: str, path: list[str], place: tuple[int, str] | None) -> None:
    span = Span(Source("o.yaml", text), 1, 1, 1, len(text) + 1)
    found = place_of_steps(parse_selector(text, span), path)
    assert (found and (found.column, text[found.column - 1 : found.end_column - 1])) == place
