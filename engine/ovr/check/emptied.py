"""Buckets that CDK's custom resource empties although they are kept, and what keeping means in a sandbox.

Source: aws-cdk-lib, `Custom::S3AutoDeleteObjects` (its handler empties the bucket when the custom resource goes, if the
bucket has the tag `aws-cdk:auto-delete-objects`); CDK_NAMING.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ovr.check.comparison import Comparison
from ovr.check.touched import members, touched_stacks
from ovr.errors import Finding, Severity
from ovr.knowledge.stateful import holds
from ovr.template import pointer
from ovr.template.follow import origin
from ovr.template.tree import Stack

BUCKET, EMPTIES = "AWS::S3::Bucket", "Custom::S3AutoDeleteObjects"
TAG = "aws-cdk:auto-delete-objects"
_KEPT = ("Retain", "RetainExceptOnCreate")


def kept_but_emptied(comparison: Comparison) -> Iterator[Finding]:
    """OVR4105 for each bucket that an override keeps and a custom resource would still empty."""
    for _, stack, logical_id, resource in _newly_kept(comparison):
        if resource.get("Type") != BUCKET or not _is_tagged(resource):
            continue
        for other, emptying in stack.resources.items():
            if emptying.get("Type") == EMPTIES and _names(comparison, stack, emptying) == (stack.path, logical_id):
                name = comparison.name_of(stack.path, logical_id)
                yield Finding(
                    "OVR4105",
                    f"{name} is kept, but {stack.path}#{other} would still empty it when the stack goes",
                    _span(comparison, stack, logical_id),
                    fix=f"take {stack.path}#{other} away (`remove: true`), and the tag `{TAG}` of the bucket",
                    severity=Severity.WARNING,
                    place=pointer.place(stack.path, ("Resources", other)),
                )


def kept_in_a_sandbox(comparison: Comparison) -> Iterator[Finding]:
    """OVR4106: what a sandbox keeps is there still when the sandbox is deleted. One note for each override."""
    if comparison.facts.get("type") != "sandbox":
        return
    told: set[int] = set()
    for _, stack, logical_id, resource in _newly_kept(comparison):
        operation = comparison.causes.operation(stack.path, ("Resources", logical_id, "DeletionPolicy"))
        override = comparison.override(operation)
        if override is None or override.index in told or not holds(str(resource.get("Type"))):
            continue
        told.add(override.index)
        yield Finding(
            "OVR4106",
            "`ampx sandbox delete` is meant to take everything away, and would leave what this keeps",
            _span(comparison, stack, logical_id),
            fix="limit it to branches: `when: {type: branch}`",
            severity=Severity.NOTE,
            place=pointer.place(stack.path, ("Resources", logical_id, "DeletionPolicy")),
        )


def _newly_kept(comparison: Comparison) -> Iterator[tuple[dict[str, Any], Stack, str, dict[str, Any]]]:
    """(template before, stack, logical ID, resource) of what is there in both and has become kept."""
    for old, stack in touched_stacks(comparison.before, comparison.after):
        known = members(old, "Resources")
        for logical_id, resource in stack.resources.items():
            was = known.get(logical_id)
            if was is resource or not isinstance(was, dict) or resource.get("DeletionPolicy") not in _KEPT:
                continue
            if was.get("DeletionPolicy") not in _KEPT:
                yield old, stack, logical_id, resource


def _is_tagged(resource: Mapping[str, Any]) -> bool:
    tags = pointer.get(resource, ("Properties", "Tags"))
    return isinstance(tags, list) and any(isinstance(tag, dict) and tag.get("Key") == TAG for tag in tags)


def _names(comparison: Comparison, stack: Stack, emptying: Mapping[str, Any]) -> tuple[str, str] | None:
    """The bucket that a custom resource empties."""
    found = origin(comparison.after, stack.path, pointer.get(emptying, ("Properties", "BucketName")))
    return found[:2] if found else None


def _span(comparison: Comparison, stack: Stack, logical_id: str) -> Any:
    return comparison.span(stack.path, ("Resources", logical_id, "DeletionPolicy"))
