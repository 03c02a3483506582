"""The commands, and what is said to a command line that cannot be read."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ovr.cli.answer import FAILED, Answer, screen_width
from ovr.cli.apply import apply
from ovr.cli.explain import explain
from ovr.cli.history import history
from ovr.cli.outputs import outputs
from ovr.cli.plan import plan
from ovr.cli.render import render
from ovr.cli.resources import resources
from ovr.cli.status import status
from ovr.cli.undo import undo
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
    suggest_commands=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
_COMMANDS = (plan, apply, status, history, undo, validate, render, outputs, resources, explain)
_NAMES = [command.__name__ for command in _COMMANDS]
for _command in _COMMANDS:
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


def wrong_usage(error: Exception, arguments: list[str]) -> Answer:
    """What is wrong with the command line, what was meant perhaps, and where help is."""
    from ovr.errors import Finding
    from ovr.render.findings import render_findings

    context = getattr(error, "ctx", None)
    if context is not None:
        path = context.command_path
    else:  # typer does not say for an option without its value
        path = " ".join(["ovr", *(name for name in arguments[:1] if name in _NAMES)])
    message, hint = _in_our_words(error, path)
    details = (hint,) if hint else ()
    finding = Finding("OVR9002", message, details=details, fix=f"see `{path} --help`")
    return Answer(error=render_findings([finding], width=screen_width(sys.stderr)), code=FAILED)


def _in_our_words(error: Exception, path: str) -> tuple[str, str | None]:
    """The message of typer's error in the manner of findings, and a hint."""
    from ovr.errors import did_you_mean

    if hasattr(error, "possibilities"):
        return f"`{path}` has no option `{error.option_name}`", _option_hint(error)  # type: ignore[attr-defined]
    text: str = error.format_message().rstrip(".")  # type: ignore[attr-defined]
    if found := re.fullmatch(r"No such command '(.*)'", text):
        return f"there is no command `{found[1]}`", did_you_mean(found[1], _NAMES) or f"commands: {', '.join(_NAMES)}"
    if found := re.fullmatch(r"Got unexpected extra argument\(s\) \((.*)\)", text):
        named = "an overrides file is named with `--file`, a base with `--base`"
        return f"unexpected on the command line: `{found[1]}`", named
    text = text.replace("requires an argument", "needs a value")
    return text[:1].lower() + re.sub(r"'([^']*)'", r"`\1`", text[1:]), None


def _option_hint(error: Any) -> str | None:
    """The commands that have the option; else what it was meant to be."""
    from ovr.errors import did_you_mean

    here, commands = error.ctx.command, error.ctx.find_root().command.commands
    typed = error.option_name
    having = [f"`ovr {name}`" for name, each in commands.items() if any(typed in p.opts for p in each.params)]
    if having:
        behind = "options stand behind the command; " if error.ctx.parent is None else ""
        return f"{behind}`{typed}` is an option of {', '.join(having)}"
    return did_you_mean(typed, [name for each in here.params for name in each.opts])
