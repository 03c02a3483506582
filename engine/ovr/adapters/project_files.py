"""The files that an overrides file names: found from where they are named, never outside the project, digests kept."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ovr.adapters.text_files import read_bytes
from ovr.errors import Finding, OvrError, nearest
from ovr.spans import Span

_CODES = {"OVR5002": "OVR1016"}
"""What is wrong with a base's file, and with one that an override names."""


@dataclass(frozen=True, slots=True)
class Named:
    """The path of a file as the user wrote it, where, and `how`: what stands before it."""

    path: str
    span: Span
    how: str


@dataclass
class ProjectFiles:
    """Files below `root`, each called as `name` says; what was parsed of one is kept.

    `digests`: each file that was read, by its name → its SHA-256.
    """

    root: Path
    name: Callable[[Path], str]
    digests: dict[str, str] = field(default_factory=dict)
    parsed: dict[tuple[Path, Callable[[bytes, str], Any]], Any] = field(default_factory=dict)

    def read(self, path: Path) -> bytes:
        """The content of a file. Raises OvrError OVR1008 for one that is too large."""
        name = self.name(path)
        data = read_bytes(path, name)
        self.digests[name] = hashlib.sha256(data).hexdigest()
        return data

    def find(self, named: Named, since: Path) -> Path:
        """The file that is named in the file `since`. Raises OvrError OVR1016 where there is none, OVR5006 outside."""
        path = since.parent / named.path
        self._refuse_outside(path, named)
        if not is_file(path):
            what = "is not a file" if exists(path) else "does not exist"
            looked = f"paths start at the folder of {self.name(since)}"
            message = f"{self.name(path)} {what}"
            raise OvrError(Finding("OVR1016", message, named.span, (looked,), near_file(path, named.path)))
        return path

    def content(self, named: Named, since: Path, parse: Callable[[bytes, str], Any]) -> Any:
        """What `parse` makes of a named file, each file read once. Raises OvrError for all that is wrong with it."""
        path = self.find(named, since)
        if (path, parse) not in self.parsed:
            try:
                self.parsed[path, parse] = parse(self.read(path), self.name(path))
            except OSError as error:
                message = f"{self.name(path)} cannot be read"
                raise OvrError(Finding("OVR1016", message, named.span, (str(error.strerror),))) from None
            except OvrError as error:
                raise OvrError(_named_in(finding, named) for finding in error.findings) from None
        return self.parsed[path, parse]

    def _refuse_outside(self, path: Path, named: Named) -> None:
        try:
            resolved = path.resolve()
        except (OSError, ValueError, RuntimeError):  # a name that is too long, with a NUL, or a loop of links
            raise OvrError(Finding("OVR1016", f"{named.path!r} cannot be the path of a file", named.span)) from None
        if not resolved.is_relative_to(self.root):
            linked = path.absolute().parent.resolve() / path.name != resolved
            raise OvrError(
                Finding(
                    "OVR5006",
                    f"`{named.how}{named.path}` leads outside the project",
                    named.span,
                    details=(
                        *((f"it is a link to {resolved}",) if linked else ()),
                        f"the project is {self.root}",
                    ),
                    fix="copy the file into the project, or say with `--root` what the project is",
                )
            )


def _named_in(finding: Finding, named: Named) -> Finding:
    """What is wrong with a file, with the place that names it."""
    code = _CODES.get(finding.code, finding.code)
    if finding.span is None:
        return replace(finding, code=code, span=named.span)
    where = f"named by `{named.how.strip(': ')}` in {named.span.source.name}, line {named.span.line}"
    return replace(finding, code=code, details=(*finding.details, where))


def git_root(file: Path) -> Path:
    """The nearest folder above a file that has a `.git`, else the file's own."""
    folder = file.resolve().parent
    return next((above for above in (folder, *folder.parents) if (above / ".git").exists()), folder)


def near_file(path: Path, written: str) -> str | None:
    """`did you mean …?` with the file most like the one that is not there."""
    try:
        names = sorted(name for name in os.listdir(path.parent) if (path.parent / name).is_file())
    except (OSError, ValueError):
        return None
    near = nearest(path.name, names, 1)
    return f"did you mean `{(Path(written).parent / near[0]).as_posix()}`?" if near else None


def is_file(path: Path) -> bool:
    """Whether there is such a file; nothing that a path may be makes this fail."""
    try:
        return path.is_file()
    except (OSError, ValueError):  # ValueError: a NUL in the name
        return False


def exists(path: Path) -> bool:
    """Whether there is anything at this path."""
    try:
        return path.exists()
    except (OSError, ValueError):
        return False
