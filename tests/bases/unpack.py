"""Unpacks the backends that are kept as archives: the large ones, which would fill the repository."""

from __future__ import annotations

import os
import shutil
import tarfile
import tempfile
from pathlib import Path

HERE = Path(__file__).parent


def unpack(folder: Path = HERE) -> None:
    """Unpacks each `NAME.tar.xz` beside itself, unless that was done since it was made.

    Several processes may do so at once: each works aside, and one of them puts its result in place.
    """
    for archive in sorted(folder.glob("*.tar.xz")):
        target = folder / archive.name.removesuffix(".tar.xz")
        if target.is_dir() and target.stat().st_mtime >= archive.stat().st_mtime:
            continue
        with tempfile.TemporaryDirectory(dir=folder, prefix=".unpacking-") as aside, tarfile.open(archive) as tar:
            tar.extractall(aside, filter="data")
            fresh = Path(aside) / target.name
            os.utime(fresh)
            shutil.rmtree(target, ignore_errors=True)
            try:
                fresh.rename(target)
            except OSError:
                if not target.is_dir():
                    raise


if __name__ == "__main__":
    unpack()
