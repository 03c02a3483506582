"""amplify_outputs.json before and after the overrides, as far as templates tell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ovr.check.comparison import Comparison
from ovr.knowledge.amplify_outputs import Flaw, amplify_outputs, outputs_of
from ovr.knowledge.cdk_attributes import spoken_attribute
from ovr.template import pointer
from ovr.template.causes import Causes
from ovr.template.changes import Action, Change
from ovr.template.diff import same
from ovr.template.follow import origin, source
from ovr.template.marks import Marks
from ovr.template.pointer import MISSING, Json, Tokens
from ovr.template.tree import ROOT
from ovr.vocabulary.resolve import Resolver

_AMPLIFY = "AWS::Amplify::"


@dataclass(frozen=True, slots=True)
class ClientConfiguration:
    """The content of amplify_outputs.json for the base and for the result; None where Amplify makes none.

    What only a deploy can tell is a placeholder (`<auth.userPool.userPoolId>`). `changes` have keys of the file for
    their paths. `flaws` are what keeps Amplify from making the file of the result, and did not for the base.
    """

    before: dict[str, Json] | None
    after: dict[str, Json] | None
    changes: tuple[Change, ...] = ()
    flaws: tuple[Flaw, ...] = ()


def compare_configurations(comparison: Comparison, region: str | None = None) -> ClientConfiguration:
    """The configuration of the base and of the result, and what differs.

    `region` is where the base is deployed, if that is known.
    """
    old, new = comparison.names
    before, old_flaws = _configuration(old, region)
    if comparison.after is comparison.before:
        return ClientConfiguration(before, before)
    after, flaws = _configuration(new, region)
    differing = _differences(before or {}, after or {})
    changes = tuple(_change(path, left, right, comparison.causes) for path, left, right in differing)
    return ClientConfiguration(before, after, changes, tuple(flaw for flaw in flaws if flaw not in old_flaws))


def _configuration(names: Resolver, region: str | None) -> tuple[dict[str, Json] | None, list[Flaw]]:
    outputs = names.tree.root.template.get("Outputs") or {}
    sections = dict(_sections(names.tree.root.template.get("Metadata")))
    if not sections:
        return None, []
    marks = Marks()
    texts: dict[str, dict[str, str]] = {}
    for section, listed in sections.items():
        values = {name: pointer.get(outputs, (name, "Value")) for name in listed}
        texts[section] = {name: _text(value, marks, names) for name, value in values.items() if value is not MISSING}
    config, flaws = amplify_outputs(texts)
    placeholders = _Placeholders(names, marks, region)
    return placeholders.put_into(config), flaws


def _sections(metadata: Json) -> Iterator[tuple[str, list[str]]]:
    """The members of the root's Metadata that list outputs, and the outputs."""
    for section, entry in metadata.items() if isinstance(metadata, dict) else ():
        listed = entry.get("stackOutputs") if isinstance(entry, dict) else None
        if section.startswith(_AMPLIFY) and isinstance(listed, list):
            yield section, [name for name in listed if isinstance(name, str)]


def _text(value: Json, marks: Marks, names: Resolver) -> str:
    """The text of an output, with marks for what is no literal."""
    _, end = source(names.tree, ROOT, value)
    text = marks.put(end if isinstance(end, (str, int, float)) else value)
    return text if isinstance(text, str) else str(text)


class _Placeholders:
    """Writes placeholders in place of marks."""

    def __init__(self, names: Resolver, marks: Marks, region: str | None) -> None:
        self._names, self._marks, self._region = names, marks, region

    def put_into(self, value: Json) -> Json:
        if isinstance(value, str):
            parts = self._marks.parts(value)
            return "".join(part if isinstance(part, str) else self._placeholder(part) for part in parts)
        if isinstance(value, dict):
            return {key: self.put_into(member) for key, member in value.items()}
        if isinstance(value, list):
            return [self.put_into(item) for item in value]
        return value

    def _placeholder(self, part: Json) -> str:
        if part == {"Ref": "AWS::Region"} and self._region:
            return self._region
        found = origin(self._names.tree, ROOT, part)
        if found is None:
            name = part.get("Ref") if isinstance(part, dict) else None
            return f"<{name}>" if isinstance(name, str) else "<known after deploy>"
        stack, logical_id, attribute = found
        type_name = str(self._names.tree.stacks[stack].resources[logical_id].get("Type"))
        spoken = spoken_attribute(type_name, attribute)
        name = self._names.called(stack, logical_id)
        return f"<{name}.{spoken}>" if spoken else f"<{name}>"


def _differences(
    old: Mapping[str, Json], new: Mapping[str, Json], path: Tokens = ()
) -> Iterator[tuple[Tokens, Json, Json]]:
    """Where two configurations differ, in the order of the new one; a list is one value."""
    for key in [*new, *(key for key in old if key not in new)]:
        left, right = old.get(key, MISSING), new.get(key, MISSING)
        if isinstance(left, dict) and isinstance(right, dict):
            yield from _differences(left, right, (*path, key))
        elif left is MISSING or right is MISSING or not same(left, right):
            yield (*path, key), left, right


def _change(path: Tokens, old: Json, new: Json, causes: Causes) -> Change:
    """The change, and the overrides behind the outputs that its key is made of."""
    behind = [o for output in outputs_of(path) for o in causes.behind(ROOT, ("Outputs", output))]
    overrides = tuple(sorted({operation.override for operation in behind}))
    action: Action = "add" if old is MISSING else "remove" if new is MISSING else "change"
    return Change(path, action, old, new, causes=overrides, derived=True)
