"""The match contract of an override: its `select`, less its `exclude`, under its `expect` (LANGUAGE.md §2)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ovr.errors import Finding, OvrError
from ovr.language.model import Expect, Override
from ovr.language.selector import Selector
from ovr.template.tree import Node
from ovr.vocabulary.misses import listed_nodes
from ovr.vocabulary.resolve import Resolver


def designate(resolver: Resolver, override: Override) -> tuple[Node, ...]:
    """The nodes an override selects. Raises OvrError with every selector that is at fault."""
    expect = override.expect
    selected = _union(resolver, override.select, strict=expect is None)
    excluded = _union(resolver, override.exclude, strict=True)
    for selector in override.exclude:
        if not _takes_away(resolver, selector, selected, below=override.reaches_below):
            raise OvrError(_excludes_nothing(selector))
    kept = [node for node in selected if not any(_covers(other, node) for other in excluded)]
    if expect is not None and not expect.low <= len(kept) <= (len(kept) if expect.high is None else expect.high):
        misses = [resolver.miss(each) for each in override.select if not resolver.find(each)]
        raise OvrError(_unexpected(override, expect, kept, misses))
    if expect is None and not kept:
        raise OvrError(_all_excluded(override, selected))
    return tuple(kept)


def withhold(
    resolver: Resolver, override: Override, selected: Sequence[Node]
) -> tuple[tuple[Node, ...], tuple[Selector, ...]]:
    """The selected nodes that including files leave to the override, and which of their selectors take some away.

    Raises OvrError OVR3033 where they would take some away from a locked override.
    """
    taking = tuple(
        selector
        for selector in override.withheld
        if _takes_away(resolver, selector, selected, below=override.reaches_below)
    )
    if taking and override.locked:
        raise OvrError(_locked(override, selector) for selector in taking)
    withheld = [node for selector in taking for node in resolver.find(selector)]
    return tuple(node for node in selected if not any(_covers(other, node) for other in withheld)), taking


def takes_nothing(selector: Selector, resolver: Resolver) -> Finding:
    """What is wrong with a selector of `include` that takes nothing away from any override of the layer."""
    if not resolver.find(selector):
        return resolver.miss(selector)
    return _excludes_nothing(selector, "none of the nodes that the included overrides select is or lies in it")


def _locked(override: Override, selector: Selector) -> Finding:
    return Finding(
        "OVR3033",
        f"`{override.id or override.place}` is locked, so `exclude: {selector.text}` cannot take anything from it",
        selector.span,
        fix="take the selector out, or speak with those who locked it",
        related=((f"locked by {override.called}", override.span_of("locked")),),
    )


def _union(resolver: Resolver, selectors: Iterable[Selector], *, strict: bool) -> list[Node]:
    """What the selectors designate, each node once; `strict`: each selector must designate something."""
    nodes: dict[object, Node] = {}
    findings: list[Finding] = []
    for selector in selectors:
        try:
            found = resolver.require(selector) if strict else resolver.find(selector)
        except OvrError as error:
            findings += error.findings
        else:
            for node in found:
                nodes.setdefault(node.key, node)
    if findings:
        raise OvrError(findings)
    return list(nodes.values())


def _takes_away(resolver: Resolver, selector: Selector, selected: Sequence[Node], *, below: bool) -> bool:
    """Whether an `exclude` covers a selected node or, where the kinds reach into stacks, lies below one."""
    stacks = {node.stack for node in selected if node.kind == "stack"} if below else set()
    return any(
        any(_covers(other, node) for node in selected)
        or any(each.path in stacks for each in resolver.tree.ancestors(other.stack))
        for other in resolver.find(selector)
    )


def _covers(outer: Node, inner: Node) -> bool:
    """Whether `inner` is `outer` or lies inside it."""
    return outer.stack == inner.stack and inner.pointer[: len(outer.pointer)] == outer.pointer


def _excludes_nothing(
    selector: Selector, why: str = "none of the selected nodes is or lies in it"
) -> Finding:
    return Finding(
        "OVR2002",
        f"`exclude: {selector.text}` takes nothing away",
        selector.span,
        (why,),
        "remove it, or correct it",
    )


def _all_excluded(override: Override, selected: Sequence[Node]) -> Finding:
    return Finding(
        "OVR2002",
        f"`exclude` takes away {f'all {len(selected)} selected nodes' if selected[1:] else 'the one selected node'}",
        override.exclude[0].span or override.span,
        (listed_nodes(selected),),
        'exclude less, or write `expect: "0+"` if that may be so',
    )


def _unexpected(override: Override, expect: Expect, nodes: Sequence[Node], misses: Sequence[Finding]) -> Finding:
    """Another number of nodes than `expect` says."""
    text = ", ".join(selector.text for selector in override.select)
    details = [listed_nodes(nodes)] if nodes else []
    details += [line for finding in misses for line in finding.details]
    fix = next((finding.fix for finding in misses if finding.fix), None)
    fix = fix or (f"correct the selector, or write `expect: {len(nodes)}`" if nodes else None)
    found = f"{len(nodes)} node{'' if len(nodes) == 1 else 's'}" if nodes else "no node"
    return Finding(
        "OVR2002", f"`{text}` matches {found}, expected {expect.text}", override.select[0].span, tuple(details), fix
    )
