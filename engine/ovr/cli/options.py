"""Options that several commands share, defined once."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Format(StrEnum):
    """How a plan is written."""

    text = "text"
    json = "json"


class Report(StrEnum):
    """How findings are written."""

    text = "text"
    json = "json"
    sarif = "sarif"
    junit = "junit"


class Color(StrEnum):
    """Whether colours are used; `auto`: on a terminal, unless NO_COLOR is set."""

    auto = "auto"
    always = "always"
    never = "never"


class DeploymentType(StrEnum):
    """What the base is deployed as."""

    sandbox = "sandbox"
    branch = "branch"


class StackFailure(StrEnum):
    """What becomes of a stack whose creation fails, as CloudFormation calls it."""

    rollback = "ROLLBACK"
    keep = "DO_NOTHING"
    delete = "DELETE"


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text} is not a day such as 2027-03-01") from None


FileOption = Annotated[
    Path | None,
    typer.Option(
        "--file",
        "-f",
        metavar="FILE",
        help="The overrides. [default: overrides.yaml or amplify/overrides.yaml]",
        readable=False,  # whether it can be read is found out by reading it
    ),
]
RootOption = Annotated[
    Path | None,
    typer.Option(
        "--root",
        metavar="DIR",
        help="The project, which no file that overrides name may be outside of. [default: the nearest with .git]",
        readable=False,
    ),
]
BaseOption = Annotated[
    str | None,
    typer.Option(
        "--base",
        "-b",
        metavar="PATH",
        help="What to override: an assembly or a template. [default: .amplify/artifacts/cdk.out or cdk.out]",
    ),
]
StackOption = Annotated[
    str | None, typer.Option("--stack", metavar="NAME", help="Which root stack, when the assembly has several.")
]
EnvOption = Annotated[
    str | None, typer.Option("--env", metavar="NAME", help="The branch or sandbox, where the base does not tell.")
]
TypeOption = Annotated[
    DeploymentType | None, typer.Option("--type", help="The kind of deployment, where the base does not tell.")
]
RegionOption = Annotated[
    str | None, typer.Option("--region", metavar="NAME", help="The region, where the base does not tell.")
]
AccountOption = Annotated[
    str | None, typer.Option("--account", metavar="ID", help="The AWS account, where the base does not tell.")
]
ProfileOption = Annotated[
    str | None, typer.Option("--profile", metavar="NAME", help="The profile of the AWS configuration.")
]
EndpointOption = Annotated[
    str | None, typer.Option("--endpoint-url", metavar="URL", help="Where AWS is: an emulator.")
]
ExpectAccountOption = Annotated[
    str | None, typer.Option("--expect-account", metavar="ID", help="Refuse to deploy to any other account.")
]
YesOption = Annotated[bool, typer.Option("--yes", help="Do not ask; losses are asked for all the same.")]
AllowDestructiveOption = Annotated[
    list[str] | None,
    typer.Option("--allow-destructive", metavar="STACK/ID", help="Consent to this loss. Repeatable."),
]
OnlyOption = Annotated[
    list[str] | None, typer.Option("--only", metavar="ID", help="This override alone (a PARTIAL plan). Repeatable.")
]
SkipOption = Annotated[
    list[str] | None, typer.Option("--skip", metavar="ID", help="Without this override (a PARTIAL plan). Repeatable.")
]
StrictOption = Annotated[bool, typer.Option("--strict", help="Warnings are errors.")]
FormatOption = Annotated[Format, typer.Option("--format", help="How the answer is written.")]
ReportOption = Annotated[
    Report, typer.Option("--format", help="How the findings are written; sarif is for code scanning, junit for CI.")
]
ColorOption = Annotated[Color, typer.Option("--color", help="Colours; auto means on a terminal.")]
TodayOption = Annotated[
    date | None,
    typer.Option(
        "--today",
        metavar="DAY",
        parser=_day,
        envvar="OVR_TODAY",
        show_envvar=False,
        help="The day that `expires` is judged by. [default: today]",
    ),
]
