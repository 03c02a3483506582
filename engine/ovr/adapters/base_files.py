"""Reading the files of a base, which may be anything: bounded in size and depth, every failure an OvrError."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO

from ovr.adapters.text_files import not_utf8, read_within
from ovr.errors import Finding, OvrError
from ovr.spans import Source, Span
from ovr.template.pointer import Json

MAX_BYTES = 64 * 1024 * 1024
MAX_DEPTH = 100
"""Deeper than any real template; shallow enough for every recursive function over one."""


def unreadable(
    message: str, *details: str, code: str = "OVR5002", fix: str | None = None, span: Span | None = None
) -> OvrError:
    """The error of one finding; most here are about a base that cannot be read."""
    return OvrError(Finding(code, message, span, details, fix))


def read_bytes(path: Path, name: str) -> bytes:
    """The content of a regular file of at most MAX_BYTES. `name` is what the user calls it."""
    try:
        if not path.is_file():
            raise unreadable(f"{name} {'is not a file' if path.exists() else 'does not exist'}")
        with path.open("rb") as file:
            return read_stream(file, name)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        raise unreadable(f"{name} cannot be read", getattr(error, "strerror", None) or str(error)) from None


def read_stream(file: BinaryIO, name: str) -> bytes:
    """All of an open file of at most MAX_BYTES."""
    data = read_within(file, MAX_BYTES)
    if data is None:
        raise unreadable(f"{name} is larger than {MAX_BYTES // 1024 // 1024} MiB")
    return data


def decode(data: bytes, name: str) -> Source:
    """The bytes as UTF-8 text, a byte order mark left in: what ovr writes begins as the base does."""
    try:
        return Source(name, data.decode("utf-8"))
    except UnicodeDecodeError as error:
        finding = not_utf8(error, name)
        raise OvrError(replace(finding, code="OVR5002", message=f"{name} is not UTF-8 text")) from None


def parse_json(source: Source, *, keys_once: bool = False) -> Json:
    """The JSON value of a text; a syntax error points at its line and column.

    `keys_once`: a key that is written twice in one object is an error too, as in YAML.
    """
    try:
        pairs = _each_once if keys_once else None
        value = json.loads(source.text, parse_constant=_no_constant, object_pairs_hook=pairs)
        too_deep = _deeper_than(MAX_DEPTH, value)
    except json.JSONDecodeError as error:
        span = Span(source, error.lineno, error.colno, error.lineno, error.colno + 1)
        raise unreadable(f"{source.name} is not JSON: {error.msg}", span=span) from None
    except RecursionError:
        too_deep = True
    except ValueError as error:
        raise unreadable(f"{source.name} is not JSON", str(error)) from None
    if too_deep:
        raise unreadable(f"{source.name} is nested deeper than {MAX_DEPTH} levels")
    return value


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not a JSON value")


def _each_once(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the key `{twice}` is written twice in one object")
    return found


def _deeper_than(limit: int, value: Json) -> bool:
    level: list[Json] = [[value]]
    for _ in range(limit + 1):
        level = [
            item
            for container in level
            for item in (container.values() if isinstance(container, dict) else container)
            if isinstance(item, (dict, list))
        ]
        if not level:
            return False
    return True
