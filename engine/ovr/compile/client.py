"""`outputs.client`: sections of amplify_outputs.json, as Amplify's backend.addOutput writes them.

They travel in one root output, `customOutputs`: a JSON text with references cut out by Fn::Join, listed under the
template's `Metadata."AWS::Amplify::Custom"` (CLIENT_CONFIG.md; CDK_NAMING.md §10).
"""

from __future__ import annotations

import json
import re
from typing import Any

from ovr.compile.context import Context, Writer
from ovr.compile.merging import merge_writes
from ovr.compile.values import resolve
from ovr.errors import Finding, OvrError
from ovr.language.values import Located
from ovr.template.intrinsics import is_intrinsic, text_parts
from ovr.template.operations import Operation
from ovr.template.pointer import Json
from ovr.template.tree import ROOT

OUTPUT = "customOutputs"
SECTION = "AWS::Amplify::Custom"
FORMAT_VERSION = "1.4"
"""The version of amplify_outputs.json that @aws-amplify/backend 1.25 writes."""

MANAGED = {
    "auth": (
        "AWS::Amplify::Auth",
        "aws_region user_pool_id user_pool_client_id identity_pool_id password_policy mfa_configuration mfa_methods "
        "standard_required_attributes username_attributes user_verification_types groups oauth passwordless "
        "unauthenticated_identities_enabled",
    ),
    "data": (
        "AWS::Amplify::GraphQL",
        "url api_key aws_region default_authorization_type authorization_types model_introspection",
    ),
    "storage": ("AWS::Amplify::Storage", "aws_region bucket_name buckets"),
}
"""Keys that Amplify generates itself where the backend has the category: its generation fails on a second one."""

_MARK = re.compile("\ue000(\\d+)\ue001")


def client_operations(client: Located, write: Writer, context: Context) -> list[Operation]:
    """The operations that put these sections into the output. Raises OvrError for a key that Amplify manages."""
    root = context.tree.root.template
    _refuse_managed(client, root)
    tokens: list[Json] = []
    present = (root.get("Outputs") or {}).get(OUTPUT) or {}
    config = _read(present.get("Value"), tokens, client)
    _deep_merge(config, _with_marks(resolve(client, ROOT, context), tokens))
    config.setdefault("version", FORMAT_VERSION)
    patch: dict[str, Json] = {
        "Outputs": {OUTPUT: {"Value": _written(config, tokens)}},
        "Metadata": {SECTION: {"version": "1", "stackOutputs": [OUTPUT]}},
    }
    return [write(ROOT, op, path, value) for op, path, value in merge_writes(root, (), patch)]


def _refuse_managed(client: Located, root: dict[str, Json]) -> None:
    findings = []
    for section, written in client.items():
        metadata, keys = MANAGED.get(section, ("", ""))
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
                if key in keys.split()
            ]
    if findings:
        raise OvrError(findings)


def _mark(token: Json, tokens: list[Json]) -> str:
    tokens.append(token)
    return f"\ue000{len(tokens) - 1}\ue001"


def _with_marks(value: Json, tokens: list[Json]) -> Json:
    """The value with each intrinsic replaced by a mark, so that it can stand inside JSON text.

    Literals inside a Fn::Join or Fn::Sub become part of that text, so that they are escaped as JSON needs it.
    """
    if is_intrinsic(value):
        return "".join(part if isinstance(part, str) else _mark(part, tokens) for part in text_parts(value))
    if isinstance(value, dict):
        return {key: _with_marks(member, tokens) for key, member in value.items()}
    if isinstance(value, list):
        return [_with_marks(item, tokens) for item in value]
    return value


def _read(value: Json, tokens: list[Json], client: Located) -> dict[str, Any]:
    """The sections that the output has already."""
    if value is None:
        return {}
    pieces = [value]
    if isinstance(value, dict) and isinstance(value.get("Fn::Join"), list):
        pieces = value["Fn::Join"][-1]
    try:
        config = json.loads("".join(p if isinstance(p, str) else _mark(p, tokens) for p in pieces))
    except (TypeError, ValueError):
        config = None
    if not isinstance(config, dict):
        raise OvrError(
            Finding(
                "OVR3001",
                f"the output `{OUTPUT}` of the base is not the JSON text that Amplify writes",
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


def _written(config: dict[str, Any], tokens: list[Json]) -> Json:
    text = json.dumps(config, separators=(",", ":"), ensure_ascii=False)
    pieces: list[Json] = _MARK.split(text)
    if len(pieces) == 1:
        return text
    joined = [tokens[int(piece)] if index % 2 else piece for index, piece in enumerate(pieces)]
    return {"Fn::Join": ["", [piece for piece in joined if piece != ""]]}
