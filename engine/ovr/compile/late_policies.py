"""Policies that Amplify completes after CDK has run its aspects and collected its dependencies (CDK_NAMING.md §5)."""

from __future__ import annotations

from typing import Any

from ovr.template import pointer
from ovr.template.pointer import Json, Tokens

ACTION = "ssm:GetParameters"
"""What the last statement of a function's policy allows, if Amplify made it."""
STATEMENTS: Tokens = ("Properties", "PolicyDocument", "Statement")


def is_late_policy(resource: Json) -> bool:
    """Whether a policy holds nothing but the statement for Amplify's parameters, so that no dependency knows it."""
    if not isinstance(resource, dict) or resource.get("Type") != "AWS::IAM::Policy":
        return False
    statements: Any = pointer.get(resource, ("Properties", "PolicyDocument", "Statement"))
    return isinstance(statements, list) and all(map(is_late_statement, statements))


def is_late_statement(statement: Json) -> bool:
    """Whether a statement lets a function read Amplify's parameters; Amplify keeps it the last one."""
    return isinstance(statement, dict) and statement.get("Action") == ACTION
