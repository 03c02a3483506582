"""Records of deployments as files: `.ovr/ledger/` of the project fills `deploy.port.ObjectStore`."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ovr.errors import Finding, OvrError

PLACE = Path(".ovr/ledger")


@dataclass(frozen=True, slots=True)
class LedgerFiles:
    """A folder in the place of a bucket, whose name does not count. Raises OvrError OVR6012."""

    folder: Path

    def exists(self, bucket: str, key: str) -> bool:  # noqa: ARG002  (there is one bucket only)
        return self._path(key).is_file()

    def get(self, bucket: str, key: str) -> bytes | None:  # noqa: ARG002
        try:
            return self._path(key).read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise self._unusable(error) from None

    def put(self, bucket: str, key: str, body: bytes, *, overwrite: bool, content_type: str = "") -> bool:  # noqa: ARG002
        """The file appears whole or not at all; without `overwrite` what is there stays."""
        path = self._path(key)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile("wb", dir=path.parent, prefix=".ovr-", delete=False) as scratch:
                try:
                    scratch.write(body)
                    scratch.flush()
                    os.fsync(scratch.fileno())
                    return _placed(scratch.name, path, overwrite=overwrite)
                finally:
                    Path(scratch.name).unlink(missing_ok=True)
        except OSError as error:
            raise self._unusable(error) from None

    def keys(self, bucket: str, prefix: str) -> Sequence[str]:  # noqa: ARG002
        folder = self._path(prefix)
        try:
            return [f"{prefix}{path.name}" for path in folder.iterdir() if path.is_file()]
        except FileNotFoundError:
            return []
        except OSError as error:
            raise self._unusable(error) from None

    def _path(self, key: str) -> Path:
        return self.folder / key

    def _unusable(self, error: OSError) -> OvrError:
        message = f"{os.path.relpath(self.folder)}, the record of deployments, cannot be used"
        details = (error.strerror or str(error),)
        return OvrError(Finding("OVR6012", message, details=details, fix="make the folder readable and writable"))


def _placed(scratch: str, path: Path, *, overwrite: bool) -> bool:
    if overwrite:
        os.replace(scratch, path)
        return True
    try:
        os.link(scratch, path)
    except FileExistsError:
        return False
    return True
