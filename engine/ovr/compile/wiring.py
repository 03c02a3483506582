"""References across nested stacks: outputs up to the common ancestor, parameters down, named as CDK names them.

Source: CDK_NAMING.md §3. What has the computed name already is taken as it is, as CDK does. A list travels as one
text; from a stack down into its own nested stacks too, where CDK passes the list itself, which CloudFormation refuses.
"""

from __future__ import annotations

from ovr.knowledge.lists import is_list
from ovr.spans import Span
from ovr.template import pointer
from ovr.template.intrinsics import list_as_text, text_as_list
from ovr.template.naming import construct_path, full_unique_id, unique
from ovr.template.operations import Operation
from ovr.template.pointer import MISSING, Json, Tokens
from ovr.template.tree import StackTree


class Wiring:
    """Collects the outputs and parameters that the references of one entry need, each once."""

    def __init__(self, tree: StackTree, override: int) -> None:
        self._tree = tree
        self._override = override
        self._needed: dict[tuple[str, Tokens], tuple[Json, Span | None]] = {}

    def operations(self, tree: StackTree) -> list[Operation]:
        """What is needed and not there yet in the tree as the entry itself left it; parents that are missing too."""
        made: dict[tuple[str, Tokens], Operation] = {}
        for (stack, path), (value, span) in self._needed.items():
            template = tree.stacks[stack].template if stack in tree.stacks else {}
            for depth in range(1, len(path) + 1) if template else ():
                part = path[:depth]
                if (stack, part) not in made and pointer.get(template, part) is MISSING:
                    written = value if part == path else {}
                    made[stack, part] = Operation(
                        stack, "add", part, written, override=self._override, kind="wiring", derived=True, span=span
                    )
        return list(made.values())

    def reference(
        self, consumer: str, producer: str, logical_id: str, attribute: str, span: Span | None = None
    ) -> Json:
        """The value to write in the template of `consumer` for an attribute (or `Ref`) of a resource or parameter.

        `span` is where the user refers to it.
        """
        chain = [stack.path for stack in self._tree.ancestors(consumer)]
        stack, at, wanted = producer, logical_id, attribute
        listed = consumer != producer and is_list(self._tree.stacks[producer].template, logical_id, attribute)
        value = list_as_text(reference_to(at, wanted)) if listed else reference_to(at, wanted)
        name = self._name(stack, at, wanted)
        while stack not in chain:
            self._need(stack, ("Outputs", name), {"Value": value}, span)
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
            self._need(nested.parent or "", place, value, span)
            self._need(path, ("Parameters", parameter), {"Type": "String"}, span)
            value = {"Ref": parameter}
        return text_as_list(value) if listed else value

    def _name(self, stack: str, logical_id: str, attribute: str) -> str:
        return unique([self._uid(stack, logical_id) + attribute])

    def _uid(self, stack: str, logical_id: str) -> str:
        resource = self._tree.stacks[stack].resources.get(logical_id)
        path = construct_path(resource) if resource else None
        return full_unique_id(path or "/".join(filter(None, (self._tree.name, stack, logical_id))))

    def _need(self, stack: str, path: Tokens, value: Json, span: Span | None) -> None:
        self._needed.setdefault((stack, path), (value, span))


def reference_to(logical_id: str, attribute: str) -> Json:
    """`Ref` or `Fn::GetAtt`."""
    return {"Ref": logical_id} if attribute == "Ref" else {"Fn::GetAtt": [logical_id, attribute]}
