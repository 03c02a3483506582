"""Types whose resources hold what a deployment cannot bring back.

Holds all of cfn-lint 1.58.0's `data/AdditionalSpecs/StatefulResources.json` but nested stacks, which are as stateful as
what they hold (tests/knowledge/test_stateful.py compares). The others were added by hand, where what a resource holds
is made by its users, not by its properties. Amplify's table: its custom resource deletes the table with itself
(`@aws-amplify/graphql-model-transformer`, amplify-table-manager).
"""

from __future__ import annotations

from collections.abc import Mapping

AMPLIFY_TABLE = "Custom::AmplifyDynamoDBTable"

STATEFUL: Mapping[str, str] = {
    AMPLIFY_TABLE: "its items",
    "AWS::Backup::BackupVault": "its recovery points",
    "AWS::CertificateManager::Certificate": "the certificate, which has to be validated anew",
    "AWS::ACMPCA::CertificateAuthority": "the authority, and trust in what it signed",
    "AWS::Cassandra::Keyspace": "its tables",
    "AWS::Cassandra::Table": "its rows",
    "AWS::CloudTrail::EventDataStore": "its events",
    "AWS::CodeCommit::Repository": "its commits",
    "AWS::Cognito::IdentityPool": "the identities of its users",
    "AWS::Cognito::UserPool": "its users",
    "AWS::Cognito::UserPoolDomain": "the address under which people sign in",
    "AWS::Cognito::UserPoolGroup": "who is in it",
    "AWS::Cognito::UserPoolUser": "the user",
    "AWS::DSQL::Cluster": "its data",
    "AWS::DocDB::DBCluster": "its data",
    "AWS::DocDB::DBInstance": "its data",
    "AWS::DocDBElastic::Cluster": "its data",
    "AWS::DynamoDB::GlobalTable": "its items",
    "AWS::DynamoDB::Table": "its items",
    "AWS::EC2::EIP": "its address",
    "AWS::EC2::Instance": "what is on its disks",
    "AWS::EC2::Volume": "what is on it",
    "AWS::ECR::Repository": "its images",
    "AWS::EFS::FileSystem": "its files",
    "AWS::EMR::Cluster": "its data",
    "AWS::ElastiCache::CacheCluster": "its data",
    "AWS::ElastiCache::ReplicationGroup": "its data",
    "AWS::ElastiCache::ServerlessCache": "its data",
    "AWS::Elasticsearch::Domain": "its documents",
    "AWS::FSx::FileSystem": "its files",
    "AWS::FSx::Volume": "its files",
    "AWS::Glue::Database": "its tables",
    "AWS::KMS::Key": "the key, and with it all that is encrypted under it",
    "AWS::KMS::ReplicaKey": "the key, and with it all that is encrypted under it",
    "AWS::Kinesis::Stream": "its records",
    "AWS::Lightsail::Database": "its data",
    "AWS::Lightsail::Disk": "what is on it",
    "AWS::Logs::LogGroup": "its log events",
    "AWS::MSK::Cluster": "its messages",
    "AWS::MemoryDB::Cluster": "its data",
    "AWS::Neptune::DBCluster": "its data",
    "AWS::Neptune::DBInstance": "its data",
    "AWS::NeptuneGraph::Graph": "its data",
    "AWS::OpenSearchServerless::Collection": "its documents",
    "AWS::OpenSearchService::Domain": "its documents",
    "AWS::Organizations::Account": "the account",
    "AWS::QLDB::Ledger": "its journal",
    "AWS::RDS::DBCluster": "its data",
    "AWS::RDS::DBInstance": "its data",
    "AWS::RDS::GlobalCluster": "its data",
    "AWS::Redshift::Cluster": "its data",
    "AWS::RedshiftServerless::Namespace": "its data",
    "AWS::Route53::HostedZone": "its records and name servers",
    "AWS::S3::Bucket": "its objects",
    "AWS::S3Express::DirectoryBucket": "its objects",
    "AWS::S3Tables::Table": "its rows",
    "AWS::S3Tables::TableBucket": "its tables",
    "AWS::S3Vectors::Index": "its vectors",
    "AWS::S3Vectors::VectorBucket": "its vectors",
    "AWS::SDB::Domain": "its items",
    "AWS::SQS::Queue": "the messages in it",
    "AWS::SecretsManager::Secret": "the secret",
    "AWS::Timestream::Database": "its records",
    "AWS::Timestream::InfluxDBInstance": "its records",
    "AWS::Timestream::Table": "its records",
}
"""Type → what is lost with a resource of it."""


WAYS_OUT: Mapping[tuple[str, str], str] = {
    (AMPLIFY_TABLE, "replace"): "add an index instead; or keep the old model, add one with the other key, and copy",
    ("AWS::DynamoDB::Table", "replace"): "add an index instead; or keep the old table, make another and copy",
    ("AWS::Cognito::UserPool", "replace"): "make a second pool, and move the users with a user migration trigger",
    ("AWS::Cognito::UserPool", "refused"): "make a second pool, and move the users with a user migration trigger",
    ("AWS::Cognito::IdentityPool", "replace"): "keep it: what users own by their identity would stay behind",
    ("AWS::S3::Bucket", "replace"): "make a second bucket, copy (`aws s3 sync`), and switch over",
    ("AWS::Logs::LogGroup", "replace"): "export the log events first, or make a second log group",
    (AMPLIFY_TABLE, "refused"): "keep the old model, add one with the other key, and copy",
    ("AWS::DynamoDB::Table", "refused"): "change one index in each deployment",
    ("AWS::DynamoDB::GlobalTable", "refused"): "change one index in each deployment",
    ("AWS::KMS::Key", "refused"): "make a second key, and move what is encrypted over to it",
}
"""(type, what happens) → the way out that keeps what it holds."""


def holds(type_name: str) -> str | None:
    """What is lost with a resource of this type; None where a deployment makes it again as it was."""
    return STATEFUL.get(type_name)
