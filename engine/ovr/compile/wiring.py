"""References across nested stacks: outputs up to the common ancestor, parameters down, named as CDK names them.

Source: CDK_NAMING.md §3. What has the computed name already is taken as it is, as CDK does.
"""

from __future__ import annotations

from ovr.template import pointer
from ovr.template.naming import construct_path, full_unique_id, unique
from ovr.template.operations import Operation
from ovr.template.pointer import MISSING, Json, Tokens
from ovr.template.tree import StackTree


class Wiring:
    """Collects the outputs and parameters that the references of one entry need, each once."""

    def __init__(self, tree: StackTree, override: int) -> None:
        self._tree = tree
        self._override = override
        self._made: dict[tuple[str, Tokens], Operation] = {}

    @property
    def operations(self) -> list[Operation]:
        """In the order in which they must be applied: before those of the entry itself."""
        return list(self._made.values())

    def reference(self, consumer: str, producer: str, logical_id: str, attribute: str) -> Json:
        """The value to write in the template of `consumer` for an attribute (or `Ref`) of a resource or parameter."""
        chain = [stack.path for stack in self._tree.ancestors(consumer)]
        stack, at, wanted = producer, logical_id, attribute
        name = self._name(stack, at, wanted)
        while stack not in chain:
            self._add(stack, ("Outputs", name), {"Value": reference_to(at, wanted)})
            own = self._tree.stacks[stack]
            assert own.parent is not None
            assert own.logical_id is not None
            stack, at, wanted = own.parent, own.logical_id, f"Outputs.{name}"
            name = self._name(stack, at, wanted)
        value = reference_to(at, wanted)
        parameter = unique([f"reference-to-{self._uid(stack, at)}{wanted}"])
        for path in reversed(chain[: chain.index(stack)]):
            nested = self._tree.stacks[path]
            assert nested.logical_id is not None
            place = ("Resources", nested.logical_id, "Properties", "Parameters", parameter)
            self._add(nested.parent or "", place, value)
            self._add(path, ("Parameters", parameter), {"Type": "String"})
            value = {"Ref": parameter}
        return value

    def _name(self, stack: str, logical_id: str, attribute: str) -> str:
        return unique([self._uid(stack, logical_id) + attribute])

    def _uid(self, stack: str, logical_id: str) -> str:
        resource = self._tree.stacks[stack].resources.get(logical_id)
        path = construct_path(resource) if resource else None
        return full_unique_id(path or "/".join(filter(None, (self._tree.name, stack, logical_id))))

    def _add(self, stack: str, path: Tokens, value: Json) -> None:
        template = self._tree.stacks[stack].template
        for depth in range(1, len(path)):
            self._once(stack, path[:depth], {}, template)
        self._once(stack, path, value, template)

    def _once(self, stack: str, path: Tokens, value: Json, template: dict[str, Json]) -> None:
        if (stack, path) not in self._made and pointer.get(template, path) is MISSING:
            self._made[stack, path] = Operation(
                stack, "add", path, value, override=self._override, kind="wiring", derived=True
            )


def reference_to(logical_id: str, attribute: str) -> Json:
    """`Ref` or `Fn::GetAtt`."""
    return {"Ref": logical_id} if attribute == "Ref" else {"Fn::GetAtt": [logical_id, attribute]}
