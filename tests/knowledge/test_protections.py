"""Losses without replacement: each row names a property that exists, and says what a change of it loses."""

from __future__ import annotations

from typing import Any

import pytest

from ovr.knowledge.protections import PROTECTIONS, Protection, lost, protections_of
from ovr.knowledge.types import type_info

TABLE, BUCKET, AMPLIFY = "AWS::DynamoDB::Table", "AWS::S3::Bucket", "Custom::AmplifyDynamoDBTable"


def exists(name: str, protection: Protection) -> bool:
    info = type_info(name)
    parent = info.properties_at(protection.path[:-1]) if info else None
    return parent is not None and protection.path[-1] in parent


@pytest.mark.parametrize("protection", PROTECTIONS, ids=lambda p: f"{p.types[0]}.{'.'.join(p.path)}")
def test_the_property_exists(protection: Protection) -> None:
    missing = [name for name in protection.types if not exists(name, protection)]
    # GlobalTable has some of a table's properties in its replicas, and Amplify writes one with a capital
    assert [name for name in missing if "PointInTimeRecoveryEnabled" not in protection.path] == []


def found(type_name: str, before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    return [said for each in protections_of(type_name) if (said := lost(each, before, after))]


PITR = {"PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True}}


@pytest.mark.parametrize(
    ("type_name", "before", "after", "said"),
    [
        (TABLE, PITR, {}, "point-in-time recovery goes off"),
        (TABLE, {"DeletionProtectionEnabled": True}, {}, "deletion protection goes off"),
        (
            TABLE,
            {},
            {"TimeToLiveSpecification": {"Enabled": True, "AttributeName": "ttl"}},
            "time to live goes on: items are deleted by `ttl`",
        ),
        (
            TABLE,
            {"TimeToLiveSpecification": {"Enabled": True, "AttributeName": "a"}},
            {"TimeToLiveSpecification": {"Enabled": True, "AttributeName": "b"}},
            "time to live moves: items are deleted by `b` in place of `a`",
        ),
        (
            TABLE,
            {"GlobalSecondaryIndexes": [{"IndexName": "x"}, {"IndexName": "y"}]},
            {"GlobalSecondaryIndexes": [{"IndexName": "y"}]},
            "the index x is taken away",
        ),
        (
            BUCKET,
            {"VersioningConfiguration": {"Status": "Enabled"}},
            {"VersioningConfiguration": {"Status": "Suspended"}},
            "versioning goes off",
        ),
        (
            BUCKET,
            {},
            {"LifecycleConfiguration": {"Rules": [{"Status": "Enabled", "Prefix": "tmp/", "ExpirationInDays": 7}]}},
            "expiration is added or shortened: objects below `tmp/` are deleted after 7 days",
        ),
        (
            BUCKET,
            {"LifecycleConfiguration": {"Rules": [{"Status": "Enabled", "ExpirationInDays": 90}]}},
            {"LifecycleConfiguration": {"Rules": [{"Status": "Enabled", "ExpirationInDays": "30"}]}},
            "expiration is added or shortened: objects are deleted after 30 days",
        ),
        (
            "AWS::Logs::LogGroup",
            {},
            {"RetentionInDays": 7},
            "the time that log events are kept becomes shorter: without end → 7",
        ),
        (
            "AWS::SQS::Queue",
            {},
            {"MessageRetentionPeriod": 60},
            "the time that messages are kept becomes shorter: 345600, the default → 60",
        ),
        ("AWS::KMS::Key", {}, {"Enabled": False}, "the key is disabled: what it encrypts cannot be read"),
        (AMPLIFY, {"deletionProtectionEnabled": True}, {}, "deletion protection goes off"),
        ("AWS::ECR::Repository", {}, {"EmptyOnDelete": True}, "deleting it with its images goes on"),
    ],
)
def test_what_is_lost(type_name: str, before: dict[str, Any], after: dict[str, Any], said: str) -> None:
    assert found(type_name, before, after) == [said]
    assert found(type_name, after, before) != [said], "the way back loses something else, or nothing"


@pytest.mark.parametrize(
    ("type_name", "before", "after"),
    [
        (TABLE, {}, PITR),
        (TABLE, {}, {"TimeToLiveSpecification": {"Enabled": False, "AttributeName": "ttl"}}),
        (BUCKET, {}, {"VersioningConfiguration": {"Status": "Enabled"}}),
        (BUCKET, {}, {"LifecycleConfiguration": {"Rules": [{"Status": "Disabled", "ExpirationInDays": 1}]}}),
        (
            BUCKET,
            {"LifecycleConfiguration": {"Rules": [{"Status": "Enabled", "ExpirationInDays": 30}]}},
            {"LifecycleConfiguration": {"Rules": [{"Status": "Enabled", "ExpirationInDays": 90}]}},
        ),
        ("AWS::Logs::LogGroup", {"RetentionInDays": 7}, {"RetentionInDays": 30}),
        ("AWS::Logs::LogGroup", {"RetentionInDays": 7}, {}),
        ("AWS::SQS::Queue", {"MessageRetentionPeriod": 60}, {}),
        ("AWS::KMS::Key", {"Enabled": True}, {}),
    ],
)
def test_what_loses_nothing(type_name: str, before: dict[str, Any], after: dict[str, Any]) -> None:
    assert found(type_name, before, after) == []
