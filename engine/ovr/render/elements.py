"""A changed resource, output or other member of a template as lines."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from ovr.check.concealing import concealed
from ovr.language.model import Override
from ovr.plan import Plan
from ovr.render.changes import change_lines
from ovr.render.look import SYMBOLS, Look, Part
from ovr.render.values import label
from ovr.template import pointer
from ovr.template.changes import Action, Change, ElementChange, VerdictKind
from ovr.template.pointer import MISSING, Json
from ovr.template.tree import NESTED_STACK

_SINGULAR = {
    "Outputs": "Output",
    "Parameters": "Parameter",
    "Conditions": "Condition",
    "Mappings": "Mapping",
    "Rules": "Rule",
    "Metadata": "Metadata",
}
_OPTIONS = "options"
"""The section for what CloudFormation keeps beside the template."""
_NESTED = ".NestedStack"
"""How CDK ends the name of the construct around the resource of a nested stack."""
_CONSTRUCT_PATH = "aws:cdk:path"


def element_lines(element: ElementChange, plan: Plan, look: Look) -> list[str]:
    """The element's heading, its changes, and under each group of them the overrides that made it."""
    only = element.changes[0] if len(element.changes) == 1 else None
    if only is not None and not only.path and element.section != "Resources":
        beside = change_lines(only, title(element), look, 2)
        return [*beside, *cause_lines(only.causes, plan, look)]
    return [*heading_lines(element, look), *body_lines(element, plan, look)]


def heading_lines(element: ElementChange, look: Look) -> list[str]:
    """`~ auth.userPool  AWS::Cognito::UserPool  LogicalId` on one line or two, or `~ Output name`."""
    role = _role(element)
    parts: list[Part] = [(role, SYMBOLS[role]), " ", ("strong", title(element))]
    if element.section != "Resources":
        return [look.line(2, *parts)]
    about = [element.type, element.id if title(element) != element.id else ""]
    if element.renamed_from:
        about.append(f"(was {element.renamed_from})")
    parts.append(_fate(element))
    extra = "  ".join(word for word in about if word)
    if look.width is None or look.fits(8 + len(title(element)), extra):
        return [look.line(2, *parts, ("dim", f"  {extra}"))]
    return [look.line(2, *parts), *(look.line(6, ("dim", line)) for line in look.wrapped(6, extra))]


_FATES: dict[VerdictKind, str] = {
    "replace": " will be replaced",
    "may-replace": " may be replaced",
    "may-remove": " may be removed",
    "refused": " will be refused",
}
EFFECTS: dict[VerdictKind, str] = {
    "replace": "replaces it",
    "may-replace": "may replace it",
    "may-remove": "may remove it",
    "refused": "is refused",
}


def _role(element: ElementChange) -> Action:
    return "replace" if element.verdict and element.verdict.kind == "may-replace" else element.action


def _fate(element: ElementChange) -> str:
    """What becomes of the resource, where that is more than an ordinary update."""
    if element.action == "remove":
        return " is removed"
    if element.renamed_from:
        return " is renamed, which replaces it"
    return _FATES.get(element.verdict.kind, "") if element.verdict else ""


def title(element: ElementChange) -> str:
    """What to call the element before the user."""
    if element.section == "Resources":
        return element.name or _nested_stack(element) or element.construct or element.id
    if element.section == _OPTIONS:
        return "Stack options"
    if not element.id:
        return element.section
    return f"{_SINGULAR.get(element.section, element.section)} {element.id}"


def _nested_stack(element: ElementChange) -> str:
    """`stack data/amplifyData` for the resource that makes a nested stack, which has no better name."""
    holder = element.construct.rpartition("/")[0]
    if element.type != NESTED_STACK or not holder.endswith(_NESTED):
        return ""
    return f"stack {holder.removesuffix(_NESTED).lstrip('/')}"


def body_lines(element: ElementChange, plan: Plan, look: Look) -> list[str]:
    """The element's changes grouped by what caused them, in the order of the template.

    Unless `verbose`, what a removed resource was made of is left out, and references that follow are counted.
    """
    documents = element_documents(element, plan)
    spread = _spread(element)
    told = [change for change in spread if look.verbose or not only_follows(change) or _only_renamed(change)]
    whole = element.changes[0]
    reached = whole.via and not whole.path and not _empty(whole)
    lines = [look.line(6, ("dim", f"because of {whole.via}"))] if reached else []
    for causes, changes in _by_cause(told).items():
        if look.verbose or element.action != "remove":
            for change in changes:
                lines += _told(change, _label(element, change, documents), look)
        lines += cause_lines(causes, plan, look)
    if len(told) < len(spread):
        count = len(spread) - len(told)
        what = "1 reference follows" if count == 1 else f"{count} references follow"
        lines.append(look.line(6, ("change", SYMBOLS["change"]), f" {what} (--verbose shows them)"))
    return lines


def _told(change: Change, label: str, look: Look) -> list[str]:
    """The lines of one change: what it is, what it does to the resource, where it comes from."""
    verdict = change.verdict if change.verdict and change.verdict.kind in EFFECTS else None
    shown = replace(change, action="replace") if verdict and verdict.kind in ("replace", "may-replace") else change
    if change.via and _empty(change):
        follows = f"{label}: follows {change.via}" if label else f"because of {change.via}"
        lines = [look.line(6, (shown.action, SYMBOLS[shown.action]), f" {follows}")]
    else:
        lines = change_lines(shown, label, look, 6)
        lines += [look.line(8, ("dim", f"because of {change.via}"))] if change.via else []
    if verdict and lines:
        on = f" if {verdict.condition}" if verdict.condition else ""
        text = f"{EFFECTS[verdict.kind]}{on}: {verdict.reason}"
        lines += [look.line(8, line) for line in look.wrapped(8, text)]
    return lines


def cause_lines(causes: Iterable[int], plan: Plan, look: Look) -> list[str]:
    """`by strong-passwords, overrides.yaml:9: SEC-142 password baseline`, one line for each override."""
    by_index = {outcome.override.index: outcome.override for outcome in plan.outcomes}
    told = [f"by {describe(by_index[cause])}" for cause in causes if cause in by_index]
    return [look.line(10, ("dim", line)) for each in told for line in look.wrapped(10, each)]


def describe(override: Override) -> str:
    """An override in one line: id, place, reason; in brackets whom to ask, and the ticket."""
    told = f"{override.id}, {override.place}" if override.id else override.place
    if override.reason:
        told += f": {' '.join(override.reason.split())}"
    if known := [" ".join(each.split()) for each in (override.owner, override.ticket) if each]:
        told += f" ({', '.join(known)})"
    return concealed(told)


def _spread(element: ElementChange) -> Sequence[Change]:
    """The changes; for an added or removed resource one for each property and attribute."""
    first = element.changes[0]
    whole = first.before if element.action == "remove" else first.after
    if first.path or element.action not in ("add", "remove") or not isinstance(whole, dict):
        return element.changes
    members: list[tuple[tuple[str, ...], Json]] = []
    for name, value in whole.items():
        if name == "Properties" and isinstance(value, dict):
            members += [((name, inner), member) for inner, member in value.items()]
        elif name != "Type" and not (name == "Metadata" and _only_construct_path(value)):
            members.append(((name,), value))
    return [_part(first, path, value) for path, value in members] or element.changes


def _part(whole: Change, path: tuple[str, ...], value: Json) -> Change:
    before, after = (value, MISSING) if whole.action == "remove" else (MISSING, value)
    return replace(whole, path=path, before=before, after=after, verdict=None, via="")


def _empty(change: Change) -> bool:
    """Whether a change has no values: it stands for the element's new name, or for what cannot be told."""
    return change.before is MISSING and change.after is MISSING


def only_follows(change: Change) -> bool:
    """Whether a change does nothing but keep a reference right."""
    return change.derived and (change.verdict is None or change.verdict.kind == "update")


def _only_renamed(change: Change) -> bool:
    return _empty(change) and not change.via


def _only_construct_path(metadata: Json) -> bool:
    return isinstance(metadata, dict) and set(metadata) == {_CONSTRUCT_PATH}


def _by_cause(changes: Iterable[Change]) -> dict[tuple[int, ...], list[Change]]:
    grouped: dict[tuple[int, ...], list[Change]] = {}
    for change in changes:
        grouped.setdefault(change.causes, []).append(change)
    return grouped


def element_documents(element: ElementChange, plan: Plan) -> list[Json]:
    """The element before and after: where its paths lead."""
    found = []
    for tree, name in ((plan.result, element.id), (plan.before, element.renamed_from or element.id)):
        stack = tree.stacks.get(element.stack)
        if stack is not None:
            where = (element.section, name) if name else (element.section,)
            found.append(pointer.get({**stack.template, _OPTIONS: stack.options}, where))
    return found


def _label(element: ElementChange, change: Change, documents: list[Json]) -> str:
    path = change.path
    if element.section == "Resources" and path[:1] == ("Properties",) and len(path) > 1:
        return label(path[1:], *(pointer.child(document, "Properties") for document in documents))
    return label(path, *documents)
