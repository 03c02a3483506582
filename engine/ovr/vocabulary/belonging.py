"""What to call policies and roles that no accessor names: by whose they are."""

from __future__ import annotations

from ovr.template import pointer
from ovr.template.follow import origin
from ovr.template.tree import StackTree
from ovr.vocabulary.resolve import Resolver

_CONSTRUCT = "/Resource"
"""How the path of an L2 construct's own resource ends."""


def belonging(names: Resolver, stack: str, logical_id: str) -> str:
    """`worker.lambda's default policy`, `auth.userPool's role smsRole`; empty where it belongs to
    nothing with a name, or has one itself.

    A policy belongs to the one role that it is attached to, a role to the resource of the construct around it.
    """
    if names.name_of(stack, logical_id):
        return ""
    tree = names.tree
    resource = tree.stacks[stack].resources.get(logical_id) if stack in tree.stacks else None
    own = names.construct_of(stack, logical_id).removesuffix(_CONSTRUCT).rpartition("/")
    if resource is None or not own[2]:
        return ""
    if resource.get("Type") in ("AWS::IAM::Policy", "AWS::IAM::ManagedPolicy"):
        owner = _name_of_role(names, _role(tree, stack, resource))
        what = "default policy" if own[2] == "DefaultPolicy" else f"policy {own[2]}"
    elif resource.get("Type") == "AWS::IAM::Role":
        owner = _named(names, stack, own[0])
        what = "role" if own[2] in ("Role", "ServiceRole") else f"role {own[2]}"
    else:
        return ""
    return f"{owner}'s {what}" if owner else ""


def _role(tree: StackTree, stack: str, policy: dict[str, pointer.Json]) -> tuple[str, str] | None:
    """(stack, logical ID) of the only role that a policy is attached to."""
    roles = pointer.get(policy, ("Properties", "Roles"))
    found = origin(tree, stack, roles[0]) if isinstance(roles, list) and len(roles) == 1 else None
    return found[:2] if found else None


def _name_of_role(names: Resolver, role: tuple[str, str] | None) -> str:
    """The name of a function for its service role, else the role's own."""
    if role is None:
        return ""
    around = names.construct_of(*role).removesuffix(_CONSTRUCT).removesuffix("/ServiceRole")
    return _named(names, role[0], around) or names.name_of(*role)


def _named(names: Resolver, stack: str, construct: str) -> str:
    """The name of the resource of a construct."""
    below = names.constructs.paths(stack).items()
    logical_id = next((logical_id for logical_id, path in below if path == construct + _CONSTRUCT), None)
    return names.name_of(stack, logical_id) if logical_id else ""
