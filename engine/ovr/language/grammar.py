r"""The grammar of selectors: text to selector.

    selector  = path | id | name ;
    path      = "/" part { "/" part } ;                  a construct path, taken literally to its end
    id        = [ stack ] "#" logical-id { step } ;
    stack     = part { "/" part } | name ;               a stack path, or a name that means a stack
    part      = character of any kind but "/" and control characters, { the same } ;
    name      = component { step } ;
    step      = "." component | bracket ;
    component = "**" | word | "[" quoted "]" ;
    logical-id = word | "[" quoted "]" ;
    word      = ( letter | digit | "_" | "-" | ":" | "*" ) { the same } ;
    bracket   = "[" ( digits | "*" | quoted | key "=" value ) "]" ;
    key       = any characters but = [ ] " ' and spaces ;
    value     = quoted | any characters but "]", not starting or ending with a space, not starting with a quote ;
    quoted    = '"' { character } '"' | "'" { character } "'" ;   "\" stands before the quote or "\" itself

In a word and between double quotes `*` stands for any characters; between single quotes it is itself. In an id
the first "#" outside of brackets parts stack and logical ID. docs/selectors.md says the same for users.
"""

from __future__ import annotations

import re
from typing import NoReturn

from ovr.errors import Finding, OvrError
from ovr.language.selector import (
    Deep,
    IdSelector,
    Index,
    Match,
    Name,
    NameSelector,
    PathSelector,
    Segment,
)
from ovr.language.selector_text import WORD, is_plain_value, place_in
from ovr.spans import Span

MAX_LENGTH = 4096
"""Characters in a selector; construct paths of real backends stay under 300."""

_KEY = re.compile(r"[^=\[\]\"'\s]+")
_QUOTED = re.compile(r"\"((?:[^\"\\]|\\.)*)\"|'((?:[^'\\]|\\.)*)'", re.DOTALL)
_BRACKET = re.compile(r"\[(?:\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|[^\]\"'#])*\]", re.DOTALL)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")

_OTHER_NAMES = 'a name with other characters than letters, digits, `_`, `-` and `:` is written `["…"]`'
_BRACKETS = 'inside brackets stand `[0]`, `[*]`, `["a name"]` or `[Key=value]`'


def parse_selector(text: str, span: Span | None = None) -> NameSelector | PathSelector | IdSelector:
    """The selector that `text` writes. `span` is the place of the text.

    Raises OvrError OVR2003, its span at the character that cannot be read.
    """
    reader = _Reader(text, span)
    reader.check_characters()
    if text.startswith("/"):
        return PathSelector(text, _path(reader), span)
    hash_at = _hash_position(text)
    if hash_at is None:
        return NameSelector(text, reader.segments(), span)
    stack = _stack(reader, hash_at)
    reader.position = hash_at + 1
    logical_id = reader.logical_id()
    return IdSelector(text, stack, logical_id, reader.steps(), span)


def parse_segments(text: str) -> tuple[Segment, ...]:
    """The segments of a name. Raises OvrError OVR2003."""
    return _Reader(text, None).segments()


def _hash_position(text: str) -> int | None:
    """Where the first `#` outside of brackets stands."""
    start = 0
    while (found := text.find("#", start)) >= 0:
        opening = text.find("[", start, found)
        bracket = _BRACKET.match(text, opening) if opening >= 0 else None
        if bracket is None:
            return found
        start = bracket.end()
    return None


def _path(reader: _Reader) -> str:
    text = reader.text
    if text == "/":
        reader.fail(0, 1, "a construct path is missing after `/`", "the root stack is `stack`")
    if (empty := text.find("//")) >= 0:
        reader.fail(empty, 2, "a component is missing between two `/`")
    if text.endswith("/"):
        reader.fail(len(text) - 1, 1, "it ends with `/`", f"write `{text[:-1]}`")
    return text


def _stack(reader: _Reader, hash_at: int) -> str:
    stack = reader.text[:hash_at]
    if not stack:
        return stack
    if stack != stack.strip():
        reader.fail(hash_at - 1, 1, "there is a space before `#`", f"write `{stack.strip()}#…`")
    if "/" not in stack:
        _Reader(reader.text, reader.span, end=hash_at).segments()
    elif stack.endswith("/") or "//" in stack:
        at = stack.find("//") if "//" in stack else hash_at - 1
        reader.fail(at, 1, "a component of the stack path is missing after `/`")
    return stack


class _Reader:
    """A position in a text, moved by the rules of the grammar."""

    def __init__(self, text: str, span: Span | None, end: int | None = None) -> None:
        self.text = text
        self.span = span
        self.position = 0
        self.end = len(text) if end is None else end

    def check_characters(self) -> None:
        """What no selector may be, whatever its form."""
        if not self.text.strip():
            self.fail(0, 1, "it is empty", "the root stack is `stack`; `ovr resources` lists all names")
        if len(self.text) > MAX_LENGTH:
            self.fail(0, 1, f"it has {len(self.text)} characters, more than {MAX_LENGTH}")
        if control := _CONTROL.search(self.text):
            self.fail(control.start(), 1, "it contains a line break or another control character")
        if self.text != self.text.strip():
            at = 0 if self.text[0].isspace() else len(self.text) - 1
            self.fail(at, 1, "there is a space at its start or end", f"write `{self.text.strip()}`")

    def segments(self) -> tuple[Segment, ...]:
        """name = component { step }"""
        return (self.component(), *self.steps())

    def steps(self) -> tuple[Segment, ...]:
        """{ step } up to the end"""
        found: list[Segment] = []
        while self.position < self.end:
            if self.peek() == ".":
                self.position += 1
                found.append(self.component())
            elif self.peek() == "[":
                found.append(self.bracket())
            else:
                self.fail_at_character()
        return tuple(found)

    def component(self) -> Segment:
        """component = "**" | word | "[" quoted "]" """
        offset = self.position
        if self.peek() == "[" and self.text[offset + 1 : offset + 2] in ('"', "'"):
            return self.bracket()
        word = self.word("a component is missing")
        if word == "**":
            return Deep(offset)
        if "**" in word:
            at = offset + word.index("**")
            self.fail(at, 2, "`**` stands alone between dots", "within a component write `*`")
        return Name(word, "*" in word, offset)

    def logical_id(self) -> Name:
        """logical-id = word | "[" quoted "]" """
        if self.position == self.end:
            self.fail(self.position - 1, 1, "a logical ID is missing after `#`", "write `auth#LogicalId`")
        offset = self.position
        segment = self.component()
        if not isinstance(segment, Name):
            self.fail(offset, 2, "`**` has no place in a logical ID", "write `*`")
        return segment

    def word(self, missing: str) -> str:
        found = WORD.match(self.text, self.position, self.end)
        if found is None:
            if self.position < self.end and self.peek() not in ".[":
                self.fail_at_character()
            at, where = (self.position, "at the start") if self.position == 0 else (self.position - 1, "after `.`")
            self.fail(at, 1, f"{missing} {where}")
        self.position = found.end()
        return found.group()

    def bracket(self) -> Segment:
        """bracket = "[" ( digits | "*" | quoted | key "=" value ) "]" """
        offset = self.position
        self.position += 1
        if self.peek() in ('"', "'"):
            glob = self.peek() == '"'
            text = self.quoted()
            self.close(offset)
            if not text:
                self.fail(offset, 4, "the name in the brackets is empty", _BRACKETS)
            return Name(text, glob and "*" in text, offset)
        closing = self.text.find("]", self.position, self.end)
        if closing < 0:
            self.fail(offset, 1, "`[` is never closed", _BRACKETS)
        inner = self.text[self.position : closing]
        if "=" in inner:
            return self.match(offset)
        self.position = closing + 1
        if inner == "*":
            return Index(None, offset)
        if inner.isascii() and inner.isdigit() and len(inner) < 10 and (inner == "0" or inner[0] != "0"):
            return Index(int(inner), offset)
        return self.fail(offset, len(inner) + 2, f"`[{inner}]` means nothing", _bracket_fix(inner))

    def match(self, offset: int) -> Match:
        """key "=" value, and the closing bracket"""
        key = _KEY.match(self.text, self.position, self.end)
        if key is None or self.text[key.end() : key.end() + 1] != "=":
            at = self.position if key is None else key.end()
            self.fail(at, 1, "the key before `=` is not plain", "write `[Key=value]`, without spaces")
        self.position = key.end() + 1
        if self.peek() in ('"', "'"):
            value = self.quoted()
            self.close(offset)
            return Match(key.group(), value, offset)
        closing = self.text.find("]", self.position, self.end)
        if closing < 0:
            self.fail(offset, 1, "`[` is never closed", _BRACKETS)
        value = self.text[self.position : closing]
        if not is_plain_value(value):
            self.fail(
                self.position - 1,
                1,
                "the value after `=` is empty or has a space at its start or end",
                'write it in quotes: `[Key="value"]`',
            )
        self.position = closing + 1
        return Match(key.group(), value, offset)

    def quoted(self) -> str:
        found = _QUOTED.match(self.text, self.position, self.end)
        if found is None:
            self.fail(self.position, 1, f"the quote `{self.peek()}` is never closed")
        self.position = found.end()
        content = found.group(1) if found.group(1) is not None else found.group(2)
        return re.sub(r"\\([\"'\\])", r"\1", content)

    def close(self, offset: int) -> None:
        if self.peek() != "]":
            at = min(self.position, self.end - 1)
            self.fail(at, 1, f"`]` is missing after the quote that closes `{self.text[offset : self.position]}`")
        self.position += 1

    def peek(self) -> str:
        return self.text[self.position] if self.position < self.end else ""

    def fail_at_character(self) -> NoReturn:
        character = self.peek()
        fix = _OTHER_NAMES
        if character == "/":
            fix = f"a construct path is `/{self.text}`; a resource by its logical ID is `{self.text}#LogicalId`"
        elif character == "]":
            fix = _BRACKETS
        elif character == ",":
            fix = "a list of selectors is written `[one, other]`"
        elif character.isspace():
            fix = "a list of selectors is written `[one, other]`; " + _OTHER_NAMES
        shown = "a space" if character.isspace() else f"`{character}`"
        self.fail(self.position, 1, f"{shown} has no place here", fix)

    def fail(self, offset: int, length: int, problem: str, fix: str | None = None) -> NoReturn:
        shown = self.text if len(self.text) <= 120 else self.text[:117] + "…"
        message = f"the selector `{shown}` cannot be read: {problem}" if shown.strip() else "the selector is empty"
        details = () if self.span else (f"at character {offset + 1}",)
        raise OvrError(Finding("OVR2003", message, place_in(self.span, self.text, offset, length), details, fix))


def _bracket_fix(inner: str) -> str:
    if not inner:
        return _BRACKETS
    if inner.lstrip("-").isdigit():
        return "an index counts from 0, without sign or leading zeros: `[0]`"
    return f'write `["{inner}"]` for a name'
