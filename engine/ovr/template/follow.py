"""Where a reference comes from: through parameters up and through outputs down, to the resource itself."""

from __future__ import annotations

from ovr.template import pointer
from ovr.template.intrinsics import carried
from ovr.template.pointer import MISSING, Json
from ovr.template.tree import StackTree

Origin = tuple[str, str, str]
"""(stack, logical ID of a resource, attribute or `Ref`)"""

_LONGEST_WAY = 64


def origin(tree: StackTree, stack: str, value: Json) -> Origin | None:
    """The resource and attribute that a Ref or Fn::GetAtt in `stack` stands for in the end; None if it is no such.

    A list that is carried as a text is followed too.
    """
    stack, value = source(tree, stack, value)
    named = _named(carried(value))
    return (stack, *named) if named and stack in tree.stacks and named[0] in tree.stacks[stack].resources else None


def source(tree: StackTree, stack: str, value: Json) -> tuple[str, Json]:
    """Where following a value ends, and what stands there: a literal, or what leads no further.

    MISSING where a parameter has no value, an output is not there, or the way leads round in a circle. A literal that
    is given to a parameter with NoEcho stays unknown.
    """
    hidden: tuple[str, Json] | None = None
    for _ in range(_LONGEST_WAY):
        named = _named(carried(value))
        if named is None or stack not in tree.stacks:
            return hidden or (stack, value)
        name, attribute = named
        template, parent = tree.stacks[stack].template, tree.stacks[stack].parent
        if attribute == "Ref" and parent is not None and name in (template.get("Parameters") or {}):
            if hidden is None and _is_hidden(template["Parameters"][name]):
                hidden = stack, value
            own = tree.stacks[stack].logical_id or ""
            given = pointer.get(tree.stacks[parent].template, ("Resources", own, "Properties", "Parameters", name))
            if given is MISSING:
                return hidden or (stack, pointer.get(template, ("Parameters", name, "Default")))
            stack, value = parent, given
        elif attribute.startswith("Outputs.") and (child := tree.child(stack, name)):
            output = attribute.removeprefix("Outputs.")
            stack, value = child.path, pointer.get(child.template, ("Outputs", output, "Value"))
        else:
            return stack, value
    return stack, MISSING


def _is_hidden(parameter: Json) -> bool:
    return isinstance(parameter, dict) and str(parameter.get("NoEcho")).lower() == "true"


def _named(value: Json) -> tuple[str, str] | None:
    """(name, attribute or `Ref`) of a reference."""
    if not isinstance(value, dict) or len(value) != 1:
        return None
    key, argument = next(iter(value.items()))
    if key == "Ref" and isinstance(argument, str):
        return argument, "Ref"
    if key == "Fn::GetAtt" and isinstance(argument, str):
        name, _, attribute = argument.partition(".")
        return name, attribute
    if key == "Fn::GetAtt" and isinstance(argument, list) and [*map(type, argument)] == [str, str]:
        return argument[0], argument[1]
    return None
