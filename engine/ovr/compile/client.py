"""`outputs.client`: sections of amplify_outputs.json, as Amplify's backend.addOutput writes them.

They travel in one root output, `customOutputs`: a JSON text with references cut out by Fn::Join, listed under the
template's `Metadata."AWS::Amplify::Custom"` (CLIENT_CONFIG.md; CDK_NAMING.md §10).
"""

from __future__ import annotations

import json
from typing import Any

from ovr.compile.context import Context, Writer
from ovr.compile.merging import merge_writes
from ovr.compile.values import resolve
from ovr.errors import Finding, OvrError
from ovr.knowledge.amplify_outputs import CUSTOM, CUSTOM_OUTPUT, FORMAT_VERSION, KEYS
from ovr.language.values import Located
from ovr.template.marks import Marks, joined
from ovr.template.operations import Operation
from ovr.template.pointer import Json
from ovr.template.tree import ROOT


def client_operations(client: Located, write: Writer, context: Context) -> list[Operation]:
    """The operations that put these sections into the output. Raises OvrError for a key that Amplify manages."""
    root = context.tree.root.template
    _refuse_managed(client, root)
    marks = Marks()
    present = (root.get("Outputs") or {}).get(CUSTOM_OUTPUT) or {}
    config = _read(present.get("Value"), marks, client)
    _deep_merge(config, marks.put(resolve(client, ROOT, context)))
    config.setdefault("version", FORMAT_VERSION)
    patch: dict[str, Json] = {
        "Outputs": {CUSTOM_OUTPUT: {"Value": joined(marks.parts(_text(config)))}},
        "Metadata": {CUSTOM: {"version": "1", "stackOutputs": [CUSTOM_OUTPUT]}},
    }
    return [write(ROOT, op, path, value) for op, path, value in merge_writes(root, (), patch)]


def _refuse_managed(client: Located, root: dict[str, Json]) -> None:
    findings = []
    for section, written in client.items():
        metadata, keys = KEYS.get(section, ("", ()))
        if section == "version":
            findings.append(Finding("OVR3009", "`version` is written by Amplify itself", written.key_span))
        elif metadata in (root.get("Metadata") or {}) and isinstance(written.value, dict):
            findings += [
                Finding(
                    "OVR3009",
                    f"`{section}.{key}` is written by Amplify itself: a second one makes its generation fail",
                    at.key_span,
                    fix="put your own values below `custom:`",
                )
                for key, at in written.items()
                if key in [each.name for each in keys]
            ]
    if findings:
        raise OvrError(findings)


def _read(value: Json, marks: Marks, client: Located) -> dict[str, Any]:
    """The sections that the output has already."""
    if value is None:
        return {}
    pieces = [value]
    if isinstance(value, dict) and isinstance(value.get("Fn::Join"), list):
        pieces = value["Fn::Join"][-1]
    try:
        config = json.loads("".join(p if isinstance(p, str) else marks.mark(p) for p in pieces))
    except (TypeError, ValueError):
        config = None
    if not isinstance(config, dict):
        raise OvrError(
            Finding(
                "OVR3001",
                f"the output `{CUSTOM_OUTPUT}` of the base is not the JSON text that Amplify writes",
                client.span,
                fix="give all sections in backend.addOutput instead",
            )
        )
    return config


def _deep_merge(into: dict[str, Any], new: dict[str, Any]) -> None:
    for key, value in new.items():
        if isinstance(value, dict) and isinstance(into.get(key), dict):
            _deep_merge(into[key], value)
        else:
            into[key] = value


def _text(config: dict[str, Any]) -> str:
    return json.dumps(config, separators=(",", ":"), ensure_ascii=False)
