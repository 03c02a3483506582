"""An emulator of AWS on loopback with the base deployed in it, for `ovr apply --local`.

It is ministack (extra `[local]`), in a process of its own for as long as the command runs. What is deployed stays in
`.ovr/local/`, so that the next command finds it. It gets no credentials, and no code of the base runs: functions have a
stub, custom resources are answered without their functions (see `emulator.py`).
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property, partial
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ovr.adapters.aws import AwsSession, call
from ovr.adapters.deployable import rendered
from ovr.adapters.ledger_files import LedgerFiles
from ovr.deploy.ledger import Ledger, Shelf
from ovr.deploy.port import AwsFailure
from ovr.deploy.publish import Publication, Upload
from ovr.errors import Finding, OvrError

if TYPE_CHECKING:
    from ovr.deploy.apply import Project
    from ovr.deploy.port import Aws, Caller, ChangeSet, Clock, StackEvent
    from ovr.deploy.recorder import Recorder
    from ovr.deploy.target import Target
    from ovr.plan import Plan
    from ovr.template.tree import Base, StackTree

ACCOUNT, REGION = "000000000000", "us-east-1"
"""Where a base is deployed that does not say where it belongs."""
PLACE = Path(".ovr/local")
"""Below the current folder: what is deployed locally. To begin anew, delete it."""
RELEASE = "1.5.33"
"""Of ministack: the one that `emulator.py` repairs."""
BOOTSTRAP_VERSION = "30"
"""At least what any CDK asks for of `cdk bootstrap`."""

_SETTINGS = {
    "PERSIST_STATE": "1",
    "S3_PERSIST": "1",
    "LOG_LEVEL": "ERROR",
    "LAMBDA_EXECUTOR": "local",
    "DOCKER_HOST": "unix:///nonexistent",  # whose containers are not ours to stop
    "SFTP_ENABLED": "0",
    "IOT_MTLS_ENABLED": "0",
    "AWS_EC2_METADATA_DISABLED": "true",
}
"""Of ministack: nothing but what a deployment needs, and no other port is opened."""
_FROM_HERE = ("PATH", "SYSTEMROOT", "LANG", "LC_ALL", "PYTHONPATH", "VIRTUAL_ENV")
"""What the emulator gets of our environment: no credentials, whatever it runs."""


@dataclass(frozen=True)
class LocalSession(AwsSession):
    """A caller of the emulator, to which the access key is the account. Profiles, credentials and proxies of the user
    are not looked at."""

    account: str = ACCOUNT

    @cached_property
    def _session(self) -> Any:
        import boto3
        from botocore.config import Config
        from botocore.session import Session

        own = Session(session_vars=dict.fromkeys(("profile", "config_file"), (None, None, None, None)))
        own.set_default_client_config(Config(proxies={}))
        return boto3.Session(
            aws_access_key_id=self.account,
            aws_secret_access_key="local",
            region_name=self.region,
            botocore_session=own,
        )


@contextmanager
def running_local(base: Base) -> Iterator[LocalSession]:
    """An account to deploy the base to, as it was left when it was used last.

    Raises OvrError OVR6014 where the emulator is not installed or does not start.
    """
    account, region = (str(base.facts.get(name) or ours) for name, ours in (("account", ACCOUNT), ("region", REGION)))
    with tempfile.TemporaryDirectory(prefix="ovr-local-") as scratch, _emulator(_folder(), Path(scratch)) as url:
        yield LocalSession(region=region, endpoint_url=url, account=account)


def local_project(session: LocalSession, project: Project, stack_name: str) -> Project:
    """The project as it is deployed locally: bootstrapped, with stubs for all code, and recorded apart."""
    shelf = Shelf(LedgerFiles(PLACE.resolve() / "ledger"), "", stack_name, (PLACE / "ledger").as_posix())

    @contextmanager
    def publication(plan: Plan, caller: Caller) -> Iterator[Publication]:
        with rendered(plan, caller, session.endpoint_url) as published:
            _bootstrap(session, published)
            yield _stubbed(published)

    def recorder(aws: Aws, caller: Caller) -> Recorder:
        return replace(project.recorder(aws, caller), ledger=Ledger((shelf,)))

    return replace(project, publication=publication, recorder=recorder)


def deploy_base(session: LocalSession, clock: Clock, project: Project, stack_name: str) -> None:
    """Deploys the base without overrides, for the first time.

    Raises OvrError OVR6014 where the emulator cannot, and leaves nothing behind.
    """
    from ovr.deploy.apply import apply
    from ovr.deploy.request import Settings

    alone = replace(project, plan=_without_overrides(project.base))
    try:
        apply(session, clock, alone, Settings(stack_name), _Quiet(), "base")
    except OvrError as error:
        session.cloudformation.delete_stack(stack_name, "base")
        first = error.findings[0]
        details = (first.message, *first.details, *((first.place,) if first.place else ()))
        fix = "what the emulator cannot do cannot be tried locally: `ovr plan` shows what would change"
        message = "the local emulator cannot deploy the base"
        raise OvrError(Finding("OVR6014", message, details=details, fix=fix)) from None


def _without_overrides(base: Base) -> Callable[[Caller, StackTree | None], Plan]:
    from ovr.language.model import OverrideFile
    from ovr.plan import build_plan

    def plan(caller: Caller, deployed: StackTree | None) -> Plan:
        facts = {"account": caller.account, "region": caller.region, **base.facts}
        return build_plan(replace(base, facts=facts), OverrideFile(base.location, ()), deployed=deployed)

    return plan


class _Quiet:
    """Fills `deploy.apply.Talk`: says nothing, and agrees."""

    def step(self, words: str) -> None: ...

    def plan(self, target: Target, plan: Plan, others: Sequence[ChangeSet]) -> None: ...

    def consents(self, target: Target, plan: Plan) -> bool:  # noqa: ARG002
        return True

    def begun(self, root_id: str, tree: StackTree) -> None: ...

    def event(self, event: StackEvent) -> None: ...


def _bootstrap(session: AwsSession, publication: Publication) -> None:
    """Makes what `cdk bootstrap` makes, as far as the publication needs it. Raises AwsFailure."""
    store = session.client("s3")
    # S3 takes no constraint that says us-east-1 (S3 API reference, CreateBucket)
    elsewhere = {"CreateBucketConfiguration": {"LocationConstraint": session.region}}
    more: dict[str, Any] = {} if session.region == "us-east-1" else elsewhere
    for bucket in {upload.bucket for upload in publication.uploads} | {publication.bucket}:
        try:
            call("CreateBucket", partial(store.create_bucket, Bucket=bucket, **more))
        except AwsFailure as failure:
            if failure.code not in ("BucketAlreadyOwnedByYou", "BucketAlreadyExists"):
                raise
    if publication.bootstrap is not None:
        name, _ = publication.bootstrap
        put = session.client("ssm").put_parameter
        call("PutParameter", partial(put, Name=name, Value=BOOTSTRAP_VERSION, Type="String", Overwrite=True))


def _stubbed(publication: Publication) -> Publication:
    """The publication with a stub for all code, which is not run here, and for what the base lacks."""
    return replace(publication, uploads=tuple(replace(u, read=partial(_or_stub, u)) for u in publication.uploads))


def _or_stub(upload: Upload) -> bytes:
    if upload.content_type == "application/zip" or upload.key.endswith(".zip"):
        return _STUB_ZIP
    try:
        return upload.read()
    except OvrError:
        return _STUB_TEXTS.get(Path(upload.key).suffix, b"")


_STUB_ZIP = b"PK\x05\x06" + bytes(18)
"""An archive without files (PKZIP APPNOTE 4.3.16)."""
_STUB_TEXTS: Mapping[str, bytes] = {".graphql": b"type Query { stub: String }\n", ".vtl": b"{}\n"}


def _folder() -> Path:
    folder = PLACE.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / ".gitignore").write_text("*\n", encoding="utf-8")
    return folder


@contextmanager
def _alone(folder: Path) -> Iterator[int]:
    """A lock on the folder, for one emulator at a time. Raises OvrError OVR6014."""
    import fcntl

    with (folder / "lock").open("wb") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            message = f"another command is using the local emulator in {PLACE}/"
            raise OvrError(Finding("OVR6014", message, fix="wait until it is done")) from None
        yield lock.fileno()


def _require_installed() -> None:
    if os.name == "nt":
        raise OvrError(Finding("OVR6014", "the local emulator runs on Linux and macOS only", fix="use WSL"))
    try:
        installed = metadata.version("ministack")
    except metadata.PackageNotFoundError:
        installed = "none"
    if installed != RELEASE:
        message = "the local emulator is not installed"
        details = (f"ministack {RELEASE} is needed, found {installed}",)
        raise OvrError(Finding("OVR6014", message, details=details, fix="`pip install 'amplify-ovr[local]'`"))


@contextmanager
def _emulator(folder: Path, scratch: Path) -> Iterator[str]:
    """The address of a running emulator, which keeps its state in `folder`. Raises OvrError OVR6014."""
    _require_installed()
    given = {name: os.environ[name] for name in _FROM_HERE if name in os.environ}
    ours = {"STATE_DIR": str(folder), "S3_DATA_DIR": str(folder / "s3"), "TMPDIR": str(scratch), "HOME": str(scratch)}
    log = scratch / "emulator.log"
    with _alone(folder) as lock, log.open("wb") as errors, subprocess.Popen(
        [sys.executable, "-m", "ovr.adapters.emulator"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=errors,
        env={**given, **_SETTINGS, **ours},
        cwd=scratch,
        start_new_session=True,
        pass_fds=(lock,),  # held until the emulator has saved, however we end
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        port = process.stdout.readline().strip()
        try:
            if not port.isdigit():
                said = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
                raise OvrError(Finding("OVR6014", "the local emulator does not start", details=tuple(said[-3:])))
            yield f"http://127.0.0.1:{port}"
        finally:
            process.stdin.close()
