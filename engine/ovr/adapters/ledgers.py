"""Where the deployments of a backend are recorded: under `.ovr/`, and for branches in the asset bucket as well."""

from __future__ import annotations

from pathlib import Path

from ovr.adapters.assembly import Assembly
from ovr.adapters.bases import project_root
from ovr.adapters.ledger_files import PLACE, LedgerFiles
from ovr.adapters.publication import asset_bucket
from ovr.deploy.ledger import Ledger, Shelf
from ovr.deploy.port import Aws, Caller
from ovr.template.tree import Base

FOLDER = "ovr"
"""What the keys in the bucket begin with."""


def local_ledger(stack_name: str, start: Path) -> Ledger:
    """The records below the project that `start` is in."""
    return Ledger((_local(stack_name, start),))


def shared_ledger(base: Base, stack_name: str, start: Path, aws: Aws, caller: Caller) -> Ledger:
    """The same with those in the asset bucket, where all who deploy a branch find them."""
    assert isinstance(base.handle, Assembly)
    bucket = asset_bucket(base.handle, caller)
    if bucket is None:
        return local_ledger(stack_name, start)
    return Ledger((_local(stack_name, start), Shelf(aws.store, bucket, f"{FOLDER}/{stack_name}", f"s3://{bucket}")))


def is_shared(base: Base) -> bool:
    """Whether more than one person deploys it."""
    return base.facts.get("type") == "branch"


def _local(stack_name: str, start: Path) -> Shelf:
    return Shelf(LedgerFiles(project_root(start) / PLACE), "", stack_name, PLACE.as_posix())
