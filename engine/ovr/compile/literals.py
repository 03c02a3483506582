"""Secrets that the user wrote out: told without showing them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ovr.errors import Finding
from ovr.knowledge.literal_secrets import looks_like
from ovr.language.values import Located
from ovr.spans import Source, Span
from ovr.template.pointer import Json


def literal_secret(value: Json, at: Located, what: str | None = None) -> Finding | None:
    """What is wrong with a value, written at a key, that is a secret: because it is `what`, or looks like one."""
    what = what or next((f"looks like {kind}" for text in _texts(value) if (kind := looks_like(text))), None)
    if what is None:
        return None
    name = at.path[-1]
    return Finding(
        "OVR3024",
        f"the value of `{name}` {what}",
        _covered(at),
        ("it would stand in the template, readable to all who can read the stack",),
        f"write `{name}: '{{{{resolve:secretsmanager:NAME}}}}'` with the value kept in AWS Secrets Manager",
    )


def _texts(value: Json) -> Iterator[str]:
    """The texts in a value, whatever computes it."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, (dict, list)):
        for member in value.values() if isinstance(value, dict) else value:
            yield from _texts(member)


def _covered(at: Located) -> Span:
    """The place of a variable in a copy of the file that does not show its value: a screen is kept in logs."""
    key, value = at.key_span, at.span
    lines = key.source.text.splitlines(keepends=True)
    for number in range(value.line, min(value.end_line, len(lines)) + 1):
        line = lines[number - 1].rstrip("\r\n")
        start = value.column - 1 if number == value.line else 0
        lines[number - 1] = line[:start] + "…" * bool(line[start:]) + lines[number - 1][len(line) :]
    return replace(key, source=Source(key.source.name, "".join(lines)))
