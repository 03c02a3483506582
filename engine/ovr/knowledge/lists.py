"""Which references and functions give a list.

Sources: AWS's provider schemas, for attributes (data/types.jsonl; the attributes that aws-cdk-lib 2.276 takes for
lists are among them, but for a few of types that the schemas leave open); AWS CloudFormation user guide,
"Parameters" and "Intrinsic function reference".
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from ovr.knowledge.types import type_info
from ovr.template.intrinsics import is_intrinsic
from ovr.template.pointer import Json, get

_LIST = re.compile(r"CommaDelimitedList|List<.+>|AWS::SSM::Parameter::Value<(CommaDelimitedList|List<.+>)>")
_LIST_FUNCTIONS = ("Fn::Split", "Fn::GetAZs", "Fn::Cidr")


def is_list(template: Mapping[str, Json], name: str, attribute: str) -> bool:
    """Whether an attribute (or `Ref`) of what a template calls `name` is a list."""
    if attribute == "Ref":
        parameter_type = get(template, ("Parameters", name, "Type"))
        return isinstance(parameter_type, str) and _LIST.fullmatch(parameter_type) is not None
    resource_type = get(template, ("Resources", name, "Type"))
    info = type_info(resource_type) if isinstance(resource_type, str) else None
    return info is not None and attribute in info.lists


def gives_list(template: Mapping[str, Json], value: Json) -> bool:
    """Whether a value in a template is a list, or comes to one."""
    if not is_intrinsic(value):
        return isinstance(value, list)
    [(function, argument)] = value.items()
    if function == "Fn::If":
        return isinstance(argument, list) and any(gives_list(template, branch) for branch in argument[1:])
    if function == "Ref" and isinstance(argument, str):
        return is_list(template, argument, "Ref")
    if function == "Fn::GetAtt":
        parts = argument.split(".", 1) if isinstance(argument, str) else argument
        named = isinstance(parts, list) and len(parts) == 2 and all(isinstance(part, str) for part in parts)
        return named and is_list(template, parts[0], parts[1])
    return function in _LIST_FUNCTIONS
