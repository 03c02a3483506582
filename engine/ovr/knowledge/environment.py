"""What services ask of environment variables.

Sources: AWS Lambda developer guide, "Working with Lambda environment variables" (names, reserved names, 4 KB), and the
service's own refusal, which measures the variables as JSON text; AWS AppSync API reference,
"PutGraphqlApiEnvironmentVariables" (names, values up to 512 characters, 50 variables).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ovr.template.pointer import Tokens

NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]+")
"""Names that both services take."""

SSM_CONFIG = "AMPLIFY_SSM_ENV_CONFIG"
"""Where Amplify's functions find the parameters of their secrets (@aws-amplify/backend-function `constants.ts`)."""


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
