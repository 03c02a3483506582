"""What somebody may, or may not, do: one action on one thing, so that two templates can be compared."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal

from ovr.template.globs import glob_matches
from ovr.template.pointer import Tokens

Kind = Literal["access", "trust", "role", "policy", "boundary", "block", "call", "reach", "credentials", "stack"]
"""`access`: actions on resources; `trust`: taking a role; `role`: acting with a role; `policy`: a managed policy by
name; `boundary`: a permissions boundary; `block`: a bucket kept from the public; `call`: an API or a function's URL;
`reach`: from the internet; `credentials`: AWS credentials from an identity pool; `stack`: all that a stack gave."""

Place = tuple[str, str]
"""(stack, logical ID)"""


@dataclass(frozen=True, slots=True)
class Words:
    """A text, compared by its `key`, shown in the user's words."""

    key: str
    shown: str = field(compare=False)


@dataclass(frozen=True, slots=True)
class Pattern:
    """What actions or resources are meant: one text with `*` and `?`; `negated`: all that matches none of several."""

    texts: tuple[Words, ...]
    negated: bool = False

    @property
    def shown(self) -> str:
        names = ", ".join(text.shown for text in self.texts)
        return f"all but {names}" if self.negated else names

    @property
    def exact(self) -> bool:
        """Whether it covers nothing but its like."""
        return not self.negated and not any(c in self.texts[0].key for c in "*?")

    def covers(self, other: Pattern) -> bool:
        """Whether all that the other matches is surely matched by this one."""
        if not self.negated and not other.negated:
            return _covers(self.texts[0].key, other.texts[0].key)
        if not self.negated:
            return self.texts[0].key == "*"
        if other.negated:
            return all(any(_covers(b.key, a.key) for b in other.texts) for a in self.texts)
        wanted = other.texts[0].key
        return not any(_covers(text.key, wanted) or _covers(wanted, text.key) for text in self.texts)


EVERYTHING = Pattern((Words("*", "*"),))
NOTHING = Pattern((Words("", ""),))
"""Where there is no action or resource to speak of."""


def _covers(pattern: str, text: str) -> bool:
    return pattern == text or (not {"*", "?"}.isdisjoint(pattern) and glob_matches(pattern, text, single="?"))


@dataclass(frozen=True, slots=True)
class Condition:
    """One key under one operator of a statement's condition, with the values that it takes."""

    operator: str
    key: str
    values: frozenset[Words]

    def implied_by(self, other: Condition) -> bool:
        """Whether what meets the other surely meets this one."""
        if (self.operator, self.key.lower()) != (other.operator, other.key.lower()):
            return False
        return self.values <= other.values if "Not" in self.operator else other.values <= self.values

    @property
    def shown(self) -> str:
        values = " or ".join(sorted(words.shown for words in self.values))
        for prefix, word in (("ForAnyValue:", "one of "), ("ForAllValues:", "each of ")):
            if self.operator.startswith(prefix):
                return word + replace(self, operator=self.operator.removeprefix(prefix)).shown
        verb = _VERBS.get(self.operator.removesuffix("IfExists"), self.operator)
        ending = ", if it is known" if self.operator.endswith("IfExists") else ""
        return f"{self.key} {verb} {values}{ending}".strip()


_VERBS = {
    "StringEquals": "is",
    "StringLike": "is like",
    "StringNotEquals": "is not",
    "StringNotLike": "is not like",
    "ArnEquals": "is",
    "ArnLike": "is like",
    "ArnNotEquals": "is not",
    "ArnNotLike": "is not like",
    "Bool": "is",
    "IpAddress": "is in",
    "NotIpAddress": "is not in",
    "Null": "is missing:",
    "": "",
}

Conditions = frozenset[Condition]


def at_most(weak: Conditions, strong: Conditions) -> bool:
    """Whether what meets the strong conditions surely meets the weak ones."""
    return all(any(one.implied_by(other) for other in strong) for one in weak)


@dataclass(frozen=True, slots=True)
class Access:
    """That `who` may do `action` to `on` under `conditions`; `allowed` is false for what is denied or held back.

    `about` is the resource that this is a matter of: the role that may, the bucket whose policy says so. `stack` and
    `path` say where it is written.
    """

    who: Words
    kind: Kind
    action: Pattern
    on: Pattern
    conditions: Conditions = frozenset()
    allowed: bool = True
    about: Place = field(default=("", ""), compare=False)
    stack: str = field(default="", compare=False)
    path: Tokens = field(default=(), compare=False)

    @property
    def target(self) -> tuple[Kind, bool, Pattern, Pattern]:
        """All but who, and under what conditions."""
        return self.kind, self.allowed, self.action, self.on

    def reaches(self, other: Access) -> bool:
        """Whether the other is about nothing beyond what this one is about, whatever the conditions."""
        same = (self.kind, self.allowed) == (other.kind, other.allowed)
        return same and self.action.covers(other.action) and self.on.covers(other.on)
