"""A document → an OverrideFile, with all that is wrong in it said at once."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from ovr import __version__
from ovr.errors import Finding, OvrError, by_place
from ovr.language.fields import (
    Malformed,
    optional,
    read_allow,
    read_day,
    read_expect,
    read_selector,
    read_selectors,
    read_text,
    read_when,
)
from ovr.language.model import KindUse, Override, OverrideFile
from ovr.language.partial import PartlyRead, means_something, names_given, sound_part
from ovr.language.schema import violations
from ovr.language.selector import RESERVED, Selector
from ovr.language.tags import SECRET_TAG
from ovr.language.traps import traps
from ovr.language.values import Document, Located, Path, Tagged
from ovr.language.violations import UPGRADE, JsonSchema
from ovr.spans import Span

AVAILABLE_KINDS = (
    "patch",
    "merge",
    "attributes",
    "removalPolicy",
    "grant",
    "environment",
    "tags",
    "dependsOn",
    "resources",
    "outputs",
    "stacks",
    "stackOptions",
    "logicalId",
    "remove",
)
FIELDS = frozenset(
    (
        *("select", "exclude", "expect", "id", "reason", "owner", "ticket", "expires", "when", "enabled", "allow"),
        *("replaces", "locked"),
    )
)
LATER_KINDS = ("resolver",)
LATER_FIELDS = ("via",)
"""Part of the language (kinds; members of `deploy`) but not of this version of ovr: said, never passed over."""
KINDS = frozenset((*AVAILABLE_KINDS, *LATER_KINDS))


def parse_overrides(document: Document, schema: JsonSchema, known: Iterable[Finding] = ()) -> OverrideFile:
    """The overrides in a document.

    `known` is what is known to be wrong already. Raises PartlyRead with it and all else, by place: OVR1003–OVR1006
    and OVR1015–OVR1017 against the schema, OVR1009 traps, OVR1012 an entry that does nothing, OVR1013 an id
    twice, OVR1014 a file for a newer ovr, OVR1018 what this version has not yet, OVR2003 selectors, OVR2004 a
    name that is reserved.
    """
    if newer := _needs_newer(document):
        raise OvrError(newer)
    spoiled = traps(document) | _unnamed(document.root)
    document = replace(document, unreadable=document.unreadable | spoiled.keys())
    invalid = violations(document, schema)
    flawed = {*document.unreadable, *(path for path, _ in invalid)}
    findings = [*known, *spoiled.values(), *(finding for _, finding in invalid)]
    if not isinstance(document.value, dict):
        raise OvrError(dict.fromkeys(findings))
    findings += _not_yet(document.root.get("deploy"), LATER_FIELDS)
    reserved = _reserved_names(document.root)
    flawed |= reserved.keys()
    findings += reserved.values()
    overrides: list[Override] = []
    entries = list(_entries(document.root))
    for index, entry in enumerate(entries):
        findings += _entry_findings(entry)
        for tag_path, finding in _misplaced_secrets(entry):
            flawed.add(tag_path)
            findings.append(finding)
        try:
            overrides.append(_override(entry, index))
        except OvrError as error:
            findings += error.findings
        except Malformed:
            pass  # the schema has said what is wrong with it
    findings += _duplicate_ids(document.root)
    if findings:
        raise PartlyRead(sorted(dict.fromkeys(findings), key=by_place), _readable(document.root, flawed, findings))
    assert len(overrides) == len(entries), "an entry was passed over without a word"
    return _file(document.root, overrides)


def _entries(root: Located) -> Iterator[Located]:
    entries = root.get("overrides")
    if entries is not None and isinstance(entries.value, list):
        yield from (entry for entry in entries if isinstance(entry.value, dict))


def _needs_newer(document: Document) -> Finding | None:
    """A file for a later ovr may hold anything, so nothing else is said of it."""
    requires = document.root.get("requires")
    wanted = requires.get("ovr") if requires else None
    if wanted is None or not isinstance(wanted.value, str):
        return None
    version = re.fullmatch(r">= ?([0-9.]{1,20})", wanted.value)
    if version is None or _numbers(version[1]) <= _numbers(__version__):
        return None
    message = f"this file needs ovr {wanted.value}, but this is ovr {__version__}"
    return Finding("OVR1014", message, wanted.span, fix=UPGRADE)


def _numbers(version: str) -> tuple[int, ...]:
    numbers = [int(number) for number in re.findall(r"\d+", version)[:3]]
    return (*numbers, *[0] * (3 - len(numbers)))


def _not_yet(owner: Located | None, names: Iterable[str]) -> list[Finding]:
    return [
        Finding(
            "OVR1018",
            f"`{name}` is part of the language, but not yet of this version of ovr ({__version__})",
            owner[name].key_span,
            fix="take it out for now",
        )
        for name in names
        if owner is not None and isinstance(owner.value, dict) and name in owner
    ]


def _reserved_names(root: Located) -> dict[Path, Finding]:
    """Keys of `names` that mean something else, by path; `storage` may be said to be a certain one."""
    names = root.get("names")
    keys = names.items() if names and isinstance(names.value, dict) else ()
    return {
        at.path: Finding(
            "OVR2004",
            f"`{key}` has a meaning of its own in selectors",
            at.key_span,
            (f"reserved are {', '.join(sorted(RESERVED))}",),
            f"choose another name; a function called `{key}` is reached as `functions.{key}`",
        )
        for key, at in keys
        if key in RESERVED and key != "storage"
    }


def _entry_findings(entry: Located) -> list[Finding]:
    findings = _not_yet(entry, LATER_KINDS)
    if KINDS.isdisjoint(entry.value) and FIELDS.issuperset(entry.value):
        findings.append(
            Finding(
                "OVR1012",
                "this override does nothing",
                entry.span,
                details=(f"an override can have {', '.join(AVAILABLE_KINDS)}",),
                fix="say what to do with the selected nodes, for instance `merge: {…}`",
            )
        )
    return findings


def _misplaced_secrets(entry: Located) -> Iterator[tuple[Path, Finding]]:
    """With the path of the kind that each is in."""
    for name in AVAILABLE_KINDS:
        for tag in _tags(entry[name].value) if name in entry and name != "environment" else ():
            if tag.tag == SECRET_TAG:
                message = "`!Secret` stands only in `environment`"
                fix = "use a dynamic reference: `{{resolve:ssm-secure:NAME}}`"
                yield (*entry.path, name), Finding("OVR1017", message, tag.span, fix=fix)


def _tags(value: Any) -> Iterator[Tagged]:
    if isinstance(value, Tagged):
        yield value
        yield from _tags(value.value)
    elif isinstance(value, (dict, list)):
        for member in value.values() if isinstance(value, dict) else value:
            yield from _tags(member)


def _unnamed(root: Located) -> dict[Path, Finding]:
    """One resource or output where names of such are expected, by path."""
    found = {}
    for entry in _entries(root):
        for kind, member, name in (("resources", "Type", "Jobs"), ("outputs", "Value", "QueueUrl")):
            at = entry.get(kind)
            if at is None or member not in at or isinstance(at[member].value, dict):
                continue
            message = f"`{kind}` takes names, and `{member}` stands below one"
            fix = f"give it a name: `{kind}: {{{name}: {{{member}: …}}}}`"
            found[at.path] = Finding("OVR1004", message, at[member].key_span, fix=fix)
    return found


def _duplicate_ids(root: Located) -> list[Finding]:
    first: dict[str, Span] = {}
    findings = []
    for entry in _entries(root):
        at = entry.get("id")
        if at is None or not isinstance(at.value, str):
            continue
        if at.value in first:
            where = (f"first on line {first[at.value].line}",)
            message = f"the id `{at.value}` is used twice"
            findings.append(Finding("OVR1013", message, at.span, details=where, fix="give one of them another id"))
        first.setdefault(at.value, at.span)
    return findings


def _readable(root: Located, flawed: set[Path], findings: Iterable[Finding]) -> OverrideFile | None:
    """The file without what is wrong in it; None where nothing more can be said of it."""
    if not means_something(flawed) or any(finding.code == "OVR1014" for finding in findings):
        return None
    wrong: dict[Path, set[str]] = defaultdict(set)
    for path in flawed:
        wrong[path[:2]] |= {str(key) for key in path[2:3]}
    overrides: list[Override] = []
    lost = {str(path[1]) for path in flawed if path[:1] == ("names",)}
    for index, entry in enumerate(_entries(root)):
        left_out = wrong[entry.path]
        part = sound_part(entry, left_out, FIELDS | KINDS)
        try:
            overrides += [_override(part, index)] if part else []
        except (OvrError, Malformed):
            part = None
        lost.update(names_given({k: v for k, v in entry.value.items() if part is None or k in left_out}))
    return replace(_file(_sound_top(root, flawed), overrides), lost=frozenset(lost))


def _sound_top(root: Located, flawed: set[Path]) -> Located:
    """The file's own keys without those that something is wrong in; `names` without the names that are."""
    top = {path[0] for path in flawed if path and path[0] != "names"}
    sound = {key: value for key, value in root.value.items() if key not in top}
    if "names" in sound:
        sound["names"] = {name: at for name, at in sound["names"].items() if ("names", name) not in flawed}
    return Located(root.document, (), sound)


def _override(entry: Located, index: int) -> Override:
    return Override(
        index=index,
        span=entry.span,
        select=read_selectors(entry.get("select")),
        kinds=tuple(KindUse(name, at, at.key_span) for name, at in entry.items() if name in AVAILABLE_KINDS),
        id=optional(entry, "id", str),
        reason=optional(entry, "reason", str),
        owner=optional(entry, "owner", str),
        ticket=read_text(entry.get("ticket")),
        expires=read_day(entry.get("expires")),
        enabled=optional(entry, "enabled", bool) is not False,
        exclude=read_selectors(entry["exclude"]) if "exclude" in entry else (),
        expect=read_expect(entry.get("expect")),
        when=read_when(entry.get("when")),
        allow=read_allow(entry.get("allow")),
        replaces=optional(entry, "replaces", str),
        locked=optional(entry, "locked", bool) is True,
        entry=entry,
    )


def parse_query(document: Document) -> Selector:
    """A query that stands alone, not in a file. Raises OvrError OVR2003."""
    at = document.root
    try:
        if not isinstance(at.value, dict) or not at.value.keys() <= {"type", "stack", "where"}:
            raise Malformed
        return read_selector(at)
    except Malformed:
        message = "a query has `type`, `stack` and `where`, each a text"
        raise OvrError(Finding("OVR2003", message, at.span, fix="for instance `{type: 'AWS::*::Table'}`")) from None


def _file(root: Located, overrides: list[Override]) -> OverrideFile:
    names, base, deploy = root.get("names"), root.get("base"), root.get("deploy")
    protect = deploy.get("protect") if deploy else None
    return OverrideFile(
        source=root.span.source.name,
        overrides=tuple(overrides),
        base=base.value if base else None,
        names=dict(names.value) if names else {},
        names_spans={key: at.span for key, at in names.items()} if names else {},
        base_span=base.span if base else None,
        files=(root.span.source.name,),
        protect=tuple(protect.value) if protect else (),
    )
