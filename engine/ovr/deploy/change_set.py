"""A change set: made, waited for, read whole, and held against the plan.

Source: AWS CloudFormation API reference, CreateChangeSet, DescribeChangeSet; user guide, "Change sets for nested
stacks".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ovr.deploy.pace import Pace
from ovr.deploy.port import AwsFailure, ChangeSet, ChangeSetRequest, CloudFormation, ResourceChange
from ovr.errors import Finding, OvrError
from ovr.template import pointer
from ovr.template.tree import NESTED_STACK, ROOT, StackTree

_EMPTY = ("didn't contain changes", "No updates are to be performed")

Place = tuple[str, str]
"""(path of a stack in the tree, logical ID)"""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A change set that is ready. `nested`: id → the change sets of nested stacks, at any depth."""

    root: ChangeSet
    nested: Mapping[str, ChangeSet]

    def changes(self, tree: StackTree) -> Iterator[tuple[Place, ResourceChange]]:
        """Every change with its place in the tree; one in a stack that the tree has not is placed by logical IDs."""
        yield from self._changes(self.root, ROOT, tree)

    def _changes(self, made: ChangeSet, path: str, tree: StackTree) -> Iterator[tuple[Place, ResourceChange]]:
        for change in made.changes:
            yield (path, change.logical_id), change
            inner = self.nested.get(change.nested or "")
            if inner is not None:
                child = tree.child(path, change.logical_id) if path in tree.stacks else None
                below = child.path if child else f"{path}/{change.logical_id}".lstrip("/")
                yield from self._changes(inner, below, tree)


def prepare(cloudformation: CloudFormation, pace: Pace, request: ChangeSetRequest) -> Prepared | None:
    """Makes the change set and waits until it is ready; None where there is nothing to change.

    The name must be one that nobody else gives: a change set of that name is ours, so an answer that was lost does
    no harm. Raises AwsFailure, OvrError OVR6002 for a change set that cannot be made (it is deleted).
    """
    id_ = _create(cloudformation, request)
    made = cloudformation.change_set(id_)
    while made is not None and made.status in ("CREATE_PENDING", "CREATE_IN_PROGRESS"):
        pace.wait()
        made = cloudformation.change_set(id_)
    if made is None:
        raise OvrError(Finding("OVR6008", "the change set was deleted while it was being made", fix="apply again"))
    if made.status == "CREATE_COMPLETE":
        return Prepared(made, dict(_nested(cloudformation, pace, made)))
    cloudformation.delete_change_set(id_)
    if any(words in made.reason for words in _EMPTY):
        return None
    message = "CloudFormation cannot make a change set of this"
    raise OvrError(Finding("OVR6002", message, details=(made.reason or made.status,)))


def _create(cloudformation: CloudFormation, request: ChangeSetRequest) -> str:
    try:
        return cloudformation.create_change_set(request)[0]
    except AwsFailure as failure:
        if failure.kind not in ("lost", "exists"):
            raise
        ours = next((c for c in cloudformation.change_sets(request.stack) if c.name == request.name), None)
        if ours is None:
            raise
        return ours.id


def _nested(cloudformation: CloudFormation, pace: Pace, made: ChangeSet) -> Iterator[tuple[str, ChangeSet]]:
    for change in made.changes:
        if change.nested is None:
            continue
        inner = cloudformation.change_set(change.nested)
        while inner is not None and inner.status in ("CREATE_PENDING", "CREATE_IN_PROGRESS"):
            pace.wait()
            inner = cloudformation.change_set(change.nested)
        if inner is not None:
            yield inner.id, inner
            yield from _nested(cloudformation, pace, inner)


def beyond(prepared: Prepared, tree: StackTree, planned: Mapping[Place, str]) -> list[Finding]:
    """OVR6006 for what the change set does and the plan does not say.

    `planned`: what becomes of each resource by the plan: `add`, `change`, `remove`, `replace` or `may-replace`.
    CloudFormation's `Conditional` is less than what the plan knows of a change that it shows. A nested stack may always
    be updated: its own changes are looked at. So may the tags of everything where those of the root stack change (at
    `("", "")`), and a resource that is only looked at again because of what it
    refers to, as long as nothing replaces it.
    """
    retagged = (ROOT, "") in planned
    return [
        Finding("OVR6006", message, place=pointer.place(place[0], ("Resources", place[1])))
        for place, change in prepared.changes(tree)
        if (message := _beyond(change, planned.get(place))) and not (retagged and _is_retagging(change))
    ]


def _is_retagging(change: ResourceChange) -> bool:
    """Whether nothing but its tags changes."""
    attributes = {each.attribute for each in change.details}
    return change.action == "Modify" and change.replacement != "True" and attributes == {"Tags"}


def _beyond(change: ResourceChange, planned: str | None) -> str | None:
    what = f"{change.logical_id} ({change.type})"
    if change.action == "Add":
        return None if planned in ("add", "replace") else f"{what} would be made"
    if change.action == "Remove":
        return None if planned in ("remove", "replace") else f"{what} would be removed"
    if change.replacement == "True" and planned not in ("replace", "may-replace"):
        return f"{what} would be replaced"
    if change.replacement == "Conditional" and planned is None and change.type != NESTED_STACK:
        return f"{what} might be replaced"
    if planned is None and change.type != NESTED_STACK and any(each.evaluation == "Static" for each in change.details):
        return f"{what} would be changed"
    return None
