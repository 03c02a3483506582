"""Overrides that change nothing: the base has already what they ask for, or an earlier override has done it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ovr.compile.entry import compile_override
from ovr.errors import Finding, OvrError, Severity
from ovr.language.model import Override
from ovr.template.causes import Causes
from ovr.template.operations import Operation
from ovr.template.tree import Base
from ovr.vocabulary.resolve import Resolver


def is_noteworthy(override: Override) -> bool:
    """Whether an override is meant to change something here: one that is locked holds later ones to what is there,
    an included one may be needed by another base."""
    return not override.locked and not override.layer


def redundancy(
    override: Override, base: Base, resolver: Resolver, earlier: Sequence[Operation], overrides: Mapping[int, Override]
) -> Finding:
    """The note for an override that changes nothing, with the earlier override that has done the same.

    `resolver` is that of the base; `earlier` are the operations before it, `overrides` those that they are of.
    """
    by = _done_by(override, base, resolver, Causes(earlier), overrides)
    if by is None:
        message = "this override changes nothing: it is so already"
        return Finding("OVR3015", message, override.span, fix="take it out", severity=Severity.NOTE)
    message = f"this override changes nothing: `{by.id or by.place}` has done it already"
    related = ((f"this is {by.called}", by.span),)
    fix = "take one of them out"
    return Finding("OVR3015", message, override.span, fix=fix, severity=Severity.NOTE, related=related)


def _done_by(
    override: Override, base: Base, resolver: Resolver, causes: Causes, overrides: Mapping[int, Override]
) -> Override | None:
    try:
        alone = compile_override(override, base, base.tree, resolver)
    except OvrError:  # it acts on what an earlier override added
        return None
    behind = (each for o in alone.operations if o.op != "test" for each in causes.touching(o.stack, o.path, o.document))
    return next((overrides[each.override] for each in behind if each.override in overrides), None)
