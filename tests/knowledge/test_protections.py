"""Losses without replacement: each row names a property that exists, and says what a change of it loses."""

from __future__ import annotations

from typing import Any

import pytest

from ovr.knowledge.protections import PROTECTIONS, Protection, protections_of
from ovr.knowledge.types import type_info
from ovr.template import pointer

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
    tested = (
        (p.name, p.test(*(pointer.get(each, p.path) for each in (before, after)))) for p in protections_of(type_name)
    )
    return [f"{name}: {what}" for name, what in tested if what]


PITR = {"PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True}}


@pytest.mark.parametrize(
    ("type_name", "before", "after", "said"),
    [
        (TABLE, PITR, {}, "point-in-time recovery: be turned off"),
        (TABLE, {"DeletionProtectionEnabled": True}, {}, "deletion protection: be turned off"),
        (
            TABLE,
            {},
            {"TimeToLiveSpecification": {"Enabled": True, "AttributeName": "ttl"}},
            "time to live: be turned on: items are deleted by `ttl`",
        ),
        (
            TABLE,
            {"TimeToLiveSpecification": {"Enabled": True, "AttributeName": "a"}},
            {"TimeToLiveSpecification": {"Enabled": True, "AttributeName": "b"}},
            "time to live: move: items are deleted by `b` in place of `a`",
        ),
        (
            TABLE,
            {"GlobalSecondaryIndexes": [{"IndexName": "x"}, {"IndexName": "y"}]},
            {"GlobalSecondaryIndexes": [{"IndexName": "y"}]},
            "the indexes: lose x",
        ),
        (
            BUCKET,
            {"VersioningConfiguration": {"Status": "Enabled"}},
            {"VersioningConfiguration": {"Status": "Suspended"}},
            "versioning: be turned off",
        ),
        (
            BUCKET,
            {},
            {"LifecycleConfiguration": {"Rules": [{"Status": "Enabled", "Prefix": "tmp/", "ExpirationInDays": 7}]}},
            "expiration: be added: objects below `tmp/` are deleted after 7 days",
        ),
        (
            BUCKET,
            {"LifecycleConfiguration": {"Rules": [{"Status": "Enabled", "ExpirationInDays": 90}]}},
            {"LifecycleConfiguration": {"Rules": [{"Status": "Enabled", "ExpirationInDays": "30"}]}},
            "expiration: come sooner: objects are deleted after 30 days, not 90",
        ),
        (
            "AWS::Logs::LogGroup",
            {},
            {"RetentionInDays": 7},
            "the time that log events are kept: become shorter: without end → 7",
        ),
        (
            "AWS::SQS::Queue",
            {},
            {"MessageRetentionPeriod": 60},
            "the time that messages are kept: become shorter: 345600, the default → 60",
        ),
        ("AWS::KMS::Key", {}, {"Enabled": False}, "the key: be disabled: what it encrypts cannot be read"),
        (AMPLIFY, {"deletionProtectionEnabled": True}, {}, "deletion protection: be turned off"),
        ("AWS::ECR::Repository", {}, {"EmptyOnDelete": True}, "deleting it with its images: be turned on"),
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


UNKNOWN = {"Ref": "#Parameter"}


@pytest.mark.parametrize(
    ("type_name", "before", "after", "said"),
    [
        (
            TABLE,
            {"DeletionProtectionEnabled": True},
            {"DeletionProtectionEnabled": UNKNOWN},
            "protection: be turned off",
        ),
        (TABLE, {"DeletionProtectionEnabled": UNKNOWN}, {}, "protection: be turned off"),
        (TABLE, {}, {"TimeToLiveSpecification": {"Enabled": UNKNOWN, "AttributeName": "a"}}, "deleted by `a`"),
        (TABLE, {}, {"TimeToLiveSpecification": UNKNOWN}, "deleted by what only the deploy knows"),
        (
            "AWS::Logs::LogGroup",
            {"RetentionInDays": 30},
            {"RetentionInDays": UNKNOWN},
            "30 → what only the deploy knows",
        ),
        ("AWS::Logs::LogGroup", {"RetentionInDays": UNKNOWN}, {"RetentionInDays": 30}, "knows → 30"),
        (
            BUCKET,
            {"LifecycleConfiguration": {"Rules": [{"Status": "Enabled", "ExpirationInDays": 90}]}},
            {"LifecycleConfiguration": {"Rules": [{"Status": UNKNOWN, "ExpirationInDays": 30}]}},
            "after 30 days, not 90",
        ),
        ("AWS::KMS::Key", {}, {"Enabled": UNKNOWN}, "be disabled"),
    ],
)
def test_what_only_a_deploy_knows_counts_as_the_worst(
    type_name: str, before: dict[str, Any], after: dict[str, Any], said: str
) -> None:
    [what] = found(type_name, before, after)
    assert said in what


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"DeletionProtectionEnabled": UNKNOWN}, {"DeletionProtectionEnabled": True}),
        ({}, {"DeletionProtectionEnabled": UNKNOWN}),
    ],
)
def test_what_can_only_get_better_loses_nothing(before: dict[str, Any], after: dict[str, Any]) -> None:
    assert found(TABLE, before, after) == []
