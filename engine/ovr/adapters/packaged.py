"""The data that ships with ovr: the repository's `overrides/` folder, `ovr/packs` once installed."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parents[1]
_CHECKOUT = _PACKAGE.parents[1] / "overrides"


def packaged(name: str) -> Path:
    """The path of a shipped file, such as `schema/overrides.schema.json`."""
    installed = _PACKAGE / "packs" / name
    return installed if installed.exists() else _CHECKOUT / name
