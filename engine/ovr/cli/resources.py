"""`ovr resources`"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from ovr.cli import options as o
from ovr.cli.answer import Answer, answer, refused, screen_width, to_json, wants_color
from ovr.cli.inputs import Inputs
from ovr.errors import Finding, OvrError, did_you_mean

if TYPE_CHECKING:
    from ovr.template.tree import Node
    from ovr.vocabulary.resolve import Resolver


def resources(
    prefix: Annotated[
        str, typer.Argument(metavar="[PREFIX]", help="Selectors that begin so; `/` and `#` list paths and logical IDs.")
    ] = "",
    file: o.FileOption = None,
    root: o.RootOption = None,
    base: o.BaseOption = None,
    stack: o.StackOption = None,
    json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Every member of large collections.")] = False,
    color: o.ColorOption = o.Color.auto,
) -> Answer:
    """List what can be selected, with types and stacks."""
    inputs = Inputs(file, root, base, stack)

    def work() -> Answer:
        from ovr.render.listing import describe_nodes, entries_to_json, render_entries
        from ovr.render.look import Look

        opened, resolver = inputs.names()
        entries = describe_nodes(_chosen(prefix, resolver), opened.tree)
        if json:
            return Answer(to_json(entries_to_json(entries)))
        look = Look(wants_color(color, sys.stdout), screen_width(sys.stdout), verbose)
        return Answer(render_entries(entries, prefix, look))

    return answer(work, color, refused if json else None)


def _chosen(prefix: str, resolver: Resolver) -> list[tuple[str, Node]]:
    """What begins with the prefix; without one all names, or all paths where the base gives no names."""
    names = list(resolver.entries())
    only_stack = all(node.kind == "stack" for _, node in names)
    places = list(_places(resolver, by_id="#" in prefix)) if "/" in prefix or "#" in prefix or only_stack else []
    chosen = [(name, node) for name, node in [*names, *places] if name.startswith(prefix)]
    if not chosen:
        words = dict.fromkeys(begun for name, _ in [*names, *places] for begun in _beginnings(name))
        firsts = ", ".join(dict.fromkeys(re.split("[.#]", name)[0] or name for name, _ in names))
        raise OvrError(
            Finding(
                "OVR2001",
                f"no selector begins with `{prefix}`",
                details=(f"they begin with {firsts}",),
                fix=did_you_mean(prefix, list(words)),
            )
        )
    return chosen


def _beginnings(name: str) -> list[str]:
    """`auth`, `auth.cfn`, `auth.cfn.cfnUserPool`."""
    return [*(name[: found.start()] for found in re.finditer(r"(?<=.)[./]", name)), name]


def _places(resolver: Resolver, *, by_id: bool) -> Iterator[tuple[str, Node]]:
    """Every resource by its construct path, or by its stack and logical ID."""
    from ovr.template.tree import Node

    for path, stack in resolver.tree.stacks.items():
        for logical_id in stack.resources:
            name = "" if by_id else resolver.construct_of(path, logical_id)
            yield name or f"{path}#{logical_id}", Node(path, "resource", ("Resources", logical_id))
