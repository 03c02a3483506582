"""How often to ask AWS again: soon while things happen, less and less often while nothing does."""

from __future__ import annotations

from dataclasses import dataclass, field

from ovr.deploy.port import Clock


@dataclass(slots=True)
class Pace:
    """Waits between polls: `shortest` seconds first, half as long again each time, `longest` at most."""

    clock: Clock
    shortest: float = 1.0
    longest: float = 2.0
    _next: float = field(default=0.0, init=False)

    def wait(self, *, again: bool = False) -> None:
        """`again`: something has happened, so begin with the shortest wait."""
        seconds = self.shortest if again or not self._next else self._next
        self.clock.sleep(seconds)
        self._next = min(seconds * 1.5, self.longest)
