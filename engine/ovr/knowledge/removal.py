"""Removal policies: what CDK's four mean in CloudFormation, and which types can keep a snapshot.

Sources: `CfnResource.applyRemovalPolicy` of aws-cdk-lib 2.276 (the meaning, and the list of types), which agrees
with the AWS CloudFormation user guide, "DeletionPolicy attribute", on resources that support snapshots.
"""

from __future__ import annotations

from typing import NamedTuple


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
