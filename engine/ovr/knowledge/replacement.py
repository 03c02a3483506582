"""Which changes of a property make CloudFormation replace a resource, or fail.

Sources: AWS's provider schemas and CDK's service spec (data/replacement.jsonl, made by data/generate_replacement.py),
and what neither has, reviewed by hand (data/replacement_reviewed.json).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from ovr.knowledge.data_reader import line_of, table
from ovr.template.changes import VerdictKind
from ovr.template.pointer import MISSING, Json, Tokens

ANY = "*"


@dataclass(frozen=True, slots=True)
class Rule:
    """What a change of the property `at` does.

    `condition` says on what a `may-replace` depends; `when` are values (top-level property → value) that the resource
    must have in the end for the rule to count (MISSING: must not have), `was` those that it must have had; `default`
    is what the property is where it is not given. `items` is there for a list whose items are judged one by one.
    """

    at: Tokens
    verdict: VerdictKind
    reason: str
    source: str
    condition: str = ""
    when: Mapping[str, Json] = field(default_factory=dict)
    was: Mapping[str, Json] = field(default_factory=dict)
    default: Json = MISSING
    items: Items | None = None


@dataclass(frozen=True, slots=True)
class Items:
    """How the items of a list are judged: told apart by `key`; what adding and removing one does; the members that
    may change freely; the keys of items that are there without being given; how many may come or go at once (0: any).
    """

    key: str
    added: VerdictKind
    removed: VerdictKind
    free: frozenset[str]
    standing: frozenset[str]
    most: int


@dataclass(frozen=True, slots=True)
class Replacement:
    """The rules for a type: the first of the `reviewed` that fits counts, else the gravest of the others.

    A property without a rule is updated in place, unless the type is not `known`. `source` is what that rests on.
    `fixed_tags`: the property of tags that cannot be updated, if they cannot.
    `identifier`: the properties that together are the resource's name, where the user gives it. `deleted_first`: the
    old resource is gone before the new one is made.
    """

    reviewed: tuple[Rule, ...]
    rules: tuple[Rule, ...]
    known: bool
    source: str
    identifier: tuple[str, ...] = ()
    deleted_first: bool = False
    fixed_tags: str = ""

    def about(self, path: Tokens) -> list[Rule]:
        """The rules for a change at, above or below a place below the properties; a reviewed rule hides the others for
        its property."""
        names = tuple(token for token in path if not token.isdigit())
        reviewed = {rule.at for rule in self.reviewed}
        rules = [*self.reviewed, *(rule for rule in self.rules if rule.at not in reviewed and () not in reviewed)]
        return [rule for rule in rules if all(a == b for a, b in zip(rule.at, names, strict=False))]


@lru_cache(maxsize=256)
def replacement(name: str) -> Replacement:
    """The rules for a type; for one that is not known, without any."""
    reviewed = _reviewed(name)
    schema, spec = _sources()
    line = line_of("replacement.jsonl", name)
    if line is None:
        identifier = tuple(_reviewed_table()["identifiers"].get(name, ()))
        return Replacement(reviewed, (), bool(reviewed), schema, identifier, deleted_first=bool(identifier))
    facts: dict[str, Any] = json.loads(line)
    rules: list[Rule] = []
    for key, source in (("c", schema), ("k", spec)):
        rules += [_fixed(path, source) for path in facts.get(key, ())]
    if tags := facts.get("t"):
        rules.append(Rule((tags,), "replace", f"{tags} cannot be updated in place", schema))
    for key, source in (("m", schema), ("n", spec)):
        rules += [_perhaps(path, source) for path in facts.get(key, ())]
    identifier = tuple(facts.get("i", ()))
    return Replacement(reviewed, tuple(rules), True, schema, identifier, bool(facts.get("r")), facts.get("t", ""))


def _fixed(path: str, source: str) -> Rule:
    tokens = tuple(path.split("/"))
    return Rule(tokens, "replace", f"{'.'.join(tokens)} cannot be changed in place", source)


def _perhaps(path: str, source: str) -> Rule:
    tokens = tuple(path.split("/"))
    words = f"some changes of {'.'.join(tokens)} cannot be made in place"
    return Rule(tokens, "may-replace", words, source, "this is one of them")


@lru_cache(maxsize=1)
def _sources() -> tuple[str, str]:
    """What to call AWS's schemas and CDK's spec: with the date of the one and the version of the other."""
    header = table("replacement.jsonl").partition(b"\n")[0].decode()
    date = header.partition(" schemas of ")[2][:10]
    version = header.partition("aws-service-spec ")[2].partition(";")[0]
    return f"AWS's resource schemas of {date}", f"@aws-cdk/aws-service-spec {version}"


def _reviewed(name: str) -> tuple[Rule, ...]:
    types = _reviewed_types()
    custom = name.startswith("Custom::") or name == "AWS::CloudFormation::CustomResource"
    return types.get(name) or (types["Custom::*"] if custom else ())


@lru_cache(maxsize=1)
def _reviewed_types() -> dict[str, tuple[Rule, ...]]:
    return {name: tuple(_rule(row) for row in rows) for name, rows in _reviewed_table()["types"].items()}


@lru_cache(maxsize=1)
def _reviewed_table() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(table("replacement_reviewed.json"))
    return found


def _rule(row: dict[str, Any]) -> Rule:
    verdict: VerdictKind = row["verdict"]
    items = None
    if "items" in row:
        items = Items(
            key=row["items"],
            added=row.get("added", verdict),
            removed=row.get("removed", verdict),
            free=frozenset(row.get("free", ())),
            standing=frozenset(row.get("standing", ())),
            most=row.get("most", 0),
        )
    return Rule(
        at=() if row["at"] == ANY else (row["at"],),
        verdict=verdict,
        reason=row["reason"],
        source=row["source"],
        condition=row.get("condition", ""),
        when={name: MISSING if value is None else value for name, value in row.get("when", {}).items()},
        was=row.get("was", {}),
        default=row.get("default", MISSING),
        items=items,
    )
