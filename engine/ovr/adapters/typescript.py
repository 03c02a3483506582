"""The little of TypeScript that `backend.ts` and resource files write plainly: imports, constants, object literals.

Read as tokens, never run. What is written in any other way is passed over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

MAX_CHARACTERS = 256 * 1024
"""Characters of a source; longer ones are passed over."""

_TOKEN = re.compile(
    # comments and texts; what is never closed goes to the end, so that every character is looked at once
    r"//[^\n]*|/\*(?:[^*]|\*(?!/))*(?:\*/|\*?\Z)"
    r"|'(?:[^'\\\n]|\\.)*(?:'|\\?(?=\n|\Z))|\"(?:[^\"\\\n]|\\.)*(?:\"|\\?(?=\n|\Z))|`(?:[^`\\]|\\.)*(?:`|\\?\Z)"
    r"|[A-Za-z_$][\w$]*|\.\.\.|=>|[^\s\w]",
    re.DOTALL,
)
_OPENING = {"(": ")", "{": "}", "[": "]"}

Tokens = list[str]


@dataclass(frozen=True, slots=True)
class Import:
    """A name imported from a module: `exported` is its name there (`default` for a default import)."""

    exported: str
    module: str


def tokens_of(text: str) -> Tokens:
    """The tokens of a source without comments; empty for one that is too long."""
    if len(text) > MAX_CHARACTERS:
        return []
    return [token for token in _TOKEN.findall(text) if not token.startswith(("//", "/*"))]


def text_of(token: str) -> str | None:
    """The text a token writes, if it is a text without interpolation or escapes."""
    quoted = len(token) > 1 and token[0] in "'\"`" and token[-1] == token[0]
    plain = quoted and "\\" not in token and "${" not in token
    return token[1:-1] if plain else None


def imports(tokens: Tokens) -> dict[str, Import]:
    """Local name → what it is imported as and from."""
    found: dict[str, Import] = {}
    for start, token in enumerate(tokens):
        if token != "import":
            continue
        end = next((n for n in range(start + 1, min(start + 400, len(tokens))) if tokens[n] == "from"), None)
        module = text_of(tokens[end + 1]) if end is not None and end + 1 < len(tokens) else None
        if end is None or module is None:
            continue
        names = tokens[start + 1 : end]
        if names and re.match(r"[\w$]", names[0]) and names[0] != "type":
            found[names[0]] = Import("default", module)
        braced = names[names.index("{") + 1 : -1] if "{" in names and names[-1] == "}" else []
        for item in split(braced):
            if len(item) == 1:
                found[item[0]] = Import(item[0], module)
            elif len(item) == 3 and item[1] == "as":
                found[item[2]] = Import(item[0], module)
    return found


def definition(tokens: Tokens, name: str) -> Tokens:
    """The tokens from the value of `const name = …` (or `export default …` for `default`); empty if there is none."""
    for at, token in enumerate(tokens):
        if name == "default" and token == "default" and tokens[at - 1 : at] == ["export"]:
            return tokens[at + 1 :]
        if token == name and at and tokens[at - 1] in ("const", "let", "var"):
            for offset, following in enumerate(tokens[at + 1 : at + 40], start=at + 1):
                if following == "=":
                    return tokens[offset + 1 :]
    return []


def call_arguments(tokens: Tokens) -> list[Tokens] | None:
    """The arguments of the call that starts the tokens (`f(a, b)`), or None if they start otherwise."""
    if len(tokens) < 2 or tokens[1] != "(":
        return None
    inside = enclosed(tokens, 1)
    return None if inside is None else split(inside)


def members(tokens: Tokens) -> dict[str, Tokens] | None:
    """Key → value of an object literal that the tokens are; a spread is the key `...`. None for anything else."""
    inside = enclosed(tokens, 0) if tokens[:1] == ["{"] else None
    if inside is None or len(inside) + 2 != len(tokens):
        return None
    found: dict[str, Tokens] = {}
    for item in split(inside):
        key = text_of(item[0]) or item[0]
        if len(item) == 1 or key == "...":
            found[key] = item
        elif item[1] == ":":
            found[key] = item[2:]
    return found


def enclosed(tokens: Tokens, opening: int) -> Tokens | None:
    """What stands between the bracket at `opening` and the one that closes it; None if it is never closed."""
    awaited: list[str] = []
    for at in range(opening, len(tokens)):
        token = tokens[at]
        if token in _OPENING:
            awaited.append(_OPENING[token])
        elif awaited and token == awaited[-1]:
            awaited.pop()
            if not awaited:
                return tokens[opening + 1 : at]
    return None


def split(tokens: Tokens) -> list[Tokens]:
    """The parts between commas, those inside brackets left alone; empty parts left out."""
    return [part for part in _parts(tokens) if part]


def _parts(tokens: Tokens) -> Iterator[Tokens]:
    part: Tokens = []
    depth = 0
    for token in tokens:
        if token == "," and depth == 0:
            yield part
            part = []
            continue
        depth += (token in _OPENING) - (token in _OPENING.values())
        part.append(token)
    yield part
