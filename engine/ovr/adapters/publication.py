"""What has to be published for a rendered assembly, and where: its asset manifest with the account filled in.

Source: aws-cdk `cloud-assembly-schema` (asset manifest) and `cdk-assets` (how folders are zipped).
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from ovr.adapters.assembly import MANIFEST, Assembly
from ovr.adapters.base_files import decode, parse_json, read_bytes, unreadable
from ovr.deploy.port import Caller
from ovr.deploy.publish import Publication, Upload
from ovr.errors import Finding, OvrError

_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The time of every file in a zip, as cdk-assets has it: the same content gives the same bytes."""
_URL = re.compile(r"s3://([^/]+)/(.+)")
_SUFFIXES = {"aws-cn": "amazonaws.com.cn"}


def publication(folder: Path, assembly: Assembly, caller: Caller, endpoint_url: str | None = None) -> Publication:
    """Reads the manifests of a rendered assembly in `folder`. Raises OvrError: OVR5002, OVR6010."""
    manifest = _parsed(folder, assembly.folder + MANIFEST)
    properties = manifest["artifacts"][assembly.artifact]["properties"]
    fill = partial(_filled, caller=caller)
    uploads = tuple(_uploads(folder, assembly, fill))
    found = _URL.fullmatch(fill(str(properties.get("stackTemplateAssetObjectUrl", ""))))
    if found is None:
        fix = "synthesise with CDK's default synthesizer, which names a bucket for the template"
        raise unreadable("the assembly does not say where its template is published", code="OVR6010", fix=fix)
    bucket, key = found.groups()
    parameter, version = (properties.get(k) for k in _BOOTSTRAP)
    role = properties.get("cloudFormationExecutionRoleArn")
    return Publication(
        uploads,
        bucket,
        _https(bucket, key, caller, endpoint_url),
        (str(parameter), int(version)) if parameter and version else None,
        fill(role) if isinstance(role, str) else None,
        {name: str(value) for name, value in (properties.get("parameters") or {}).items()},
    )


def asset_bucket(assembly: Assembly, caller: Caller) -> str | None:
    """The bucket that the base's root template is published to, if its manifest names one. Raises OvrError OVR5002."""
    manifest = _parsed(assembly.root, assembly.folder + MANIFEST)
    url = manifest["artifacts"][assembly.artifact]["properties"].get("stackTemplateAssetObjectUrl")
    found = _URL.fullmatch(_filled(str(url), caller))
    return found[1] if found else None


def bootstrap_roles(assembly: Assembly, caller: Caller) -> dict[str, str]:
    """Service → the role that CDK's bootstrap made for it: deploying, and publishing files. Raises OvrError OVR5002."""
    properties = _parsed(assembly.root, assembly.folder + MANIFEST)["artifacts"][assembly.artifact]["properties"]
    assets = _parsed(assembly.root, assembly.assets) if assembly.assets else {}
    places = [place for entry in assets.get("files", {}).values() for place in entry["destinations"].values()]
    publishing = next((place.get("assumeRoleArn") for place in places), None)
    deploying = properties.get("assumeRoleArn")
    wanted = {"cloudformation": deploying, "ssm": deploying, "s3": publishing}
    return {service: _filled(role, caller) for service, role in wanted.items() if isinstance(role, str)}


_BOOTSTRAP = ("bootstrapStackVersionSsmParameter", "requiresBootstrapStackVersion")


def _parsed(folder: Path, file: str) -> Any:
    return parse_json(decode(read_bytes(folder / file, file), file))


def _filled(text: str, caller: Caller) -> str:
    """A name in a manifest with its placeholders filled in."""
    for name, value in (("AccountId", caller.account), ("Region", caller.region), ("Partition", caller.partition)):
        text = text.replace(f"${{AWS::{name}}}", value)
    return text


def _https(bucket: str, key: str, caller: Caller, endpoint_url: str | None) -> str:
    if endpoint_url is not None:
        return f"{endpoint_url.rstrip('/')}/{bucket}/{key}"
    suffix = _SUFFIXES.get(caller.partition, "amazonaws.com")
    return f"https://{bucket}.s3.{caller.region}.{suffix}/{key}"


def _uploads(folder: Path, assembly: Assembly, fill: Any) -> Iterator[Upload]:
    if assembly.assets is None:
        return
    assets = _parsed(folder, assembly.assets)
    if assets.get("dockerImages"):
        images = ", ".join(str(image.get("displayName", key)) for key, image in assets["dockerImages"].items())
        fix = "publish it first: `npx cdk deploy` or `npx ampx sandbox` does; ovr publishes files only"
        raise OvrError(Finding("OVR6010", f"a container image cannot be published: {images}", fix=fix))
    for key, entry in assets.get("files", {}).items():
        what = str(entry.get("displayName", key))
        source = entry["source"]
        path = (folder / assembly.folder / str(source.get("path", ""))).resolve()
        if not path.is_relative_to(folder.resolve()):
            raise unreadable(f"the asset {what} leads out of the assembly", code="OVR5006")
        zipped = source.get("packaging") == "zip"
        for place in entry["destinations"].values():
            yield Upload(
                fill(place["bucketName"]),
                fill(place["objectKey"]),
                what,
                partial(_bytes, path, what, zipped=zipped),
                "application/zip" if zipped else "application/json" if path.suffix == ".json" else "",
            )


def _bytes(path: Path, what: str, *, zipped: bool) -> bytes:
    """The bytes of an asset. Raises OvrError OVR6010."""
    try:
        return _zip(path) if zipped and path.is_dir() else path.read_bytes()
    except OSError as error:
        fix = "synthesise the base again: the assets of an assembly stand beside its templates"
        details = (f"{path.name}: {error.strerror}",)
        raise OvrError(Finding("OVR6010", f"{what} cannot be published", details=details, fix=fix)) from None


def _zip(folder: Path) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            entry = zipfile.ZipInfo(path.relative_to(folder).as_posix(), _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = (path.stat().st_mode & 0xFFFF) << 16
            archive.writestr(entry, path.read_bytes())
    return buffer.getvalue()
