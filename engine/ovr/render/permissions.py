"""Changes of permissions as lines: who may newly do what on what (PLAN.md)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ovr.check.access.changes import PermissionChange
from ovr.plan import Plan
from ovr.render.alike import name_lines
from ovr.render.elements import cause_lines
from ovr.render.look import Look, Part, Role

_SYMBOLS: dict[str, tuple[Role, str]] = {
    "gains": ("add", "+"),
    "broadened": ("change", "~"),
    "loses": ("remove", "-"),
    "narrowed": ("change", "~"),
    "protection lost": ("remove", "!"),
}
_FEW = 3
"""Actions or resources that still make a sentence; more are told line by line."""
_MANY = 12
"""Resources that are named; the rest is counted."""
_SEVERAL = ("guests", "signed-in users")

Together = tuple[list[str], PermissionChange]
"""Who a change is about, and the change of one of them."""


def permission_lines(plan: Plan, look: Look) -> list[str]:
    """What changes, each time with who it changes for; below what the same overrides did, these overrides."""
    lines: list[str] = []
    groups = _together(plan.permissions, look)
    for index, (who, change) in enumerate(groups):
        lines += _change_lines(who, change, look)
        if index + 1 == len(groups) or groups[index + 1][1].causes != change.causes:
            lines += cause_lines(change.causes, plan, look)
    return lines


def _together(changes: Iterable[PermissionChange], look: Look) -> list[Together]:
    """Changes that are the same but for whom they are about, told once unless `verbose`."""
    groups: dict[object, Together] = {}
    for change in changes:
        same = (change.direction, change.kind, change.allowed, change.actions, change.on, change.conditions)
        key = (*same, change.former, change.left, change.extended, change.causes, change.who if look.verbose else "")
        groups.setdefault(key, ([], change))[0].append(change.who)
    return list(groups.values())


def _change_lines(who: list[str], change: PermissionChange, look: Look) -> list[str]:
    who = list(dict.fromkeys(who))
    people = " and ".join(who) if len(who) < _FEW else f"these {len(who)}"
    begin, act, end = _phrases(change, len(who) > 1 or who[0] in _SEVERAL, look)
    sentence = f"{people} {begin} {act}{end}"
    names = name_lines(who, look) if len(who) >= _FEW else []
    few = sum(len(group.names) for group in change.actions) <= _FEW and len(change.on) <= _FEW
    if change.kind != "access" or look.fits(4, sentence) or few:
        return [*_lines(sentence, look, _SYMBOLS[change.direction]), *names]
    named = ((group.level, ", ".join(group.names)) for group in change.actions)
    below = [f"{level}: {actions}" if level else actions for level, actions in named]
    below.append(f"on {_listed(change.on, look)}{end}")
    head = _lines(f"{people} {begin}:", look, _SYMBOLS[change.direction])
    return [*head, *names, *(line for each in below for line in _lines(each, look))]


def _lines(text: str, look: Look, symbol: Part | None = None) -> list[str]:
    """A text over as many lines as it needs, behind its symbol if it has one."""
    first, *rest = look.wrapped(8, text)
    start = look.line(2, symbol, f" {first}") if symbol else look.line(6, first)
    return [start, *(look.line(8, line) for line in rest)]


def _phrases(change: PermissionChange, several: bool, look: Look) -> tuple[str, str, str]:
    """How it begins (`may now`), what is done (`s3:GetObject (Read) on storage.bucket`), under what conditions."""
    act, be = _act(change, look), "are" if several else "is"
    conditions = f" if {' and '.join(change.conditions)}" if change.conditions else ""
    former, left = (_listed(each, look) for each in (change.former, change.left))
    once = " and ".join(change.former)
    if change.kind == "stack":
        return "is gone, and with it what its policies allowed", f"to {_listed(change.on, look)}", ""
    if change.allowed:
        match change.direction:
            case "gains":
                return "may now", act, conditions + (f" instead of {former}" if former else "")
            case "broadened":
                return "may now also" if change.extended else "may now", act, conditions + _before(former)
            case "protection lost":
                return "may now", act, f"{conditions}, no longer only if {once}"
            case "narrowed" if not left:
                return "may", act, f" now only{conditions}{_before(once)}"
        return "may no longer", act, conditions + (f", only {left}" if left else "")
    lost = change.direction == "protection lost"
    if change.kind == "boundary" and lost and former:
        return f"{be} now", act, f" instead of {former}"
    how = "no longer" if lost else "not" if change.direction == "gains" else "now"
    return f"{be} {how}", act, conditions + (f", only if {' and '.join(change.left)}" if left else "")


def _before(former: str) -> str:
    return f" (before: {former})" if former else ""


def _act(change: PermissionChange, look: Look) -> str:
    on = _listed(change.on, look)
    actions = ", ".join(
        ", ".join(group.names) + (f" ({group.level})" if group.level else "") for group in change.actions
    )
    match change.kind:
        case "trust":
            roles = f"the role {on}" if len(change.on) == 1 else f"the roles {on}"
            return f"take {roles}" if change.allowed else f"kept from taking {roles}"
        case "role":
            return f"act with the role {on}"
        case "policy":
            return f"do what the policy {on} allows" if len(change.on) == 1 else f"do what the policies {on} allow"
        case "call":
            return f"call {on}"
        case "reach":
            return f"reach {on} from the internet"
        case "credentials":
            return f"get AWS credentials from {on}"
        case "boundary":
            return f"bound by {on}"
        case "block":
            return f"kept out of {on} ({actions})"
    return f"{'' if change.allowed else 'denied '}{actions} on {on}"


def _listed(names: Sequence[str], look: Look) -> str:
    """`storage.bucket and all in it, data.tables.Todo index/*`."""
    whole = {name for name in names if f"{name} *" in names}
    rest = (name for name in names if name in whole or name.removesuffix(" *") not in whole)
    names = [f"{name} and all in it" if name in whole else name for name in rest]
    shown = names if look.verbose or len(names) <= _MANY + 2 else names[:_MANY]
    more = len(names) - len(shown)
    return ", ".join(shown) + (f", … {more} more (--verbose)" if more else "")
