"""References of the user's: what a name means, and how the template that holds it writes it (LANGUAGE.md §3)."""

from __future__ import annotations

from dataclasses import replace

from ovr.compile.context import Context
from ovr.errors import Finding, OvrError, Severity, did_you_mean, nearest
from ovr.knowledge.cdk_attributes import cdk_attribute_names, cdk_reference
from ovr.knowledge.pseudo import PSEUDO_PARAMETERS
from ovr.knowledge.types import type_info
from ovr.spans import Span
from ovr.template.pointer import Json
from ovr.template.tree import Node


class References:
    """Writes references for the template of one stack.

    A name that this template has keeps CloudFormation's meaning; any other is a selector. Every method raises
    OvrError OVR3012 for a name that means nothing and OVR3016 for an attribute that its target does not have.
    """

    def __init__(self, stack: str, context: Context) -> None:
        self._stack = stack
        self._context = context
        template = context.tree.stacks[stack].template
        self._local = {
            *(template.get("Resources") or {}),
            *(template.get("Parameters") or {}),
            *context.added.get(stack, ()),
        }

    def is_local(self, name: str) -> bool:
        """Whether a name is the template's own, or one that CloudFormation gives."""
        return name in self._local or name in PSEUDO_PARAMETERS

    def ref(self, name: str, span: Span) -> Json:
        """What `!Ref` means."""
        if self.is_local(name):
            self._note_two_meanings(name, name, span)
            return {"Ref": name}
        node, attribute = self._find(name, span)
        return self._reference(node, attribute or "Ref", span)

    def get_att(self, name: str, attribute: str, span: Span) -> Json:
        """What `!GetAtt` means: of one text, name and attribute, or of both apart."""
        text = f"{name}.{attribute}" if attribute else name
        own, _, rest = (name, "", attribute) if attribute else name.partition(".")
        if self.is_local(own) and rest:
            self._note_two_meanings(text, own, span)
            return {"Fn::GetAtt": [own, rest]}
        if own in self._local:
            raise OvrError(self._no_attribute(own, (), span))
        node, rest = self._find(text, span)
        if not rest:
            raise OvrError(self._no_attribute(text, self._attributes_of(node), span))
        return self._reference(node, rest, span)

    def sub(self, name: str, span: Span) -> Json:
        """What `${name}` means, where it is neither the template's own nor a variable that is given."""
        try:
            return self.ref(name, span)
        except OvrError as error:
            if "." in name or "#" in name or name.startswith(("/", "AWS::")):
                raise
            way_out = f"write `${{!{name}}}` for the text itself, or give it a value: `!Sub [text, {{{name}: …}}]`"
            near = [f.fix for f in error.findings if (f.fix or "").startswith("did you mean")]
            fix = "; ".join(filter(None, [*near, way_out]))
            raise OvrError(replace(f, details=(), fix=fix) for f in error.findings) from None

    def _note_two_meanings(self, text: str, own: str, span: Span) -> None:
        """A note where a selector would match what is taken for a name of the template."""
        if not self._context.resolver.is_first_word(own):
            return
        try:
            node, _ = self._context.resolver.reference(text, span)
        except OvrError:
            return
        message = f"`{text}` means the template's own `{own}` here, not the selector `{node.name}`"
        fix = f"to mean the selector write `backend.{text}`"
        note = Finding("OVR3017", message, span, fix=fix, severity=Severity.NOTE)
        if note not in self._context.notes:
            self._context.notes.append(note)

    @staticmethod
    def _no_attribute(text: str, details: tuple[str, ...], span: Span) -> Finding:
        fix = f"write `!GetAtt {text}.<attribute>`, or `!Ref {text}`"
        return Finding("OVR3016", f"`!GetAtt {text}` names no attribute", span, details, fix)

    def _find(self, text: str, span: Span) -> tuple[Node, str]:
        if text.startswith("AWS::"):
            names = ", ".join(sorted(PSEUDO_PARAMETERS))
            fix = did_you_mean(text, sorted(PSEUDO_PARAMETERS))
            message = f"CloudFormation has no pseudo parameter `{text}`"
            raise OvrError(Finding("OVR3012", message, span, (f"it has {names}",), fix))
        try:
            return self._context.resolver.reference(text, span)
        except OvrError as error:
            raise OvrError(self._nothing(text, finding) for finding in error.findings) from None

    def _nothing(self, text: str, finding: Finding) -> Finding:
        """The resolver's finding with the names of the template itself, which it does not know of."""
        if finding.code != "OVR2001":
            return finding
        name, dot, attribute = text.partition(".")
        near = [] if self._context.resolver.is_first_word(name) else nearest(name, sorted(self._local))
        details, fix = finding.details, finding.fix
        if near:
            details = (*details, "this stack's template has " + ", ".join(f"`{n}`" for n in near))
            if not (fix or "").startswith("did you mean"):
                fix = f"did you mean `{near[0]}{dot}{attribute}`?"
        message = f"`{text}` names nothing that can be referred to"
        return replace(finding, code="OVR3012", message=message, details=details, fix=fix)

    def _reference(self, node: Node, attribute: str, span: Span) -> Json:
        """The reference as this template writes it; wired where the node lives in another stack."""
        stack, logical_id = node.stack, node.pointer[1] if node.pointer else ""
        if node.kind == "stack":
            stack, logical_id = self._nested_stack(node, attribute, span)

        def refer(name: str) -> Json:
            return self._context.wiring.reference(self._stack, stack, logical_id, name, span)

        if node.kind == "stack" or attribute == "Ref":
            return refer(attribute)
        if node.pointer[0] == "Parameters":
            message = f"`{node.name}` is a parameter, which has no attribute `{attribute}`"
            raise OvrError(Finding("OVR3016", message, span, fix=f'write `!Ref "{node.name}"`'))
        type_name = self._context.type_of(node)
        written = cdk_reference(type_name, attribute, refer)
        if written is not None:
            return written
        info = type_info(type_name)
        if info is None or info.has_attribute(attribute):
            return refer(attribute)
        raise OvrError(self._unknown(node, attribute, span))

    def _unknown(self, node: Node, attribute: str, span: Span) -> Finding:
        type_name = self._context.type_of(node)
        info = type_info(type_name)
        fix = did_you_mean(attribute, _attribute_names(type_name))
        if info and attribute.partition(".")[0] in (info.properties_at(()) or ()):
            fix = "it is a property, which CloudFormation does not give back: write its value here"
        message = f"{type_name} has no attribute `{attribute}`"
        return Finding("OVR3016", message, span, self._attributes_of(node), fix)

    def _nested_stack(self, node: Node, attribute: str, span: Span) -> tuple[str, str]:
        """(parent stack, logical ID of the nested stack there) for a reference to a stack."""
        own = self._context.stack(node)
        if own.parent is None or own.logical_id is None:
            message = "the root stack has no attributes"
            way_out = "write `!Ref AWS::StackId` or `!Ref AWS::StackName`: in the root's own template they name it"
            raise OvrError(Finding("OVR3016", message, span, fix=way_out))
        names = [f"Outputs.{name}" for name in own.template.get("Outputs") or {}]
        if attribute not in ("Ref", *names):
            fix = did_you_mean(attribute if attribute.startswith("Outputs.") else f"Outputs.{attribute}", names)
            message = f"the stack {node.name} has no attribute `{attribute}`"
            raise OvrError(Finding("OVR3016", message, span, self._attributes_of(node), fix))
        return own.parent, own.logical_id

    def _attributes_of(self, node: Node) -> tuple[str, ...]:
        if node.kind == "stack":
            return ("a stack's attributes are `Outputs.<name>`",)
        if node.kind == "value":
            return ("a parameter has no attributes",)
        type_name = self._context.type_of(node)
        names = _attribute_names(type_name)
        return (f"{type_name} has {', '.join(names)}",) if names else ()


def _attribute_names(type_name: str) -> list[str]:
    info = type_info(type_name)
    return [*(info.attributes if info else ()), *cdk_attribute_names(type_name)]
