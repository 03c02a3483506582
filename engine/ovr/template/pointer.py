"""JSON pointers, RFC 6901."""

from __future__ import annotations

from typing import Any

Json = Any
"""A JSON value: dict, list, str, int, float, bool or None."""

Tokens = tuple[str, ...]
"""A pointer as its unescaped reference tokens; array indexes are decimal strings."""

MISSING: Any = object()
"""What `get` returns where there is nothing: None is a value."""


def parse(pointer: str) -> Tokens:
    """The tokens of an RFC 6901 string. Raises ValueError for a malformed one."""
    if pointer == "":
        return ()
    if not pointer.startswith("/"):
        raise ValueError("a JSON pointer is empty or starts with `/`")
    tokens = pointer[1:].split("/")
    for token in tokens:
        if "~" in token and token.replace("~0", "").replace("~1", "").find("~") >= 0:
            raise ValueError("`~` stands only in `~0` (for `~`) and `~1` (for `/`)")
    return tuple(token.replace("~1", "/").replace("~0", "~") for token in tokens)


def format(tokens: Tokens) -> str:
    """The RFC 6901 string of these tokens."""
    return "".join("/" + token.replace("~", "~0").replace("/", "~1") for token in tokens)


def child(value: Json, token: str) -> Json:
    """The member or item `token` of `value`, or MISSING."""
    if isinstance(value, dict):
        return value.get(token, MISSING)
    if isinstance(value, list) and token.isascii() and token.isdigit() and (token == "0" or token[0] != "0"):
        index = int(token) if len(token) < 10 else len(value)
        return value[index] if index < len(value) else MISSING
    return MISSING


def get(document: Json, tokens: Tokens) -> Json:
    """The value at a pointer, or MISSING."""
    value = document
    for token in tokens:
        value = child(value, token)
        if value is MISSING:
            return MISSING
    return value


def overlap(one: Tokens, other: Tokens) -> bool:
    """Whether one of two pointers is at or below the other."""
    shorter = min(len(one), len(other))
    return one[:shorter] == other[:shorter]


def place(stack: str, path: Tokens) -> str:
    """A place in the templates as findings name it: `auth: /Resources/…`."""
    return f"{stack or 'the root stack'}: {format(path)}"
