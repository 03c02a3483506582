"""The same change made to many resources, told once."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace

from ovr.plan import Plan
from ovr.render.elements import body_lines, element_documents, title
from ovr.render.look import SYMBOLS, Look, Part
from ovr.template import pointer
from ovr.template.changes import Change, ElementChange
from ovr.template.pointer import MISSING, Json

_ENOUGH = 3
"""From how many resources on the same change is told once."""
_NAMES = 12


@dataclass(frozen=True, slots=True)
class Alike:
    """Resources that change in the same way, in tree order."""

    elements: tuple[ElementChange, ...]

    @property
    def stacks(self) -> list[str]:
        return list(dict.fromkeys(element.stack for element in self.elements))


def find_alike(elements: Iterable[ElementChange], plan: Plan) -> list[Alike]:
    """The groups of three and more changed resources whose changes are the same.

    At which index an item was added to a list, or taken from it, does not count: it stands as `-` in the group.
    """
    groups: dict[str, list[ElementChange]] = {}
    for element in elements:
        if element.section == "Resources" and element.action == "change" and not all(c.via for c in element.changes):
            general = _without_indexes(element, plan)
            groups.setdefault(_signature(general), []).append(general)
    return [Alike(tuple(group)) for group in groups.values() if len(group) >= _ENOUGH]


def alike_lines(group: Alike, plan: Plan, look: Look) -> list[str]:
    """`~ 32 × AWS::DynamoDB::Table`, their names, and the change once."""
    types = dict.fromkeys(element.type for element in group.elements)
    count = len(group.elements)
    what = f"{count} × {next(iter(types))}" if len(types) == 1 else f"{count} resources of {len(types)} types"
    heading: list[Part] = [("change", SYMBOLS["change"]), " ", ("strong", what)]
    return [
        look.line(2, *heading),
        *name_lines([title(element) for element in group.elements], look),
        *body_lines(group.elements[0], plan, look),
    ]


def name_lines(names: list[str], look: Look) -> list[str]:
    """The names, comma by comma over as many lines as they need; those left out are counted."""
    shown = names if len(names) <= _NAMES + 2 else names[:_NAMES]
    words = [f"{name}," for name in shown[:-1]] + shown[-1:]
    if len(shown) < len(names):
        words[-1] += ","
        words.append(f"… {len(names) - len(shown)} more, --verbose")
    lines = [""]
    for word in words:
        if lines[-1] and not look.fits(6, f"{lines[-1]} {word}"):
            lines.append("")
        lines[-1] += f" {word}" if lines[-1] else word
    return [look.line(6, line) for line in lines]


def _without_indexes(element: ElementChange, plan: Plan) -> ElementChange:
    documents = element_documents(element, plan)
    changes = []
    for change in element.changes:
        around = [pointer.get(document, change.path[:-1]) for document in documents]
        in_list = bool(change.path) and any(isinstance(value, list) for value in around)
        general = (*change.path[:-1], "-") if in_list and change.action != "change" else change.path
        changes.append(replace(change, path=general))
    return replace(element, changes=tuple(changes))


def _signature(element: ElementChange) -> str:
    """What must be equal for two elements to be told together."""
    return json.dumps([_change_signature(change) for change in element.changes], sort_keys=True)


def _change_signature(change: Change) -> list[Json]:
    values = [[] if value is MISSING else [value] for value in (change.before, change.after)]
    kind = change.verdict.kind if change.verdict else None
    return [change.path, change.action, values, change.masked, change.causes, change.derived, kind, change.via]
