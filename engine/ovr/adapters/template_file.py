"""A single template, JSON or YAML, as a base; and written back as its author wrote it."""

from __future__ import annotations

import hashlib
import json
import re
import sys
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from ovr.adapters.base_files import decode, parse_json, read_bytes, read_stream, unreadable
from ovr.errors import OvrError
from ovr.spans import Source
from ovr.template.assets import utf8_safe
from ovr.template.diff import same
from ovr.template.naming import construct_path
from ovr.template.pointer import Json
from ovr.template.tree import ROOT, Base, Stack, StackTree
from ovr.template.wellformed import require_template

if TYPE_CHECKING:
    from ovr.plan import Plan

STDIN = "-"
_BOM = "\ufeff"
_INDENT = re.compile(r"\n([ \t]+)\S")


@dataclass(frozen=True, slots=True)
class TemplateFile:
    """The template's text as it was read and whether it is JSON: the `handle` of a base of kind `template`."""

    text: str
    json: bool


def read_template(path: Path | None, location: str) -> Base:
    """The base in a template file; without a path, in standard input. Raises OvrError for what is no template.

    A text that begins with `{` is read as JSON, anything else as YAML with CloudFormation's short tags.
    """
    name = "standard input" if path is None else location
    data = read_stream(sys.stdin.buffer, name) if path is None else read_bytes(path, name)
    text = decode(data, name).text
    value, is_json = parse_template(Source(name, text.removeprefix(_BOM)), PurePath(location).suffix)
    template = require_template(value, name)
    return Base(
        kind="template",
        location=location,
        tree=StackTree(_root_name(template, location), {ROOT: Stack(ROOT, PurePath(location).name, template)}),
        digests={location: hashlib.sha256(data).hexdigest()},
        handle=TemplateFile(text, is_json),
    )


def write_template(plan: Plan) -> str:
    """The text of the plan's result, in the manner of the base's: the very same text where nothing differs.

    JSON keeps its indentation and line breaks. YAML keeps every byte that the changes leave alone.
    """
    handle = plan.base.handle
    if not isinstance(handle, TemplateFile):
        raise unreadable(
            f"{plan.base.location} is not a template file", code="OVR5007", fix="render to a folder: `--out DIR`"
        )
    before, after = plan.base.tree.root.template, plan.result.root.template
    if same(before, after):
        return handle.text
    text = handle.text.removeprefix(_BOM)
    bom = _BOM if text != handle.text else ""
    if handle.json:
        return bom + _json_like(text, after)
    from ovr.adapters.yaml_edit import edited

    return bom + edited(text, before, after)


def parse_template(source: Source, suffix: str) -> tuple[Json, bool]:
    """A template's value in long form and whether the text is JSON (which a file for YAML may hold too)."""
    if source.text.lstrip().startswith("{") or suffix == ".json":
        try:
            return parse_json(source), True
        except OvrError:
            if suffix not in (".yaml", ".yml"):
                raise
    return _parse_yaml(source), False


def _parse_yaml(source: Source) -> Json:
    from ovr.adapters.yaml_document import read_yaml
    from ovr.language.tags import CLOUDFORMATION_TAGS, long_form

    return long_form(read_yaml(source, CLOUDFORMATION_TAGS).value)


def _root_name(template: dict[str, Json], location: str) -> str:
    """What the construct paths in the template begin with; without any, the file's name."""
    paths = (construct_path(resource) for resource in template["Resources"].values())
    names = {path.partition("/")[0] for path in paths if path}
    return names.pop() if len(names) == 1 else PurePath(location).stem if location != STDIN else "template"


def _json_like(text: str, value: Json) -> str:
    """`value` with the indentation, line breaks and escapes of a JSON text."""
    found = _INDENT.search(text)
    separators = None if found or ": " in text else (",", ":")
    ascii_only = text.isascii() and "\\u" in text
    written = json.dumps(value, indent=found[1] if found else None, separators=separators, ensure_ascii=ascii_only)
    if "\r\n" in text:
        written = written.replace("\n", "\r\n")
    return utf8_safe(written) + text[len(text.rstrip()) :]
