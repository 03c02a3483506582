"""Writing a plan's result as a cloud assembly that CDK, Amplify and CloudFormation deploy themselves."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ovr
from ovr.adapters.assembly import MANIFEST, Assembly
from ovr.adapters.base_files import decode, parse_json, read_bytes, unreadable
from ovr.adapters.bases import RENDERED
from ovr.errors import OvrError, Severity
from ovr.template.assets import Renewal, renew, renewed_assets, utf8_safe
from ovr.template.tree import Base

if TYPE_CHECKING:
    from ovr.plan import Plan

FORMAT_VERSION = 1
"""Of `ovr.json`."""

_LOCKS = shutil.ignore_patterns(
    "synth.lock", "read.*.lock"
)  # of the CDK process that holds the base, not of the copy


def render_assembly(plan: Plan, out: Path) -> list[str]:
    """Writes the whole patched assembly to the folder `out` and gives the files that differ from the base.

    What the plan does not touch is copied byte for byte; `ovr.json` says what the assembly was made from, and under
    `unchecked` which errors of the plan it was written in spite of. The folder appears complete or not at all; one of
    our former renders is replaced. Raises OvrError: OVR5007 where `out` or the base forbids it, OVR5006 for a link
    that leads out of the base.
    """
    assembly = _assembly(plan.base)
    _check_target(out, assembly.root)
    place = Path(os.path.abspath(out))
    texts = _changed_files(plan, assembly)
    texts[RENDERED] = _record(plan, texts)
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".ovr-", dir=place.parent) as scratch:
            fresh = Path(scratch) / "new"
            _copy(assembly.root, fresh)
            _check_unmoved(plan.base, fresh)
            for file, text in texts.items():
                (fresh / file).write_text(text, encoding="utf-8", newline="")
            _swap(fresh, place, Path(scratch) / "old")
    except OSError as error:  # shutil.Error among them
        raise _unwritable(out, error.strerror or str(error)) from None
    return sorted(texts, key=lambda file: (file == RENDERED, file))


def _assembly(base: Base) -> Assembly:
    if not isinstance(base.handle, Assembly):
        raise unreadable(
            f"{base.location} is not an assembly", code="OVR5007", fix="write the template to a file instead"
        )
    return base.handle


def _changed_files(plan: Plan, assembly: Assembly) -> dict[str, str]:
    """File → new text, of every file that differs from the base's."""
    location = plan.base.location
    assets_source = _source(assembly.root, assembly.assets, location) if assembly.assets else None
    manifest = parse_json(assets_source) if assets_source else {}
    assets = _asset_files(manifest, f"{location}/{assembly.assets}")
    renewal = renew(plan.base.tree, plan.result, assets)
    texts = dict(renewal.texts)
    if assembly.assets and renewal.renamed:
        texts[assembly.assets] = _like({**manifest, "files": renewed_assets(assets, renewal)})
    file = assembly.folder + MANIFEST
    before = parse_json(_source(assembly.root, file, location))
    after = _renewed_manifest(before, plan, assembly, renewal)
    return texts if after == before else texts | {file: _like(after)}


def _renewed_manifest(
    manifest: dict[str, Any], plan: Plan, assembly: Assembly, renewal: Renewal
) -> dict[str, Any]:
    """The manifest with the root stack's options and the place of its template as they are now."""
    artifact = manifest["artifacts"][assembly.artifact]
    properties = dict(artifact["properties"])
    was, now = plan.base.tree.root.options, plan.result.root.options
    properties |= {name: value for name, value in now.items() if value != was.get(name)}
    url = properties.get("stackTemplateAssetObjectUrl")
    if isinstance(url, str):
        for renamed in renewal.renamed:
            url = url.replace(renamed.old or renamed.new, renamed.new)
        properties["stackTemplateAssetObjectUrl"] = url
    for name in was.keys() - now.keys():
        properties.pop(name, None)
    artifacts = {**manifest["artifacts"], assembly.artifact: {**artifact, "properties": properties}}
    return {**manifest, "artifacts": artifacts}


def _asset_files(manifest: Any, name: str) -> Mapping[str, Any]:
    """`files` of an asset manifest, checked as far as renaming an entry relies on it."""
    files = manifest.get("files", {}) if isinstance(manifest, dict) else None
    entries = files.values() if isinstance(files, dict) else [None]
    for entry in entries:
        source, places = (
            (entry.get("source"), entry.get("destinations")) if isinstance(entry, dict) else (None, None)
        )
        keys = (
            [p.get("objectKey") if isinstance(p, dict) else None for p in places.values()]
            if isinstance(places, dict)
            else [None]
        )
        if not isinstance(source, dict) or not all(isinstance(key, str) for key in keys):
            raise unreadable(
                f"{name} is not an asset manifest", "expected `files` with `source` and `destinations`"
            )
    return files or {}


def _record(plan: Plan, texts: Mapping[str, str]) -> str:
    """`ovr.json`: what was made from what. It holds no time and no machine's path, so that it is reproducible."""
    base = plan.base
    errors = [f"{found.code} {found.message}" for found in plan.findings if found.severity is Severity.ERROR]
    record = {
        "format_version": FORMAT_VERSION,
        "engine": ovr.__version__,
        **({"unchecked": errors} if errors else {}),
        "base": {"location": base.location, "digest": _digest(json.dumps(dict(sorted(base.digests.items()))))},
        "overrides": dict(sorted(plan.overrides.digests.items())),
        "result": {
            **dict(sorted(base.digests.items())),
            **{file: _digest(text) for file, text in sorted(texts.items())},
        },
    }
    return _like(record) + "\n"


def _check_target(out: Path, base: Path) -> None:
    """Refuses a folder that holds anything but a former render, and one that is, holds or lies in the base."""
    target = out.resolve()
    if target.is_relative_to(base) or base.is_relative_to(target):
        raise _unwritable(out, "the base is there", fix="write to a folder beside the base")
    if not out.exists() and not out.is_symlink():
        return
    if not out.is_dir() or out.is_symlink():
        raise _unwritable(out, "it is not a folder", fix="name an empty or a new folder")
    if any(out.iterdir()) and not _is_render(out):
        raise _unwritable(out, "it holds files that ovr did not write", fix="name an empty or a new folder")


def _is_render(folder: Path) -> bool:
    try:
        record = json.loads(read_bytes(folder / RENDERED, RENDERED))
    except (OvrError, ValueError, RecursionError):
        return False
    return isinstance(record, dict) and record.get("format_version") == FORMAT_VERSION and "engine" in record


def _copy(base: Path, target: Path) -> None:
    for folder, folders, files in os.walk(base):
        for name in (*folders, *files):
            _check_link(Path(folder) / name, base)
    shutil.copytree(base, target, symlinks=True, ignore=_LOCKS)


def _check_link(path: Path, base: Path) -> None:
    """A link is copied as a link; one out of the base would lead elsewhere from its new place."""
    if path.is_symlink() and not Path(os.path.realpath(path)).is_relative_to(base):
        raise unreadable(
            f"{path.relative_to(base)} is a link that leads out of the assembly",
            f"it leads to {os.readlink(path)}",
            code="OVR5006",
            fix="put a copy there instead of the link",
        )


def _check_unmoved(base: Base, copy: Path) -> None:
    """What was copied is what was planned on: a running sandbox may write the base again at any time."""
    for file, digest in base.digests.items():
        if hashlib.sha256((copy / file).read_bytes()).hexdigest() != digest:
            raise unreadable(
                f"{base.location}/{file} changed while ovr was running",
                code="OVR5007",
                fix="run the command again",
            )


def _swap(fresh: Path, out: Path, old: Path) -> None:
    """Puts `fresh` in the place of `out`; if that fails, what was there is put back."""
    if not out.exists():
        fresh.rename(out)
        return
    out.rename(old)
    try:
        fresh.rename(out)
    except OSError:
        old.rename(out)
        raise


def _source(root: Path, file: str, location: str) -> Any:
    return decode(read_bytes(root / file, f"{location}/{file}"), f"{location}/{file}")


def _like(value: Any) -> str:
    """Manifests as CDK writes them: two spaces, no line break at the end."""
    return utf8_safe(json.dumps(value, indent=2, ensure_ascii=False))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _unwritable(out: Path, why: str, fix: str | None = None) -> OvrError:
    return unreadable(f"{out} cannot be written", why, code="OVR5007", fix=fix)
