"""Is it the right stack, does it take an update, and what is in it?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.deploy.cloud import cloud, deploy_as_amplify, read_base, session
from tests.deploy.small import STACK, TAGS, small_assembly
from tests.fakes.aws.server import Fake

from ovr.adapters.base_files import parse_json
from ovr.deploy.deployed import read_tree
from ovr.deploy.target import Target, find_target, require_ready
from ovr.errors import OvrError
from ovr.spans import Source


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Iterator[Fake]:
    with cloud(monkeypatch) as running:
        yield running


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return small_assembly(tmp_path / "cdk.out")


def target(fake: Fake, folder: Path, **more: str) -> Target:
    return find_target(session(fake), read_base(folder), STACK, **more)


def test_what_is_not_there_is_a_first_deployment(fake: Fake, folder: Path) -> None:
    found = target(fake, folder, expect_account="123456789012")
    assert (found.standing, found.is_first) == ("absent", True)
    require_ready(found)


def test_what_is_deployed_takes_an_update(fake: Fake, folder: Path) -> None:
    assert deploy_as_amplify(fake, folder).result == "done"
    found = target(fake, folder)
    assert (found.standing, found.is_first) == ("ready", False)


def test_another_account_is_refused(fake: Fake, folder: Path) -> None:
    with pytest.raises(OvrError, match="the account is another") as stopped:
        target(fake, folder, expect_account="999999999999")
    assert stopped.value.findings[0].details == (
        "expected 999999999999, found 123456789012 (arn:aws:iam::123456789012:user/alice)",
    )


def test_a_base_of_another_account_or_region_is_refused(fake: Fake, folder: Path) -> None:
    base = replace(read_base(folder), facts={"account": "999999999999", "region": "eu-west-1"})
    with pytest.raises(OvrError) as stopped:
        find_target(session(fake), base, STACK)
    assert [f.message for f in stopped.value.findings] == [
        "the account of the base is another",
        "the region of the base is another",
    ]


def test_a_stack_of_another_branch_is_refused(fake: Fake, folder: Path, tmp_path: Path) -> None:
    other = {**TAGS, "amplify:branch-name": "main", "amplify:deployment-type": "branch"}
    deploy_as_amplify(fake, small_assembly(tmp_path / "other", tags=other))
    with pytest.raises(OvrError) as stopped:
        target(fake, folder)
    assert [f.details for f in stopped.value.findings] == [
        ("the base has none, the stack has main",),
        ("the base has sandbox, the stack has branch",),
    ]


@pytest.mark.parametrize(
    ("status", "code", "fix"),
    [
        ("UPDATE_IN_PROGRESS", "OVR6008", "wait until it has ended"),
        ("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", "OVR6008", "wait until it has ended"),
        ("ROLLBACK_COMPLETE", "OVR6004", f"delete-stack --stack-name {STACK}"),
        ("UPDATE_ROLLBACK_FAILED", "OVR6004", "--continue-rollback"),
        ("DELETE_FAILED", "OVR6004", "delete it whole"),
        ("SOMETHING_NEW", "OVR6004", "look at its events"),
    ],
)
def test_a_stack_that_takes_no_update(fake: Fake, folder: Path, status: str, code: str, fix: str) -> None:
    deploy_as_amplify(fake, folder)
    for stack in fake.world.stacks.values():
        stack.status = status
    with pytest.raises(OvrError) as stopped:
        require_ready(target(fake, folder))
    [finding] = stopped.value.findings
    assert (finding.code, finding.message) == (code, f"the stack {STACK} is {status}")
    assert fix in (finding.fix or "")


def test_what_is_deployed_is_read_as_the_base_is(fake: Fake, folder: Path) -> None:
    deploy_as_amplify(fake, folder)
    base, aws = read_base(folder), session(fake)
    root = aws.cloudformation.stack(STACK)
    tree = read_tree(aws.cloudformation, root, base.tree.name, lambda text, name: parse_json(Source(name, text)))
    assert {p: (s.template, s.parent, s.logical_id) for p, s in tree.stacks.items()} == {
        p: (s.template, s.parent, s.logical_id) for p, s in base.tree.stacks.items()
    }
    assert tree.root.options == base.tree.root.options


def test_what_is_being_deleted_is_busy_whoever_it_belongs_to(fake: Fake, folder: Path, tmp_path: Path) -> None:
    deploy_as_amplify(fake, small_assembly(tmp_path / "other", tags={}))
    for stack in fake.world.stacks.values():
        stack.status = "DELETE_IN_PROGRESS"
    with pytest.raises(OvrError) as stopped:
        require_ready(target(fake, folder))
    assert [f.code for f in stopped.value.findings] == ["OVR6008"]
