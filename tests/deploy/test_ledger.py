"""The record of deployments: begun and ended, on one shelf and on two, whatever else lies there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.deploy.cloud import cloud, session
from tests.deploy.small import BUCKET, STACK
from tests.fakes.aws.server import Fake, Fault

from ovr.adapters.ledger_files import LedgerFiles
from ovr.deploy.ledger import Begun, Ended, Ledger, Shelf, entry_id, find_entry
from ovr.deploy.snapshot import holds_secrets, pack, unpack, without_secrets
from ovr.errors import OvrError
from ovr.template.tree import ROOT, Stack, StackTree

TREE = StackTree("app", {ROOT: Stack(ROOT, "root.json", {"Resources": {"Q": {"Type": "AWS::SQS::Queue"}}})})
BEGUN = Begun(
    id="",
    stack=STACK,
    stack_id="arn:stack",
    account="123456789012",
    region="us-east-1",
    who="arn:aws:iam::123456789012:user/alice",
    began=1_700_000_000.0,
    change_set="ovr-1",
    ovr="0.1.0",
    plan={"summary": {"add": 1}},
)


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Iterator[Fake]:
    with cloud(monkeypatch) as running:
        yield running


@pytest.fixture
def at_home(tmp_path: Path) -> Ledger:
    return Ledger((Shelf(LedgerFiles(tmp_path), "", STACK, ".ovr/ledger"),))


def shared(fake: Fake, tmp_path: Path) -> Ledger:
    home = Shelf(LedgerFiles(tmp_path), "", STACK, ".ovr/ledger")
    return Ledger((home, Shelf(session(fake).store, BUCKET, f"ovr/{STACK}", f"s3://{BUCKET}")))


def begin(ledger: Ledger, name: str, now: float = 1_700_000_000.0) -> str:
    digest, data = pack(TREE)
    begun = replace(BEGUN, id=entry_id(now, name), change_set=name, after=digest)
    ledger.begin(begun, {digest: data})
    return begun.id


def test_what_is_written_is_read(at_home: Ledger) -> None:
    id = begin(at_home, "ovr-1")
    [entry] = at_home.entries()
    assert (entry.id, entry.result, entry.ended) == (id, "unknown", None)
    assert entry.begun == replace(BEGUN, id=id, after=pack(TREE)[0])
    at_home.end(Ended(id, 1_700_000_060.0, "rolled back", "UPDATE_ROLLBACK_COMPLETE", "Q: no"))
    [entry] = at_home.entries()
    assert entry.ended == Ended(id, 1_700_000_060.0, "rolled back", "UPDATE_ROLLBACK_COMPLETE", "Q: no")
    assert at_home.stacks(entry.begun.after) == TREE
    assert at_home.entries(unended=True) == ()


def test_newest_first_and_no_more_than_asked_for(at_home: Ledger) -> None:
    made = [begin(at_home, f"ovr-{n}", 1_700_000_000.0 + n) for n in range(5)]
    assert [entry.id for entry in at_home.entries(3)] == made[:1:-1]


def test_ids_are_ordered_by_time_and_differ_by_name() -> None:
    assert entry_id(0, "a") < entry_id(1, "a") < entry_id(100_000, "a")
    assert entry_id(0, "a") != entry_id(0, "b")


def test_nothing_is_written_over(at_home: Ledger) -> None:
    id = begin(at_home, "ovr-1")
    at_home.end(Ended(id, 1.0, "done"))
    at_home.end(Ended(id, 2.0, "failed"))
    [entry] = at_home.entries()
    assert entry.ended == Ended(id, 1.0, "done")


def test_who_saw_the_end_is_believed_first(at_home: Ledger) -> None:
    id = begin(at_home, "ovr-1")
    at_home.end(Ended(id, 1.0, "not executed"), seen=False)
    assert at_home.entries()[0].result == "not executed"
    at_home.end(Ended(id, 2.0, "done"))
    assert at_home.entries()[0].result == "done"


def test_two_shelves_are_one_record(fake: Fake, tmp_path: Path) -> None:
    id = begin(shared(fake, tmp_path / "alice"), "ovr-1")
    bobs = shared(fake, tmp_path / "bob")
    assert [entry.id for entry in bobs.entries()] == [id]
    other = begin(bobs, "ovr-2", 1_700_000_100.0)
    bobs.end(Ended(id, 1.0, "done"))
    found = shared(fake, tmp_path / "alice").entries()
    assert [(entry.id, entry.result) for entry in found] == [(other, "unknown"), (id, "done")]


@pytest.mark.parametrize("nth", [1, 2, 3])
def test_a_lost_answer_does_no_harm(fake: Fake, tmp_path: Path, nth: int) -> None:
    fake.faults = [Fault("PutObject", "lost", nth)]
    ledger = shared(fake, tmp_path)
    id = begin(ledger, "ovr-1")
    ledger.end(Ended(id, 1.0, "done"))
    assert [entry.result for entry in shared(fake, tmp_path / "elsewhere").entries()] == ["done"]


def test_a_bucket_that_may_not_be_read(fake: Fake, tmp_path: Path) -> None:
    fake.faults = [Fault("ListObjectsV2", "expired", 1, 99)]
    with pytest.raises(OvrError) as stopped:
        shared(fake, tmp_path).entries()
    [finding] = stopped.value.findings
    assert (finding.code, finding.fix) == ("OVR6012", "sign in again")
    assert finding.message == f"s3://{BUCKET}, the record of deployments, cannot be used"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "not JSON",
        "[" * 100_000,
        "[]",
        "{}",
        '{"format_version": 2}',
        '{"format_version": 1, "id": 7}',
        '{"format_version": 1, "id": "20231114T221320Z-000000"}',
    ],
)
def test_what_is_no_record_is_passed_over(at_home: Ledger, tmp_path: Path, text: str) -> None:
    id = begin(at_home, "ovr-1")
    folder = tmp_path / STACK / "deployments"
    (folder / "20231114T221320Z-000000.begun.json").write_text(text, encoding="utf-8")
    (folder / f"{id}.ended.json").write_text(text, encoding="utf-8")
    (folder / "notes.txt").write_text("mine", encoding="utf-8")
    assert [(entry.id, entry.result) for entry in at_home.entries()] == [(id, "unknown")]


def test_a_record_of_another_name_is_passed_over(at_home: Ledger, tmp_path: Path) -> None:
    id = begin(at_home, "ovr-1")
    folder = tmp_path / STACK / "deployments"
    (folder / "20991231T000000Z-abcdef.begun.json").write_bytes((folder / f"{id}.begun.json").read_bytes())
    assert [entry.id for entry in at_home.entries()] == [id]


def test_an_entry_is_found_by_a_part_of_its_id(at_home: Ledger) -> None:
    made = [begin(at_home, f"ovr-{n}", 1_700_000_000.0 + n) for n in range(2)]
    entries = at_home.entries()
    assert find_entry(entries, made[0][-6:]).id == made[0]
    for wrong, words in (("2023", "several deployments"), ("x", "no deployment"), ("", "no deployment")):
        with pytest.raises(OvrError, match=words):
            find_entry(entries, wrong)


def test_a_snapshot_is_what_its_name_says() -> None:
    digest, data = pack(TREE)
    assert pack(TREE) == (digest, data)
    assert unpack(data, digest) == TREE
    assert unpack(data, "0" * 64) is None
    assert unpack(data[:-9], digest) is None
    assert unpack(b"nothing", digest) is None


def test_no_secret_is_in_a_snapshot() -> None:
    password = "correct horse battery"
    template = {
        "Parameters": {"Key": {"Type": "String", "NoEcho": True, "Default": password}},
        "Resources": {"User": {"Type": "AWS::RDS::DBInstance", "Properties": {"MasterUserPassword": password}}},
    }
    tree = StackTree("app", {ROOT: Stack(ROOT, "root.json", template)})
    kept = without_secrets(tree)
    assert password not in json.dumps([stack.template for stack in kept.stacks.values()])
    assert holds_secrets(kept)
    assert without_secrets(TREE) == TREE
    assert without_secrets(tree, kept).stacks == kept.stacks
    assert not holds_secrets(TREE)
