"""Properties that keep data, or keep it from harm: what a change of one of them loses without any replacement.

One row a property. What counts is in LANGUAGE.md §7; that the types and properties exist is held against AWS's schemas
by tests/knowledge/test_protections.py; what a missing value means (the defaults in the rows) is from the
CloudFormation resource reference of the type; Amplify's table from `@aws-amplify/graphql-model-transformer`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from ovr.knowledge.stateful import AMPLIFY_TABLE
from ovr.template import pointer
from ovr.template.intrinsics import is_intrinsic
from ovr.template.pointer import MISSING, Json, Tokens

LossWord = Literal["unprotect", "data-loss"]
Test = Callable[[Json, Json], str | None]
"""(value before, value after; MISSING for none, a symbol for one that only a deploy knows) → what happens at worst, as
the words after "deletion protection may …"; None for nothing."""


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
    return "be turned off" if _on(before, unknown=True) and not _on(after) else None


def on(before: Json, after: Json) -> str | None:
    """It was not on and is now."""
    return "be turned on" if _on(after, unknown=True) and not _on(before) else None


def shorter(default: int | None = None) -> Test:
    """A time or number becomes less; without a value it is `default`, and with none of that either, no end."""

    def test(before: Json, after: Json) -> str | None:
        was = None if is_intrinsic(before) else _number(before, default)
        now = 0 if is_intrinsic(after) else _number(after, default)
        if now is None or (was is not None and now >= was):
            return None
        return f"become shorter: {_shown(before, default)} → {_shown(after, default)}"

    return test


def gone(before: Json, after: Json) -> str | None:
    """There was one, and there is none any more."""
    return "be taken away" if before not in (MISSING, None, [], {}) and after in (MISSING, None, [], {}) else None


def items_gone(key: str) -> Test:
    """Items of a list, known by a key, are there no more."""

    def test(before: Json, after: Json) -> str | None:
        lost = [name for name in _names(before, key) if name not in _names(after, key)]
        return f"lose {', '.join(lost)}" if lost else None

    return test


def time_to_live(enabled: str, attribute: str) -> Test:
    """Items begin to be deleted by their age, or by another attribute."""

    def test(before: Json, after: Json) -> str | None:
        if not _on(_inside(after, enabled), unknown=True):
            return None
        was, now = (_inside(value, attribute) for value in (before, after))
        if not _on(_inside(before, enabled)):
            return f"be turned on: items are deleted by {_shown(now)}"
        return f"move: items are deleted by {_shown(now)} in place of {_shown(was)}" if was != now else None

    return test


def expiring_sooner(before: Json, after: Json) -> str | None:
    """Objects of a bucket are deleted that were kept, or sooner than before."""
    old = dict(_expirations(before))
    for (what, prefix), days in _expirations(after):
        known = old.get((what, prefix))
        if known is not None and days >= known:
            continue
        where = f" below `{prefix}`" if prefix else ""
        when = f"after {days:g} days" if days else "by a date"
        verb, instead = ("be added", "") if known is None else ("come sooner", f", not {known:g}")
        return f"{verb}: {what}{where} are deleted {when}{instead}"
    return None


def _expirations(value: Json) -> Iterator[tuple[tuple[str, str], float]]:
    """((what expires, prefix), days) of the enabled rules of a bucket's lifecycle; 0 days for a date.

    What only a deploy knows counts as what deletes most.
    """
    rules = _inside(value, "Rules")
    for rule in rules if isinstance(rules, list) else ():
        if not isinstance(rule, dict) or not _on(rule.get("Status"), unknown=True):
            continue
        prefix = str(rule.get("Prefix", ""))
        days = _number(rule.get("ExpirationInDays", MISSING), None)
        if days is not None or "ExpirationDate" in rule or is_intrinsic(rule.get("ExpirationInDays")):
            yield ("objects", prefix), days or 0
        nested = pointer.get(rule, ("NoncurrentVersionExpiration", "NoncurrentDays"))
        versions = _number(rule.get("NoncurrentVersionExpirationInDays", nested), None)
        if versions is not None:
            yield ("old versions", prefix), versions


def renewed(before: Json, after: Json) -> str | None:
    """It is there and was not so before."""
    if after in (MISSING, before):
        return None
    return "be added" if before is MISSING else "change"


def disabled(before: Json, after: Json) -> str | None:
    """What was enabled, as it is without a word, is not any more."""
    was, now = (str(value).lower() == "false" for value in (before, after))
    return "be disabled: what it encrypts cannot be read" if (now or is_intrinsic(after)) and not was else None


def _on(value: Json, *, unknown: bool = False) -> bool:
    """Whether a value says yes; `unknown` where only a deploy knows it."""
    if is_intrinsic(value):
        return unknown
    return value is True or (isinstance(value, str) and value.lower() in ("true", "enabled", "active", "on"))


def _number(value: Json, default: int | None) -> float | None:
    """A number, given as one or as text; None for one without end."""
    if value is MISSING:
        return default
    try:
        return None if isinstance(value, bool) else float(value)
    except (TypeError, ValueError):
        return default


def _shown(value: Json, default: int | None = None) -> str:
    if is_intrinsic(value):
        return "what only the deploy knows"
    if value is not MISSING:
        return f"`{value}`" if isinstance(value, str) and not value.isdigit() else str(value)
    return "without end" if default is None else f"{default}, the default"


def _inside(value: Json, name: str) -> Json:
    """A member; the value itself where only a deploy knows what it comes to."""
    return value if is_intrinsic(value) else pointer.get(value, (name,))


def _names(value: Json, key: str) -> list[str]:
    items = value if isinstance(value, list) else []
    return [str(item[key]) for item in items if isinstance(item, dict) and key in item]


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
    (_TABLES, "GlobalSecondaryIndexes", "the indexes", items_gone("IndexName"), "data-loss"),
    (AMPLIFY_TABLE, "globalSecondaryIndexes", "the indexes", items_gone("indexName"), "data-loss"),
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

_BY_TYPE: Mapping[str, tuple[Protection, ...]] = {
    name: tuple(each for each in PROTECTIONS if name in each.types) for each in PROTECTIONS for name in each.types
}


def protections_of(type_name: str) -> tuple[Protection, ...]:
    """The rows of a type."""
    return _BY_TYPE.get(type_name, ())
