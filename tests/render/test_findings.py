"""The form of an error on the screen."""

from __future__ import annotations

from ovr.errors import Finding, Severity
from ovr.render.findings import render_findings
from ovr.spans import Source, Span


def source(*lines: str) -> Source:
    return Source("overrides.yaml", "\n".join(lines))


def span(text: Source, line: int, column: int, length: int) -> Span:
    return Span(text, line, column, line, column + length)


def test_the_form_of_the_language_reference() -> None:
    text = source(*[""] * 13, "    select: auth.cfn.cfnUserPol.Policies")
    finding = Finding(
        "OVR2001",
        "no node matches `auth.cfn.cfnUserPol`",
        span(text, 14, 13, 19),
        details=("auth.cfn has cfnUserPool, cfnUserPoolClient, cfnIdentityPool, cfnIdentityPoolRoleAttachment",),
        fix="did you mean `auth.cfn.cfnUserPool`?",
    )
    assert render_findings([finding]) == (
        "overrides.yaml:14:13 OVR2001 no node matches `auth.cfn.cfnUserPol`\n"
        "   14 |     select: auth.cfn.cfnUserPol.Policies\n"
        "      |             ^^^^^^^^^^^^^^^^^^^\n"
        "   auth.cfn has cfnUserPool, cfnUserPoolClient, cfnIdentityPool, cfnIdentityPoolRoleAttachment\n"
        "   did you mean `auth.cfn.cfnUserPool`?\n"
    )


def test_without_a_place() -> None:
    finding = Finding("OVR5001", "no base was found", details=("one\ntwo",), place="auth: /Resources/X")
    assert render_findings([finding]) == "OVR5001 no base was found\n   in auth: /Resources/X\n   one\n   two\n"
    assert render_findings([]) == ""


def test_order_and_sum() -> None:
    text = source("a", "b")
    findings = [
        Finding("OVR1003", "third", span(text, 2, 1, 1)),
        Finding("OVR5005", "first", severity=Severity.WARNING),
        Finding("OVR1003", "second", span(text, 1, 1, 1)),
        Finding("OVR1003", "second", span(text, 1, 1, 1)),
    ]
    assert render_findings(findings) == (
        "OVR5005 warning: first\n\n"
        "overrides.yaml:1:1 OVR1003 second\n    1 | a\n      | ^\n\n"
        "overrides.yaml:2:1 OVR1003 third\n    2 | b\n      | ^\n\n"
        "2 errors, 1 warning\n"
    )


def excerpt(line: str, column: int, length: int) -> list[str]:
    finding = Finding("OVR1003", "x", span(source(line), 1, column, length))
    return [shown[8:] for shown in render_findings([finding]).splitlines()[1:]]


def test_carets_below_tabs_wide_and_combining_characters() -> None:
    assert excerpt("\tkey: v", 2, 3) == ["    key: v", "    ^^^"]
    assert excerpt("名前: v", 5, 1) == ["名前: v", "      ^"]
    assert excerpt("a: 名前", 4, 2) == ["a: 名前", "   ^^^^"]
    assert excerpt("e\u0301: v", 5, 1) == ["e\u0301: v", "   ^"]


def test_a_long_line_is_cut_around_the_place() -> None:
    line, carets = excerpt("a" * 500 + "HERE" + "b" * 500, 501, 4)
    assert len(line) < 120
    assert line.startswith("…")
    assert line.endswith("…")
    assert line[carets.index("^") : carets.rindex("^") + 1] == "HERE"


def test_a_span_of_several_lines_is_marked_to_the_end_of_its_first() -> None:
    text = source("- select: a  ", "  merge: {}")
    finding = Finding("OVR1012", "x", Span(text, 1, 3, 2, 12))
    assert render_findings([finding]).splitlines()[1:] == ["    1 | - select: a", "      |   ^^^^^^^^^"]


def test_a_place_without_length_or_past_the_end() -> None:
    assert excerpt("a:", 3, 0) == ["a:", "  ^"]
    assert excerpt("a:", 40, 5) == ["a:", "  ^"]


def test_nothing_reaches_the_terminal_as_it_is() -> None:
    evil = "\x1b[2J\u202e\x07"
    finding = Finding("OVR1003", f"m{evil}\nx", span(source(f"k{evil}"), 1, 1, 1), (f"d{evil}",), f"f{evil}")
    shown = render_findings([finding])
    assert "\x1b" not in shown
    assert "\u202e" not in shown
    assert shown.splitlines()[0] == "overrides.yaml:1:1 OVR1003 m\\x1b[2J\\u202e\\x07\\nx"


def test_colour_says_nothing_of_its_own() -> None:
    finding = Finding("OVR1003", "x", span(source("a"), 1, 1, 1))
    colored = render_findings([finding], color=True)
    assert colored.replace("\x1b[1;31m", "").replace("\x1b[0m", "") == render_findings([finding])
    assert colored.count("\x1b[1;31m") == 2
