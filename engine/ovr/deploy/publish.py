"""Publishing: every asset of a rendered assembly in its bucket, under the name that its content gives it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from ovr.deploy.port import AwsFailure, ObjectStore
from ovr.errors import Finding, OvrError
from ovr.template.tree import StackTree

WORKERS = 8


@dataclass(frozen=True, slots=True)
class Upload:
    """One object to be there. `read` gives its bytes, and raises OvrError where they are not to be had; `what` is
    what to call it before the user. The key is made of the content, so what is there already is right."""

    bucket: str
    key: str
    what: str
    read: Callable[[], bytes] = field(compare=False)
    content_type: str = ""


@dataclass(frozen=True, slots=True)
class Publication:
    """What a deployment of a rendered assembly needs of its manifest.

    `template_url` is where the root template will be; `bootstrap` the SSM parameter with the version of the
    bootstrap stack and the version that is needed, `role` the CloudFormation execution role, `parameters` the values
    of the root's parameters, each if the manifest names one.
    """

    uploads: tuple[Upload, ...]
    bucket: str
    template_url: str
    bootstrap: tuple[str, int] | None = None
    role: str | None = None
    parameters: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Published:
    """What was written, and what was there already, by name."""

    uploaded: tuple[str, ...]
    present: tuple[str, ...]


def publish(store: ObjectStore, uploads: Sequence[Upload], *, workers: int = WORKERS) -> Published:
    """Writes what is missing, several at a time; nothing is ever written over.

    All that is to be written is read first, so that a missing file stops it before anything is written. A lost
    answer does no harm: the same bytes are asked for again. Raises OvrError OVR6010 with everything that failed.
    """
    with ThreadPoolExecutor(max_workers=workers) as pool:
        present = list(pool.map(lambda upload: _attempt(upload, lambda: _is_there(store, upload)), uploads))
        _raise_all(present)
        missing = [upload for upload, there in zip(uploads, present, strict=True) if not there]
        bodies = list(pool.map(lambda upload: _attempt(upload, upload.read), missing))
        _raise_all(bodies)
        written = list(
            pool.map(
                lambda pair: _attempt(pair[0], lambda: _write(store, *pair)),
                [(u, body) for u, body in zip(missing, bodies, strict=True) if isinstance(body, bytes)],
            )
        )
        _raise_all(written)
    done = {upload.key for upload in missing}
    return Published(
        tuple(upload.what for upload in missing), tuple(upload.what for upload in uploads if upload.key not in done)
    )


def not_in_use(uploads: Sequence[Upload], deployed: StackTree | None) -> list[Upload]:
    """The uploads without the files that deployed templates name, which were published then: nothing reads them again.

    Templates stay among them: CloudFormation reads those of nested stacks at every update.
    """
    templates = [] if deployed is None else [json.dumps(stack.template) for stack in deployed.stacks.values()]
    return [u for u in uploads if u.key.endswith(".json") or not any(u.key in text for text in templates)]


def _is_there(store: ObjectStore, upload: Upload) -> bool:
    return store.exists(upload.bucket, upload.key)


def _write(store: ObjectStore, upload: Upload, body: bytes) -> bool:
    return store.put(upload.bucket, upload.key, body, overwrite=False, content_type=upload.content_type)


def _attempt(upload: Upload, work: Callable[[], object]) -> object:
    """What the work gives, or the findings that say why it did not."""
    try:
        return work()
    except OvrError as error:
        return error
    except AwsFailure as failure:
        return OvrError(_refused(upload, failure))


def _refused(upload: Upload, failure: AwsFailure) -> Finding:
    fix = {
        "missing": f"the bucket {upload.bucket} must be there: bootstrap the account (`npx cdk bootstrap`)",
        "denied": f"the caller must be allowed to read and write {upload.bucket}",
        "expired": "sign in again, and run the command once more: what is there stays",
    }.get(failure.kind, "run the command again: what is there stays")
    details = (f"{failure.operation} on {upload.bucket}/{upload.key}: {failure.code}: {failure.message}",)
    return Finding("OVR6010", f"{upload.what} cannot be published", details=details, fix=fix)


def _raise_all(results: Sequence[object]) -> None:
    errors = [result for result in results if isinstance(result, OvrError)]
    if errors:
        raise OvrError(finding for error in errors for finding in error.findings)
