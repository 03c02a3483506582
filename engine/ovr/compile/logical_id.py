"""`logicalId`: renames a resource; Ref, GetAtt, Sub, DependsOn and outputs follow (CDK's overrideLogicalId)."""

from __future__ import annotations

from ovr.compile.context import Context, Kind, Writer
from ovr.compile.resources import check_logical_id
from ovr.language.model import KindUse
from ovr.template import pointer
from ovr.template.intrinsics import replace_sub_variables, sub_variables
from ovr.template.operations import Operation
from ovr.template.pointer import Json, Tokens
from ovr.template.references import Reference, references
from ovr.template.tree import Node


def compile_logical_id(node: Node, use: KindUse, context: Context) -> list[Operation]:
    old, new = node.logical_id, use.value.value
    template = context.stack(node).template
    if old == new:
        return []
    check_logical_id(new, use.value.span, template)
    write = Writer(context, use)
    move = write(node.stack, "move", ("Resources", new), source=("Resources", old))
    rewrites: dict[Tokens, Json] = {}
    for reference in references(template):
        if reference.name == old and reference.kind != "Condition":
            rewrites[_moved(reference.path, old, new)] = _rewritten(reference, template, old, new)
    return [move, *(write(node.stack, "replace", path, value, derived=True) for path, value in rewrites.items())]


def _moved(path: Tokens, old: str, new: str) -> Tokens:
    """The path after the move: a reference inside the resource itself moves with it."""
    return ("Resources", new, *path[2:]) if path[:2] == ("Resources", old) else path


def _rewritten(reference: Reference, template: dict[str, Json], old: str, new: str) -> Json:
    present = pointer.get(template, reference.path)
    if reference.kind == "Sub":
        renamed = {v: new + v[len(old) :] for v in sub_variables(present) if v.partition(".")[0] == old}
        return replace_sub_variables(present, renamed)
    if reference.kind == "GetAtt" and present != old:
        return f"{new}.{reference.attribute}"
    return new


KIND = Kind("logicalId", frozenset({"resource"}), compile_logical_id, single=True)
