"""Files that appear whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from ovr.errors import Finding, OvrError

if TYPE_CHECKING:
    from ovr.plan import Plan


def write_atomically(path: Path, text: str) -> None:
    """Writes `text` as UTF-8, line breaks as they are; a file that was there is replaced, a link followed.

    Raises OvrError OVR5007 where it cannot be written; what was there stays.
    """
    target = Path(os.path.realpath(path))
    try:
        with tempfile.NamedTemporaryFile("wb", dir=target.parent, prefix=".ovr-", delete=False) as scratch:
            try:
                scratch.write(text.encode("utf-8"))
                scratch.close()
                os.chmod(scratch.name, _mode(target))
                os.replace(scratch.name, target)
            except BaseException:
                os.unlink(scratch.name)
                raise
    except OSError as error:
        why = error.strerror or str(error)
        raise OvrError(
            Finding("OVR5007", f"{path} cannot be written", details=(why,), fix="name a file in a folder that exists")
        ) from None


def write_output(path: Path, text: str, plan: Plan) -> None:
    """`write_atomically`, but never over what the plan was made from. Raises OvrError OVR5007."""
    target = Path(os.path.realpath(path))
    for source in (*plan.overrides.digests, plan.base.location):
        if target.is_relative_to(os.path.realpath(source)):
            why = f"the plan is made from {source}"
            raise OvrError(Finding("OVR5007", f"{path} cannot be written", None, (why,), "name another file"))
    write_atomically(path, text)


def _mode(target: Path) -> int:
    """The permissions of the file that is there, or those a new file gets."""
    if target.exists():
        return target.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
