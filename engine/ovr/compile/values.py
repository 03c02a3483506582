"""Values of an override as CloudFormation: short tags in long form, selectors in references resolved."""

from __future__ import annotations

from typing import Any

from ovr.compile.context import Context
from ovr.errors import Finding, OvrError, did_you_mean, nearest
from ovr.knowledge.cdk_attributes import cdk_attribute_names, cdk_reference
from ovr.knowledge.types import type_info
from ovr.language.tags import tag_to_object
from ovr.language.values import Located, Tagged
from ovr.spans import Span
from ovr.template.intrinsics import replace_sub_variables, sub_variables
from ovr.template.pointer import Json
from ovr.template.tree import Node


def resolve(value: Located | Any, stack: str, context: Context) -> Json:
    """The value as it stands in the template of `stack`. Raises OvrError for a reference to nothing."""
    return _Resolving(stack, context).value(value.value if isinstance(value, Located) else value)


class _Resolving:
    def __init__(self, stack: str, context: Context) -> None:
        self.stack = stack
        self.context = context
        template = context.tree.stacks[stack].template
        self.local = {
            *(template.get("Resources") or {}),
            *(template.get("Parameters") or {}),
            *context.added.get(stack, ()),
        }

    def value(self, value: Any) -> Json:
        if isinstance(value, Tagged):
            return self._tagged(value)
        if isinstance(value, dict):
            return {key: self.value(member) for key, member in value.items()}
        if isinstance(value, list):
            return [self.value(item) for item in value]
        return value

    def _tagged(self, tagged: Tagged) -> Json:
        if tagged.tag == "!Ref" and isinstance(tagged.value, str):
            return self._ref(tagged.value, tagged.span)
        if tagged.tag == "!GetAtt":
            return self._get_att(tagged)
        if tagged.tag == "!Sub":
            return self._sub(tagged)
        if tagged.tag == "!Secret":
            raise OvrError(
                Finding(
                    "OVR1017",
                    "`!Secret` stands only for the value of an environment variable",
                    tagged.span,
                    fix="use a dynamic reference: '{{resolve:ssm-secure:NAME}}' or '{{resolve:secretsmanager:NAME}}'",
                )
            )
        return tag_to_object(tagged.tag, self.value(tagged.value))

    def _is_local(self, name: str) -> bool:
        return name in self.local or name.startswith("AWS::")

    def _ref(self, name: str, span: Span) -> Json:
        if self._is_local(name):
            return {"Ref": name}
        node, attribute = self._find(name, span)
        return self._reference(node, attribute or "Ref", span)

    def _get_att(self, tagged: Tagged) -> Json:
        if isinstance(tagged.value, list):
            parts = [part for part in tagged.value if isinstance(part, str)]
            if len(parts) != 2 or len(parts) != len(tagged.value):
                return {"Fn::GetAtt": self.value(tagged.value)}
            name, attribute = parts
            if self._is_local(name):
                return {"Fn::GetAtt": [name, attribute]}
            node, rest = self._find(name, tagged.span)
            return self._reference(node, ".".join(filter(None, (rest, attribute))), tagged.span)
        text = str(tagged.value)
        name, _, attribute = text.partition(".")
        if self._is_local(name):
            return {"Fn::GetAtt": [name, attribute]}
        node, attribute = self._find(text, tagged.span)
        if not attribute:
            raise OvrError(
                Finding(
                    "OVR3016",
                    f"`!GetAtt {text}` names no attribute",
                    tagged.span,
                    details=self._attributes_of(node),
                    fix=f"write !GetAtt {text}.<attribute>, or !Ref {text}",
                )
            )
        return self._reference(node, attribute, tagged.span)

    def _sub(self, tagged: Tagged) -> Json:
        text, variables = tagged.value, {}
        if isinstance(text, list) and len(text) == 2 and isinstance(text[1], dict):
            text, variables = text[0], dict(text[1])
        if not isinstance(text, str):
            return {"Fn::Sub": self.value(tagged.value)}
        variables = self.value(variables)
        renamed: dict[str, str] = {}
        for name in sub_variables(text):
            if name in variables or self._is_local(name.partition(".")[0]):
                continue
            node, attribute = self._find(name, tagged.span)
            renamed[name] = self._substitute(
                self._reference(node, attribute or "Ref", tagged.span), name, variables
            )
        text = replace_sub_variables(text, renamed)
        return {"Fn::Sub": [text, variables] if variables else text}

    def _substitute(self, reference: Json, name: str, variables: dict[str, Json]) -> str:
        """What to write in `${…}` for a reference: its own name, or a variable made for it."""
        if set(reference) == {"Ref"}:
            return str(reference["Ref"])
        if set(reference) == {"Fn::GetAtt"}:
            return ".".join(reference["Fn::GetAtt"])
        variable = "".join(c for c in name if c.isalnum())
        while variable in variables or variable in self.local:
            variable += "_"
        variables[variable] = reference
        return variable

    def _find(self, text: str, span: Span) -> tuple[Node, str]:
        try:
            return self.context.resolver.reference(text, span)
        except OvrError as error:
            near = nearest(text.partition(".")[0], sorted(self.local))
            details = [d for f in error.findings for d in f.details]
            if near:
                details.append("this stack's template has " + ", ".join(f"`{n}`" for n in near))
            fix = next((f.fix for f in error.findings if f.fix), None)
            raise OvrError(
                Finding("OVR3012", f"`{text}` names nothing that can be referred to", span, tuple(details), fix)
            ) from None

    def _reference(self, node: Node, attribute: str, span: Span) -> Json:
        """The reference as the consumer's template writes it; wired where the node lives in another stack."""
        stack, logical_id = node.stack, node.pointer[1] if node.pointer else ""
        if node.kind == "stack":
            stack, logical_id = self._nested_stack(node, attribute, span)

        def refer(name: str) -> Json:
            return self.context.wiring.reference(self.stack, stack, logical_id, name)

        if node.kind == "stack" or node.pointer[0] == "Parameters" or attribute == "Ref":
            return refer(attribute)
        type_name = self.context.type_of(node)
        written = cdk_reference(type_name, attribute, refer)
        if written is not None:
            return written
        info = type_info(type_name)
        if info is None or info.has_attribute(attribute):
            return refer(attribute)
        names = [*info.attributes, *cdk_attribute_names(type_name)]
        raise OvrError(
            Finding(
                "OVR3016",
                f"{type_name} has no attribute `{attribute}`",
                span,
                details=self._attributes_of(node),
                fix=did_you_mean(attribute, names),
            )
        )

    def _nested_stack(self, node: Node, attribute: str, span: Span) -> tuple[str, str]:
        """(parent stack, logical ID of the nested stack there) for a reference to a stack."""
        own = self.context.stack(node)
        outputs = own.template.get("Outputs") or {}
        if own.parent is None or own.logical_id is None:
            message = "the root stack has no attributes: `!Ref AWS::StackId` and `!Ref AWS::StackName` name it"
            raise OvrError(Finding("OVR3016", message, span))
        if attribute != "Ref" and attribute.removeprefix("Outputs.") not in outputs:
            near = did_you_mean(attribute, [f"Outputs.{name}" for name in outputs])
            raise OvrError(
                Finding(
                    "OVR3016",
                    f"the stack {node.name} has no attribute `{attribute}`",
                    span,
                    details=self._attributes_of(node),
                    fix=near,
                )
            )
        return own.parent, own.logical_id

    def _attributes_of(self, node: Node) -> tuple[str, ...]:
        if node.kind == "stack":
            return ("a stack's attributes are `Outputs.<name>`",)
        type_name = self.context.type_of(node)
        info = type_info(type_name)
        names = [*(info.attributes if info else ()), *cdk_attribute_names(type_name)]
        return (f"{type_name} has {', '.join(names)}",) if names else ()
