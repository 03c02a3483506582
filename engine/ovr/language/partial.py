"""What can be read of an overrides file in which something is wrong, so that all that is wrong is told in one round."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from ovr.errors import Finding, OvrError, nearest
from ovr.language.model import OverrideFile
from ovr.language.values import Located, Path

SELECTING = ("select", "exclude", "expect", "when", "enabled")
"""The fields that say what an entry acts on, and when: without one of them nothing can be said of the entry."""
_DESCRIBING = ("reason", "owner", "ticket", "expires", "allow", "replaces", "locked")
"""The fields without which an entry compiles to the same."""
_NAMING = ("names", "base")
"""The keys of the file that say what selectors mean."""
_SECTIONS = ("Resources", "Parameters", "Conditions", "Outputs", "Mappings")
_CONSEQUENCES = frozenset({"OVR2001", "OVR2002", "OVR2006", "OVR3001", "OVR3002", "OVR3011", "OVR3012", "OVR3016"})
"""Findings that something is not there."""


class PartlyRead(OvrError):
    """What is wrong in an overrides file. `readable` is the file without it, to be checked and never to be planned;
    None where nothing more can be said of it."""

    def __init__(self, findings: Iterable[Finding], readable: OverrideFile | None) -> None:
        super().__init__(findings)
        self.readable = readable


def means_something(flawed: Collection[Path]) -> bool:
    """Whether the entries of a file can be judged although these places of it are wrong."""
    top = {str(path[0]) for path in flawed if len(path) == 1}
    return () not in flawed and not _may_mean(top, _NAMING)


def sound_part(entry: Located, wrong: Collection[str], known: Collection[str]) -> Located | None:
    """The entry without the `wrong` members and without those that do not matter to what it compiles to.

    `known` are the names that a member can have. None where it cannot be told what the entry acts on.
    """
    if not {*wrong}.isdisjoint(SELECTING) or _may_mean({*wrong}.difference(known), SELECTING):
        return None
    left_out = {*wrong, *_DESCRIBING}
    kept = {name: value for name, value in entry.value.items() if name in known and name not in left_out}
    return Located(entry.document, entry.path, kept)


def _may_mean(unknown: Iterable[str], names: tuple[str, ...]) -> bool:
    """Whether one of these keys may be a slip for one of the names."""
    return any(nearest(key, names, 1) for key in unknown)


def names_given(entry: Mapping[str, Any]) -> Iterator[str]:
    """The logical IDs, outputs and parameters that members of an entry add to templates, as far as that can be told."""
    for kind, value in entry.items():
        if kind == "logicalId" and isinstance(value, str):
            yield value
        elif kind == "patch":
            yield from _in_paths(value)
        elif isinstance(value, dict):
            sections = [value[name] for name in _SECTIONS if isinstance(value.get(name), dict)]
            for names in sections or ([] if kind == "merge" else [value]):
                yield from filter(None, names)


def _in_paths(patch: Any) -> Iterator[str]:
    for item in patch if isinstance(patch, list) else ():
        path = item.get("path") if isinstance(item, dict) else None
        tokens = path.lstrip("/").split("/") if isinstance(path, str) else []
        if len(tokens) > 1 and tokens[0] in _SECTIONS and tokens[1]:
            yield tokens[1]


def not_consequences(findings: Iterable[Finding], lost: Collection[str]) -> list[Finding]:
    """The findings without those that something is not there which a `lost` part of the file would have added."""
    if not lost:
        return list(findings)
    names = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, lost))})(?!\w)")
    return [each for each in findings if each.code not in _CONSEQUENCES or not names.search(_written(each))]


def _written(finding: Finding) -> str:
    """What the user wrote at the place of a finding."""
    span = finding.span
    if span is None:
        return ""
    lines = [span.source.line(number) for number in range(span.line, span.end_line + 1)]
    lines[-1] = lines[-1][: span.end_column - 1]
    lines[0] = lines[0][span.column - 1 :]
    return "\n".join(lines)
