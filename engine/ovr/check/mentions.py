"""Who mentions a name inside a template: what to look at again when the name comes to stand for something else."""

from __future__ import annotations

from ovr.check.touched import members
from ovr.template.pointer import Json
from ovr.template.references import Reference, references
from ovr.template.tree import StackTree

Name = tuple[str, str]
"""Stack, and what its elements may mention: a parameter, a resource, `Nested.Outputs.X`, `condition X`, `mapping X`."""

Place = tuple[str, str]
"""Section and member."""

_MAPPING = "mapping "


class Mentions:
    """Reads the templates of one tree, each once and only if it is asked for."""

    def __init__(self, tree: StackTree) -> None:
        self._tree = tree
        self._places: dict[str, dict[str, list[Place]]] = {}

    def of(self, name: Name) -> list[Place]:
        """All that mentions a name, in document order; DependsOn does not count."""
        stack, word = name
        template = self._tree.stacks[stack].template
        if word.startswith(_MAPPING):
            sections = ("Resources", "Conditions", "Outputs")
            asked = word.removeprefix(_MAPPING)
            return [(s, m) for s in sections for m, value in members(template, s).items() if _looks_up(value, asked)]
        if stack not in self._places:
            found: dict[str, dict[Place, None]] = {}
            for reference in references(template):
                for each in _words(reference):
                    found.setdefault(each, {})[reference.path[0], reference.path[1]] = None
            self._places[stack] = {each: list(places) for each, places in found.items()}
        return self._places[stack].get(word, [])


def mentions(resource: dict[str, Json], word: str) -> bool:
    """Whether a resource, or a part of one, mentions a name of its stack."""
    if word.startswith(_MAPPING):
        return _looks_up(resource, word.removeprefix(_MAPPING))
    return any(word in _words(reference) for reference in references({"Resources": {"": resource}}))


def _words(reference: Reference) -> list[str]:
    if reference.kind == "DependsOn":
        return []
    if reference.kind == "Condition":
        return [f"condition {reference.name}"]
    whole = f"{reference.name}.{reference.attribute}"
    return [reference.name, whole] if reference.attribute.startswith("Outputs.") else [reference.name]


def _looks_up(value: Json, mapping: str) -> bool:
    """Whether Fn::FindInMap asks this mapping, or one that cannot be told, anywhere in a value."""
    if isinstance(value, list):
        return any(_looks_up(item, mapping) for item in value)
    if not isinstance(value, dict):
        return False
    asked = value.get("Fn::FindInMap")
    found = isinstance(asked, list) and bool(asked) and (asked[0] == mapping or not isinstance(asked[0], str))
    return found or any(_looks_up(member, mapping) for member in value.values())
