"""What the type of a resource says of a node: what may stand there, and which changes replace the resource."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from ovr.knowledge.allowed import Allowed, allowed
from ovr.knowledge.replacement import Replacement, Rule, replacement
from ovr.language.violations import TYPES
from ovr.render.elements import EFFECTS
from ovr.render.look import Look
from ovr.template.pointer import MISSING, Json, Tokens
from ovr.template.tree import Node, StackTree

_LISTED = 24
"""So many names stand in one line of text; JSON and `--verbose` have all."""


class NodeFacts:
    """For a resource, or a place below its properties; `known` is False for anything else."""

    def __init__(self, node: Node, tree: StackTree) -> None:
        resource = tree.stacks[node.stack].resources.get(node.logical_id, {}) if node.pointer else {}
        self.type = str(resource.get("Type", ""))
        self.path: Tokens = node.pointer[3:]
        self.known = bool(self.type) and (len(node.pointer) == 2 or node.pointer[2:3] == ("Properties",))

    @property
    def allowed(self) -> Allowed:
        return allowed(self.type, self.path) if self.known else Allowed()

    @property
    def rules(self) -> Replacement:
        return replacement(self.type)

    @property
    def replacing(self) -> list[Rule]:
        """The rules for changes here that do not leave the resource as it is."""
        about = self.rules.about(self.path) if self.known else []
        return [rule for rule in about if rule.verdict != "update"]

    def lines(self, look: Look) -> Iterator[str]:
        """What may stand there, and what a change does, as text."""
        if not self.known:
            return
        may = self.allowed
        types = " or ".join(TYPES.get(name, name) for name in may.types)
        rows = [("type", types), ("values", _listed(may.values, look)), ("members", _listed(may.members, look))]
        for label, text in [*rows, ("required", _listed(may.required, look))]:
            if text and not (label == "type" and not self.path):
                yield look.line(2, ("dim", f"{label:<9}"), f"  {text}")
        yield from self._replacing_lines(look)

    def _replacing_lines(self, look: Look) -> Iterator[str]:
        rules = self.replacing
        if not rules:
            words = f"none, says {self.rules.source}" if self.rules.known else f"not known for {self.type}"
            yield look.line(2, ("dim", "replacing"), f"  {words}")
            return
        yield look.line(2, ("dim", "what changes do to the resource"))
        for rule in rules:
            yield look.line(4, f"{'.'.join(rule.at) or 'any property'} {EFFECTS[rule.verdict]}: {rule.reason}")
            if where := _where(rule):
                yield look.line(6, f"where {where}")
            if rule.condition:
                yield look.line(6, f"if {rule.condition}")
            yield look.line(6, ("dim", rule.source))

    def as_json(self) -> dict[str, Any]:
        """The same as plain data; empty lists for what is not known."""
        may = self.allowed
        return {
            "allowed": {
                "types": list(may.types),
                "values": list(may.values),
                "members": list(may.members),
                "required": list(may.required),
            },
            "replacing": [
                {
                    "property": ".".join(rule.at),
                    "verdict": rule.verdict,
                    "reason": rule.reason,
                    "condition": rule.condition,
                    "where": _where(rule),
                    "source": rule.source,
                }
                for rule in self.replacing
            ],
        }


def _where(rule: Rule) -> str:
    """The values that the resource has where the rule counts."""
    now = [f"{name} is {_shown(value)}" for name, value in rule.when.items()]
    return " and ".join([*now, *(f"{name} was {_shown(value)}" for name, value in rule.was.items())])


def _shown(value: Json) -> str:
    return "not given" if value is MISSING else json.dumps(value)


def _listed(names: tuple[str, ...], look: Look) -> str:
    shown = names if look.verbose else names[:_LISTED]
    more = len(names) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more else "")
