"""Whether an assembly is older than what it was made from (LANGUAGE.md §1, "Never stale in silence")."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from pathlib import Path

from ovr.adapters.assembly import HOW_TO_MAKE, MANIFEST
from ovr.errors import Finding, Severity

LOCK_FILES = ("package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml", "bun.lock", "bun.lockb")
BACKEND_PACKAGE = "node_modules/@aws-amplify/backend/package.json"
OVERRIDES_FILE = "overrides.yaml"

_SHOWN = 3
_MAX_ENTRIES = 20_000
_MAX_LEVELS_UP = 4
_TOLERANCE_NS = 2_000_000_000  # a checkout writes base and sources within moments of each other


def stale(assembly: Path, location: str, overrides: Collection[Path] = ()) -> tuple[Finding, ...]:
    """A warning that names the newest files that are newer than the assembly; empty if there is none.

    Only an Amplify project (a folder above the assembly with `amplify/` in it) is looked at: where another CDK
    app keeps its sources is not known. What is not an input of the synthesis is skipped: `overrides.yaml` and the
    other files of the `overrides`, dot files, node_modules below `amplify/`.
    """
    project = amplify_project(assembly)
    if project is None:
        return ()
    try:
        made = (assembly / MANIFEST).stat().st_mtime_ns + _TOLERANCE_NS
    except OSError:
        return ()
    times = ((_mtime(file), file) for file in _inputs(project))
    own = {file.resolve() for file in overrides}
    newer = sorted((entry for entry in times if entry[0] > made and entry[1].resolve() not in own), reverse=True)
    if not newer:
        return ()
    names = [file.relative_to(project).as_posix() for _, file in newer[:_SHOWN]]
    more = f" and {len(newer) - _SHOWN} more" if len(newer) > _SHOWN else ""
    return (
        Finding(
            "OVR5005",
            f"{location} is older than the backend's sources",
            details=(f"changed since: {', '.join(names)}{more}",),
            fix=HOW_TO_MAKE,
            severity=Severity.WARNING,
        ),
    )


def amplify_project(assembly: Path) -> Path | None:
    """The nearest folder above the assembly that has `amplify/`, not beyond the repository it is in."""
    for folder in assembly.resolve().parents[:_MAX_LEVELS_UP]:
        if (folder / "amplify").is_dir():
            return folder
        if (folder / ".git").exists():
            break
    return None


def _inputs(project: Path) -> Iterator[Path]:
    yield from (project / name for name in (*LOCK_FILES, BACKEND_PACKAGE))
    pending, seen = [project / "amplify"], 0
    while pending and seen < _MAX_ENTRIES:
        for entry in _entries(pending.pop()):
            seen += 1
            if entry.name.startswith(".") or entry.name in ("node_modules", OVERRIDES_FILE):
                continue
            if entry.is_dir(follow_symlinks=False):
                pending.append(Path(entry.path))
            elif entry.is_file(follow_symlinks=False):
                yield Path(entry.path)


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except OSError:
        return []


def _mtime(file: Path) -> int:
    try:
        return file.stat().st_mtime_ns
    except OSError:
        return 0
