"""`allow`: what an override says that the plan must not stop for (LANGUAGE.md §7)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from ovr.language.model import Override

Verdict = Literal["allowed", "no reason", "not allowed"]


@dataclass(frozen=True, slots=True)
class Asked:
    """What has to be allowed: the `word` of `allow`, and all names under which it may be allowed."""

    word: str
    names: tuple[str, ...]

    def verdict(self, override: Override | None, today: date | None) -> Verdict:
        """Whether an override allows this on a day (None: on any), with a reason.

        One that is allowed without limit takes the override's own reason, the long form `because` as well.
        """
        reasons = [
            allowance.get("because") if isinstance(allowance, dict) else None
            for allowance in (override.allow if override else ())
            if self._covers(allowance, today)
        ]
        if not reasons:
            return "not allowed"
        assert override is not None
        return "allowed" if override.reason or any(reasons) else "no reason"

    def _covers(self, allowance: Any, today: date | None) -> bool:
        if not isinstance(allowance, dict):
            return bool(allowance == self.word)
        until = allowance.get("until")
        if self.word not in allowance or (today is not None and isinstance(until, str) and until < today.isoformat()):
            return False
        named = allowance[self.word]
        wanted: Collection[Any] = named if isinstance(named, list) else [named]
        return any(name in wanted for name in self.names)
