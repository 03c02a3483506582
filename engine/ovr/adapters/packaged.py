"""What ships with ovr: the repository's `overrides/` and `docs/` folders, `ovr/packs` and `ovr/docs` once installed."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parents[1]
_CHECKOUT = _PACKAGE.parents[1]


def packaged(name: str) -> Path:
    """The path of a shipped data file, such as `schema/overrides.schema.json`."""
    return _shipped("packs", "overrides", name)


def packaged_page(name: str) -> Path:
    """The path of a shipped page of the documentation, such as `errors.md`."""
    return _shipped("docs", "docs", name)


def _shipped(installed_in: str, kept_in: str, name: str) -> Path:
    installed = _PACKAGE / installed_in / name
    return installed if installed.exists() else _CHECKOUT / kept_in / name
