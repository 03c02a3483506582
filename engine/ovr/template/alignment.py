"""What is deployed, beside a result: only real differences are left between the two."""

from __future__ import annotations

from dataclasses import replace

from ovr.template.diff import same
from ovr.template.pointer import Json
from ovr.template.tree import StackTree


def aligned(deployed: StackTree, result: StackTree) -> StackTree:
    """The deployed tree with everything that is the same in the result being the result's own object.

    A `TemplateURL` only says where a template was published: that of a nested stack which both have is taken from
    the result. Where nothing differs at all, the result itself is given.
    """
    stacks = {}
    for path, stack in deployed.stacks.items():
        wanted = result.stacks.get(path)
        template = _with_places(deployed, path, result)
        if wanted is not None:
            shared = (_shared(template, wanted.template), _shared(stack.options, wanted.options))
            stack = replace(stack, file=wanted.file, template=shared[0], options=shared[1])
            unchanged = stack.template is wanted.template and stack.options is wanted.options
            stack = wanted if unchanged and stack == wanted else stack
        stacks[path] = stack
    equal = stacks.keys() == result.stacks.keys() and all(stacks[path] is result.stacks[path] for path in stacks)
    return result if equal else StackTree(result.name, stacks)


def _with_places(deployed: StackTree, path: str, result: StackTree) -> dict[str, Json]:
    """A deployed template that names the same files for its nested stacks as the result does."""
    stack = deployed.stacks[path]
    resources = dict(stack.resources)
    for child in deployed.children(path):
        wanted = result.stacks.get(child.path)
        if wanted is None or wanted.parent is None or child.logical_id not in resources:
            continue
        now = result.stacks[wanted.parent].resources.get(wanted.logical_id or "", {}).get("Properties") or {}
        was = resources[child.logical_id]
        if "TemplateURL" in now and "TemplateURL" in (was.get("Properties") or {}):
            properties = {**was["Properties"], "TemplateURL": now["TemplateURL"]}
            resources[child.logical_id] = {**was, "Properties": properties}
    return {**stack.template, "Resources": resources} if "Resources" in stack.template else stack.template


def _shared(old: Json, new: Json) -> Json:
    """The old value, made of the new one's objects wherever they are equal."""
    if isinstance(old, dict) and isinstance(new, dict):
        made = {key: _shared(value, new[key]) if key in new else value for key, value in old.items()}
        equal = len(made) == len(new) and all(key in made and made[key] is value for key, value in new.items())
        return new if equal else made
    if isinstance(old, list) and isinstance(new, list):
        items = [_shared(*pair) for pair in zip(old, new, strict=False)] + old[len(new) :]
        equal = len(items) == len(new) and all(item is other for item, other in zip(items, new, strict=True))
        return new if equal else items
    return new if same(old, new) else old
