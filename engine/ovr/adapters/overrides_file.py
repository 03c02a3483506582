"""The overrides file: found, read with the files it names, and parsed."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path as FilePath
from typing import Any

from ovr.adapters.base_files import parse_json
from ovr.adapters.packaged import packaged
from ovr.adapters.text_files import decode, read_bytes
from ovr.adapters.yaml_document import read_leniently, read_yaml
from ovr.errors import Finding, OvrError, nearest
from ovr.language.model import OverrideFile
from ovr.language.parse import KINDS, parse_overrides
from ovr.language.tags import CLOUDFORMATION_TAGS, FILE_TAG, KNOWN_TAGS
from ovr.language.values import Document, Located, Path, Tagged
from ovr.spans import Span
from ovr.template.wellformed import require_template

PLACES = ("overrides.yaml", "amplify/overrides.yaml")
_MISNAMED = ("overrides.yml", "amplify/overrides.yml", "overrides.json", "amplify/overrides.json")
_CODES = {"OVR5002": "OVR1016"}
"""What is wrong with a base's file, and with one named by `!File`."""
_EXAMPLE = """begin with this:
    version: 1
    overrides:
      - select: auth.userPool
        removalPolicy: RETAIN"""


def find_overrides(explicit: FilePath | None, start: FilePath) -> FilePath:
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


def load_overrides(path: FilePath, root: FilePath | None = None, start: FilePath | None = None) -> OverrideFile:
    """The overrides in a YAML or JSON file, `!File` values filled in, with the digests of all files read.

    `root` is the folder that no `!File` may leave: by default the nearest one above the file with a `.git`,
    else the file's own. Files are called as someone standing in `start` calls them. Raises OvrError with all
    that is wrong (see `parse_overrides`, `read_yaml`), OVR1016 and OVR5006 for a `!File`.
    """
    reader = _Reader(path, root or _project_root(path), start)
    schema = json.loads(packaged("schema/overrides.schema.json").read_bytes())
    document, findings = reader.document()
    if document is None:
        raise OvrError(findings)
    return replace(parse_overrides(document, schema, findings), digests=reader.digests)


def _named(explicit: FilePath, start: FilePath) -> FilePath:
    path = start / explicit
    if _is_file(path):
        return path
    if path.is_dir():
        inside = next(((explicit / place).as_posix() for place in PLACES if _is_file(path / place)), None)
        fix = f"did you mean `{inside}`?" if inside else "name the file, not its folder"
        raise OvrError(Finding("OVR1019", f"{explicit} is a folder", fix=fix))
    what = "is not a file" if _exists(path) else "does not exist"
    here = next((f"there is {place}" for place in PLACES if _is_file(start / place)), None)
    fix = _near(path, str(explicit)) or here or "check `--file`"
    raise OvrError(Finding("OVR1019", f"{explicit} {what}", fix=fix))


def _near(path: FilePath, written: str) -> str | None:
    """`did you mean …?` with the file most like the one that is not there."""
    try:
        names = sorted(name for name in os.listdir(path.parent) if (path.parent / name).is_file())
    except (OSError, ValueError):
        return None
    near = nearest(path.name, names, 1)
    return f"did you mean `{(FilePath(written).parent / near[0]).as_posix()}`?" if near else None


def _is_file(path: FilePath) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):  # ValueError: a NUL in the name
        return False


def _exists(path: FilePath) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def _project_root(path: FilePath) -> FilePath:
    folder = path.resolve().parent
    return next((above for above in (folder, *folder.parents) if (above / ".git").exists()), folder)


@dataclass(frozen=True, slots=True)
class _Named:
    """The path of a file as the user wrote it, where, and `how`: what stands before it."""

    path: str
    span: Span
    how: str


def _named_by(tag: Tagged) -> _Named:
    if not isinstance(tag.value, str) or not tag.value:
        message = "`!File` takes the path of a file"
        raise OvrError(Finding("OVR1016", message, tag.span, fix="for instance `!File policy.json`"))
    return _Named(tag.value, tag.span, f"{FILE_TAG} ")


def _named_in(finding: Finding, named: _Named) -> Finding:
    """What is wrong with a file, with the place that names it."""
    code = _CODES.get(finding.code, finding.code)
    if finding.span is None:
        return replace(finding, code=code, span=named.span)
    where = f"named by `{named.how.strip(': ')}` in {named.span.source.name}, line {named.span.line}"
    return replace(finding, code=code, details=(*finding.details, where))


class _Reader:
    """Reads an overrides file and what it names, each file once, remembering digests."""

    def __init__(self, path: FilePath, root: FilePath, start: FilePath | None) -> None:
        self.path = path
        self.root = root.resolve()
        self.start = start
        self.digests: dict[str, str] = {}
        self.data: dict[tuple[FilePath, Callable[[bytes, str], Any]], Any] = {}
        self.unreadable: set[Path] = set()

    def document(self) -> tuple[Document | None, list[Finding]]:
        source = decode(self._bytes(self.path), self._name(self.path))
        document, findings = read_leniently(source, KNOWN_TAGS)
        if document is None:
            return None, findings
        value = self._filled(document.value, (), findings)
        files = dict(self._templates(document.root, findings))
        unreadable = document.unreadable | self.unreadable
        return replace(document, value=value, unreadable=unreadable, files=files), findings

    def _templates(self, root: Located, findings: list[Finding]) -> Iterator[tuple[Path, Any]]:
        """The templates that `stacks` name, by the path of the name."""
        for entry in _items(root.get("overrides") if isinstance(root.value, dict) else None):
            for stack in _items(entry.get("stacks")):
                template = stack.get("template")
                if template is None or not isinstance(template.value, str) or not template.value:
                    continue  # the schema says what is wrong with it
                try:
                    yield template.path, self._file(_Named(template.value, template.span, "template: "), _template)
                except OvrError as error:
                    findings += error.findings
                    self.unreadable.add(template.path)

    def _filled(self, value: Any, path: Path, findings: list[Finding]) -> Any:
        """The value with the content of files in place of `!File`."""
        if isinstance(value, Tagged) and value.tag == FILE_TAG and _in_a_kind(path):
            try:
                return self._file(_named_by(value), _content)
            except OvrError as error:
                findings += error.findings
                self.unreadable.add(path)
                return None
        if isinstance(value, Tagged):
            return replace(value, value=self._filled(value.value, path, findings))
        if isinstance(value, dict):
            return {key: self._filled(member, (*path, key), findings) for key, member in value.items()}
        if isinstance(value, list):
            return [self._filled(item, (*path, index), findings) for index, item in enumerate(value)]
        return value

    def _file(self, named: _Named, parse: Callable[[bytes, str], Any]) -> Any:
        """What `parse` makes of a named file, each file read once."""
        path = self.path.parent / named.path
        self._refuse_outside(path, named)
        if not _is_file(path):
            what = "is not a file" if _exists(path) else "does not exist"
            looked = f"paths start at the folder of {self._name(self.path)}"
            message = f"{self._name(path)} {what}"
            raise OvrError(Finding("OVR1016", message, named.span, (looked,), _near(path, named.path)))
        if (path, parse) not in self.data:
            try:
                self.data[path, parse] = parse(self._bytes(path), self._name(path))
            except OSError as error:
                message = f"{self._name(path)} cannot be read"
                raise OvrError(Finding("OVR1016", message, named.span, (str(error.strerror),))) from None
            except OvrError as error:
                raise OvrError(_named_in(finding, named) for finding in error.findings) from None
        return self.data[path, parse]

    def _refuse_outside(self, path: FilePath, named: _Named) -> None:
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
                    fix="copy the file into the project",
                )
            )

    def _bytes(self, path: FilePath) -> bytes:
        name = self._name(path)
        data = read_bytes(path, name)
        self.digests[name] = hashlib.sha256(data).hexdigest()
        return data

    def _name(self, path: FilePath) -> str:
        """What the user calls a file."""
        if self.start is None:
            return FilePath(os.path.normpath(path)).as_posix()
        return FilePath(os.path.relpath(path, self.start)).as_posix()


def _in_a_kind(path: Path) -> bool:
    return len(path) >= 3 and path[0] == "overrides" and path[2] in KINDS


def _content(data: bytes, name: str) -> Any:
    """Text; or the data in a .json, .yaml or .yml file."""
    source = decode(data, name)
    match FilePath(name).suffix.lower():
        case ".json":
            return _json(parse_json(source), name)
        case ".yaml" | ".yml":
            return read_yaml(source, CLOUDFORMATION_TAGS).value
        case _:
            return source.text


def _items(at: Located | None) -> Iterator[Located]:
    """The members of a mapping or the items of a list, those that are mappings themselves."""
    if at is not None and isinstance(at.value, (dict, list)):
        members = at if isinstance(at.value, list) else (member for _, member in at.items())
        yield from (member for member in members if isinstance(member.value, dict))


def _template(data: bytes, name: str) -> dict[str, Any]:
    """The template in a JSON or YAML file, in long form. Raises OvrError OVR5002 for what is none."""
    from ovr.adapters.template_file import parse_template

    value, is_json = parse_template(decode(data, name), FilePath(name).suffix)
    return require_template(_json(value, name) if is_json else value, name)


def _json(value: Any, name: str) -> Any:
    """The value itself, if it can be written again: Python reads `1e999` and half surrogate pairs too."""
    try:
        json.dumps(value, ensure_ascii=False, allow_nan=False).encode()
    except ValueError as error:
        raise OvrError(Finding("OVR1016", f"{name} holds what JSON cannot", details=(str(error),))) from None
    return value
