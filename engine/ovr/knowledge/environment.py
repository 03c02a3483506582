"""What services ask of environment variables.

Sources: AWS Lambda developer guide, "Working with Lambda environment variables" (names, reserved names, 4 KB), and the
service's own refusal, which measures the variables as JSON text; AWS AppSync API reference,
"PutGraphqlApiEnvironmentVariables" (names, values up to 512 characters, 50 variables).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ovr.errors import Severity
from ovr.template.intrinsics import is_intrinsic
from ovr.template.pointer import Json, Tokens

NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
"""Names that both services take, if they have two characters."""

SSM_CONFIG = "AMPLIFY_SSM_ENV_CONFIG"
"""Where Amplify's functions find the parameters of their secrets (@aws-amplify/backend-function `constants.ts`)."""

PLACEHOLDER = "<value will be resolved during runtime>"
"""The value of a variable that Amplify's code in the function replaces when it starts."""

Config = dict[str, Any]
"""Variable → where its value is: `path`, and `sharedPath` for a secret."""


def read_config(variables: Mapping[str, Json]) -> Config | None:
    """Where a function finds the values of its secrets; None for one that looks for none (it is not Amplify's)."""
    try:
        config = json.loads(variables[SSM_CONFIG])
    except (KeyError, TypeError, ValueError, RecursionError):
        return None
    return config if isinstance(config, dict) else None


@dataclass(frozen=True, slots=True)
class Limits:
    """Where a type keeps its variables (below the resource), and what its service takes.

    `name` and `value` are characters, `total` the bytes of all as JSON, `count` the variables; None: no such limit.
    """

    service: str
    path: Tokens
    reserved: frozenset[str] = field(default_factory=frozenset)
    name: int | None = None
    total: int | None = None
    value: int | None = None
    count: int | None = None


LIMITS: dict[str, Limits] = {
    "AWS::Lambda::Function": Limits(
        service="Lambda",
        path=("Properties", "Environment", "Variables"),
        total=4096,
        reserved=frozenset(
            """
            _HANDLER _X_AMZN_TRACE_ID AWS_DEFAULT_REGION AWS_REGION AWS_EXECUTION_ENV AWS_LAMBDA_FUNCTION_NAME
            AWS_LAMBDA_FUNCTION_MEMORY_SIZE AWS_LAMBDA_FUNCTION_VERSION AWS_LAMBDA_INITIALIZATION_TYPE
            AWS_LAMBDA_LOG_GROUP_NAME AWS_LAMBDA_LOG_STREAM_NAME AWS_ACCESS_KEY AWS_ACCESS_KEY_ID
            AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN AWS_LAMBDA_RUNTIME_API LAMBDA_TASK_ROOT LAMBDA_RUNTIME_DIR
            """.split()
        ),
    ),
    "AWS::AppSync::GraphQLApi": Limits(
        service="AppSync", path=("Properties", "EnvironmentVariables"), name=64, value=512, count=50
    ),
}


class Flaw(NamedTuple):
    """What is wrong with a variable, and what to do."""

    code: str
    message: str
    fix: str
    details: tuple[str, ...] = ()
    severity: Severity = Severity.ERROR


def flaws_of_name(name: str, limits: Limits) -> Iterator[Flaw]:
    """Why a service would not take a new variable of this name."""
    if name in limits.reserved:
        fix = f"choose another name, for instance `APP_{name.strip('_').removeprefix('AWS_')}`"
        yield Flaw("OVR3023", f"`{name}` is reserved: {limits.service} sets it itself", fix)
    elif not NAME.fullmatch(name):
        message = f"`{name}` is no name of a variable: a letter, then letters, digits and `_`"
        yield Flaw("OVR3023", message, _spelt(name))
    elif len(name) == 1:
        message = f"{limits.service} asks for at least two characters in the name of a variable"
        yield Flaw("OVR3023", message, "choose a longer one", severity=Severity.WARNING)
    elif limits.name and len(name) > limits.name:
        message = f"the name of a variable has up to {limits.name} characters in {limits.service}; this has {len(name)}"
        yield Flaw("OVR3023", message, "choose a shorter one")


def _spelt(name: str) -> str:
    fixed = "".join(c if c.isascii() and c.isalnum() else "_" for c in name).lstrip("_0123456789")
    return f"write `{fixed}`" if len(fixed) > 1 else "choose a name like `LOG_LEVEL`"


def flaws_of_value(name: str, value: Json, limits: Limits) -> Iterator[Flaw]:
    """Why a service would not take a value, as far as it is not computed."""
    if isinstance(value, list) or (isinstance(value, dict) and not is_intrinsic(value)):
        found = "a list" if isinstance(value, list) else "a mapping"
        fix = "write it as JSON text in quotes; for values from other resources, in a `!Sub`"
        yield Flaw("OVR1004", f"the value of a variable is text, not {found}", fix)
    elif isinstance(value, str) and value.startswith("{{resolve:ssm-secure:"):
        fix = f"keep the value in AWS Secrets Manager: `{name}: '{{{{resolve:secretsmanager:NAME}}}}'`"
        yield Flaw("OVR3023", "CloudFormation does not resolve `ssm-secure` here", fix)
    elif isinstance(value, str) and limits.value and len(value) > limits.value:
        message = f"a value has up to {limits.value} characters in {limits.service}; that of `{name}` has {len(value)}"
        yield Flaw("OVR3023", message, "keep it elsewhere, for instance in a parameter of SSM")
