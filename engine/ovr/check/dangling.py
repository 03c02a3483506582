"""References to nothing: CloudFormation refuses them, so an override must not make one."""

from __future__ import annotations

from collections.abc import Iterator

from ovr.check.comparison import Comparison
from ovr.check.touched import Template, members, touched_references, touched_stacks
from ovr.errors import Finding, did_you_mean
from ovr.knowledge.pseudo import PSEUDO_PARAMETERS
from ovr.template import pointer
from ovr.template.references import Reference, references


def dangling_references(comparison: Comparison) -> Iterator[Finding]:
    """A finding for each reference to a name that is gone, or that never was and was not named before."""
    for old, stack in touched_stacks(comparison.before, comparison.after):
        if "Transform" in stack.template:
            continue  # a macro may make what is missing
        for reference in _dangling(old, stack.template):
            yield _finding(stack.path, reference, stack.template, comparison)


def _dangling(old: Template, new: Template) -> Iterator[Reference]:
    gone = _names(old) - _names(new)
    if gone:
        for reference in references(new):
            if not _found(reference, new) and (_name(reference) in gone):
                yield reference
    for reference, known in touched_references(old, new):
        if not known and not _found(reference, new) and _name(reference) not in gone:
            yield reference


def _names(template: Template) -> set[tuple[str, str]]:
    targets = {("", name) for section in ("Resources", "Parameters") for name in members(template, section)}
    return targets | {("Condition", name) for name in members(template, "Conditions")}


def _name(reference: Reference) -> tuple[str, str]:
    return ("Condition" if reference.kind == "Condition" else "", reference.name)


def _found(reference: Reference, template: Template) -> bool:
    if reference.kind == "Condition":
        return reference.name in members(template, "Conditions")
    if reference.name in members(template, "Resources") and not _before_resources(reference):
        return True
    in_values = reference.kind in ("Ref", "Sub")
    return in_values and (reference.name in PSEUDO_PARAMETERS or reference.name in members(template, "Parameters"))


def _before_resources(reference: Reference) -> bool:
    """Whether it is evaluated before there are resources, so that it can name none."""
    return reference.path[0] in ("Conditions", "Rules")


def _finding(stack: str, reference: Reference, template: Template, comparison: Comparison) -> Finding:
    sections = ["Conditions"] if reference.kind == "Condition" else ["Resources", "Parameters"]
    if _before_resources(reference) and "Resources" in sections:
        sections.remove("Resources")
    names = [name for section in sections for name in members(template, section)]
    if reference.name.startswith("AWS::"):
        names = sorted(PSEUDO_PARAMETERS)
    where = stack or "the root stack"
    what = {"Conditions": "no condition", "Parameters": "no parameter"}.get(sections[0], "nothing")
    return Finding(
        "OVR3012",
        f"{reference.kind} names `{reference.name}`, but {what} in {where} is called that",
        comparison.span(stack, reference.path) or comparison.span(stack, (sections[0], reference.name)),
        details=_takes(reference),
        fix=_meant(reference.name, names),
        place=pointer.place(stack, reference.path),
    )


def _takes(reference: Reference) -> tuple[str, ...]:
    """What the place takes; where a selector may be meant, what takes one."""
    if _before_resources(reference) and reference.kind != "Condition":
        return ("conditions and rules are evaluated before there are resources, so they name parameters only",)
    if reference.kind == "DependsOn":
        return ("`DependsOn` takes logical IDs of the same stack; `dependsOn` takes selectors",)
    text = f"{reference.name}.{reference.attribute}".rstrip(".")
    if "." not in (reference.attribute if reference.kind == "Sub" else reference.name):
        return ()
    short = f'"${{{text}}}"' if reference.kind == "Sub" else text
    example = f"`!{reference.kind} {short}`"
    return (f"the long form takes only the template's own names; the short form takes selectors: {example}",)


def _meant(name: str, names: list[str]) -> str | None:
    """The nearest name, or those that have this one in them, as CDK's logical IDs have a construct's name."""
    holding = [each for each in names if name.casefold() in each.casefold()]
    near = did_you_mean(name, names)
    return near or ("did you mean " + " or ".join(f"`{each}`" for each in holding[:3]) + "?" if holding else None)
