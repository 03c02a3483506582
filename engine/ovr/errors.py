"""What can be wrong and how it is said: findings with stable codes, and the one exception that carries them.

Codes: 1xxx the overrides file, 2xxx selectors, 3xxx compiling and applying, 4xxx safety, 5xxx bases and
other files, 6xxx deploying, 9xxx the tool itself. A code never changes its meaning.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from ovr.spans import Span


class Severity(StrEnum):
    """How bad a finding is: an error stops the plan, a warning stops it under --strict."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


CODES: dict[str, str] = {
    # the overrides file
    "OVR1001": "the YAML cannot be read",
    "OVR1002": "a key is written twice",
    "OVR1003": "an unknown key",
    "OVR1004": "a value of the wrong type",
    "OVR1005": "a value that is not one of those allowed",
    "OVR1006": "a required key is missing",
    "OVR1007": "an unknown tag",
    "OVR1008": "the file is too large, too deep or expands too far",
    "OVR1009": "YAML took a `#` for a comment",
    "OVR1010": "YAML took a `*` for an alias or `&` for an anchor",
    "OVR1011": "brackets or braces were taken for YAML's own",
    "OVR1012": "an override that does nothing",
    "OVR1013": "an id that is used twice",
    "OVR1014": "this needs another version of ovr",
    "OVR1015": "a malformed JSON pointer",
    "OVR1016": "a file that an override names cannot be used",
    "OVR1017": "a tag that has no place here",
    "OVR1018": "not available yet",
    "OVR1019": "no overrides file",
    "OVR1020": "an id named by --only or --skip does not exist",
    "OVR1021": "an unknown parameter",
    "OVR1022": "a key that counts only in the file that is planned",
    "OVR1023": "an id named by `replaces` that does not come before",
    "OVR1024": "files that include each other",
    "OVR1025": "a pack that does not exist",
    # selectors
    "OVR2001": "no node matches",
    "OVR2002": "another number of nodes than expected",
    "OVR2003": "a selector that cannot be read",
    "OVR2004": "an ambiguous name",
    "OVR2005": "a query that cannot be evaluated",
    "OVR2006": "no item, or several items, match",
    # compiling and applying
    "OVR3001": "a patch does not apply",
    "OVR3002": "a test in a patch failed",
    "OVR3003": "an unknown property",
    "OVR3004": "a kind that cannot act on this node",
    "OVR3005": "two kinds of one entry write the same place",
    "OVR3006": "the resource is still referred to",
    "OVR3007": "a removal policy that the type cannot take",
    "OVR3008": "the type takes no tags",
    "OVR3009": "a name that is taken",
    "OVR3010": "an invalid name",
    "OVR3011": "a dependency that cannot be made",
    "OVR3012": "a reference to nothing",
    "OVR3013": "a resource attribute where a property is expected, or the reverse",
    "OVR3014": "a cycle",
    "OVR3015": "the override changes nothing",
    "OVR3016": "an unknown attribute",
    "OVR3017": "a name that means two things",
    "OVR3018": "an unknown resource type",
    "OVR3019": "an override that expires",
    "OVR3020": "a condition that cannot be judged",
    "OVR3021": "a template that CloudFormation does not take",
    "OVR3022": "a tag that CloudFormation does not take",
    "OVR3023": "a variable that the service does not take",
    "OVR3024": "a secret written out",
    "OVR3025": "a secret that nothing looks for",
    "OVR3026": "a variable that Amplify's own code needs or sets",
    "OVR3027": "a list where a text is needed",
    "OVR3030": "a grant that cannot be made",
    "OVR3031": "two overrides that contradict each other",
    "OVR3032": "an index into a list that another override changed",
    "OVR3033": "a locked override that does not hold",
    "OVR3034": "a `replaces` that replaces nothing",
    # safety
    "OVR4001": "a value that the resource's schema does not take",
    "OVR4002": "a value that is none of those the schema has",
    "OVR4003": "a property that is missing, or that others rule out",
    "OVR4004": "a value that CloudFormation converts",
    "OVR4005": "a value that AWS has given up, or will",
    "OVR4006": "AWS's schemas cannot be applied here",
    "OVR4010": "a limit that is near",
    "OVR4011": "a limit that is exceeded",
    "OVR4012": "a name that is used twice",
    "OVR4013": "a parameter that gets no value",
    "OVR4101": "something that holds data is replaced",
    "OVR4102": "an update that the service refuses",
    "OVR4103": "something that holds data is removed",
    "OVR4104": "data, or a protection of it, is lost in place",
    "OVR4105": "a bucket that is kept and would still be emptied",
    "OVR4106": "something that a sandbox would leave behind",
    "OVR4107": "code that an override brings into the deployment",
    "OVR4301": "an IAM action that does not exist",
    "OVR4302": "permissions that need to be allowed",
    "OVR4303": "a permission that does not reach what it is meant for",
    "OVR4304": "a policy that is larger than IAM takes",
    "OVR4401": "an `allow` that nothing needs",
    "OVR4402": "an `allow` whose time is over",
    "OVR4403": "an `allow` without limit",
    "OVR4501": "an output for clients that cannot follow its resource",
    "OVR4502": "an output for clients that disagrees with its resource",
    "OVR4503": "a change that breaks deployed clients",
    "OVR4504": "an output for clients that Amplify cannot read",
    # bases and other files
    "OVR5001": "no base was found",
    "OVR5002": "the base cannot be read",
    "OVR5003": "there are several root stacks",
    "OVR5004": "the base has been rendered by ovr already",
    "OVR5005": "the base is older than the backend's sources",
    "OVR5006": "a path that leads outside the project",
    "OVR5007": "the output cannot be written",
    "OVR5008": "the overrides file is ambiguous",
    "OVR5009": "the system refuses a file",
    "OVR5010": "the base has no client configuration",
    # deploying
    "OVR6001": "AWS cannot be reached as anybody",
    "OVR6002": "AWS refuses a call",
    "OVR6003": "the target is not what the base is for",
    "OVR6004": "the stack takes no update now",
    "OVR6005": "the saved plan is not what would be applied",
    "OVR6006": "the change set does more than was planned",
    "OVR6007": "the deployment failed",
    "OVR6008": "somebody else is deploying",
    "OVR6009": "a loss that nobody consented to",
    "OVR6010": "an asset cannot be published",
    "OVR6011": "the credentials ended on the way",
    "OVR6012": "the record of deployments cannot be used",
    "OVR6013": "a deployment that nobody has agreed to",
    "OVR6014": "the local emulator cannot be used",
    # the tool itself
    "OVR9001": "an internal error",
    "OVR9002": "a command line that cannot be read",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to tell the user.

    `message` is one line without a full stop. `details` are further lines: what was expected and found,
    which names there are. `fix` is what to do. `place` says where in the templates (`auth: /Resources/…`).
    `related` are other places of the overrides that it is about, each with a word on what stands there.
    """

    code: str
    message: str
    span: Span | None = None
    details: tuple[str, ...] = ()
    fix: str | None = None
    severity: Severity = Severity.ERROR
    place: str | None = None
    related: tuple[tuple[str, Span], ...] = ()

    def __post_init__(self) -> None:
        if self.code not in CODES:
            raise ValueError(f"{self.code} is not in errors.CODES")


def by_place(finding: Finding) -> tuple[str, int, int]:
    """A key that sorts findings as a reader meets them in the file; those without a place come first."""
    span = finding.span
    return (span.source.name, span.line, span.column) if span else ("", 0, 0)


class OvrError(Exception):
    """One or more findings that stop what was asked. Raised everywhere, printed in one place (cli)."""

    def __init__(self, findings: Finding | Iterable[Finding]) -> None:
        self.findings: tuple[Finding, ...] = (findings,) if isinstance(findings, Finding) else tuple(findings)
        super().__init__("; ".join(f"{f.code} {f.message}" for f in self.findings))


_LEAST = 4
"""Characters that two names must share for one to be taken for the beginning of the other."""


def nearest(name: str, candidates: Sequence[str], limit: int = 3) -> list[str]:
    """The candidates most like `name`, best first, without regard to case; empty where none is near.

    Nearest is what differs by a slip of the fingers, then what begins with the name, or what it begins with: people
    shorten and lengthen.
    """
    from difflib import get_close_matches  # noqa: PLC0415  (only on the way to an error)

    by_fold: dict[str, str] = {}
    for candidate in candidates:
        by_fold.setdefault(candidate.casefold(), candidate)
    typed = name.casefold()
    begun = [c for c in by_fold if min(len(c), len(typed)) >= _LEAST and (c.startswith(typed) or typed.startswith(c))]
    begun.sort(key=lambda candidate: abs(len(candidate) - len(typed)))
    alike = get_close_matches(typed, list(by_fold), n=limit, cutoff=0.6)
    slips = get_close_matches(typed, list(by_fold), n=limit, cutoff=0.85)
    return [by_fold[match] for match in dict.fromkeys([*slips, *begun, *alike])][:limit]


def did_you_mean(name: str, candidates: Sequence[str]) -> str | None:
    """`did you mean `X`?` for the nearest candidate, or None."""
    near = nearest(name, candidates, 1)
    return f"did you mean `{near[0]}`?" if near else None
