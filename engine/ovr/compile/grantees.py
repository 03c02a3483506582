"""Who a grant is for: the role that the selected resource is, or acts with."""

from __future__ import annotations

from ovr.compile.context import Context
from ovr.errors import Finding, OvrError
from ovr.knowledge.access import ROLE_PROPERTIES
from ovr.spans import Span
from ovr.template import pointer
from ovr.template.follow import origin
from ovr.template.pointer import MISSING
from ovr.template.tree import Node

_ROLE = "AWS::IAM::Role"


def role_of(node: Node, context: Context, span: Span) -> Node:
    """The role of a grantee, followed through nested stacks. Raises OvrError OVR3030 where there is none here."""
    type_name = context.type_of(node)
    if type_name == _ROLE:
        return node
    name = ROLE_PROPERTIES.get(type_name)
    if name is None:
        raise OvrError(
            Finding(
                "OVR3030",
                f"nothing can be granted to `{node.name}`: {type_name} acts with no role",
                span,
                details=(f"something can be granted to {_ROLE}, {', '.join(ROLE_PROPERTIES)}",),
                fix="select who is to be allowed (a function, a role), and name what it may reach with `on`",
            )
        )
    value = pointer.get(context.resource(node), ("Properties", name))
    found = origin(context.tree, node.stack, value)
    if found is not None:
        stack, logical_id, _ = found
        if context.tree.stacks[stack].resources[logical_id].get("Type") == _ROLE:
            called = context.resolver.called(stack, logical_id)
            return Node(stack, "resource", ("Resources", logical_id), called)
    why = f"it has no `{name}`" if value is MISSING else f"its `{name}` is no role of these templates"
    fix = "grant it where that role is made" if value is not MISSING else "select what acts with a role"
    raise OvrError(Finding("OVR3030", f"nothing can be granted to `{node.name}`: {why}", span, fix=fix))
