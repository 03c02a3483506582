"""The texts that a value may come to at deploy time: parameters followed, conditions taken both ways."""

from __future__ import annotations

import json
from collections.abc import Mapping
from itertools import islice, product

from ovr.template import pointer
from ovr.template.follow import source
from ovr.template.intrinsics import is_intrinsic, text_parts
from ovr.template.pointer import MISSING, Json
from ovr.template.tree import StackTree

UNKNOWN = "\0"
"""Stands around what is known at deploy time only: `arn:aws:s3:::\\0storage#Bucket.Ref\\0/*`."""
_MOST = 64
"""So many texts are made of one value; more alternatives than that are not followed."""
_DEEPEST = 32
_LONGEST = 10_000
"""So many values are looked at for the texts of one; what is left then counts as unknown."""
_LISTS = ("CommaDelimitedList", "List<")


class Possible:
    """Reads the values of one tree. `names`: (stack, logical ID) → what to call the resource where it is unknown."""

    def __init__(self, tree: StackTree, names: Mapping[tuple[str, str], str] | None = None) -> None:
        self._tree = tree
        self._names = names or {}
        self._looked_at = 0

    def texts(self, stack: str, value: Json) -> list[str]:
        """Every text that a value may be, or that may be in it if it is a list, without repetition.

        Nothing for what CloudFormation leaves out (`AWS::NoValue`), and for a map that is no intrinsic function.
        """
        self._looked_at = 0
        return list(dict.fromkeys(self._texts(stack, value, 0)))

    def _texts(self, stack: str, value: Json, depth: int) -> list[str]:
        if isinstance(value, str):
            return [value]
        self._looked_at += 1
        if depth > _DEEPEST or self._looked_at > _LONGEST:
            return [_unknown("…")]
        if isinstance(value, list):
            return [text for item in value for text in self._texts(stack, item, depth + 1)]
        if not isinstance(value, dict):
            return [] if value is None or value is MISSING else [json.dumps(value)]
        if not is_intrinsic(value):
            return []
        [(function, argument)] = value.items()
        if function in ("Ref", "Fn::GetAtt"):
            return self._reference(stack, value, depth)
        if function == "Fn::If" and isinstance(argument, list):
            return [text for branch in argument[1:] for text in self._texts(stack, branch, depth + 1)]
        if function == "Fn::Sub":
            parts = text_parts(value)
            return self._joined(stack, "", parts, depth) if parts != [value] else [_unknown(json.dumps(value))]
        return self._of_list(stack, function, argument, depth)

    def _of_list(self, stack: str, function: str, argument: Json, depth: int) -> list[str]:
        """Functions whose arguments are a list."""
        given = argument if isinstance(argument, list) else []
        if function == "Fn::Join" and len(given) == 2 and isinstance(given[0], str):
            items = given[1] if isinstance(given[1], list) else self._texts(stack, given[1], depth + 1)
            return self._joined(stack, given[0], items, depth)
        if function == "Fn::Split" and len(given) == 2 and isinstance(given[0], str) and given[0]:
            return [piece for text in self._texts(stack, given[1], depth + 1) for piece in text.split(given[0])]
        if function == "Fn::Select" and len(given) == 2:
            chosen = pointer.child(given[1], str(given[0]))
            return self._texts(stack, given[1] if chosen is MISSING else chosen, depth + 1)
        if function == "Fn::FindInMap" and len(given) >= 3:
            return self._mapped(stack, given, depth)
        return [_unknown(json.dumps({function: argument}))]

    def _joined(self, stack: str, delimiter: str, items: list[Json], depth: int) -> list[str]:
        ways = [self._texts(stack, item, depth + 1) for item in items]
        return [delimiter.join(way) for way in islice(product(*(way for way in ways if way)), _MOST)]

    def _mapped(self, stack: str, keys: list[Json], depth: int) -> list[str]:
        """What a mapping has under its keys; everything there where a key is not known."""
        found = [self._tree.stacks[stack].template.get("Mappings")]
        for key in keys[:3]:
            members = [each for each in found if isinstance(each, dict)]
            found = [m for each in members for k, m in each.items() if not isinstance(key, str) or k == key]
        return [text for each in found for text in self._texts(stack, each, depth + 1)]

    def _reference(self, stack: str, value: Json, depth: int) -> list[str]:
        at, end = source(self._tree, stack, value)
        [(function, argument)] = value.items()
        parameter = pointer.get(self._tree.stacks[stack].template, ("Parameters", str(argument)))
        if function == "Ref" and isinstance(parameter, dict):
            texts = self._texts(at, end, depth + 1) if end is not value else _given(parameter)
            listed = str(parameter.get("Type")).startswith(_LISTS)
            found = [piece.strip() for text in texts for piece in text.split(",")] if listed else texts
            return found or [_unknown(f"{stack}#{argument}")]
        if end is not value and end is not MISSING:
            return self._texts(at, end, depth + 1)
        if argument == "AWS::NoValue":
            return []
        name, _, attribute = ".".join(map(str, argument) if isinstance(argument, list) else [str(argument)]).partition(
            "."
        )
        name = self._names.get((stack, name), name)
        return [_unknown(name if name.startswith("AWS::") else f"{stack}#{name}.{attribute or 'Ref'}")]


def _given(parameter: dict[str, Json]) -> list[str]:
    """What a parameter of the root may be: its default and what else it takes; nothing where that is kept elsewhere."""
    if "SSM" in str(parameter.get("Type")) or str(parameter.get("NoEcho")).lower() == "true":
        return []
    allowed = parameter.get("AllowedValues")
    values = [parameter.get("Default"), *(allowed if isinstance(allowed, list) else ())]
    return [str(value) for value in values if isinstance(value, (str, int, float))]


def _unknown(name: str) -> str:
    return UNKNOWN + "".join(c for c in name if c not in "*?,\0") + UNKNOWN


def shown(text: str) -> str:
    """A text as a user reads it, `${…}` for what is unknown."""
    parts = text.split(UNKNOWN)
    return "".join(f"${{{part}}}" if index % 2 else part for index, part in enumerate(parts))
