"""`include` as values, and the overrides of all layers as one file (LANGUAGE.md §6)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import PurePosixPath

from ovr.errors import Finding, OvrError, Severity, did_you_mean
from ovr.language.fields import Malformed, read_selectors
from ovr.language.model import Include, Override, OverrideFile
from ovr.language.selector import Selector
from ovr.language.values import Document, Located

PACK = "pack:"
"""What stands before the name of a pack."""


@dataclass(frozen=True, slots=True)
class Layer:
    """A file as it stands alone, with the layers that it includes, in order. `include` is None for the outermost."""

    file: OverrideFile
    inner: tuple[Layer, ...] = ()
    include: Include | None = None


def read_includes(document: Document) -> tuple[list[Include], list[Finding]]:
    """The items of `include` that can be read, and what is wrong with them beyond what the schema says.

    OVR1013 for an alias that is used twice, OVR2003 for selectors that cannot be read.
    """
    root = document.root
    at = root.get("include") if isinstance(root.value, dict) else None
    includes: dict[str, Include] = {}
    findings: list[Finding] = []
    for item in at if at is not None and isinstance(at.value, list) else ():
        try:
            include = _include(item)
        except Malformed:
            continue  # the schema says what is wrong with it
        except OvrError as error:
            findings += error.findings
            continue
        if include.alias in includes:
            first = includes[include.alias].span
            message = f"two included files are called `{include.alias}`"
            fix = f"give one another name: `{{from: {include.target}, as: …}}`"
            findings.append(Finding("OVR1013", message, include.span, (f"first on line {first.line}",), fix))
            continue
        includes[include.alias] = include
    return list(includes.values()), findings


def _include(item: Located) -> Include:
    written = item.get("from") or item
    if not isinstance(written.value, str) or not written.value or not item.document.readable(item.path):
        raise Malformed
    target = written.value
    alias, given = item.get("as"), item.get("with")
    if alias is not None and not isinstance(alias.value, str):
        raise Malformed
    own = target.removeprefix(PACK) if target.startswith(PACK) else PurePosixPath(target).stem
    exclude = read_selectors(item["exclude"]) if "exclude" in item else ()
    return Include(target, alias.value if alias else own, item, given, exclude)


def joined(outermost: Layer) -> OverrideFile:
    """All layers as one file: what is included first, in order, then the file's own.

    The names of an outer file win over those of what it includes; what any file protects is protected.
    """
    overrides = [replace(each, index=index) for index, each in enumerate(_overrides(outermost, "", ()))]
    files = [layer.file for layer in _in_order(outermost)]
    return replace(
        outermost.file,
        overrides=tuple(overrides),
        names={name: path for file in files for name, path in file.names.items()},
        names_spans={name: span for file in files for name, span in file.names_spans.items()},
        files=tuple(dict.fromkeys(file.source for file in files)),
        protect=tuple(dict.fromkeys(name for file in files for name in file.protect)),
        findings=tuple(_ignored_bases(outermost)),
        lost=frozenset(chain.from_iterable(file.lost for file in files)),
    )


def _in_order(layer: Layer) -> Iterator[Layer]:
    """The layers in the order of application: a layer comes after those that it includes."""
    for inner in layer.inner:
        yield from _in_order(inner)
    yield layer


def _overrides(layer: Layer, around: str, withheld: tuple[Selector, ...]) -> Iterator[Override]:
    for inner in layer.inner:
        assert inner.include is not None
        alias = "/".join(filter(None, (around, inner.include.alias)))
        yield from _overrides(inner, alias, (*withheld, *inner.include.exclude))
    for override in layer.file.overrides:
        yield replace(
            override,
            id=_seen_from_outside(around, override.id),
            replaces=_seen_from_outside(around, override.replaces),
            layer=around,
            withheld=withheld,
        )


def _seen_from_outside(layer: str, name: str | None) -> str | None:
    return f"{layer}/{name}" if layer and name else name


def wrong_replacements(overrides: Sequence[Override]) -> Iterator[Finding]:
    """OVR1023 for a `replaces` that names no earlier override, OVR3033 for one that names a locked one."""
    earlier: dict[str, Override] = {}
    later = {override.id for override in overrides}
    for override in overrides:
        if override.replaces is not None and override.replaces not in earlier:
            yield _replaces_nothing(override, list(earlier), comes_later=override.replaces in later)
        elif override.replaces is not None and (other := earlier[override.replaces]).locked:
            yield Finding(
                "OVR3033",
                f"`{other.id}` is locked, so nothing can replace it",
                override.span_of("replaces"),
                fix=f"take `replaces` out, or speak with {other.owner or 'those who locked it'}",
                related=((f"locked by {other.called}", other.span_of("locked")),),
            )
        if override.id is not None:
            earlier[override.id] = override


def _replaces_nothing(override: Override, earlier: list[str], *, comes_later: bool) -> Finding:
    span, name = override.span_of("replaces"), override.replaces
    assert name is not None
    if comes_later:
        message = f"`{name}` does not come before this override, so it cannot be replaced"
        return Finding("OVR1023", message, span, fix="move this entry below it")
    details = ("ids: " + ", ".join(earlier),) if earlier else ("no override before this one has an `id`",)
    near = next((each for each in earlier if each.rpartition("/")[2] == name.rpartition("/")[2]), None)
    fix = f"did you mean `{near}`?" if near else did_you_mean(name, earlier)
    return Finding("OVR1023", f"no override before this one has the id `{name}`", span, details, fix)


def _ignored_bases(outermost: Layer) -> Iterator[Finding]:
    for layer in chain.from_iterable(map(_in_order, outermost.inner)):
        if layer.file.base_span is not None:
            message = "`base` counts only in the file that is planned, not in one that it includes"
            yield Finding("OVR1022", message, layer.file.base_span, severity=Severity.NOTE)
