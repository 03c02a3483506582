"""What YAML's parser complains of, said in the words of someone who does not know YAML's grammar.

The parser knows tokens; the user knows lines. So the line itself is looked at, first for the traps that
selectors run into (`yaml_traps`), then for what a complaint of the parser usually comes from.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ovr.adapters.yaml_traps import TRAPS, Problem
from ovr.errors import Finding
from ovr.language.quoting import quoted, word
from ovr.spans import Source, Span


def explain(problem: Problem) -> Finding:
    """The finding for a complaint of the parser."""
    for rule in (*TRAPS, *_RULES):
        if finding := rule(problem):
            return finding
    return Finding("OVR1001", f"YAML cannot be read here: {problem.text}", problem.at)


def _tab(problem: Problem) -> Finding | None:
    if "character '\\t'" not in problem.text:
        return None
    return Finding(
        "OVR1001",
        "a tab where YAML allows only spaces",
        problem.at.part(0, 1),
        fix="indent with spaces (most editors can replace tabs: “convert indentation to spaces”)",
    )


def _unclosed_bracket(problem: Problem) -> Finding | None:
    if not problem.text.startswith("expected ',' or ") or problem.since is None:
        return None
    opening = problem.since.part(0, 1)
    wanted = "]" if "sequence" in problem.context else "}"
    bracket = "[" if wanted == "]" else "{"
    if found := re.search(r"got '([\]}])'", problem.text):
        return Finding(
            "OVR1001",
            f"`{found[1]}` cannot close the `{bracket}` of line {opening.line}, column {opening.column}",
            problem.at.part(0, 1),
            fix=f"write `{wanted}` here, or take one bracket out",
        )
    if problem.at.line == opening.line and "stream end" not in problem.text:
        return Finding(
            "OVR1001",
            "a `,` is missing here",
            problem.at.part(0, 1),
            fix="separate the items with `, `; quote a text that holds quotes or brackets itself",
        )
    return Finding(
        "OVR1001",
        f"this `{bracket}` is never closed",
        opening,
        fix=f"close it with `{wanted}`",
    )


def _two_colons(problem: Problem) -> Finding | None:
    """`reason: first: second`."""
    if problem.text != "mapping values are not allowed here":
        return None
    first = re.match(r"\s*(?:- +)*[^\s\"'#][^\"'#]*?: +(?=\S)", problem.line)
    if first is None or first.end() >= problem.at.column:
        return None
    text = word(problem.line, first.end())
    return Finding(
        "OVR1001",
        "a text with `: ` in it has to be quoted",
        Span(problem.at.source, problem.at.line, first.end() + 1, problem.at.line, first.end() + 1 + len(text)),
        fix=f"quote it: {quoted(text)}",
    )


def _no_space_after_colon(problem: Problem) -> Finding | None:
    """`select:auth` makes one word of the line, so that YAML stumbles only on the next one."""
    if problem.text not in ("mapping values are not allowed here", "could not find expected ':'"):
        return None
    number = problem.since.line if problem.since else _line_above(problem.at.source, problem.at.line)
    wrong = re.fullmatch(r"(\s*(?:- +)*)([A-Za-z]\w*):(\S.*)", problem.at.source.line(number))
    if wrong is None:
        return None
    start = len(wrong[1]) + 1
    return Finding(
        "OVR1001",
        "a space is missing after the colon",
        Span(problem.at.source, number, start, number, start + len(wrong[2]) + 1),
        fix=f"write `{wrong[2]}: {wrong[3].strip()}`",
    )


def _no_colon(problem: Problem) -> Finding | None:
    """`select auth` on a line of its own."""
    if problem.text not in ("mapping values are not allowed here", "could not find expected ':'"):
        return None
    number = problem.since.line if problem.since else _line_above(problem.at.source, problem.at.line)
    above = problem.at.source.line(number)
    wrong = re.fullmatch(r"(\s*(?:- +)*)(\S+)([^:]*)", above)
    if wrong is None or not (problem.since or _column(problem.line) <= len(wrong[1])):
        return None
    start = len(wrong[1]) + 1
    return Finding(
        "OVR1001",
        "this line has no `key:`",
        Span(problem.at.source, number, start, number, start + len(above.strip()) - len(wrong[1].strip())),
        fix=f"write `{wrong[2]}: {wrong[3].strip() or '…'}`; or, if it goes on with the text above, quote that",
    )


def _text_behind(problem: Problem) -> Finding | None:
    """`'it's'`, `["a"].b`: something follows what was complete."""
    if not problem.text.startswith("expected <block end>"):
        return None
    before = problem.line[: problem.at.column - 1].rstrip()
    if not before.strip(" -") or before[-1] not in "\"']}":
        return None
    thing = "quote" if before[-1] in "\"'" else "bracket"
    return Finding(
        "OVR1001",
        f"text behind the closing {thing}",
        problem.at.part(0, len(word(problem.line, problem.at.column - 1))),
        details=(f"YAML ends the value at the `{before[-1]}` before it",),
        fix="write a quote inside '…' twice (''), or check that a quote opened above is closed"
        if thing == "quote"
        else "put the whole text in quotes",
    )


def _indentation(problem: Problem) -> Finding | None:
    """A line that fits no column in use above it, or continues a value that is complete."""
    if problem.text != "mapping values are not allowed here" and "<block end>" not in problem.text:
        return None
    column = _column(problem.line)
    keys, dashes = _columns_above(problem.at.source, problem.at.line)
    found = f"this line begins in column {column + 1}"
    above = [f"{what} in column {_or(columns)}" for what, columns in (("keys", keys), ("`-`", dashes)) if columns]
    return Finding(
        "OVR1001",
        "this line's indentation does not fit the lines above it",
        problem.at.part(column + 1 - problem.at.column, len(problem.line.split()[0])),
        details=(found, f"above it, {' and '.join(above)} are open") if above else (found,),
        fix="begin all keys of one entry in the same column; a `-` begins the next entry",
    )


def _unclosed_quote(problem: Problem) -> Finding | None:
    if problem.context != "while scanning a quoted scalar" or problem.since is None:
        return None
    quote = problem.since.part(0, 1)
    return Finding("OVR1001", "this quote is never closed", quote, fix="close it on the same line")


def _escape(problem: Problem) -> Finding | None:
    if "escape" not in problem.text:
        return None
    return Finding(
        "OVR1001",
        "a backslash in double quotes that YAML does not know",
        problem.at.part(0, 1),
        fix="write `\\\\` for a backslash, or put the text in single quotes, where it means itself",
    )


def _block_header(problem: Problem) -> Finding | None:
    if problem.context != "while scanning a block scalar":
        return None
    return Finding(
        "OVR1001",
        "the text of a `|` or `>` begins on the next line",
        problem.at.part(0, 1),
        fix="move it to the next line, indented; or quote it if it is meant to begin with that character",
    )


def _list_item(problem: Problem) -> Finding | None:
    if problem.text != "sequence entries are not allowed here":
        return None
    return Finding(
        "OVR1001",
        "a list item `- ` cannot begin here",
        problem.at.part(0, 1),
        fix="begin the list on the next line; or quote a text that begins with `- `",
    )


def _complex_key(problem: Problem) -> Finding | None:
    if problem.text != "mapping keys are not allowed here":
        return None
    text = word(problem.line, problem.at.column - 1)
    return Finding(
        "OVR1001",
        "in YAML a text cannot begin with `? `",
        problem.at.part(0, len(text)),
        fix=f"quote it: {quoted(text)}",
    )


def _missing_value(problem: Problem) -> Finding | None:
    if not problem.text.startswith("expected the node content"):
        return None
    place = problem.at.part(0, 1)
    return Finding("OVR1001", "a value is missing here", place, fix="write it, or take a comma out")


def _tag(problem: Problem) -> Finding | None:
    if "tag" not in problem.context and "tag handle" not in problem.text:
        return None
    span = problem.since or problem.at
    text = word(problem.at.source.line(span.line), span.column - 1)
    return Finding(
        "OVR1007",
        f"`{text.split(' ')[0]}` is not a tag that can be read",
        span.part(0, len(text.split(" ")[0])),
        fix=f"a tag looks like `!Ref`; if it is meant as text, quote it: {quoted(text)}",
    )


def _directive(problem: Problem) -> Finding | None:
    if not problem.line.startswith("%"):
        return None
    message = "a line that begins with `%` is an instruction to YAML"
    return Finding("OVR1001", message, problem.at, fix="take the line out")


def _line_above(source: Source, number: int) -> int:
    """The nearest line above that says something; 0 for none."""
    for above in range(number - 1, 0, -1):
        if (text := source.line(above).strip()) and not text.startswith("#"):
            return above
    return 0


def _column(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _columns_above(source: Source, number: int) -> tuple[list[int], list[int]]:
    """The columns in which keys, and in which items of lists, are still open above this line."""
    keys: list[int] = []
    dashes: list[int] = []
    leftmost = 1_000_000
    above = _line_above(source, number)
    while above and leftmost > 1:
        if start := re.match(r"( *)((?:- +)*)\S", source.line(above)):
            dash, key = len(start[1]) + 1, len(start[1] + start[2]) + 1
            if key < leftmost:
                keys.insert(0, key)
            if dash < min(key, leftmost):
                dashes.insert(0, dash)
            leftmost = min(leftmost, dash)
        above = _line_above(source, above)
    return keys, dashes


def _or(numbers: Sequence[int]) -> str:
    words = [str(n) for n in numbers]
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + " or " + words[-1]


_RULES = (
    _tab,
    _directive,
    _unclosed_bracket,
    _two_colons,
    _no_space_after_colon,
    _no_colon,
    _text_behind,
    _indentation,
    _unclosed_quote,
    _escape,
    _block_header,
    _list_item,
    _complex_key,
    _missing_value,
    _tag,
)


