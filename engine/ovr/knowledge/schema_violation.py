"""What a schema can have against a value, whoever applied it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

UNKNOWN = {"Ref": "Unknown"}
"""Stands where a value is not known; any schema takes it."""

Rule = Literal["type", "converted", "enum", "required", "form", "together", "outdated"]
"""`converted`: another type, which CloudFormation turns into the right one; `form`: a pattern, a length, a range;
`together`: properties that need or exclude one another; `outdated`: what AWS has given up or is about to."""


@dataclass(frozen=True, slots=True)
class SchemaViolation:
    """A value that a schema does not take.

    `path` leads to it below `Properties`; names in it are joined with dots, and may have some themselves. `expected`
    holds, by rule, the JSON types, the values allowed, or the names that are missing; it is empty where that is not
    known. `message` says it in the validator's words, without the value where `expected` is given or it may be large.
    `certain` is False where the schema's own authors only warn, and of patterns and lengths of texts.
    """

    resource: str
    path: str
    rule: Rule
    message: str
    expected: tuple[str, ...] = ()
    certain: bool = True
