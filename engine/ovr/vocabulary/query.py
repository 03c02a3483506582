"""Queries: resources by type, stack path and a JMESPath predicate. The only user of jmespath."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from ovr.errors import Finding, OvrError
from ovr.language.selector import QuerySelector
from ovr.template.globs import glob_matches
from ovr.template.pointer import Json
from ovr.template.tree import StackTree

MAX_LENGTH = 4096
"""Characters in a predicate."""

Describe = Callable[[str, str], dict[str, str]]
"""(stack path, logical ID) → `name` and `path`, as a predicate sees them."""


def run_query(query: QuerySelector, tree: StackTree, describe: Describe) -> Iterator[tuple[str, str]]:
    """(stack path, logical ID) of every resource that matches, in the order of the templates.

    Raises OvrError OVR2005 for a predicate that cannot be read or evaluated.
    """
    holds = _predicate(query) if query.where is not None else None
    for path, stack in tree.stacks.items():
        if query.stack is not None and not glob_matches(query.stack, path, separator="/"):
            continue
        for logical_id, resource in stack.resources.items():
            type_ = resource.get("Type")
            if query.type is not None and not (isinstance(type_, str) and glob_matches(query.type, type_)):
                continue
            if holds is None or holds(
                {**resource, "logicalId": logical_id, "type": type_, "stack": path, **describe(path, logical_id)}
            ):
                yield path, logical_id


def _predicate(query: QuerySelector) -> Callable[[Json], bool]:
    """The predicate as a function; JMESPath's idea of true: not false, null or empty."""
    where = query.where or ""
    if not where.strip():
        raise _failed(query, "it is empty")
    if len(where) > MAX_LENGTH:
        raise _failed(query, f"it has {len(where)} characters, more than {MAX_LENGTH}")
    import jmespath
    from jmespath.exceptions import LexerError, ParseError

    try:
        compiled = jmespath.compile(where)
    except (LexerError, ParseError) as error:
        position = getattr(error, "lex_position", None)
        if position is None:
            position = getattr(error, "lexer_position", len(where) - 1)
        token = getattr(error, "token_value", None)
        raise _failed(query, f"unexpected `{token}`" if token else "it ends too early", position) from None
    except Exception as error:  # whatever a library does with hostile text is the text's fault
        raise _failed(query, _reason(error)) from None

    def holds(resource: Json) -> bool:
        try:
            value: Any = compiled.search(resource)
        except Exception as error:  # jmespath lets TypeError through on mixed comparisons, among others
            raise _failed(query, _reason(error), resource=resource) from None
        return value is not None and value is not False and value not in ("", [], {})

    return holds


def _reason(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "it is nested too deep"
    return str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__


def _failed(query: QuerySelector, problem: str, position: int | None = None, resource: Json = None) -> OvrError:
    where = query.where or ""
    span = query.where_span or query.span
    if span is not None and position is not None and query.where_span is not None:
        start = span.source.line(span.line).find(where, span.column - 1)
        if start >= 0 and span.line == span.end_line:
            span = span.part(start - span.column + 1 + max(position, 0), 1)
    details = [] if position is None or query.where_span else [f"at character {max(position, 0) + 1}"]
    if resource is not None:
        details.append(f"on {resource['stack'] + '#' if resource['stack'] else '#'}{resource['logicalId']}")
    if resource is None:
        verb, fix = "read", "a predicate is JMESPath: literals stand in backticks (`10`) or single quotes ('text')"
    else:
        verb, fix = "evaluated", "narrow it by `type`, or ask first whether the property is there: `Properties.X && …`"
    shown = where if len(where) <= 120 else where[:119] + "…"
    return OvrError(
        Finding("OVR2005", f"the predicate `{shown}` cannot be {verb}: {problem}", span, tuple(details), fix)
    )
