"""`allow`: what an override says that the plan must not stop for (LANGUAGE.md §7)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from ovr.check.conditions import WARN_DAYS
from ovr.errors import Finding, Severity, did_you_mean
from ovr.language.model import Override
from ovr.language.quoting import flow_text
from ovr.spans import Span

Word = Literal[
    "replace", "delete", "data-loss", "unprotect", "wildcard", "escalation", "public", "trust", "code"
]  # fmt: skip
"""What can be allowed; what each covers is said in overrides.schema.json, which holds the same words."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether something is allowed, and what to do where it is not.

    `name` is what to write behind `word`; `until` the day on which it was allowed last; `elsewhere` the place of
    another override that allows it, which counts for that one alone.
    """

    word: Word
    name: str
    state: Literal["allowed", "no reason", "expired", "not allowed"]
    until: str | None = None
    elsewhere: str | None = None

    @property
    def allowed(self) -> bool:
        return self.state == "allowed"

    def fix(self, instead: str) -> str:
        """The `fix` of the finding: what to do instead (`keep it`), or how to allow it."""
        if self.state == "no reason":
            return "it is allowed, but without a reason: add `reason: …` to the override"
        if self.state == "expired":
            return f"{instead}, or have it reviewed and move `until` on: it was allowed until {self.until}"
        fix = f"{instead}, or allow it in the override: `allow: [{{{self.word}: {flow_text(self.name)}, because: …}}]`"
        return f"{fix} (what {self.elsewhere} allows counts there alone)" if self.elsewhere else fix


@dataclass(frozen=True, slots=True, eq=False)
class _Entry:
    """One word for one name of an item of `allow`; without a name it covers anything."""

    override: Override
    item: int
    word: str
    name: str | None = None
    index: int | None = None
    because: str | None = None
    until: str | None = None

    def span(self, *path: str | int) -> Span:
        """Where it is written, or what stands at a path in the item."""
        if self.override.entry is None:
            return self.override.span
        if not path and self.name is not None:
            path = (self.word,) if self.index is None else (self.word, self.index)
        at = self.override.entry["allow"][self.item]
        for key in path:
            at = at[key]
        return at.span


class Allowances:
    """The `allow` entries of the overrides that apply, and which of them the checks of one plan needed.

    A check asks for each loss; when all have asked, `findings` says what is wrong with the entries themselves.
    """

    def __init__(self, overrides: Iterable[Override] = (), today: date | None = None) -> None:
        """`today` is None where no day counts: nothing is over then."""
        self._today = today
        self._entries = [entry for override in overrides for entry in _entries(override)]
        self._needed: dict[_Entry, dict[str, None]] = {}
        self._asked: dict[tuple[int, str], dict[str, None]] = {}

    def ask(self, word: Word, names: Sequence[str], override: Override | None) -> Answer:
        """Whether the override that causes a loss allows it, with a reason, today.

        `names` are all names of what is lost, the one to propose first. Without limit it is allowed where the
        override has a `reason`; by name, where it has one or the entry says `because`. Entries by name come before
        those without. What another override allows does not count.
        """
        if override is None:
            return Answer(word, names[0], "not allowed")
        self._asked.setdefault((override.index, word), {})[names[0]] = None
        covering = [e for e in self._entries if e.word == word and e.name in names]
        own = [e for e in covering if e.override.index == override.index] or [
            e for e in self._entries if e.override.index == override.index and e.word == word and e.name is None
        ]
        if not own:
            elsewhere = covering[0].override.place if covering else None
            return Answer(word, names[0], "not allowed", elsewhere=elsewhere)
        for entry in own:
            self._needed.setdefault(entry, {})[names[0]] = None
        valid = [entry for entry in own if not self._is_over(entry)]
        if not valid:
            return Answer(word, names[0], "expired", until=own[-1].until)
        explained = override.reason or any(entry.because for entry in valid)
        return Answer(word, names[0], "allowed" if explained else "no reason")

    def findings(self) -> Iterator[Finding]:
        """OVR4401 for what nothing needed, OVR4402 for what is or soon will be over, OVR4403 for what has no limit."""
        told: set[tuple[int, int]] = set()
        for entry in self._entries:
            item = (entry.override.index, entry.item)
            if entry.until and item not in told and (found := self._ending(entry)):
                told.add(item)
                yield found
            if self._is_over(entry):
                continue
            if entry not in self._needed:
                yield self._unneeded(entry)
            elif entry.name is None:
                yield self._open_ended(entry)

    def _left(self, entry: _Entry) -> int | None:
        """Days until it is over."""
        if entry.until is None or self._today is None:
            return None
        return (date.fromisoformat(entry.until) - self._today).days

    def _is_over(self, entry: _Entry) -> bool:
        left = self._left(entry)
        return left is not None and left < 0

    def _ending(self, entry: _Entry) -> Finding | None:
        left = self._left(entry)
        if left is None or left > WARN_DAYS:
            return None
        over = left < 0
        when = f"ended on {entry.until}" if over else f"ends on {entry.until}, in {left} day{'' if left == 1 else 's'}"
        return Finding(
            "OVR4402",
            f"this `allow` {when}",
            entry.span("until"),
            details=(f"owner: {entry.override.owner}",) if entry.override.owner else (),
            fix="remove it, or have it reviewed and move the date on",
            severity=Severity.ERROR if over else Severity.WARNING,
        )

    def _unneeded(self, entry: _Entry) -> Finding:
        """With what the override does need under this word, or else under others."""
        index = entry.override.index
        asked = [*self._asked.get((index, entry.word), ())]
        others = [f"`{word}: {name}`" for (i, word), names in self._asked.items() if i == index for name in names]
        details = f"what this override needs: {', '.join(others)}" if others else "this override needs none"
        written = entry.word if entry.name is None else f"{{{entry.word}: {entry.name}}}"
        near = did_you_mean(entry.name, asked) if entry.name else None
        return Finding(
            "OVR4401",
            f"nothing needs `allow: [{written}]`",
            entry.span(),
            details=(details,),
            fix=near or "remove it, so that it does not allow a later loss unseen",
            severity=Severity.WARNING,
        )

    def _open_ended(self, entry: _Entry) -> Finding:
        """A note for one thing; a warning where nobody sees from the file how many it is."""
        names = [*self._needed[entry]]
        written = [flow_text(name) for name in names]
        exact = f"[{', '.join(written)}]" if len(names) > 1 else written[0]
        return Finding(
            "OVR4403",
            f"`allow: [{entry.word}]` has no limit: it allows whatever comes under that word",
            entry.span(),
            details=(f"now: {', '.join(names)}",),
            fix=f"name what may happen: `allow: [{{{entry.word}: {exact}, because: …}}]`",
            severity=Severity.WARNING if len(names) > 1 else Severity.NOTE,
        )


def _entries(override: Override) -> Iterator[_Entry]:
    for item, written in enumerate(override.allow):
        if not isinstance(written, dict):
            yield _Entry(override, item, str(written))
            continue
        because, until = written.get("because"), written.get("until")
        for word, names in written.items():
            if word in ("because", "until"):
                continue
            listed = isinstance(names, list)
            for index, name in enumerate(names if listed else [names]):
                yield _Entry(override, item, word, str(name), index if listed else None, because, until)
