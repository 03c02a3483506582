"""What is too much in a statement: the list of LANGUAGE.md §4, item by item."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from ovr.check.allowances import Word
from ovr.check.policies import Purpose
from ovr.check.terms import Principal, Terms, covers
from ovr.errors import Severity
from ovr.knowledge.access import EXPANDED_TO_EVERYTHING
from ovr.knowledge.escalations import ESCALATIONS
from ovr.knowledge.iam_actions import acts_on, is_every_action, matching
from ovr.template.possible import UNKNOWN, shown

Kind = Literal[
    "anyone",
    "everyone but",
    "principal",
    "unconditional",
    "every action but",
    "every action",
    "every resource but",
    "escalation",
    "every resource",
    "every such resource",
]

_NOT_FOR_ALL = ("AWS::EC2::VPCEndpoint",)
"""Types whose policies only narrow what others allow: `Principal: *` opens nothing there."""
_OWN_KEY = ("AWS::KMS::Key", "AWS::KMS::ReplicaKey")
"""Types in whose policies `*` means the key itself, and `kms:*` for the account is what AWS makes of itself."""
_ACCOUNT = re.compile(r"(?<!\d)\d{12}(?!\d)")


@dataclass(frozen=True, slots=True)
class Excess:
    """One thing that is too much: `what` (an action, a principal) of a kind, `where` (a resource), under a word."""

    word: Word
    kind: Kind
    what: str
    where: str = ""
    severity: Severity = Severity.ERROR


def excesses(terms: Terms, purpose: Purpose, type_name: str, *, known: bool) -> Iterator[Excess]:
    """All that is too much in a statement of a resource that was there before (`known`) or is new."""
    if not terms.allows or type_name in _NOT_FOR_ALL:
        return
    if purpose != "identity":
        yield from _let_in(terms, "trust" if purpose == "trust" else "public")
    if purpose == "trust":
        yield from _trusted(terms, known=known)
        return
    if type_name not in _OWN_KEY:
        yield from (Excess("wildcard", "every action but", action) for action in terms.but_actions[:1])
        yield from (Excess("wildcard", "every action", action) for action in terms.actions if is_every_action(action))
    if purpose == "identity":
        yield from _reach(terms)


def _let_in(terms: Terms, word: Word) -> Iterator[Excess]:
    yield from (Excess(word, "everyone but", who) for _, who in terms.but_principals[:1])
    yield from (Excess(word, "anyone", "*") for principal in terms.principals if is_anyone(principal))


def is_anyone(principal: Principal) -> bool:
    """Whether a principal is `*`, or one in any account."""
    kind, who = principal
    return set(who) <= {"*", "?"} or (kind == "AWS" and who.startswith("arn:") and "*" in who.split(":")[4:5])


def _trusted(terms: Terms, *, known: bool) -> Iterator[Excess]:
    """Who may take a role: anyone else where it was there before; in a new one, other accounts.

    A service or a role of these templates that takes a new role gets no more than that role's policies, which are
    judged themselves. Source for the rest: IAM user guide, "Create a role for a third-party identity provider": without
    a condition on whose identities are meant, anyone's are.
    """
    for kind, who in terms.principals:
        if is_anyone((kind, who)):
            continue
        if known or (kind == "AWS" and _ACCOUNT.search(_literal(who))):
            yield Excess("trust", "principal", who)
        if kind == "Federated" and not known and not terms.conditions:
            yield Excess("trust", "unconditional", who)


def _reach(terms: Terms) -> Iterator[Excess]:
    """What an identity may do on every resource, or on all of a kind."""
    for resource in terms.but_resources[:1]:
        yield from (Excess("wildcard", "every resource but", action, resource) for action in terms.actions)
    if terms.actions in EXPANDED_TO_EVERYTHING:
        return
    for resource in terms.resources:
        if "*" not in resource:
            continue
        everything = _is_everything(resource)
        yield from _escalating(terms, resource, everything=everything)
        for action in terms.actions:
            if any(covers(action, each) for each in ESCALATIONS):
                continue
            if everything:
                only_there = acts_on(action) == ()
                severity = Severity.WARNING if only_there else Severity.ERROR
                yield Excess("wildcard", "every resource", action, resource, severity)
            elif _takes_all(resource, action):
                yield Excess("wildcard", "every such resource", action, resource, Severity.WARNING)


def _escalating(terms: Terms, resource: str, *, everything: bool) -> Iterator[Excess]:
    for action in ESCALATIONS:
        if terms.allows_action(action) and (everything or _takes_all(resource, action)):
            yield Excess("escalation", "escalation", action, resource)


def _is_everything(resource: str) -> bool:
    """Whether an ARN leaves open what it names: `*`, `arn:aws:s3:::*`, `arn:aws:dynamodb:*`."""
    parts = _literal(resource).split(":", 5)
    if not covers(parts[0], "arn"):
        return False
    return parts[-1].endswith("*") if len(parts) < 6 else set(parts[5]) <= {"*", "?"}


def _takes_all(resource: str, action: str) -> bool:
    """Whether an ARN takes in all resources of a type that an action acts on, wherever they are."""
    parts = _literal(resource).split(":", 5)
    if len(parts) < 6:
        return False
    patterns = (arn for each in (matching(action) if "*" in action else [action]) for arn in acts_on(each) or ())
    for pattern in patterns:
        ends = re.sub(r"\$\{[^}]*\}", UNKNOWN, pattern).split(":", 5)
        if len(ends) == 6 and covers(parts[2], ends[2]) and covers(parts[5], ends[5]):
            return True
    return False


def _literal(text: str) -> str:
    """A text with nothing but a mark for what is unknown, colons of names included."""
    return re.sub(f"{UNKNOWN}[^{UNKNOWN}]*{UNKNOWN}", UNKNOWN, text)


def message(found: list[Excess]) -> str:
    """What to say of excesses of one kind on one resource, behind who it is about."""
    first = found[0]
    whats = [each.what for each in found]
    match first.kind:
        case "anyone":
            return "lets in anyone: Principal `*`"
        case "everyone but":
            return "lets in everyone but those named: `NotPrincipal`"
        case "principal":
            return f"may be taken by {listed(whats)}"
        case "unconditional":
            return f"may be taken by anyone whom {listed(whats)} signs in: no condition says whose users"
        case "every action but":
            return "gets every action but those named: `NotAction`"
        case "every action":
            service, _, name = first.what.partition(":")
            of = "" if set(service) <= {"*", "?"} or not name else f" of {service}"
            return f"gets every action{of}: `{first.what}`"
        case "every resource but":
            return f"gets {listed(whats)} on all resources but those named: `NotResource`"
        case "escalation":
            return f"may give itself the rights of others: {listed(whats)} on `{shown(first.where)}`"
        case "every resource":
            return f"gets {listed(whats)} on every resource: `{shown(first.where)}`"
        case "every such resource":
            return f"gets {listed(whats)} on all resources of a kind: `{shown(first.where)}`"


def listed(names: list[str]) -> str:
    """The first three names, and how many more there are."""
    quoted = ", ".join(f"`{shown(name)}`" for name in names[:3])
    return f"{quoted} and {len(names) - 3} more" if len(names) > 3 else quoted
