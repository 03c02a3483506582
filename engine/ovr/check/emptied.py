"""Buckets that CDK's custom resource empties although they are kept, and what keeping means in a sandbox.

Source: aws-cdk-lib, `Custom::S3AutoDeleteObjects` (its handler empties the bucket when the custom resource goes, if the
bucket has the tag `aws-cdk:auto-delete-objects`); CDK_NAMING.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ovr.check.comparison import Comparison
from ovr.check.touched import members, touched_stacks
from ovr.errors import Finding, Severity
from ovr.knowledge.protections import LossWord
from ovr.knowledge.stateful import holds
from ovr.template import pointer
from ovr.template.changes import ElementChange
from ovr.template.follow import origin
from ovr.template.tree import Stack, StackTree

BUCKET, EMPTIES = "AWS::S3::Bucket", "Custom::S3AutoDeleteObjects"
TAG = "aws-cdk:auto-delete-objects"
_KEPT = ("Retain", "RetainExceptOnCreate")


@dataclass(frozen=True, slots=True)
class Emptied:
    """A bucket that stays and loses its objects, or from now on would lose them with itself.

    `bucket` is (stack, logical ID), `word` that of `allow`, `what` the words after the bucket's name, `fix` the way
    out. `certain` is False where it depends on what only the deploy knows.
    """

    bucket: tuple[str, str]
    word: LossWord
    what: str
    fix: str
    certain: bool = True


def emptied(comparison: Comparison, element: ElementChange) -> Iterator[Emptied]:
    """What a changed EMPTIES does to buckets that stay.

    When it goes, or gets another bucket, its handler empties the one it had, unless that has lost its tag.
    """
    before, after = comparison.before, comparison.after
    old = _bucket_of(before, element.stack, element.renamed_from or element.id)
    new = _bucket_of(after, element.stack, element.id)
    kind = element.action if element.action == "remove" else element.verdict.kind if element.verdict else "update"
    goes = kind in ("remove", "may-remove") or element.renamed_from is not None
    name = comparison.names[element.action != "remove"].called(element.stack, element.id)
    if old and (goes or new != old) and _is_tagged(_resource(after, old)):
        may = kind == "may-remove"
        why = (
            "may be removed" if may else "is removed" if kind == "remove" else "is renamed" if goes else "changes over"
        )
        what = f"its objects {'may' if may else 'will'} be deleted at once by {name}, which {why}"
        fix = f"take the tag `{TAG}` off the bucket as well, or leave {name} as it is"
        yield Emptied(old, "data-loss", what, fix, not may)
    if new and new != old and _resource(before, new):
        yield Emptied(
            new, "unprotect", f"its objects will be deleted whenever the bucket is, by {name}", "leave it out"
        )


def _bucket_of(tree: StackTree, stack: str, logical_id: str) -> tuple[str, str] | None:
    """The bucket that a custom resource empties."""
    if stack not in tree.stacks:
        return None
    resource = _resource(tree, (stack, logical_id))
    found = origin(tree, stack, pointer.get(resource, ("Properties", "BucketName")))
    return found[:2] if found else None


def _resource(tree: StackTree, place: tuple[str, str]) -> Mapping[str, Any]:
    stack, logical_id = place
    return tree.stacks[stack].resources.get(logical_id, {}) if stack in tree.stacks else {}


def kept_but_emptied(comparison: Comparison) -> Iterator[Finding]:
    """OVR4105 for each bucket that an override keeps and a custom resource would still empty."""
    for stack, logical_id, resource in _newly_kept(comparison):
        if resource.get("Type") != BUCKET or not _is_tagged(resource):
            continue
        for other, emptying in stack.resources.items():
            if emptying.get("Type") == EMPTIES and _bucket_of(comparison.after, stack.path, other) == (
                stack.path,
                logical_id,
            ):
                name, emptier = (comparison.name_of(stack.path, each) for each in (logical_id, other))
                yield Finding(
                    "OVR4105",
                    f"{name} is kept, but {emptier} would still empty it when the stack goes",
                    _span(comparison, stack, logical_id),
                    fix=f"take {emptier} away (`remove: true`), and the tag `{TAG}` off the bucket",
                    severity=Severity.WARNING,
                    place=pointer.place(stack.path, ("Resources", other)),
                )


def kept_in_a_sandbox(comparison: Comparison) -> Iterator[Finding]:
    """OVR4106: what a sandbox keeps is there still when the sandbox is deleted. One note for each override."""
    if comparison.facts.get("type") != "sandbox":
        return
    told: set[int] = set()
    for stack, logical_id, resource in _newly_kept(comparison):
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


def _newly_kept(comparison: Comparison) -> Iterator[tuple[Stack, str, dict[str, Any]]]:
    """(stack, logical ID, resource) of what is there in both and has become kept."""
    for old, stack in touched_stacks(comparison.before, comparison.after):
        known = members(old, "Resources")
        for logical_id, resource in stack.resources.items():
            was = known.get(logical_id)
            if was is resource or not isinstance(was, dict) or resource.get("DeletionPolicy") not in _KEPT:
                continue
            if was.get("DeletionPolicy") not in _KEPT:
                yield stack, logical_id, resource


def _is_tagged(resource: Mapping[str, Any]) -> bool:
    tags = pointer.get(resource, ("Properties", "Tags"))
    return isinstance(tags, list) and any(isinstance(tag, dict) and tag.get("Key") == TAG for tag in tags)


def _span(comparison: Comparison, stack: Stack, logical_id: str) -> Any:
    return comparison.span(stack.path, ("Resources", logical_id, "DeletionPolicy"))
