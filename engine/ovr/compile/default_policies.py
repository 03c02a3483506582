"""The default policy of a role: where CDK puts what is granted to it (CDK_NAMING.md §2, §5)."""

from __future__ import annotations

from ovr.template.naming import CDK_PATH, construct_path, unique
from ovr.template.pointer import Json
from ovr.template.tree import Stack, StackTree

_LONGEST_NAME = 128


def default_policy(tree: StackTree, stack: Stack, role: str) -> tuple[str, dict[str, Json]]:
    """(logical ID, the policy) of a role of this stack; one without statements where there is none yet.

    A role without a construct path goes by its logical ID.
    """
    own = "/".join(filter(None, (tree.name, stack.path)))
    path = (construct_path(stack.resources.get(role, {})) or f"{own}/{role}").removesuffix("/Resource")
    path += "/DefaultPolicy/Resource"
    for logical_id, resource in stack.resources.items():
        if construct_path(resource) == path:
            return logical_id, resource
    logical_id = unique(path.removeprefix(f"{own}/").split("/"))
    return logical_id, {
        "Type": "AWS::IAM::Policy",
        "Properties": {
            "PolicyDocument": {"Statement": [], "Version": "2012-10-17"},
            "PolicyName": logical_id[-_LONGEST_NAME:],
            "Roles": [{"Ref": role}],
        },
        "Metadata": {CDK_PATH: path},
    }
