"""What a plan says has changed: frozen values, computed once, rendered many ways (see PLAN.md)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ovr.template.pointer import MISSING, Json, Tokens

Action = Literal["add", "change", "remove", "replace"]
"""`replace` is for a resource that CloudFormation would replace; a single value is added, changed or removed."""

VerdictKind = Literal["update", "add", "may-replace", "may-remove", "replace", "remove", "refused"]
"""What CloudFormation does to a resource: update it in place; make it (a Condition has come true); replace it, make
another and delete the old one; delete it (a Condition is not true any more); or fail, so that the stack rolls back.
`may-…` where that depends on what only the deploy knows."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of the resource because of a change.

    `reason` is a sentence without a full stop; `source` is what it rests on (a schema and its date, a page of AWS's
    documentation); `condition` says on what a `may-…` depends, or a refusal that is not certain.
    """

    kind: VerdictKind
    reason: str = ""
    source: str = ""
    condition: str = ""

    @property
    def loses(self) -> bool:
        """Whether what the resource holds now is lost, or may be."""
        return self.kind in ("replace", "may-replace", "remove", "may-remove")


@dataclass(frozen=True, slots=True)
class Change:
    """One value that differs. `path` is relative to the element (`("Properties", "MemorySize")` in a resource).

    `before` or `after` is MISSING where there was or is nothing. `masked`: neither may be shown.
    `causes` are the indexes of the overrides that made the change, in order. `verdict` is there for a change of a
    resource that is neither added nor removed. `via`: the template is the same here, but the value is not, because of
    what this names (`parameter Stage`, `auth.userPool, which is replaced`); `before` and `after` are then what the
    value comes to, MISSING where only the deploy can tell.
    """

    path: Tokens
    action: Action
    before: Json = MISSING
    after: Json = MISSING
    masked: bool = False
    causes: tuple[int, ...] = ()
    derived: bool = False
    verdict: Verdict | None = None
    via: str = ""


@dataclass(frozen=True, slots=True)
class ElementChange:
    """A resource, output, parameter, condition or other member of a template section that differs.

    `section`: `Resources`, `Outputs`, …; for a section that is one value (`Description`, `Transform`) the
    element's `id` is empty and so is the path of its one change. `options` is the section of what CloudFormation
    keeps beside the template (tags, termination protection of the root stack). `name` is the name in the user's
    words (`auth.userPool`, else the construct path, else empty). For an added or removed element `changes`
    holds one Change with an empty path and the whole value.
    `renamed_from` is the former logical ID. `verdict` is the gravest of what happens to a resource that is neither
    added nor removed; it may be in `changes` only through their `via`.
    """

    stack: str
    section: str
    id: str
    action: Action
    changes: tuple[Change, ...]
    type: str = ""
    name: str = ""
    construct: str = ""
    renamed_from: str | None = None
    verdict: Verdict | None = None


@dataclass(frozen=True, slots=True)
class StackChange:
    """All that differs in one stack, in the order of its template."""

    path: str
    file: str
    elements: tuple[ElementChange, ...]


def by_name(element: ElementChange) -> tuple[bool, str]:
    """A key that sorts the resources of a stack as a reader looks for them."""
    return (not element.name, (element.name or element.construct or element.id).casefold())
