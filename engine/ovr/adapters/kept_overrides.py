"""The texts of overrides, as the record of deployments keeps them, and made into overrides again."""

from __future__ import annotations

import hashlib
import os
import tempfile
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from ovr.adapters.overrides_file import load_overrides
from ovr.adapters.packaged import packaged
from ovr.adapters.project_files import git_root
from ovr.check.concealing import concealed
from ovr.check.secrets import known_secrets
from ovr.deploy.ledger import Begun, KeptFile
from ovr.errors import Finding, OvrError, Severity
from ovr.knowledge.written_secrets import written_secrets
from ovr.language.includes import PACK
from ovr.language.model import OverrideFile

if TYPE_CHECKING:
    from ovr.plan import Plan

_MAX_FILES = 1000


def kept_files(plan: Plan, root: Path | None, start: Path) -> tuple[str, dict[str, KeptFile]]:
    """The overrides file of a plan, and that with what it names, by the path below the project; packs as `pack:NAME`.

    Secrets are taken out. `root` and `start` are those that the overrides were read with. Raises OvrError OVR6005 for a
    file that is another by now.
    """
    project = root.resolve() if root else git_root(start / plan.source)
    known = known_secrets((plan.before, plan.base.tree, plan.result))
    files = {
        name if name.startswith(PACK) else _below(project, start / name): _kept(name, start, digest, known)
        for name, digest in plan.overrides.digests.items()
    }
    return _below(project, start / plan.source), files


def _below(project: Path, path: Path) -> str:
    """A file of the project; a link to one goes by its own place, not by where it leads."""
    place = path.parent.resolve() / path.name
    return Path(os.path.relpath(place, project)).as_posix()


def _kept(name: str, start: Path, digest: str, known: frozenset[str]) -> KeptFile:
    path = packaged("packs") / f"{name.removeprefix(PACK)}.yaml" if name.startswith(PACK) else start / name
    data = path.read_bytes()
    if hashlib.sha256(data).hexdigest() != digest:
        raise OvrError(Finding("OVR6005", f"{name} changed while ovr was running", fix="run the command again"))
    text = data.decode("utf-8")
    shown = concealed(text, known | written_secrets(text))
    return KeptFile(shown, masked=shown != text)


def overrides_of(begun: Begun) -> OverrideFile:
    """The overrides of a recorded deployment. Raises OvrError: OVR6012 where they cannot be had again, and all that
    `load_overrides` does."""
    files = {name: kept for name, kept in begun.files.items() if not name.startswith(PACK)}
    if begun.source not in files or len(files) > _MAX_FILES:
        raise _lost(begun, "the record holds no overrides")
    if masked := sorted(name for name, kept in files.items() if kept.masked):
        raise _lost(begun, f"secrets were taken out of {', '.join(masked)} before they were recorded")
    with tempfile.TemporaryDirectory(prefix="ovr-") as scratch:
        folder = Path(scratch).resolve()
        for name, kept in files.items():
            if not _is_inside(name):
                raise _lost(begun, f"{name!r} is no place inside a project")
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(kept.text, encoding="utf-8", newline="")
        read = load_overrides(folder / begun.source, folder, folder)
    return replace(read, base=None, findings=(*read.findings, *_other_packs(begun, read)))


def _is_inside(name: str) -> bool:
    parts = PurePosixPath(name).parts
    return bool(parts) and not name.startswith("/") and ".." not in parts and "\0" not in name and "\\" not in name


def _other_packs(begun: Begun, read: OverrideFile) -> list[Finding]:
    """A warning for each pack that this version of ovr has otherwise."""
    changed = [
        name
        for name, kept in begun.files.items()
        if name in read.digests and read.digests[name] != hashlib.sha256(kept.text.encode()).hexdigest()
    ]
    fix = f"ovr {begun.ovr} made that deployment; the plan shows what the pack does now"
    return [
        Finding("OVR6012", f"{name} is another now than it was then", fix=fix, severity=Severity.WARNING)
        for name in changed
        if not begun.files[name].masked
    ]


def _lost(begun: Begun, why: str) -> OvrError:
    fix = "take them from version control, and apply those; or `ovr undo --templates`"
    return OvrError(Finding("OVR6012", f"the overrides of {begun.id} are not on record", details=(why,), fix=fix))

