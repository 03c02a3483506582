"""How near a template comes to what CloudFormation takes at the most.

Only what the overrides made larger is looked at.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import NamedTuple

from ovr.check.comparison import Comparison
from ovr.check.touched import Template, members, touched_stacks
from ovr.errors import Finding, Severity
from ovr.knowledge import limits
from ovr.knowledge.limits import NEAR, Limit
from ovr.template import pointer
from ovr.template.assets import template_text
from ovr.template.pointer import Tokens


class Measure(NamedTuple):
    """The size of what stands at a pointer; `what` is what to call it, empty for the template."""

    path: Tokens
    limit: Limit
    size: int
    what: str = ""


def limit_findings(comparison: Comparison) -> Iterator[Finding]:
    """OVR4011 for what is over a limit, OVR4010 (a warning) for what is near one.

    A template that grows too large for the request itself is only noted, and only where nothing else is in S3 anyway:
    nested templates always are.
    """
    alone = len(comparison.after.stacks) == 1
    for old, stack in touched_stacks(comparison.before, comparison.after):
        near = [each for each in _measures(stack.template, alone) if _worth_a_word(each)]
        known = {(each.path, each.limit): each.size for each in _measures(old, alone)} if near else {}
        for each in near:
            before = known.get((each.path, each.limit), 0)
            if each.size > before and (each.limit is not limits.INLINE_BODY or before <= each.limit.most < each.size):
                yield _finding(each, stack.path, comparison)


def _worth_a_word(measure: Measure) -> bool:
    limit, size = measure.limit, measure.size
    return size > limit.most if limit is limits.NAME else size >= NEAR * limit.most  # a name does not grow


def _measures(template: Template, alone: bool) -> Iterator[Measure]:
    for section, limit in limits.SECTIONS.items():
        names = members(template, section)
        yield Measure((section,), limit, len(names))
        for name in names:
            yield Measure((section, name), limits.NAME, len(name), f"the name of `{name[:20]}…`")
    for name, mapping in members(template, "Mappings").items():
        if isinstance(mapping, dict):
            yield Measure(("Mappings", name), limits.MAPPING, len(mapping), f"the mapping `{name}`")
    for name, parameter in members(template, "Parameters").items():
        value = parameter.get("Default") if isinstance(parameter, dict) else None
        if isinstance(value, str):
            yield Measure(("Parameters", name), limits.PARAMETER_VALUE, _bytes(value), f"the default of `{name}`")
    if isinstance(description := template.get("Description"), str):
        yield Measure(("Description",), limits.DESCRIPTION, _bytes(description), "the description")
    text = json.dumps(template, separators=(",", ":"), ensure_ascii=False)
    yield Measure((), limits.DYNAMIC_REFERENCES, text.count("{{resolve:"))
    yield Measure((), limits.BODY, _body(template, text, limits.BODY))
    if alone:
        yield Measure((), limits.INLINE_BODY, _body(template, text, limits.INLINE_BODY))


def _body(template: Template, text: str, limit: Limit) -> int:
    """The bytes of the template as it is written. Where it is far from the limit, those without white space, which
    are faster to have."""
    return _bytes(text if 3 * len(text) < limit.most else template_text(template))


def _bytes(text: str) -> int:
    return len(text.encode(errors="replace"))


def _finding(measure: Measure, stack: str, comparison: Comparison) -> Finding:
    limit, where = measure.limit, measure.what or (f"the template of {stack}" if stack else "the root template")
    has = f"{where} has {measure.size:,} {limit.what}"
    code, severity = "OVR4010", Severity.WARNING
    if limit is limits.INLINE_BODY:
        message, severity = f"{has}: more than {limit.most:,} are not taken with the request itself", Severity.NOTE
    elif measure.size > limit.most:
        message, code, severity = f"{has}; CloudFormation takes {limit.most:,}", "OVR4011", Severity.ERROR
    else:
        message = f"{has}, {measure.size / limit.most:.0%} of the {limit.most:,} that CloudFormation takes"
    span = comparison.span(stack, measure.path)
    return Finding(code, message, span, (), limit.way_out, severity, pointer.place(stack, measure.path))
