"""An overrides file with all that it includes: read, its parameters and `!File` values filled in, parsed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path as FilePath
from typing import Any

from ovr.adapters.base_files import parse_json
from ovr.adapters.packaged import packaged
from ovr.adapters.project_files import Named, ProjectFiles
from ovr.adapters.text_files import decode
from ovr.adapters.yaml_document import read_leniently, read_yaml
from ovr.errors import Finding, OvrError, by_place, did_you_mean
from ovr.language.includes import PACK, Layer, joined, read_includes, wrong_replacements
from ovr.language.model import Include, OverrideFile
from ovr.language.parameters import bound
from ovr.language.parse import KINDS, parse_overrides
from ovr.language.partial import PartlyRead
from ovr.language.tags import CLOUDFORMATION_TAGS, FILE_TAG, KNOWN_TAGS
from ovr.language.values import Document, Located, Path, Tagged, replace_tags
from ovr.template.wellformed import require_template

MAX_LAYERS = 100
"""So many files may be included in all, a file counted as often as it is."""
MAX_DEPTH = 10
"""So deep may includes be inside each other."""


def read_layers(path: FilePath, files: ProjectFiles) -> OverrideFile:
    """The overrides of a file and of all that it includes. Raises PartlyRead with all that is wrong in any of them."""
    reader = _Layers(files)
    outermost = reader.layer(_File(path, files))
    file = replace(joined(outermost), digests=files.digests) if outermost else None
    findings = reader.findings or list(wrong_replacements(file.overrides if file else ()))
    if findings or file is None:
        raise PartlyRead(sorted(dict.fromkeys(findings), key=by_place), file)
    return file


@dataclass(frozen=True, slots=True)
class _File:
    """An overrides file to read, and what its own paths are held against."""

    path: FilePath
    files: ProjectFiles

    @property
    def name(self) -> str:
        return self.files.name(self.path)


Around = tuple[_File, ...]
"""The files that include one another, from the outermost on."""


@dataclass
class _Layers:
    project: ProjectFiles
    findings: list[Finding] = field(default_factory=list)
    count: int = 0
    documents: dict[FilePath, tuple[Document | None, list[Finding]]] = field(default_factory=dict)

    def layer(self, file: _File, include: Include | None = None, around: Around = ()) -> Layer | None:
        """The file as a layer; None where it cannot be read. What is wrong is in `findings`."""
        raw, findings = self._document(file)
        if raw is None:
            self.findings += findings
            return None
        document, flaws = bound(raw, include.given if include else None, include.span if include else None)
        document, more = filled(document, file.path, file.files)
        includes, wrong = read_includes(document)
        parsed, newer = self._parsed(document, [*findings, *flaws, *more, *wrong])
        inner = [self._included(each, file, (*around, file)) for each in includes if not newer]
        return Layer(parsed, tuple(each for each in inner if each), include) if parsed else None

    def _document(self, file: _File) -> tuple[Document | None, list[Finding]]:
        if file.path not in self.documents:
            source = decode(file.files.read(file.path), file.name)
            self.documents[file.path] = read_leniently(source, KNOWN_TAGS)
        return self.documents[file.path]

    def _parsed(self, document: Document, known: list[Finding]) -> tuple[OverrideFile | None, bool]:
        """The file on its own as far as it can be read, and whether it is for a newer ovr, so nothing else is said."""
        schema = json.loads(packaged("schema/overrides.schema.json").read_bytes())
        try:
            return parse_overrides(document, schema, known), False
        except OvrError as error:
            self.findings += error.findings
            readable = error.readable if isinstance(error, PartlyRead) else None
            return readable, any(finding.code == "OVR1014" for finding in error.findings)

    def _included(self, include: Include, since: _File, around: Around) -> Layer | None:
        self.count += 1
        if self.count > MAX_LAYERS or len(around) > MAX_DEPTH:
            deep = f"more than {MAX_DEPTH} files deep" if len(around) > MAX_DEPTH else f"more than {MAX_LAYERS} files"
            message, fix = f"includes come to {deep}", "put what belongs together into one file"
            self.findings.append(Finding("OVR1008", message, include.span, fix=fix))
            return None
        try:
            file = self._file(include, since)
            _refuse_circle(file, include, around)
            return self.layer(file, include, around)
        except OvrError as error:
            self.findings += [replace(each, span=each.span or include.span) for each in error.findings]
        except OSError as error:
            message = f"{include.target} cannot be read"
            self.findings.append(Finding("OVR1016", message, include.span, (str(error.strerror),)))
        return None

    def _file(self, include: Include, since: _File) -> _File:
        """The file that an item of `include` means. Raises OvrError OVR1016, OVR1025 or OVR5006."""
        if not include.target.startswith(PACK):
            named = Named(include.target, include.span, "include: ")
            return _File(since.files.find(named, since.path), since.files)
        folder = packaged("packs")
        name = include.target.removeprefix(PACK)
        packs = sorted(path.stem for path in folder.glob("*.yaml"))
        if name not in packs:
            message, details = f"there is no pack `{name}`", (f"there are {', '.join(packs)}",)
            raise OvrError(Finding("OVR1025", message, include.span, details, did_you_mean(name, packs)))
        files = ProjectFiles(folder.resolve(), lambda path: f"{PACK}{path.stem}", self.project.digests)
        return _File(folder / f"{name}.yaml", files)


def _refuse_circle(file: _File, include: Include, around: Around) -> None:
    place = file.path.resolve()
    again = next((n for n, each in enumerate(around) if each.path.resolve() == place), None)
    if again is not None:
        circle = " → ".join(each.name for each in (*around[again:], file))
        message, details = "files that include each other have no order", (circle,)
        raise OvrError(Finding("OVR1024", message, include.span, details, "take one of these includes out"))


def filled(document: Document, path: FilePath, files: ProjectFiles) -> tuple[Document, list[Finding]]:
    """The document of a file with what it names: the content of `!File` values, the templates of `stacks`.

    What cannot be had is unreadable there, and a finding: OVR1016, OVR5006, or what is wrong inside it.
    """
    filling = _Filling(path, files)
    value = replace_tags(document.value, FILE_TAG, filling.data, _may_be_a_file)
    templates = dict(filling.templates(document.root))
    unreadable = document.unreadable | filling.unreadable
    return replace(document, value=value, unreadable=frozenset(unreadable), files=templates), filling.findings


@dataclass
class _Filling:
    path: FilePath
    files: ProjectFiles
    findings: list[Finding] = field(default_factory=list)
    unreadable: set[Path] = field(default_factory=set)

    def data(self, tag: Tagged, path: Path) -> Any:
        """The content of the file that a `!File` names; None, unreadable there, where it cannot be had."""
        try:
            return self._content(_named_by(tag), _data)
        except OvrError as error:
            return self._unreadable(path, error)

    def templates(self, root: Located) -> Iterator[tuple[Path, Any]]:
        """The templates that `stacks` name, by the path of the name."""
        for entry in _items(root.get("overrides") if isinstance(root.value, dict) else None):
            for stack in _items(entry.get("stacks")):
                template = stack.get("template")
                if template is None or not isinstance(template.value, str) or not template.value:
                    continue  # the schema says what is wrong with it
                try:
                    yield template.path, self._content(Named(template.value, template.span, "template: "), _template)
                except OvrError as error:
                    self._unreadable(template.path, error)

    def _content(self, named: Named, parse: Callable[[bytes, str], Any]) -> Any:
        return self.files.content(named, self.path, parse)

    def _unreadable(self, path: Path, error: OvrError) -> None:
        self.findings += error.findings
        self.unreadable.add(path)


def _named_by(tag: Tagged) -> Named:
    if not isinstance(tag.value, str) or not tag.value:
        message = "`!File` takes the path of a file"
        raise OvrError(Finding("OVR1016", message, tag.span, fix="for instance `!File policy.json`"))
    return Named(tag.value, tag.span, f"{FILE_TAG} ")


def _may_be_a_file(path: Path) -> bool:
    """Whether `!File` may be at this path: in a kind, and in what is handed on to an included file."""
    in_a_kind = len(path) >= 3 and path[0] == "overrides" and path[2] in KINDS
    return in_a_kind or (path[:1] == ("include",) and path[2:3] == ("with",))


def _items(at: Located | None) -> Iterator[Located]:
    """The members of a mapping or the items of a list, those that are mappings themselves."""
    if at is not None and isinstance(at.value, (dict, list)):
        members = at if isinstance(at.value, list) else (member for _, member in at.items())
        yield from (member for member in members if isinstance(member.value, dict))


def _data(data: bytes, name: str) -> Any:
    """Text; or the data in a .json, .yaml or .yml file."""
    source = decode(data, name)
    match FilePath(name).suffix.lower():
        case ".json":
            return _json(parse_json(source, keys_once=True), name)
        case ".yaml" | ".yml":
            return read_yaml(source, CLOUDFORMATION_TAGS).value
        case _:
            return source.text


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
