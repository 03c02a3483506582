"""Saved plans, read again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ovr.adapters.base_files import decode, parse_json, read_bytes
from ovr.errors import Finding, OvrError
from ovr.template.pointer import get

_TEXTS = ("base.sha256", "overrides_file.sha256", "target")
_MEMBERS = {"complete": bool, "ovr": str, "compared_with": str, **dict.fromkeys(_TEXTS, dict)}


def read_plan(path: Path) -> dict[str, Any]:
    """What `ovr plan --out` wrote. Raises OvrError OVR6005 for what is no plan."""
    try:
        saved = parse_json(decode(read_bytes(path, str(path)), str(path)))
    except OvrError as error:
        raise OvrError(Finding("OVR6005", f.message, f.span, f.details, f.fix) for f in error.findings) from None
    version = saved.get("format_version") if isinstance(saved, dict) else None
    if not isinstance(version, str) or not version.startswith("1."):
        raise _no_plan(path, f"`format_version` is {version!r}")
    for name, kind in _MEMBERS.items():
        found = get(saved, tuple(name.split(".")))
        texts = found.values() if name in _TEXTS and isinstance(found, dict) else ()
        if not isinstance(found, kind) or not all(isinstance(text, str) for text in texts):
            raise _no_plan(path, f"`{name}` is missing, or not what it should be")
    if not isinstance(saved.get("deployed", {}), dict):
        raise _no_plan(path, "`deployed` is not what it should be")
    return dict(saved)


def _no_plan(path: Path, why: str) -> OvrError:
    fix = "save one: `ovr plan --out plan.ovr`"
    return OvrError(Finding("OVR6005", f"{path} is no plan that ovr saved", details=(why,), fix=fix))
