"""The commands, and what is said to a command line that cannot be read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from ovr.cli.answer import FAILED, Answer
from ovr.cli.explain import explain
from ovr.cli.plan import plan
from ovr.cli.render import render
from ovr.cli.resources import resources
from ovr.cli.validate import validate

if TYPE_CHECKING:
    from collections.abc import Callable

CommandLineError: type[Exception] = typer.BadParameter.__mro__[2]
"""What typer raises for a command line that cannot be read, of which it makes only BadParameter public."""

_app = typer.Typer(
    help="Amplify backends customised in YAML instead of TypeScript.",
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
for _command in (plan, validate, render, resources, explain):
    _app.command()(_command)


@_app.callback(invoke_without_command=True)
def _ovr(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Show the version and exit.")] = False,
) -> Answer | None:
    if version:
        from ovr import __version__

        typer.echo(f"ovr {__version__}")
        raise typer.Exit
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())
    return None


def command() -> Callable[..., Any]:
    """The command line as one callable; what a command answers is what it returns."""
    return typer.main.get_command(_app)


def wrong_usage(error: Exception) -> Answer:
    """The message, what was meant perhaps, and where help is."""
    from ovr.render.plain import plain

    context = getattr(error, "ctx", None)
    path = context.command_path if context is not None else "ovr"
    message = plain(error.format_message()).replace("Value error, ", "").rstrip(".")  # type: ignore[attr-defined]
    return Answer(error=f"{message}\n   see `{path} --help`\n", code=FAILED)
