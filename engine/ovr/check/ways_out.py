"""How to get out of a circle between nested stacks: what is possible in this case, to be pasted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from ovr.check.crossings import Crossing, Place
from ovr.check.policies import Holder
from ovr.check.touched import NameOf
from ovr.knowledge.access import ROLE_PROPERTIES
from ovr.language.model import Override
from ovr.template import pointer
from ovr.template.follow import origin
from ovr.template.intrinsics import text_parts
from ovr.template.pointer import Json
from ovr.template.tree import StackTree

_GROUPS = ("auth", "data", "storage")
"""Stacks of Amplify's own that `resourceGroupName` of defineFunction can name."""


def ways_out(
    tree: StackTree,
    closing: Sequence[Crossing],
    others: Sequence[Crossing],
    override: Override | None,
    name_of: NameOf,
) -> list[str]:
    """The ways out of a circle between nested stacks, closed by an override; `others` are its other edges."""
    kinds = {use.name for use in override.kinds} if override else set()
    taking = _functions(tree, [user for each in closing for user in each.users])
    taken = {place for each in others for place in _functions(tree, [each.source])}
    ways = list(_other_stack(closing, taking, taken, name_of))
    for each in closing:
        if "grant" in kinds:
            ways += _reversed(tree, each, name_of)
        if "environment" in kinds and set(each.users) & set(taking):
            ways += _parameter(each, taking, name_of)
    return ways


def _functions(tree: StackTree, places: Sequence[Place]) -> list[Place]:
    """The functions among these resources, and those that act with a role that is there or that a policy is of."""
    roles, found = set(), []
    for stack, logical_id in places:
        resource = tree.stacks[stack].resources.get(logical_id) or {}
        if resource.get("Type") == "AWS::Lambda::Function":
            found.append((stack, logical_id))
        elif resource.get("Type") == "AWS::IAM::Role":
            roles.add((stack, logical_id))
        else:
            named = pointer.get(resource, ("Properties", "Roles"))
            origins = (origin(tree, stack, role) for role in named) if isinstance(named, list) else ()
            roles |= {each[:2] for each in origins if each}
    for stack, _ in roles:
        for logical_id, resource in tree.stacks[stack].resources.items():
            if resource.get("Type") == "AWS::Lambda::Function":
                role = origin(
                    tree, stack, pointer.get(resource, ("Properties", ROLE_PROPERTIES[str(resource["Type"])]))
                )
                if role and role[:2] in roles:
                    found.append((stack, logical_id))
    return list(dict.fromkeys(found))


def _other_stack(closing: Sequence[Crossing], taking: list[Place], taken: set[Place], name_of: NameOf) -> Iterator[str]:
    """Moving the function: beside what it takes, or into a stack of its own where nothing takes the function."""
    if not closing:
        return
    group = closing[0].source[0].partition("/")[0]
    for place in taking[:1]:
        name = name_of(*place).removesuffix(".lambda")
        if group in _GROUPS:
            yield f"put {name} into the stack of {group}: `defineFunction({{resourceGroupName: '{group}', …}})`"
        if place not in taken:
            yield f"put {name} into a stack of its own: `defineFunction({{resourceGroupName: '{name}', …}})`"


def _reversed(tree: StackTree, last: Crossing, name_of: NameOf) -> Iterator[str]:
    """The policy beside the resource: a stack that waits for the role already can attach it itself."""
    for stack, logical_id in last.users:
        resource = tree.stacks[stack].resources.get(logical_id) or {}
        roles = pointer.get(resource, ("Properties", "Roles"))
        if resource.get("Type") != "AWS::IAM::Policy" or not isinstance(roles, list):
            continue
        found = next((each for role in roles if (each := origin(tree, stack, role))), None)
        wanted = {"Ref": last.parameter}
        statements = [s.value for s in Holder(stack, logical_id, {}, resource).statements(resource)]
        own = [
            s for s in statements if any(part == wanted for r in _listed(s.get("Resource")) for part in text_parts(r))
        ]
        if found is None or not own:
            continue
        role = name_of(*found[:2])
        id_ = "".join(c for c in role.title() if c.isalnum())[:40] + "Access"
        lines = [
            f"let the stack of {name_of(*last.source)} attach the policy, in place of this grant:",
            f'- select: "{last.source[0]}#{last.source[1]}.stack"'
            if name_of(*last.source).startswith("/")
            else f"- select: {name_of(*last.source)}.stack",
            "  resources:",
            f"    {id_}:",
            "      Type: AWS::IAM::Policy",
            "      Properties:",
            f"        PolicyName: {id_}",
            f"        Roles: [!Ref {role}]",
            "        PolicyDocument:",
            '          Version: "2012-10-17"',
            "          Statement:",
            *(f"            - {_written(each, stack, tree, name_of)}" for each in own),
        ]
        yield "\n      ".join(lines)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _written(statement: dict[str, Json], stack: str, tree: StackTree, name_of: NameOf) -> str:
    """A statement as YAML in one line, its resources by their names."""
    actions = ", ".join(f'"{a}"' if "*" in str(a) else str(a) for a in _listed(statement.get("Action")))
    resources = ", ".join(_resource(each, stack, tree, name_of) for each in _listed(statement.get("Resource")))
    return f"{{Effect: {statement.get('Effect')}, Action: [{actions}], Resource: [{resources}]}}"


def _resource(value: Json, stack: str, tree: StackTree, name_of: NameOf) -> str:
    text, only = "", True
    for part in text_parts(value):
        found = origin(tree, stack, part) if isinstance(part, dict) else None
        if found:
            attribute = "" if found[2] == "Ref" else f".{found[2]}"
            text += f"${{{name_of(*found[:2])}{attribute}}}"
        elif isinstance(part, dict):
            text += f"${{{part.get('Ref', '…')}}}"
        else:
            text, only = text + str(part), False
    if only and text.count("${") == 1 and "AWS::" not in text:
        return f"!{'GetAtt' if '.Arn' in text or text.endswith('Arn}') else 'Ref'} {text[2:-1]}"
    return f'!Sub "{text}"'


def _parameter(last: Crossing, taking: list[Place], name_of: NameOf) -> Iterator[str]:
    """The value in a parameter of Systems Manager, which the function reads when it runs."""
    function, name = name_of(*taking[0]), "/backend/" + last.taken.replace(".", "-").strip("/").replace("/", "-")
    tag = "Ref" if last.attribute == "Ref" else "GetAtt"
    owner = name_of(*last.source)
    lines = [
        f"write the value into a parameter that {function} reads when it runs, in place of this reference (its name",
        "is the whole account's: let it differ between environments):",
        f"- select: {owner}.stack",
        "  resources:",
        "    SharedValue:",
        "      Type: AWS::SSM::Parameter",
        f'      Properties: {{Type: String, Name: {name}, Value: !{tag} "{last.taken}"}}',
        f"- select: {function}",
        f"  environment: {{VALUE_PARAMETER: {name}}}",
        f'  grant: [{{actions: [ssm:GetParameter], on: !Sub "arn:${{AWS::Partition}}:ssm:${{AWS::Region}}:'
        f'${{AWS::AccountId}}:parameter{name}"}}]',
    ]
    yield "\n      ".join(lines)
