"""A plan on the screen (PLAN.md)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ovr.check.verdicts import gravest
from ovr.compilation import Outcome
from ovr.errors import Severity
from ovr.plan import Plan, Summary
from ovr.render.alike import Alike, alike_lines, find_alike, name_lines
from ovr.render.client import as_asked_for, client_lines, is_told_to_clients
from ovr.render.dangers import danger_lines
from ovr.render.elements import cause_lines, describe, element_lines, heading_lines, title
from ovr.render.findings import render_findings
from ovr.render.look import SYMBOLS, Look
from ovr.render.meaning import with_meanings
from ovr.render.permissions import permission_lines
from ovr.render.wiring import count_wiring, follows, is_wiring
from ovr.template.changes import ElementChange, StackChange

Key = tuple[str, str, str]
"""Stack, section and name of an element."""


_DID_NOTHING = {
    "unchanged": "Changes nothing, it is so already",
    "unmatched": "Selects nothing, which `expect` allows",
    "skipped": "Skipped",
}


def render_plan(
    plan: Plan, *, color: bool = False, width: int | None = None, verbose: bool = False, raw: bool = False
) -> str:
    """The plan as text, ending in a line break.

    `width`: the columns of the screen, None for a pipe. `verbose`: nothing is shortened or told together. `raw`:
    references as the templates write them.
    """
    if not raw:
        plan = with_meanings(plan)
    look = Look(color, width, verbose)
    blocks = [_heading(plan, look), *(danger_lines(danger, plan, look) for danger in plan.dangers)]
    blocks += [*_changes(plan, look), _permissions(plan, look), _clients(plan, look)]
    blocks += [_wiring(plan, look), *_outcomes(plan, look)]
    if plan.findings:
        blocks.append([render_findings(plan.findings, color, width).rstrip("\n")])
    blocks.append([look.line(0, ("heading", line)) for line in look.wrapped(0, summary_line(plan))])
    return "\n\n".join("\n".join(block) for block in blocks if block) + "\n"


def counted_overrides(plan: Plan) -> str:
    """`4 overrides`, `7 overrides in 3 files`."""
    files = len(plan.overrides.files)
    return _counted(len(plan.outcomes), "override") + (f" in {files} files" if files > 1 else "")


def summary_line(plan: Plan) -> str:
    """The last line: how many resources are added, changed and removed, in how many stacks."""
    summary = plan.summary
    if not plan.has_changes:
        return _nothing(plan)
    counts = [f"{summary.add} to add", f"{summary.change} to change"]
    counts += [f"{summary.replace} to replace", f"{summary.remove} to remove"]
    where = f"in {summary.stacks_changed} of {_counted(summary.stacks, 'stack')}"
    others = f"; {_counted(summary.other, 'other value')} changed" if summary.other else ""
    return f"{_plan_word(plan)}: {', '.join(counts)}, {where}{others}. {_grave(summary)}".rstrip()


def _grave(summary: Summary) -> str:
    """`Nothing is replaced.`, or what may happen to resources that are counted as changed."""
    counts = {
        "may be replaced": summary.may_replace,
        "may be removed": summary.may_remove,
        "will be refused": summary.refused,
    }
    told = ", ".join(f"{count} {words}" for words, count in counts.items() if count)
    return f"{told}." if told else "" if summary.replace else "Nothing is replaced."


def _plan_word(plan: Plan) -> str:
    errors = sum(finding.severity is Severity.ERROR for finding in plan.findings)
    word = "PARTIAL plan" if plan.partial else "Plan"
    return f"{word} with {_counted(errors, 'error')}, not to be applied" if errors else word


def _nothing(plan: Plan) -> str:
    if plan.deployed is not None:
        return "No changes. What is deployed is what the overrides make of the base."
    if not plan.outcomes:
        return "No changes. All overrides are left out." if plan.partial else "No changes. There are no overrides."
    if any(outcome.state == "applied" for outcome in plan.outcomes):
        return "No changes. All in all the overrides leave the base as it is."
    if any(outcome.state == "unchanged" for outcome in plan.outcomes):
        return "No changes. The base is already as the overrides would have it."
    return "No changes. No override applies."


def _heading(plan: Plan, look: Look) -> list[str]:
    lines = []
    if plan.partial:
        left_out = ", ".join(plan.partial)
        lines.append(look.line(0, ("change", "PARTIAL plan"), f", it cannot be applied. Left out: {left_out}"))
    parts = [plan.base.tree.name, f"base {plan.base.location}", f"{plan.source} ({counted_overrides(plan)})"]
    joined = [parts[0]]
    for part in parts[1:]:
        if look.width is None or len(f"{joined[-1]} · {part}") <= look.width:
            joined[-1] += f" · {part}"
        else:
            joined.append(part)
    lines += [look.line(0, ("heading", line)) for line in joined]
    if plan.has_changes:
        with_what = "the base, not with what is deployed" if plan.deployed is None else "what is deployed"
        lines.append(look.line(0, ("dim", f"Compared with {with_what}.")))
    return lines


def _changes(plan: Plan, look: Look) -> list[list[str]]:
    """The blocks of what overrides change; then those of what else a deployment does to what is deployed."""
    if plan.deployed is None:
        return _blocks(plan.stacks, plan, look)
    blocks = _blocks(_parted(plan.stacks, caused=True), plan, look)
    if rest := _parted(plan.stacks, caused=False):
        heading = [look.line(0, ("heading", line)) for line in look.wrapped(0, _NOT_OURS)]
        blocks += [heading, *_blocks(rest, plan, look)]
    return blocks


_NOT_OURS = "Not from an override: the base has changed, an override was taken away, or somebody else has deployed"


def _parted(stacks: Sequence[StackChange], *, caused: bool) -> list[StackChange]:
    """The changes that overrides are behind, or those that none is behind."""
    parted = []
    for stack in stacks:
        elements = []
        for element in stack.elements:
            changes = tuple(change for change in element.changes if bool(change.causes) is caused)
            if changes:
                verdict = gravest(change.verdict for change in changes)
                elements.append(replace(element, changes=changes, verdict=verdict))
        if elements:
            parted.append(replace(stack, elements=tuple(elements)))
    return parted


def _blocks(stacks: Sequence[StackChange], plan: Plan, look: Look) -> list[list[str]]:
    """One block for each change made alike in several stacks, then one for each stack."""
    elements = [element for stack in stacks for element in stack.elements]
    groups = [] if look.verbose else find_alike(elements, plan)
    told = {_key(element): group for group in groups for element in group.elements}
    blocks = [_wide_block(group, plan, look) for group in groups if len(group.stacks) > 1]
    for stack in stacks:
        if lines := _stack_lines(stack, told, plan, look):
            blocks.append([look.line(0, ("heading", stack.path or plan.base.tree.name)), *lines])
    return blocks


def _stack_lines(stack: StackChange, told: dict[Key, Alike], plan: Plan, look: Look) -> list[str]:
    if stack.path not in plan.result.stacks and not look.verbose:
        return _gone(stack, plan, look)
    lines: list[str] = []
    following: list[ElementChange] = []
    for element in stack.elements:
        group = told.get(_key(element))
        if group is not None:
            if len(group.stacks) == 1 and _key(element) == _key(group.elements[0]):
                lines += alike_lines(group, plan, look)
        elif not look.verbose and is_told_to_clients(element, plan):
            continue
        elif look.verbose or not follows(as_asked_for(element)):
            lines += element_lines(as_asked_for(element), plan, look)
        elif not is_wiring(element):
            following.append(element)
    return lines + _following(following, look)


def _gone(stack: StackChange, plan: Plan, look: Look) -> list[str]:
    """What goes away with a whole stack: its resources by name, the rest of its template counted."""
    resources = [element for element in stack.elements if element.section == "Resources"]
    lines = [line for element in resources for line in heading_lines(element, look)]
    if rest := len(stack.elements) - len(resources):
        words = f" and {_counted(rest, 'other member')} of its template (--verbose shows them)"
        lines.append(look.line(2, ("remove", SYMBOLS["remove"]), words))
    causes = dict.fromkeys(cause for element in stack.elements for each in element.changes for cause in each.causes)
    return lines + cause_lines(tuple(causes), plan, look)


def _wide_block(group: Alike, plan: Plan, look: Look) -> list[str]:
    return [look.line(0, ("heading", f"In {len(group.stacks)} stacks")), *alike_lines(group, plan, look)]


def _permissions(plan: Plan, look: Look) -> list[str]:
    lines = permission_lines(plan, look)
    return [look.line(0, ("heading", "Permissions")), *lines] if lines else []


def _clients(plan: Plan, look: Look) -> list[str]:
    lines = client_lines(plan, look)
    return [look.line(0, ("heading", "Client configuration (amplify_outputs.json)")), *lines] if lines else []


def _wiring(plan: Plan, look: Look) -> list[str]:
    """`Wiring: 1 output in auth, 2 parameters in workers (--verbose shows them)`."""
    counts = count_wiring(plan)
    if not counts or look.verbose:
        return []
    told = ", ".join(
        f"{_counted(count, section.lower().removesuffix('s'))} in {stack or plan.base.tree.name}"
        for (section, stack), count in counts.items()
    )
    return [look.line(0, f"Wiring: {told} (--verbose shows them)")]


def _key(element: ElementChange) -> Key:
    return element.stack, element.section, element.id


def _following(elements: Sequence[ElementChange], look: Look) -> list[str]:
    """Elements in which nothing but references to something renamed follows."""
    if not elements:
        return []
    heading = look.line(2, ("change", SYMBOLS["change"]), " references follow (--verbose shows them) in")
    return [heading, *name_lines([title(element) for element in elements], look)]


def _outcomes(plan: Plan, look: Look) -> list[list[str]]:
    """Overrides that did nothing, and those that were left out."""
    blocks = []
    for state, heading in _DID_NOTHING.items():
        found = [outcome for outcome in plan.outcomes if outcome.state == state and not outcome.findings]
        if found:
            blocks.append([look.line(0, ("heading", heading)), *(_outcome_line(o, look) for o in found)])
    return blocks


def _outcome_line(outcome: Outcome, look: Look) -> str:
    if outcome.note:
        override = outcome.override
        named = f"{override.id}, {override.place}" if override.id else override.place
        return look.line(2, f"{named}: {outcome.note}")
    return look.line(2, describe(outcome.override))


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
