"""Which references give a list.

Sources: AWS's provider schemas, for attributes (data/types.jsonl; the attributes that aws-cdk-lib 2.276 takes for
lists are among them, but for a few of types that the schemas leave open); AWS CloudFormation user guide,
"Parameters", for the types of parameters.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from ovr.knowledge.types import type_info
from ovr.template.pointer import Json, get

_LIST = re.compile(r"CommaDelimitedList|List<.+>|AWS::SSM::Parameter::Value<(CommaDelimitedList|List<.+>)>")


def is_list(template: Mapping[str, Json], name: str, attribute: str) -> bool:
    """Whether an attribute (or `Ref`) of what a template calls `name` is a list."""
    if attribute == "Ref":
        parameter_type = get(template, ("Parameters", name, "Type"))
        return isinstance(parameter_type, str) and _LIST.fullmatch(parameter_type) is not None
    resource_type = get(template, ("Resources", name, "Type"))
    info = type_info(resource_type) if isinstance(resource_type, str) else None
    return info is not None and attribute in info.lists
