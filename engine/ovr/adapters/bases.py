"""Finding and opening a base: what the user named, or what is where Amplify and CDK leave it."""

from __future__ import annotations

import json
import os
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

from ovr.adapters.assembly import MANIFEST, load_assembly
from ovr.adapters.backend_ts import backend_names
from ovr.adapters.base_files import unreadable
from ovr.adapters.freshness import amplify_project, stale
from ovr.errors import OvrError, nearest
from ovr.template.tree import Base

RENDERED = "ovr.json"
"""The file that marks a rendered assembly and says what it was made from."""

PLACES = (".amplify/artifacts/cdk.out", "cdk.out")
"""Where Amplify Gen 2 and CDK leave the assembly, below the project."""

HOW_TO_GET = (
    "Amplify Gen 2: run `npx ampx sandbox --once` in the project; it leaves .amplify/artifacts/cdk.out",
    "another CDK app: run `npx cdk synth`; it leaves cdk.out",
    "a single template, or an assembly elsewhere: name it with `--base PATH`",
)
_MAX_LEVELS_UP = 30


def open_base(
    location: str | None, start: Path, stack: str | None = None, *, overrides: Collection[Path] = ()
) -> Base:
    """The base at `location` (below `start` unless absolute; `-` is standard input), or else the one found.

    Without a location it is looked for in PLACES of `start` and of the folders above, up to the project's root.
    `stack` chooses among several root stacks. Raises OvrError: OVR5001 where there is none, OVR5002 and OVR5003
    for one that cannot be used, OVR5004 for one that ovr rendered itself. An assembly that is older than what it
    was made from carries a warning; `overrides`, the files that ovr itself reads, are no part of that.
    """
    if location is None:
        folder = _find(start)
        return _assembly(folder, _relative(folder, start), stack, overrides)
    if location.startswith("stack:"):
        raise unreadable(
            "a deployed stack cannot be a base yet", code="OVR1018", fix="name an assembly or a template"
        )
    if location == "-":
        return _template(None, location)
    path = start / location
    if path.name == MANIFEST:
        path, location = path.parent, str(Path(location).parent)
    if _exists(path, location):
        return _assembly(path, location, stack, overrides) if path.is_dir() else _template(path, location)
    raise _missing(path, location, start)


def project_root(start: Path) -> Path:
    """The nearest folder with `.git` from `start` upwards; else the nearest with package.json; else `start`."""
    above = (start.resolve(), *start.resolve().parents)[:_MAX_LEVELS_UP]
    for mark in (".git", "package.json"):
        for folder in above:
            if (folder / mark).exists():
                return folder
    return above[0]


def _find(start: Path) -> Path:
    root = project_root(start)
    for folder in (start.resolve(), *start.resolve().parents):
        for place in PLACES:
            if (folder / place / MANIFEST).is_file():
                return folder / place
        if folder == root:
            break
    raise unreadable(
        f"no base was found {'here' if root == start.resolve() else f'here or above, up to {_relative(root, start)}'}",
        f"looked for {' and '.join(PLACES)}",
        *HOW_TO_GET,
        code="OVR5001",
        fix="make one of these, then run ovr again",
    )


def _assembly(folder: Path, location: str, stack: str | None, overrides: Collection[Path]) -> Base:
    _refuse_rendered(folder, location)
    if not (folder / MANIFEST).is_file():
        raise _no_assembly(folder, location)
    base = load_assembly(folder, location, stack)
    project = amplify_project(folder)
    names = backend_names(project, base.tree) if project else {}
    return replace(base, names=names, findings=(*base.findings, *stale(folder, location, overrides)))


def _template(path: Path | None, location: str) -> Base:
    from ovr.adapters.template_file import read_template

    return read_template(path, location)


def _refuse_rendered(folder: Path, location: str) -> None:
    """A rendered assembly is no base: overrides would be applied twice."""
    if not (folder / RENDERED).exists():
        return
    try:
        pristine = json.loads((folder / RENDERED).read_bytes())["base"]["location"]
    except (OSError, ValueError, LookupError, TypeError, RecursionError):
        pristine = None
    fix = (
        f"use what it was made from: `--base {pristine}`"
        if isinstance(pristine, str)
        else "use the assembly that Amplify or CDK made"
    )
    raise unreadable(f"{location} was rendered by ovr and cannot be a base", code="OVR5004", fix=fix)


def _no_assembly(folder: Path, location: str) -> OvrError:
    inside = [place for place in PLACES if (folder / place / MANIFEST).is_file()]
    if inside:
        shown = (Path(location) / inside[0]).as_posix()
        return unreadable(
            f"{location} is not an assembly, but holds one", code="OVR5001", fix=f"name it: `--base {shown}`"
        )
    if any((folder / p).is_file() for p in ("backend/backend-config.json", "amplify/backend/backend-config.json")):
        return unreadable(f"{location} is an Amplify Gen 1 project, which cannot be a base yet", code="OVR1018")
    return unreadable(f"{location} is a folder without {MANIFEST}: no cloud assembly", *HOW_TO_GET, code="OVR5001")


def _missing(path: Path, location: str, start: Path) -> OvrError:
    """Nothing is there: the name in the path that is wrong and what it could be, or how to make a base."""
    wrong = path
    while not wrong.parent.exists():
        wrong = wrong.parent
    near = nearest(wrong.name, sorted(os.listdir(wrong.parent)) if wrong.parent.is_dir() else [])
    corrected = wrong.parent / near[0] / path.relative_to(wrong) if near else path
    message = f"{location} does not exist"
    if near and corrected.exists():
        return unreadable(message, code="OVR5001", fix=f"did you mean `{_relative(corrected, start)}`?")
    return unreadable(message, *HOW_TO_GET, code="OVR5001", fix="check the path given as the base")


def _exists(path: Path, location: str) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise unreadable(f"{location} cannot be read", why, code="OVR5001") from None


def _relative(path: Path, start: Path) -> str:
    """How a user standing in `start` calls the path."""
    return Path(os.path.relpath(path, start.resolve())).as_posix()
