"""Secrets that the user wrote out: refused wherever a value can stand, told without showing them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from ovr.errors import Finding
from ovr.knowledge.literal_secrets import is_secret_by_name, looks_like
from ovr.language.values import Located
from ovr.spans import Source, Span
from ovr.template import pointer
from ovr.template.operations import Operation
from ovr.template.pointer import MISSING, Json, Tokens
from ovr.template.tree import StackTree

_REFERENCES = ("Ref", "Fn::GetAtt", "Condition", "DependsOn", "Fn::FindInMap", "Fn::ImportValue")
"""Keys with names below them, which are no values."""


def written_secrets(operations: Iterable[Operation], before: StackTree) -> Iterator[Finding]:
    """OVR3024 for each secret that these operations write and the element in the tree before did not hold."""
    for operation in operations:
        if operation.value is MISSING or operation.derived or operation.document != "template":
            continue
        for path, text in _texts(operation.value, operation.path):
            what = _what(path, text)
            if what and not _known(text, operation.stack, path, before):
                at, key = operation.where(path), operation.where(path, key=True)
                if at and key:
                    yield _finding(_name(path), what, key, at, amplifys=False)


def literal_secret(value: Json, at: Located, what: str | None = None, *, amplifys: bool = False) -> Finding | None:
    """The same for a value written at a key: because it is `what`, else because of its form or of its name.

    `amplifys`: it could be a secret of Amplify.
    """
    name = str(at.path[-1])
    path = ("Resources", "", "Properties", name)
    found = (what for inside, text in _texts(value, path) if (what := _what(inside, text)))
    what = what or next(found, None)
    return _finding(name, what, at.key_span, at.span, amplifys=amplifys) if what else None


def _finding(name: str, what: str, key: Span, value: Span, *, amplifys: bool) -> Finding:
    fix = f"write `{name}: '{{{{resolve:secretsmanager:NAME}}}}'` with the value kept in AWS Secrets Manager"
    if name == "SecretString":
        fix = "let Secrets Manager make one, `GenerateSecretString: {}`, or put the value there after the deploy"
    return Finding(
        "OVR3024",
        f"the value of `{name}` {what}",
        _covered(key, value),
        ("it would stand in the template, readable to all who can read the stack",),
        fix + (", or `!Secret NAME` for a secret of Amplify" if amplifys else ""),
    )


def _what(path: Tokens, text: str) -> str | None:
    if kind := looks_like(text):
        return f"looks like {kind}"
    in_properties = path[:1] == ("Resources",) and path[2:3] == ("Properties",)
    if in_properties and not path[-1].startswith("Fn::") and is_secret_by_name(_name(path), text):
        return "is a secret by its name"
    return None


def _name(path: Tokens) -> str:
    """The name that a value stands under: the last that is neither an index nor a function's."""
    return next((t for t in reversed(path) if not t.isdigit() and t != "-" and not t.startswith("Fn::")), "")


def _texts(value: Json, path: Tokens) -> Iterator[tuple[Tokens, str]]:
    """The texts in a value with their pointers, whatever computes them; without names of other elements."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, (dict, list)):
        for key, member in value.items() if isinstance(value, dict) else enumerate(value):
            if key not in _REFERENCES:
                yield from _texts(member, (*path, str(key)))


def _known(text: str, stack: str, path: Tokens, before: StackTree) -> bool:
    """Whether the element of the tree before holds the text already, wherever in it."""
    element = pointer.get(before.stacks[stack].template, path[:2]) if stack in before.stacks else MISSING
    return any(known == text for _, known in _texts(element, ()))


def _covered(key: Span, value: Span) -> Span:
    """The place of a name in a copy of the file that does not show its value: a screen is kept in logs."""
    lines = key.source.text.splitlines(keepends=True)
    for number in range(value.line, min(value.end_line, len(lines)) + 1):
        line = lines[number - 1].rstrip("\r\n")
        start = value.column - 1 if number == value.line else 0
        lines[number - 1] = line[:start] + "…" * bool(line[start:]) + lines[number - 1][len(line) :]
    return replace(key, source=Source(key.source.name, "".join(lines)))
