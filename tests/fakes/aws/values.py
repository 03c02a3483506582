"""Values of a template as CloudFormation computes them, for the fake: intrinsic functions and conditions.

Written from the AWS CloudFormation user guide, "Intrinsic function reference"; shares nothing with ovr's own reading
of templates. What is not known is refused, never guessed.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

NO_VALUE = object()
"""`AWS::NoValue`: the member is left out."""
UNKNOWN = "{{changeSet:KNOWN_AFTER_APPLY}}"
"""What stands in a change set for a value that only the deployment makes."""
_VARIABLE = re.compile(r"\$\{(!?)([^}]*)\}")


class ValidationError(Exception):
    """What CloudFormation answers with ValidationError."""


@dataclass(frozen=True)
class Scope:
    """What names mean: `ref` gives a resource's or parameter's value, `attribute` one attribute of a resource."""

    template: Mapping[str, Any]
    ref: Callable[[str], Any]
    attribute: Callable[[str, str], Any]

    def condition(self, name: str) -> bool:
        conditions = self.template.get("Conditions", {})
        if name not in conditions:
            raise ValidationError(f"Template format error: Unresolved condition dependency {name}")
        return bool(self.value(conditions[name]))

    def value(self, value: Any) -> Any:
        """The value with every intrinsic function computed."""
        if isinstance(value, list):
            return [item for item in map(self.value, value) if item is not NO_VALUE]
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            name, argument = next(iter(value.items()))
            if name in _FUNCTIONS:
                return _FUNCTIONS[name](self, argument)
            if name == "Condition" and isinstance(argument, str):
                return self.condition(argument)
        members = {key: self.value(member) for key, member in value.items()}
        return {key: member for key, member in members.items() if member is not NO_VALUE}

    def _get_att(self, argument: Any) -> Any:
        name, attribute = argument.split(".", 1) if isinstance(argument, str) else argument
        return self.attribute(name, self.value(attribute))

    def _sub(self, argument: Any) -> str:
        text, own = argument if isinstance(argument, list) else (argument, {})

        def one(match: re.Match[str]) -> str:
            literal, name = match.groups()
            if literal:
                return "${" + name + "}"
            if name in own:
                return str(self.value(own[name]))
            return str(self.attribute(*name.split(".", 1)) if "." in name else self.ref(name))

        return _VARIABLE.sub(one, text)

    def _join(self, argument: Any) -> str:
        separator, items = argument
        return str(separator).join(str(item) for item in self.value(items))

    def _select(self, argument: Any) -> Any:
        items, index = self.value(argument[1]), int(self.value(argument[0]))
        return items[index] if index < len(items) else UNKNOWN  # of a text that is not known before the deploy

    def _if(self, argument: Any) -> Any:
        name, yes, no = argument
        return self.value(yes if self.condition(name) else no)

    def _find_in_map(self, argument: Any) -> Any:
        name, top, second = self.value(argument)
        try:
            return self.template["Mappings"][name][top][second]
        except KeyError:
            raise ValidationError(f"Template error: Unable to get mapping for {name}::{top}::{second}") from None

    def _equals(self, argument: Any) -> bool:
        left, right = self.value(argument)
        return bool(left == right)


_FUNCTIONS: dict[str, Callable[[Scope, Any], Any]] = {
    "Ref": lambda scope, name: NO_VALUE if name == "AWS::NoValue" else scope.ref(name),
    "Fn::GetAtt": Scope._get_att,
    "Fn::Sub": Scope._sub,
    "Fn::Join": Scope._join,
    "Fn::Select": Scope._select,
    "Fn::If": Scope._if,
    "Fn::FindInMap": Scope._find_in_map,
    "Fn::Equals": Scope._equals,
    "Fn::Not": lambda scope, argument: not scope.value(argument)[0],
    "Fn::And": lambda scope, argument: all(scope.value(argument)),
    "Fn::Or": lambda scope, argument: any(scope.value(argument)),
    "Fn::Split": lambda scope, argument: str(scope.value(argument[1])).split(argument[0]),
    "Fn::Base64": lambda scope, argument: base64.b64encode(str(scope.value(argument)).encode()).decode(),
    "Fn::GetAZs": lambda scope, argument: ["a", "b", "c"],
}


def needs(resource: Mapping[str, Any], resources: Mapping[str, Any]) -> set[str]:
    """The resources that one waits for: what it refers to and what its DependsOn names."""
    stated = resource.get("DependsOn", [])
    found = {stated} if isinstance(stated, str) else set(stated)

    def walk(value: Any) -> None:
        if isinstance(value, list):
            for item in value:
                walk(item)
        elif isinstance(value, dict):
            for key, member in value.items():
                if key == "Ref":
                    found.add(member)
                elif key == "Fn::GetAtt":
                    found.add(member.split(".")[0] if isinstance(member, str) else member[0])
                elif key == "Fn::Sub":
                    text = member[0] if isinstance(member, list) else member
                    found.update(name.split(".")[0] for literal, name in _VARIABLE.findall(text) if not literal)
                walk(member)

    walk(resource.get("Properties", {}))
    unknown = [name for name in found if name not in resources and stated and name in (stated, *stated)]
    if unknown:
        raise ValidationError(f"Template format error: Unresolved resource dependencies {sorted(unknown)}")
    return {name for name in found if name in resources}


def waves(resources: Mapping[str, Any]) -> list[list[str]]:
    """The resources in the order in which they are made: all of a wave at once."""
    waiting = {name: needs(resource, resources) for name, resource in resources.items()}
    done: set[str] = set()
    found: list[list[str]] = []
    while waiting:
        ready = [name for name, wanted in waiting.items() if wanted <= done]
        if not ready:
            raise ValidationError(f"Circular dependency between resources: [{', '.join(sorted(waiting))}]")
        for name in ready:
            del waiting[name]
        done.update(ready)
        found.append(ready)
    return found
