"""A changed resource, output or other member of a template as lines."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ovr.language.model import Override
from ovr.plan import Plan
from ovr.render.changes import change_lines
from ovr.render.look import SYMBOLS, Look, Part
from ovr.render.values import label
from ovr.template import pointer
from ovr.template.changes import Change, ElementChange
from ovr.template.pointer import MISSING, Json

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
_CONSTRUCT_PATH = "aws:cdk:path"


def element_lines(element: ElementChange, plan: Plan, look: Look) -> list[str]:
    """The element's heading, its changes, and under each group of them the overrides that made it."""
    only = element.changes[0] if len(element.changes) == 1 else None
    if only is not None and not only.path and (element.section != "Resources" or element.action == "remove"):
        return [*_whole(element, only, look), *cause_lines(only.causes, plan, look)]
    return [*heading_lines(element, look), *body_lines(element, plan, look)]


def heading_lines(element: ElementChange, look: Look) -> list[str]:
    """`~ auth.userPool  AWS::Cognito::UserPool  LogicalId` on one line or two, or `~ Output name`."""
    parts: list[Part] = [(element.action, SYMBOLS[element.action]), " ", ("strong", title(element))]
    if element.section != "Resources":
        return [look.line(2, *parts)]
    about = [element.type, element.id if element.name else ""]
    if element.renamed_from:
        about.append(f"(was {element.renamed_from})")
    if element.action == "remove":
        parts.append(" is removed")
    elif element.renamed_from:
        parts.append(" is renamed, which replaces it")
    extra = "  ".join(word for word in about if word)
    if look.width is None or look.fits(8 + len(title(element)), extra):
        return [look.line(2, *parts, ("dim", f"  {extra}"))]
    return [look.line(2, *parts), look.line(6, ("dim", extra))]


def title(element: ElementChange) -> str:
    """What to call the element before the user."""
    if element.section == "Resources":
        return element.name or element.id
    if element.section == _OPTIONS:
        return "Stack options"
    if not element.id:
        return element.section
    return f"{_SINGULAR.get(element.section, element.section)} {element.id}"


def body_lines(element: ElementChange, plan: Plan, look: Look) -> list[str]:
    """The element's changes grouped by what caused them, in the order of the template."""
    documents = element_documents(element, plan)
    asked = [change for change in _spread(element) if look.verbose or not change.derived or _empty(change)]
    lines: list[str] = []
    for causes, changes in _by_cause(asked).items():
        for change in changes:
            if _empty(change):
                continue
            lines += change_lines(change, _label(element, change, documents), look, 6)
        lines += cause_lines(causes, plan, look)
    following = 0 if look.verbose else sum(change.derived and not _empty(change) for change in element.changes)
    if following:
        what = "1 reference follows" if following == 1 else f"{following} references follow"
        lines.append(look.line(6, ("change", SYMBOLS["change"]), f" {what} (--verbose shows them)"))
    return lines


def cause_lines(causes: Iterable[int], plan: Plan, look: Look) -> list[str]:
    """`by strong-passwords, overrides.yaml:9: SEC-142 password baseline`, one line for each override."""
    by_index = {outcome.override.index: outcome.override for outcome in plan.outcomes}
    return [look.line(10, ("dim", f"by {describe(by_index[cause])}")) for cause in causes if cause in by_index]


def describe(override: Override) -> str:
    """An override in one line: id, place, reason."""
    named = f"{override.id}, {override.place}" if override.id else override.place
    return f"{named}: {' '.join(override.reason.split())}" if override.reason else named


def _whole(element: ElementChange, change: Change, look: Look) -> list[str]:
    """An element whose one change is its whole value: it stands beside the name."""
    if element.section == "Resources" and change.action == "remove" and not look.verbose:
        return heading_lines(element, look)
    return change_lines(change, title(element), look, 2)


def _spread(element: ElementChange) -> Sequence[Change]:
    """The changes; for an added resource one for each property and attribute."""
    first = element.changes[0]
    if first.path or element.action != "add" or not isinstance(first.after, dict):
        return element.changes
    members: list[tuple[tuple[str, ...], Json]] = []
    for name, value in first.after.items():
        if name == "Properties" and isinstance(value, dict):
            members += [((name, inner), member) for inner, member in value.items()]
        elif name != "Type" and not (name == "Metadata" and _only_construct_path(value)):
            members.append(((name,), value))
    return [Change(path, "add", after=value, causes=first.causes) for path, value in members]


def _empty(change: Change) -> bool:
    """Whether a change stands only for the element's new name."""
    return change.before is MISSING and change.after is MISSING


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
    for tree, name in ((plan.result, element.id), (plan.base.tree, element.renamed_from or element.id)):
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
