"""Properties that keep data, or keep it from harm: what a change of one of them loses without any replacement.

One row a property. What counts is in LANGUAGE.md §7; that the types and properties exist is held against AWS's schemas
by tests/knowledge/test_protections.py; what a missing value means (the defaults in the rows) is from the
CloudFormation resource reference of the type; Amplify's table from `@aws-amplify/graphql-model-transformer`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from ovr.knowledge.stateful import AMPLIFY_TABLE
from ovr.template import pointer
from ovr.template.pointer import MISSING, Json, Tokens

LossWord = Literal["unprotect", "data-loss"]
Test = Callable[[Json, Json], str | None]
"""(value before, value after; MISSING for none) → what happens, as the words after the protection's name."""


@dataclass(frozen=True, slots=True)
class Protection:
    """One property of some types. `name` is what it is called in a sentence; `test` says whether a change loses it."""

    types: tuple[str, ...]
    path: Tokens
    name: str
    test: Test
    word: LossWord = "unprotect"


def off(before: Json, after: Json) -> str | None:
    """It was on and is not any more."""
    return "goes off" if _on(before) and not _on(after) else None


def on(before: Json, after: Json) -> str | None:
    """It was not on and is now."""
    return "goes on" if _on(after) and not _on(before) else None


def shorter(default: int | None = None) -> Test:
    """A time or number becomes less; without a value it is `default`, and with none of that either, no end."""

    def test(before: Json, after: Json) -> str | None:
        was, now = (_number(value, default) for value in (before, after))
        if now is None or (was is not None and now >= was):
            return None
        return f"becomes shorter: {_shown(before, default)} → {_shown(after, default)}"

    return test


def weaker(strengths: Sequence[str]) -> Test:
    """A value becomes one that stands before it in `strengths`; without a value it is the first."""

    def test(before: Json, after: Json) -> str | None:
        was, now = (strengths.index(v) if v in strengths else 0 for v in (before, after))
        return f"becomes weaker: {strengths[was]} → {strengths[now]}" if now < was else None

    return test


def gone(before: Json, after: Json) -> str | None:
    """There was one, and there is none any more."""
    return "is taken away" if before not in (MISSING, None, [], {}) and after in (MISSING, None, [], {}) else None


def items_gone(key: str) -> Test:
    """Items of a list, known by a key, are there no more."""

    def test(before: Json, after: Json) -> str | None:
        lost = [name for name in _names(before, key) if name not in _names(after, key)]
        return f"{', '.join(lost)} {'is' if len(lost) == 1 else 'are'} taken away" if lost else None

    return test


def time_to_live(enabled: str, attribute: str) -> Test:
    """Items begin to be deleted by their age, or by another attribute."""

    def test(before: Json, after: Json) -> str | None:
        if not _on(pointer.get(after, (enabled,))):
            return None
        was, now = (pointer.get(value, (attribute,)) for value in (before, after))
        if not _on(pointer.get(before, (enabled,))):
            return f"goes on: items are deleted by `{now}`"
        return f"moves: items are deleted by `{now}` in place of `{was}`" if was != now else None

    return test


def expiring_sooner(before: Json, after: Json) -> str | None:
    """Objects of a bucket are deleted that were kept, or sooner than before."""
    old = dict(_expirations(before))
    for rule, days in _expirations(after):
        known = old.get(rule)
        if known is None or days < known:
            what, where = ("old versions", rule[1]) if rule[0] == "versions" else ("objects", rule[1])
            below = f" below `{where}`" if where else ""
            when = f"after {days:g} days" if days else "on a date"
            return f"is added or shortened: {what}{below} are deleted {when}"
    return None


def _expirations(value: Json) -> Iterator[tuple[tuple[str, str], float]]:
    """((what expires, prefix), days) of the enabled rules of a bucket's lifecycle; 0 days for a date."""
    rules = pointer.get(value, ("Rules",))
    for rule in rules if isinstance(rules, list) else ():
        if not isinstance(rule, dict) or rule.get("Status") != "Enabled":
            continue
        prefix = str(rule.get("Prefix", ""))
        days = _number(rule.get("ExpirationInDays", MISSING), None)
        if days is not None or "ExpirationDate" in rule:
            yield ("objects", prefix), days or 0
        nested = pointer.get(rule, ("NoncurrentVersionExpiration", "NoncurrentDays"))
        versions = _number(rule.get("NoncurrentVersionExpirationInDays", nested), None)
        if versions is not None:
            yield ("versions", prefix), versions


def _on(value: Json) -> bool:
    return value is True or (isinstance(value, str) and value.lower() in ("true", "enabled", "active", "on"))


def _number(value: Json, default: int | None) -> float | None:
    """A number, given as one or as text; None for one without end."""
    if value is MISSING:
        return default
    try:
        return None if isinstance(value, bool) else float(value)
    except (TypeError, ValueError):
        return default


def _shown(value: Json, default: int | None) -> str:
    if value is not MISSING:
        return str(value)
    return "without end" if default is None else f"{default}, the default"


def _names(value: Json, key: str) -> list[str]:
    items = value if isinstance(value, list) else []
    return [str(item[key]) for item in items if isinstance(item, dict) and key in item]


def renewed(before: Json, after: Json) -> str | None:
    """It is there and was not so before."""
    return "is added or changed" if after not in (MISSING, before) else None


def disabled(before: Json, after: Json) -> str | None:
    """What was enabled, as it is without a word, is not any more."""
    was, now = (str(value).lower() == "false" for value in (before, after))
    return "is disabled: what it encrypts cannot be read" if now and not was else None


_BUCKET, _QUEUE, _FSX = "AWS::S3::Bucket", "AWS::SQS::Queue", "AWS::FSx::FileSystem"
_KEYS = ("AWS::KMS::Key", "AWS::KMS::ReplicaKey")
_TABLES = ("AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable")
_DATABASES = ("AWS::RDS::DBInstance", "AWS::RDS::DBCluster", "AWS::Neptune::DBCluster", "AWS::DocDB::DBCluster")

_DELETION, _RECOVERY, _TIME_TO_LIVE = "deletion protection", "point-in-time recovery", "time to live"
_SNAPSHOTS, _BACKUPS = "the time that snapshots are kept", "the time that backups are kept"
_IMAGES = "deleting it with its images"
_PITR = "PointInTimeRecoverySpecification"

_ROWS: tuple[tuple[str | tuple[str, ...], str, str, Test, LossWord], ...] = (
    # deletion protection
    ("AWS::Cognito::UserPool", "DeletionProtection", _DELETION, off, "unprotect"),
    (_TABLES[:1], "DeletionProtectionEnabled", _DELETION, off, "unprotect"),
    (AMPLIFY_TABLE, "deletionProtectionEnabled", _DELETION, off, "unprotect"),
    ((*_DATABASES, "AWS::RDS::GlobalCluster"), "DeletionProtection", _DELETION, off, "unprotect"),
    ("AWS::QLDB::Ledger", "DeletionProtection", _DELETION, off, "unprotect"),
    ("AWS::NeptuneGraph::Graph", "DeletionProtection", _DELETION, off, "unprotect"),
    ("AWS::DSQL::Cluster", "DeletionProtectionEnabled", _DELETION, off, "unprotect"),
    ("AWS::Logs::LogGroup", "DeletionProtectionEnabled", _DELETION, off, "unprotect"),
    ("AWS::EC2::Instance", "DisableApiTermination", "termination protection", off, "unprotect"),
    ("AWS::CloudTrail::EventDataStore", "TerminationProtectionEnabled", "termination protection", off, "unprotect"),
    # backups
    (_TABLES[:1], f"{_PITR}/PointInTimeRecoveryEnabled", _RECOVERY, off, "unprotect"),
    (_TABLES[:1], f"{_PITR}/RecoveryPeriodInDays", "the time that can be recovered", shorter(35), "unprotect"),
    # Amplify writes the inner name with a capital; its handler takes either
    (AMPLIFY_TABLE, "pointInTimeRecoverySpecification/pointInTimeRecoveryEnabled", _RECOVERY, off, "unprotect"),
    (AMPLIFY_TABLE, "pointInTimeRecoverySpecification/PointInTimeRecoveryEnabled", _RECOVERY, off, "unprotect"),
    (_DATABASES, "BackupRetentionPeriod", _BACKUPS, shorter(1), "unprotect"),
    (_DATABASES[:2], "DeleteAutomatedBackups", "deleting backups with the database", on, "unprotect"),
    ("AWS::EFS::FileSystem", "BackupPolicy/Status", "automatic backup", off, "unprotect"),
    ("AWS::Redshift::Cluster", "AutomatedSnapshotRetentionPeriod", _SNAPSHOTS, shorter(1), "unprotect"),
    ("AWS::ElastiCache::ReplicationGroup", "SnapshotRetentionLimit", _SNAPSHOTS, shorter(0), "unprotect"),
    ("AWS::ElastiCache::CacheCluster", "SnapshotRetentionLimit", _SNAPSHOTS, shorter(0), "unprotect"),
    (_FSX, "WindowsConfiguration/AutomaticBackupRetentionDays", _BACKUPS, shorter(30), "unprotect"),
    (_FSX, "LustreConfiguration/AutomaticBackupRetentionDays", _BACKUPS, shorter(0), "unprotect"),
    (_FSX, "OntapConfiguration/AutomaticBackupRetentionDays", _BACKUPS, shorter(30), "unprotect"),
    (_FSX, "OpenZFSConfiguration/AutomaticBackupRetentionDays", _BACKUPS, shorter(30), "unprotect"),
    ("AWS::Backup::BackupVault", "LockConfiguration", "the lock of the vault", gone, "unprotect"),
    # buckets
    (_BUCKET, "VersioningConfiguration/Status", "versioning", off, "unprotect"),
    (_BUCKET, "ObjectLockConfiguration", "the lock of objects", gone, "unprotect"),
    (_BUCKET, "ReplicationConfiguration", "replication", gone, "unprotect"),
    (_BUCKET, "LifecycleConfiguration", "expiration", expiring_sooner, "data-loss"),
    # what is deleted by its age
    (_TABLES, "TimeToLiveSpecification", _TIME_TO_LIVE, time_to_live("Enabled", "AttributeName"), "data-loss"),
    (AMPLIFY_TABLE, "timeToLiveSpecification", _TIME_TO_LIVE, time_to_live("enabled", "attributeName"), "data-loss"),
    ("AWS::Logs::LogGroup", "RetentionInDays", "the time that log events are kept", shorter(), "data-loss"),
    (_QUEUE, "MessageRetentionPeriod", "the time that messages are kept", shorter(345_600), "data-loss"),
    (_QUEUE, "RedrivePolicy", "the dead-letter queue", gone, "unprotect"),
    ("AWS::Kinesis::Stream", "RetentionPeriodHours", "the time that records are kept", shorter(24), "data-loss"),
    ("AWS::CloudTrail::EventDataStore", "RetentionPeriod", "the time that events are kept", shorter(2557), "data-loss"),
    (
        "AWS::Timestream::Table",
        "RetentionProperties/MagneticStoreRetentionPeriodInDays",
        "the time that records are kept",
        shorter(73_000),
        "data-loss",
    ),
    ("AWS::ECR::Repository", "LifecyclePolicy/LifecyclePolicyText", "expiration of images", renewed, "data-loss"),
    # indexes
    (_TABLES, "GlobalSecondaryIndexes", "the index", items_gone("IndexName"), "data-loss"),
    (AMPLIFY_TABLE, "globalSecondaryIndexes", "the index", items_gone("indexName"), "data-loss"),
    # keys
    (_KEYS[:1], "EnableKeyRotation", "rotation of the key", off, "unprotect"),
    (_KEYS, "PendingWindowInDays", "the time before the key is deleted", shorter(30), "unprotect"),
    (_KEYS, "Enabled", "the key", disabled, "unprotect"),
    # deleted with all that is in it
    ("AWS::ECR::Repository", "EmptyOnDelete", _IMAGES, on, "data-loss"),
    (AMPLIFY_TABLE, "allowDestructiveGraphqlSchemaUpdates", "replacing the table with the schema", on, "unprotect"),
    (AMPLIFY_TABLE, "replaceTableUponGsiUpdate", "replacing the table with its indexes", on, "unprotect"),
)

PROTECTIONS = tuple(
    Protection((types,) if isinstance(types, str) else types, tuple(path.split("/")), name, test, word)
    for types, path, name, test, word in _ROWS
)

DELETION_STRENGTHS = ("Delete", "Snapshot", "Retain")
"""What becomes of a resource that is removed, the weakest first."""

_BY_TYPE: Mapping[str, tuple[Protection, ...]] = {
    name: tuple(each for each in PROTECTIONS if name in each.types) for each in PROTECTIONS for name in each.types
}


def protections_of(type_name: str) -> tuple[Protection, ...]:
    """The rows of a type."""
    return _BY_TYPE.get(type_name, ())


def lost(protection: Protection, before: Mapping[str, Any], after: Mapping[str, Any]) -> str | None:
    """What a change from these Properties to those loses of a protection, as a sentence; None for nothing."""
    was, now = pointer.get(before, protection.path), pointer.get(after, protection.path)
    if was is now or was == now:
        return None
    happens = protection.test(was, now)
    return f"{protection.name} {happens}" if happens else None
