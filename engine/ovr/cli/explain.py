"""`ovr explain`"""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from ovr.cli import options as o
from ovr.cli.answer import Answer, answer, refused, screen_width, to_json, wants_color
from ovr.cli.inputs import Inputs
from ovr.errors import Finding, OvrError

if TYPE_CHECKING:
    from ovr.language.selector import Selector

_CODE = re.compile(r"OVR\d{4}", re.IGNORECASE)


def explain(
    selector: Annotated[
        str, typer.Argument(metavar="SELECTOR|CODE", help="For instance auth.cfn.cfnUserPool.Policies, or OVR2001.")
    ],
    file: o.FileOption = None,
    root: o.RootOption = None,
    base: o.BaseOption = None,
    stack: o.StackOption = None,
    env: o.EnvOption = None,
    type: o.TypeOption = None,
    region: o.RegionOption = None,
    account: o.AccountOption = None,
    parse: Annotated[bool, typer.Option("--parse", help="Only show how the selector is read.")] = False,
    json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Shorten nothing.")] = False,
    color: o.ColorOption = o.Color.auto,
    today: o.TodayOption = None,
) -> Answer:
    """Show what a selector designates, or what a code means.

    Of a selector: where it is, its value now, what may stand there, which changes replace the resource, and which
    overrides touch it."""
    inputs = Inputs(file, root, base, stack, env, type, region, account, today)

    def work() -> Answer:
        from ovr.render.explanation import node_to_json, render_node, render_parse, render_touching
        from ovr.render.look import Look

        if _CODE.fullmatch(selector):
            return Answer(_page(selector.upper()))
        look = Look(wants_color(color, sys.stdout), screen_width(sys.stdout), verbose)
        read = _read(selector)
        if parse:
            return Answer(render_parse(read, look))
        opened, resolver = inputs.names()
        nodes = resolver.require(read)
        plan = inputs.plan() if inputs.has_overrides() else None
        if json:
            return Answer(to_json([node_to_json(node, opened, resolver, plan) for node in nodes]))
        blocks = [
            render_node(node, opened, resolver, look) + (render_touching(node, plan, look) if plan else "")
            for node in nodes
        ]
        return Answer("\n".join(blocks))

    return answer(work, color, refused if json else None)


def _page(code: str) -> str:
    """The section of docs/errors.md. Raises OvrError for a code that there is not."""
    from ovr.adapters.error_pages import error_pages

    pages = error_pages()
    if code not in pages:
        raise OvrError(Finding("OVR9002", f"there is no code {code}", fix="docs/errors.md lists all codes"))
    return f"{code}\n\n{pages[code]}\n"


def _read(text: str) -> Selector:
    """The selector in a text; a query is written as in YAML. Raises OvrError."""
    from ovr.spans import Source, Span

    source = Source("SELECTOR", text)
    if not text.startswith("{"):
        from ovr.language.grammar import parse_selector

        return parse_selector(text, Span(source, 1, 1, 1, len(text) + 1))
    from ovr.adapters.yaml_document import read_yaml
    from ovr.language.parse import parse_query

    return parse_query(read_yaml(source, frozenset()))
