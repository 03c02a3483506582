"""What a deployment would lose, or fail at: a value, found by the guard, rendered and asked about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from ovr.check.allowances import Word
from ovr.template import pointer
from ovr.template.changes import Change
from ovr.template.pointer import Tokens

DangerKind = Literal["replace", "delete", "unprotect", "data-loss", "refused"]
_CODES: Mapping[DangerKind, str] = {
    "replace": "OVR4101",
    "refused": "OVR4102",
    "delete": "OVR4103",
    "unprotect": "OVR4104",
    "data-loss": "OVR4104",
}
_WORDS: Mapping[DangerKind, Word] = {
    "replace": "replace",
    "refused": "replace",
    "delete": "delete",
    "unprotect": "unprotect",
    "data-loss": "data-loss",
}
"""Who allows a replacement allows that the service refuses to do without one."""


@dataclass(frozen=True, slots=True)
class Danger:
    """What a deployment would lose, or fail at.

    `name` is the resource in the user's words, `what` a sentence that begins with it; `certain` is False where it
    depends on what only the deploy knows, which `what` then says; `stops` whether the plan does, unless it is allowed;
    `changes` are those behind it, `reasons` why they do that, `fix` the way out; `former` is the logical ID that
    it had, if that changes; `allowed` whether the override behind it says so, with a reason.
    """

    kind: DangerKind
    stack: str
    logical_id: str
    name: str
    what: str
    causes: tuple[int, ...] = ()
    changes: tuple[Change, ...] = ()
    path: Tokens = ()
    fix: str | None = None
    reasons: tuple[str, ...] = ()
    former: str | None = None
    certain: bool = True
    stops: bool = True
    allowed: bool = False

    @property
    def code(self) -> str:
        return _CODES[self.kind]

    @property
    def word(self) -> Word:
        """What has to be allowed."""
        return _WORDS[self.kind]

    @property
    def key(self) -> str:
        """`STACK/LOGICALID`, as consent names it; the name of what is no resource."""
        return f"{self.stack}/{self.former or self.logical_id}".lstrip("/") or self.name

    @property
    def place(self) -> str:
        return pointer.place(self.stack, ("Resources", self.logical_id, *self.path) if self.logical_id else self.path)
