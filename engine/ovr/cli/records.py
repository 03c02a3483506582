"""What commands that read or write the record of deployments share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ovr.deploy.ledger import Entry, KeptFile, Ledger
    from ovr.deploy.port import Aws, Caller
    from ovr.deploy.recorder import Recorder
    from ovr.plan import Plan
    from ovr.template.tree import Base


Keep = Callable[["Plan"], tuple[str, "Mapping[str, KeptFile]"]]
"""Plan → the path of its overrides file below the project, and the texts of that and of what it names."""


def recorder(base: Base, keep: Keep, undoes: str = "") -> Callable[[Aws, Caller], Recorder]:
    """What records the deployments of a base: under `.ovr/`, of a branch in its asset bucket too."""

    def made(aws: Aws, caller: Caller) -> Recorder:
        from ovr.deploy.recorder import Recorder

        return Recorder(ledger(base, aws, caller), _described, keep, undoes)

    return made


def keeping(root: Path | None) -> Keep:
    """What is recorded of overrides that are read from here. Raises OvrError."""

    def keep(plan: Plan) -> tuple[str, Mapping[str, KeptFile]]:
        from ovr.adapters.kept_overrides import kept_files

        return kept_files(plan, root, Path.cwd())

    return keep


def ledger(base: Base, aws: Aws, caller: Caller) -> Ledger:
    """The record of deployments of a base. Raises OvrError."""
    from ovr.adapters.ledgers import is_shared, local_ledger, shared_ledger
    from ovr.cli.online import stack_name

    name, start = stack_name(base), Path.cwd()
    return shared_ledger(base, name, start, aws, caller) if is_shared(base) else local_ledger(name, start)


def _described(plan: Plan) -> dict[str, Any]:
    from ovr.render.saved_plan import saved_plan

    return saved_plan(plan)


def recorded(
    base: Base, profile: str | None, region: str | None, endpoint_url: str | None, limit: int = 100
) -> tuple[Entry, ...]:
    """The newest deployments of a base, newest first. AWS is asked only where records are shared, or an end is not
    known. Raises OvrError."""
    from ovr.adapters.ledgers import is_shared, local_ledger
    from ovr.cli.online import session, stack_name
    from ovr.deploy.recorder import settled
    from ovr.deploy.refusal import explained

    aws = session(base, profile, region, endpoint_url)
    with explained():
        if is_shared(base):
            found = ledger(base, aws, aws.caller()).entries(limit)
        else:
            found = local_ledger(stack_name(base), Path.cwd()).entries(limit)
        return found if all(entry.ended for entry in found) else settled(found, aws.cloudformation)
