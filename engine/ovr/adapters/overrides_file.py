"""The overrides file: found, and read with the files it names."""

from __future__ import annotations

import os
from pathlib import Path

from ovr.adapters.layers import read_layers
from ovr.adapters.project_files import ProjectFiles, exists, git_root, is_file, near_file
from ovr.errors import Finding, OvrError
from ovr.language.model import OverrideFile

PLACES = ("overrides.yaml", "amplify/overrides.yaml")
_MISNAMED = ("overrides.yml", "amplify/overrides.yml", "overrides.json", "amplify/overrides.json")
_EXAMPLE = """begin with this:
    version: 1
    overrides:
      - select: auth.userPool
        removalPolicy: RETAIN"""


def find_overrides(explicit: Path | None, start: Path) -> Path:
    """The overrides file: the one named, else `overrides.yaml` or `amplify/overrides.yaml` below `start`.

    Raises OvrError OVR1019 where there is none, OVR5008 where there are both.
    """
    if explicit is not None:
        return _named(explicit, start)
    found = [place for place in PLACES if (start / place).is_file()]
    if len(found) == 1:
        return start / found[0]
    if found:
        raise OvrError(
            Finding(
                "OVR5008",
                f"there are two overrides files, {found[0]} and {found[1]}",
                fix=f"say which: `--file {found[0]}` or `--file {found[1]}`; or delete one",
            )
        )
    misnamed = next((place for place in _MISNAMED if (start / place).is_file()), None)
    raise OvrError(
        Finding(
            "OVR1019",
            "there is no overrides file here",
            details=(f"looked for {' and '.join(PLACES)}",),
            fix=f"there is {misnamed}: name it with `--file {misnamed}`" if misnamed else _EXAMPLE,
        )
    )


def load_overrides(path: Path, root: Path | None = None, start: Path | None = None) -> OverrideFile:
    """The overrides in a YAML or JSON file, those of the files that it includes before its own.

    `!File` values and parameters are filled in; the digests are those of all files read. `root` is the folder that
    no named file may be outside of: by default the nearest one above the file with a `.git`, else the file's own.
    Files are called as someone standing in `start` calls them. Raises PartlyRead with all that is wrong in any file
    (see `parse_overrides`, `read_yaml`, `bound`, `joined`), OVR1016, OVR1024, OVR1025 and OVR5006 for what is named.
    """

    def name(file: Path) -> str:
        return Path(os.path.normpath(file) if start is None else os.path.relpath(file, start)).as_posix()

    return read_layers(path, ProjectFiles(_root(path, root), name))


def _root(path: Path, root: Path | None) -> Path:
    """The project's folder. Raises OvrError OVR5006 where the one that is named does not hold the file."""
    if root is None:
        return git_root(path)
    if not root.is_dir():
        raise OvrError(Finding("OVR5006", f"{root} is not a folder", fix="check `--root`"))
    if not path.resolve().is_relative_to(root.resolve()):
        message = f"the overrides file {path.name} is outside of the project {root}"
        raise OvrError(Finding("OVR5006", message, fix="name a folder with `--root` that the file is in"))
    return root.resolve()


def _named(explicit: Path, start: Path) -> Path:
    path = start / explicit
    if is_file(path):
        return path
    if path.is_dir():
        inside = next(((explicit / place).as_posix() for place in PLACES if is_file(path / place)), None)
        fix = f"did you mean `{inside}`?" if inside else "name the file, not its folder"
        raise OvrError(Finding("OVR1019", f"{explicit} is a folder", fix=fix))
    what = "is not a file" if exists(path) else "does not exist"
    here = next((f"there is {place}" for place in PLACES if is_file(start / place)), None)
    fix = near_file(path, str(explicit)) or here or "check `--file`"
    raise OvrError(Finding("OVR1019", f"{explicit} {what}", fix=fix))
