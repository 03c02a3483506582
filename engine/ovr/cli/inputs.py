"""From what was said on the command line to a base, overrides and a plan."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from ovr.errors import Finding, OvrError, Severity, by_place

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ovr.language.model import OverrideFile
    from ovr.plan import Plan
    from ovr.template.tree import Base
    from ovr.vocabulary.resolve import Resolver


@dataclass(frozen=True, slots=True)
class Inputs:
    """The options that say what to work on. `facts` are those given for what a base does not tell."""

    file: Path | None = None
    root: Path | None = None
    base: str | None = None
    stack: str | None = None
    env: str | None = None
    type: str | None = None
    region: str | None = None
    account: str | None = None
    today: date | None = None
    only: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()

    def overrides(self) -> OverrideFile:
        """The overrides file named or found. Raises PartlyRead and other OvrErrors."""
        from ovr.adapters.overrides_file import find_overrides, load_overrides

        start = Path.cwd()
        return load_overrides(find_overrides(self.file, start), self.root, start)

    def open_base(self, overrides: OverrideFile | None = None) -> Base:
        """The base named on the command line, in the overrides file, or found. Raises OvrError."""
        from ovr.adapters.bases import open_base

        location, span = self.base, None
        if location is None and overrides is not None and overrides.base is not None:
            location, span = _from_file(overrides.base, overrides.source), overrides.base_span
        try:
            own = [Path(file) for file in overrides.digests] if overrides else []
            base = open_base(location, Path.cwd(), self.stack, overrides=own)
        except OvrError as error:
            raise OvrError(replace(finding, span=finding.span or span) for finding in error.findings) from None
        given = {"environment": self.env, "type": self.type, "region": self.region, "account": self.account}
        return replace(base, facts={**base.facts, **{name: value for name, value in given.items() if value}})

    def opened(self) -> tuple[OverrideFile, Base]:
        """The overrides file and the base. Raises OvrError with all that is wrong with either, and with both together
        where the file can be read in part."""
        from ovr.language.partial import PartlyRead

        try:
            overrides = self.overrides()
        except PartlyRead as error:
            rest = self._wrong_with_the_rest(error.readable) if error.readable else ()
            raise OvrError(sorted(dict.fromkeys([*error.findings, *rest]), key=by_place)) from None
        return overrides, self.open_base(overrides)

    def _wrong_with_the_rest(self, readable: OverrideFile) -> Iterable[Finding]:
        from ovr.compilation import errors_of_the_rest

        try:
            return errors_of_the_rest(self.open_base(readable), readable, self.only, self.skip)
        except OvrError as error:
            return error.findings

    def file_name(self) -> str:
        """The overrides file as the user calls it, whether it is there or not."""
        from ovr.adapters.overrides_file import PLACES

        there = (place for place in PLACES if (Path.cwd() / place).is_file())
        return self.file.as_posix() if self.file else next(there, PLACES[0])

    def has_overrides(self) -> bool:
        """Whether an overrides file is named or found: some commands can do without. Raises OvrError."""
        from ovr.adapters.overrides_file import find_overrides

        try:
            find_overrides(self.file, Path.cwd())
        except OvrError as error:
            if self.file is None and [finding.code for finding in error.findings] == ["OVR1019"]:
                return False
            raise
        return True

    def names(self) -> tuple[Base, Resolver]:
        """The base and what its nodes are called. Raises OvrError."""
        from ovr.vocabulary.resolve import Resolver

        overrides, base = self.opened() if self.has_overrides() else (None, self.open_base())
        return base, Resolver(base.tree, {**base.names, **(overrides.names if overrides else {})})

    def plan(self) -> Plan:
        """The plan of the overrides on the base. Raises OvrError."""
        from ovr.knowledge import schema_engine
        from ovr.plan import build_plan

        schema_engine.start()
        overrides, base = self.opened()
        return build_plan(base, overrides, only=self.only, skip=self.skip, today=self.today or date.today())


def strictly(plan: Plan, strict: bool) -> Plan:
    """The plan; under --strict with its warnings as errors."""
    return replace(plan, findings=tuple(map(_hardened, plan.findings))) if strict else plan


def _hardened(finding: Finding) -> Finding:
    return replace(finding, severity=Severity.ERROR) if finding.severity is Severity.WARNING else finding


def _from_file(location: str, file: str) -> str:
    """A base named in the overrides file is found from where that file is."""
    folder = os.path.dirname(file)
    is_path = not location.startswith("stack:") and not os.path.isabs(location)
    return os.path.normpath(os.path.join(folder, location)) if folder and is_path else location
