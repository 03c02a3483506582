"""Removal policies: what CDK's four mean in CloudFormation, which types can keep a snapshot, and what goes without one.

Sources: `CfnResource.applyRemovalPolicy` of aws-cdk-lib 2.276 (the meaning, and the list of types), which agrees
with the AWS CloudFormation user guide, "DeletionPolicy attribute", on resources that support snapshots.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple


class Policies(NamedTuple):
    """The two resource attributes that a removal policy sets."""

    deletion: str
    update_replace: str


REMOVAL_POLICIES: dict[str, Policies] = {
    "DESTROY": Policies("Delete", "Delete"),
    "RETAIN": Policies("Retain", "Retain"),
    "SNAPSHOT": Policies("Snapshot", "Snapshot"),
    "RETAIN_ON_UPDATE_OR_DELETE": Policies("RetainExceptOnCreate", "Retain"),
}
"""`removalPolicy` → (DeletionPolicy, UpdateReplacePolicy)."""

SNAPSHOT_TYPES: frozenset[str] = frozenset(
    {
        "AWS::DocDB::DBCluster",
        "AWS::EC2::Volume",
        "AWS::ElastiCache::CacheCluster",
        "AWS::ElastiCache::ReplicationGroup",
        "AWS::Neptune::DBCluster",
        "AWS::RDS::DBCluster",
        "AWS::RDS::DBInstance",
        "AWS::Redshift::Cluster",
    }
)
"""Types of which CloudFormation can take a snapshot before it deletes."""

_SNAPSHOT_BY_DEFAULT = ("AWS::RDS::DBCluster", "AWS::RDS::DBInstance")

PolicyName = Literal["DeletionPolicy", "UpdateReplacePolicy"]
POLICY_STRENGTHS = ("Delete", "Snapshot", "Retain")
"""What becomes of a resource that goes, the weakest first."""


def policy_of(resource: Mapping[str, Any], name: PolicyName) -> str:
    """What becomes of a resource that goes: one of POLICY_STRENGTHS, by its attribute or by default.

    `RetainExceptOnCreate` retains all that holds something. Source of the defaults: CloudFormation template reference,
    "DeletionPolicy attribute" (Snapshot for a database that is in no cluster), "UpdateReplacePolicy attribute".
    """
    written = resource.get(name)
    if written == "RetainExceptOnCreate":
        return "Retain"
    if written is None and name == "DeletionPolicy" and resource.get("Type") in _SNAPSHOT_BY_DEFAULT:
        return "Delete" if "DBClusterIdentifier" in (resource.get("Properties") or {}) else "Snapshot"
    return written if written in POLICY_STRENGTHS else "Delete"
