"""What values come to, as far as the templates tell: references followed through the stacks, conditions decided.

What only a deploy can tell stays as a symbol (symbols.py).

Source: AWS CloudFormation user guide, "Intrinsic function reference", "Condition functions", "Parameters".
"""

from __future__ import annotations

import json
from collections.abc import Callable, Container, Mapping, MutableMapping
from typing import Literal

from ovr.template import pointer
from ovr.template.diff import same
from ovr.template.intrinsics import is_intrinsic, text_parts
from ovr.template.pointer import MISSING, Json
from ovr.template.symbols import MAYBE_RENEWED, NOTHING, RENEWED, as_text, bounded, text
from ovr.template.tree import StackTree

_FACTS = {"AWS::Region": "region", "AWS::AccountId": "account"}
_MOST_HOPS = 40
"""Parameters, outputs and conditions that are followed from one to the next."""


def evaluators(before: StackTree, after: StackTree, facts: Mapping[str, str]) -> tuple[Evaluator, Evaluator]:
    """Evaluators of two trees whose values can be compared."""
    secrets: dict[str, str] = {}
    return Evaluator(before, facts, secrets, "before"), Evaluator(after, facts, secrets, "after")


class Evaluator:
    """Evaluates values of one tree.

    `facts` are those of the base (`region`, `account`). `secrets` numbers the values of NoEcho parameters, which stand
    for themselves nowhere; two evaluators whose values are compared share it. `side` tells what cannot be followed
    from that of the other evaluator.
    """

    def __init__(
        self,
        tree: StackTree,
        facts: Mapping[str, str],
        secrets: MutableMapping[str, str],
        side: Literal["before", "after"],
    ) -> None:
        self._tree = tree
        self._pseudo = {name: facts[fact] for name, fact in _FACTS.items() if fact in facts}
        self._secrets = secrets
        self._side = side
        self._children = {(stack.parent, stack.logical_id): stack.path for stack in tree.stacks.values()}
        self._renewed: dict[tuple[str, str], tuple[str, Container[str]]] = {}
        self._memo: dict[tuple[str, str, str], Json] = {}
        self._way: list[tuple[str, str, str]] = []
        self._functions: dict[str, Callable[[str, Json], Json]] = {
            "Ref": self._ref,
            "Fn::GetAtt": self._get_att,
            "Fn::If": self._if,
            "Fn::Join": self._join,
            "Fn::Split": self._split,
            "Fn::Select": self._select,
            "Fn::FindInMap": self._find_in_map,
        }

    def renew(self, stack: str, logical_id: str, certain: bool, kept: Container[str] = ()) -> None:
        """From now on the resource's attributes, but for those `kept`, are or may be others than before."""
        self._renewed[stack, logical_id] = (RENEWED if certain else MAYBE_RENEWED, kept)
        self._memo.clear()

    def value(self, stack: str, value: Json) -> Json:
        """What a value in the template of `stack` comes to; MISSING for no value."""
        if isinstance(value, list):
            return [found for item in value if (found := self.value(stack, item)) is not MISSING]
        if not isinstance(value, dict):
            return value
        if is_intrinsic(value) and "Condition" not in value:
            [(name, argument)] = value.items()
            if name == "Fn::Sub":
                return self._sub(stack, value)
            return self._functions.get(name, self._other(name))(stack, argument)
        members = {key: self.value(stack, member) for key, member in value.items()}
        return {key: member for key, member in members.items() if member is not MISSING}

    def condition(self, stack: str, name: str) -> Json:
        """True, False, or a symbol for a condition that only a deploy can decide."""
        conditions = self._tree.stacks[stack].template.get("Conditions")
        expression = conditions.get(name, MISSING) if isinstance(conditions, dict) else MISSING
        if expression is MISSING:
            return {"Condition": f"{stack}#{name}"}
        return self._followed(("condition", stack, name), lambda: self._decide(stack, expression))

    def output(self, stack: str, name: str) -> Json:
        """What an output of a stack comes to; MISSING where there is none."""
        value = pointer.get(self._tree.stacks[stack].template, ("Outputs", name, "Value"))
        return self._followed(("output", stack, name), lambda: self.value(stack, value))

    def parameter(self, stack: str, name: str) -> Json:
        """What a parameter comes to: what the parent gives, else the default, else a symbol."""
        return self._followed(("parameter", stack, name), lambda: self._parameter(stack, name))

    def _parameter(self, stack: str, name: str) -> Json:
        declared = pointer.get(self._tree.stacks[stack].template, ("Parameters", name))
        declared = declared if isinstance(declared, dict) else {}
        value, here = MISSING, self._tree.stacks[stack]
        if here.parent is not None and here.logical_id is not None:
            way = ("Resources", here.logical_id, "Properties", "Parameters", name)
            given = pointer.get(self._tree.stacks[here.parent].template, way)
            value = MISSING if given is MISSING else self.value(here.parent, given)
        if value is MISSING:
            value = declared.get("Default", MISSING)
        if value is MISSING:
            return {"Ref": f"{stack}#{name}"}
        kind = str(declared.get("Type", ""))
        if str(declared.get("NoEcho")).lower() == "true":
            return {"Fn::NoEcho": self._secrets.setdefault(json.dumps(value), f"secret {len(self._secrets) + 1}")}
        if kind.startswith("AWS::SSM::Parameter::Value"):
            return {"Fn::StoredParameter": value}
        if kind == "CommaDelimitedList" or kind.startswith("List<"):
            return self._split_text(",", value)
        return value

    def _followed(self, key: tuple[str, str, str], find: Callable[[], Json]) -> Json:
        """What a name stands for, found once; a symbol where the way to it goes in a circle or too far."""
        if key not in self._memo:
            if key in self._way or len(self._way) > _MOST_HOPS:
                return {"Fn::Unknown": [*key, self._side]}
            self._way.append(key)
            try:
                found = bounded(find())
            finally:
                self._way.pop()
            self._memo[key] = found
        return self._memo[key]

    def _ref(self, stack: str, argument: Json) -> Json:
        if argument == "AWS::NoValue":
            return MISSING
        if not isinstance(argument, str):
            return {"Ref": self._argument(stack, argument)}
        if argument.startswith("AWS::"):
            own = f"{stack}#" if argument in ("AWS::StackName", "AWS::StackId") else ""
            return self._pseudo.get(argument, {"Ref": own + argument})
        template = self._tree.stacks[stack].template
        if isinstance(template.get("Parameters"), dict) and argument in template["Parameters"]:
            return self.parameter(stack, argument)
        return self._attribute(stack, argument, "Ref")

    def _get_att(self, stack: str, argument: Json) -> Json:
        if isinstance(argument, str):
            name, _, attribute = argument.partition(".")
        elif isinstance(argument, list) and len(argument) == 2 and isinstance(argument[0], str):
            name, attribute = argument[0], self._argument(stack, argument[1])
        else:
            return {"Fn::GetAtt": self._argument(stack, argument)}
        child = self._children.get((stack, name))
        if child is not None and isinstance(attribute, str) and attribute.startswith("Outputs."):
            found = self.output(child, attribute.removeprefix("Outputs."))
            if found is not MISSING:
                return found
        return self._attribute(stack, name, attribute)

    def _attribute(self, stack: str, logical_id: str, attribute: Json) -> Json:
        mark, kept = self._renewed.get((stack, logical_id), ("", ()))
        marks = [mark] if mark and not (isinstance(attribute, str) and attribute in kept) else []
        return {"Fn::GetAtt": [f"{stack}#{logical_id}", attribute, *marks]}

    def _if(self, stack: str, argument: Json) -> Json:
        if not isinstance(argument, list) or len(argument) != 3 or not isinstance(argument[0], str):
            return {"Fn::If": self._argument(stack, argument)}
        decided = self.condition(stack, argument[0])
        if isinstance(decided, bool):
            return self.value(stack, argument[1 if decided else 2])
        yes, no = (self.value(stack, branch) for branch in argument[1:])
        if same(yes, no):
            return yes
        return {"Fn::If": [decided, *(NOTHING if branch is MISSING else branch for branch in (yes, no))]}

    def _decide(self, stack: str, expression: Json) -> Json:
        if not isinstance(expression, dict) or len(expression) != 1:
            return {"Fn::Unknown": expression}
        [(name, argument)] = expression.items()
        if name == "Condition" and isinstance(argument, str):
            return self.condition(stack, argument)
        if not isinstance(argument, list):
            return {name: argument}
        if name == "Fn::Equals" and len(argument) == 2:
            return _equal(*(self._argument(stack, each) for each in argument))
        parts = [self._decide(stack, each) for each in argument]
        if name == "Fn::Not" and len(parts) == 1:
            return not parts[0] if isinstance(parts[0], bool) else {name: parts}
        if name not in ("Fn::And", "Fn::Or"):
            return {name: parts}
        deciding = name == "Fn::Or"
        if any(part is deciding for part in parts):
            return deciding
        open_parts = [part for part in parts if not isinstance(part, bool)]
        if not open_parts:
            return not deciding
        return open_parts[0] if len(open_parts) == 1 else {name: open_parts}

    def _sub(self, stack: str, value: Json) -> Json:
        parts = text_parts(value)
        if parts == [value]:
            return {"Fn::Sub": self._argument(stack, value["Fn::Sub"])}
        return text([self.value(stack, part) for part in parts])

    def _join(self, stack: str, argument: Json) -> Json:
        found = self._argument(stack, argument)
        if not isinstance(found, list) or len(found) != 2 or not isinstance(found[1], list):
            return {"Fn::Join": found}
        delimiter, items = found
        return text([part for item in items for part in (delimiter, item)][1:])

    def _split(self, stack: str, argument: Json) -> Json:
        found = self._argument(stack, argument)
        if not isinstance(found, list) or len(found) != 2:
            return {"Fn::Split": found}
        return self._split_text(*found)

    def _split_text(self, delimiter: Json, value: Json) -> Json:
        if isinstance(value, str) and isinstance(delimiter, str) and delimiter:
            return [part.strip() if delimiter == "," else part for part in value.split(delimiter)]
        joined = value.get("Fn::Join") if isinstance(value, dict) else None
        if isinstance(joined, list) and len(joined) == 2 and joined[0] == delimiter:
            return joined[1]
        return {"Fn::Split": [delimiter, value]}

    def _select(self, stack: str, argument: Json) -> Json:
        found = self._argument(stack, argument)
        if isinstance(found, list) and len(found) == 2 and isinstance(found[1], list):
            item = pointer.child(found[1], str(found[0]))
            if item is not MISSING:
                return item
        return {"Fn::Select": found}

    def _find_in_map(self, stack: str, argument: Json) -> Json:
        found = self._argument(stack, argument)
        name, *keys = found if isinstance(found, list) and found else [MISSING]
        mapping = pointer.get(self._tree.stacks[stack].template, ("Mappings", str(name)))
        if mapping is MISSING or len(keys) < 2:
            return {"Fn::FindInMap": found}
        if all(isinstance(key, str) for key in keys[:2]):
            value = pointer.get(mapping, (keys[0], keys[1]))
            if value is not MISSING:
                return value
        return {"Fn::FindInMap": [bounded(mapping), *keys]}

    def _argument(self, stack: str, value: Json) -> Json:
        found = self.value(stack, value)
        return NOTHING if found is MISSING else found

    def _other(self, name: str) -> Callable[[str, Json], Json]:
        return lambda stack, argument: {name: self._argument(stack, argument)}


def _equal(left: Json, right: Json) -> Json:
    """Whether Fn::Equals holds, or a symbol."""
    if same(left, right):
        return True
    if any(isinstance(each, (dict, list)) for each in (left, right)):
        return {"Fn::Equals": [left, right]}
    return as_text(left) == as_text(right)
