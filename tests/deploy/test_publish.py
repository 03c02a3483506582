"""Publishing a rendered assembly: what is missing is written, once, and nothing over anything."""

from __future__ import annotations

import io
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.deploy.small import BUCKET, small_assembly
from tests.fakes.aws.server import Fake, Fault, FaultKind, fake_aws

from ovr.adapters.assembly import Assembly
from ovr.adapters.aws import AwsSession
from ovr.adapters.bases import open_base
from ovr.adapters.publication import bootstrap_roles, publication
from ovr.deploy.port import Caller
from ovr.deploy.publish import Publication, not_in_use, publish
from ovr.errors import OvrError
from ovr.template.tree import ROOT, Stack, StackTree

BASES = Path(__file__).parent.parent / "bases"
CALLER = Caller("123456789012", "arn:aws:iam::123456789012:user/alice", "us-east-1")


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Iterator[Fake]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "a")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "b")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")
    with fake_aws() as running:
        yield running


def read(folder: Path) -> Publication:
    handle = open_base(str(folder), folder.parent).handle
    assert isinstance(handle, Assembly)
    return publication(folder, handle, CALLER)


def store(fake: Fake, attempts: int = 3) -> object:
    return AwsSession(region="us-east-1", endpoint_url=fake.url, attempts=attempts).store


def test_what_the_manifest_says(tmp_path: Path) -> None:
    found = read(small_assembly(tmp_path / "cdk.out"))
    assert [upload.what for upload in found.uploads] == ["the code", "function", "root"]
    assert {upload.bucket for upload in found.uploads} == {BUCKET}
    assert found.template_url == f"https://{BUCKET}.s3.us-east-1.amazonaws.com/{found.uploads[2].key}"
    assert found.bootstrap == ("/cdk-bootstrap/hnb659fds/version", 6)


def test_everything_is_there_in_the_end_and_written_once(fake: Fake, tmp_path: Path) -> None:
    uploads = read(small_assembly(tmp_path / "cdk.out")).uploads
    first = publish(store(fake), uploads)
    assert (first.uploaded, first.present) == (("the code", "function", "root"), ())
    again = publish(store(fake), uploads)
    assert (again.uploaded, again.present) == ((), ("the code", "function", "root"))
    assert fake.calls.count("PutObject") == 3


def test_a_folder_is_zipped_the_same_each_time(tmp_path: Path) -> None:
    code = read(small_assembly(tmp_path / "cdk.out")).uploads[0]
    data = code.read()
    shutil.copytree(tmp_path / "cdk.out", tmp_path / "copy")
    assert read(tmp_path / "copy").uploads[0].read() == data
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.namelist() == ["index.mjs"]


def test_a_missing_file_does_no_harm_where_the_object_is_there(fake: Fake, tmp_path: Path) -> None:
    folder = small_assembly(tmp_path / "cdk.out")
    uploads = read(folder).uploads
    shutil.rmtree(folder / f"asset.{'a' * 64}")
    with pytest.raises(OvrError, match="the code cannot be published"):
        publish(store(fake), uploads)
    assert not fake.world.objects, "nothing is written before all can be"
    fake.world.objects[uploads[0].bucket, uploads[0].key] = b"zip"
    assert publish(store(fake), uploads).uploaded == ("function", "root")


@pytest.mark.parametrize("kind", ["throttled", "lost", "refused", "reset"])
@pytest.mark.parametrize("operation", ["HeadObject", "PutObject"])
def test_faults_that_pass_leave_no_trace(fake: Fake, tmp_path: Path, operation: str, kind: FaultKind) -> None:
    uploads = read(small_assembly(tmp_path / "cdk.out")).uploads
    fake.faults.append(Fault(operation, kind))
    publish(store(fake), uploads)
    assert {key for _, key in fake.world.objects} == {upload.key for upload in uploads}


def test_a_refusal_names_the_asset_and_says_that_what_is_there_stays(fake: Fake, tmp_path: Path) -> None:
    fake.faults.append(Fault("PutObject", "expired", times=9))
    with pytest.raises(OvrError) as stopped:
        publish(store(fake), read(small_assembly(tmp_path / "cdk.out")).uploads, workers=1)
    assert [finding.code for finding in stopped.value.findings] == ["OVR6010"] * 3
    assert stopped.value.findings[0].fix == "sign in again, and run the command once more: what is there stays"


def test_what_deployed_templates_name_is_not_looked_for_again(tmp_path: Path) -> None:
    uploads = read(small_assembly(tmp_path / "cdk.out")).uploads
    code, *templates = uploads
    assert not_in_use(uploads, None) == [*uploads]
    function = {"Type": "AWS::Lambda::Function", "Properties": {"Code": {"S3Bucket": BUCKET, "S3Key": code.key}}}
    nested = {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": f"https://x/{templates[0].key}"}}
    root = Stack(ROOT, "r", {"Resources": {"F": function, "N": nested}})
    assert not_in_use(uploads, StackTree("app", {ROOT: root})) == templates


def test_the_roles_of_the_bootstrap() -> None:
    handle = open_base(str(BASES / "a-auth" / "cdk.out"), BASES).handle
    assert isinstance(handle, Assembly)
    role = "arn:aws:iam::123456789012:role/cdk-hnb659fds-{}-role-123456789012-us-east-1"
    deploying = role.format("deploy")
    found = bootstrap_roles(handle, CALLER)
    assert found == {"cloudformation": deploying, "ssm": deploying, "s3": role.format("file-publishing")}
