"""Values of an override as CloudFormation: short tags in long form, selectors in references resolved."""

from __future__ import annotations

from typing import Any

from ovr.compile.context import Context
from ovr.compile.functions import check_shape
from ovr.compile.references import References
from ovr.errors import Finding, OvrError
from ovr.language.tags import SECRET_TAG, tag_to_object
from ovr.language.values import Located, Tagged
from ovr.spans import Span
from ovr.template.intrinsics import replace_sub_variables, sub_variables, unclosed_variable
from ovr.template.pointer import Json


def resolve(value: Located | Any, stack: str, context: Context) -> Json:
    """The value as it stands in the template of `stack`. Raises OvrError with all that is wrong in it.

    OVR1004 for a tag with a value that its function cannot take, OVR3012 for a reference to nothing, OVR3016 for an
    attribute that its target does not have.
    """
    resolving = _Resolving(References(stack, context))
    resolved = resolving.value(value.value if isinstance(value, Located) else value)
    if resolving.findings:
        raise OvrError(resolving.findings)
    return resolved


class _Resolving:
    def __init__(self, references: References) -> None:
        self.references = references
        self.findings: list[Finding] = []

    def value(self, value: Any) -> Json:
        if isinstance(value, Tagged):
            try:
                return self._tagged(value)
            except OvrError as error:
                self.findings += error.findings
                return None
        if isinstance(value, dict):
            return {key: self.value(member) for key, member in value.items()}
        if isinstance(value, list):
            return [self.value(item) for item in value]
        return value

    def _tagged(self, tagged: Tagged) -> Json:
        check_shape(tagged)
        if tagged.tag == "!Ref":
            return self.references.ref(tagged.value, _span_of(tagged.value, tagged))
        if tagged.tag == "!GetAtt":
            return self._get_att(tagged)
        if tagged.tag == "!Sub":
            return self._sub(tagged)
        if tagged.tag == SECRET_TAG:
            raise OvrError(
                Finding(
                    "OVR1017",
                    "`!Secret` stands only for the value of an environment variable",
                    tagged.span,
                    fix="use a dynamic reference: '{{resolve:ssm-secure:NAME}}' or '{{resolve:secretsmanager:NAME}}'",
                )
            )
        return tag_to_object(tagged.tag, self.value(tagged.value))

    def _get_att(self, tagged: Tagged) -> Json:
        if isinstance(tagged.value, str):
            return self.references.get_att(tagged.value, "", _span_of(tagged.value, tagged))
        name, attribute = tagged.value
        if isinstance(attribute, str):
            return self.references.get_att(name, attribute, _span_of(name, tagged))
        return {"Fn::GetAtt": [name, self.value(attribute)]}

    def _sub(self, tagged: Tagged) -> Json:
        text, given = tagged.value if isinstance(tagged.value, list) else (tagged.value, {})
        if unclosed := unclosed_variable(text):
            fix = f"write `{unclosed}}}`"
            raise OvrError(Finding("OVR1004", f"`{unclosed}` is never closed", _span_of(unclosed, tagged), fix=fix))
        variables: dict[str, Json] = self.value(given)
        renamed: dict[str, str] = {}
        for name in sub_variables(text):
            if name in variables or self.references.is_local(name.partition(".")[0]):
                continue
            try:
                reference = self.references.sub(name, _span_of(name, tagged))
            except OvrError as error:
                self.findings += error.findings
            else:
                renamed[name] = self._substitute(reference, name, variables)
        text = replace_sub_variables(text, renamed)
        return {"Fn::Sub": [text, variables] if variables else text}

    def _substitute(self, reference: Json, name: str, variables: dict[str, Json]) -> str:
        """What to write in `${…}` for a reference: its own name, or a variable made for it."""
        if set(reference) == {"Ref"}:
            return str(reference["Ref"])
        if set(reference) == {"Fn::GetAtt"}:
            return ".".join(reference["Fn::GetAtt"])
        variable = "".join(c for c in name if c.isalnum())
        while variable in variables or self.references.is_local(variable):
            variable += "_"
        variables[variable] = reference
        return variable


def _span_of(text: str, tagged: Tagged) -> Span:
    """The place of a text inside a tag's value; the tag's own where it is not written so."""
    span = tagged.span
    for number in range(span.line, span.end_line + 1):
        start = span.column - 1 + len(tagged.tag) if number == span.line else 0
        found = span.source.line(number).find(text, start)
        if found >= 0:
            return Span(span.source, number, found + 1, number, found + 1 + len(text))
    return span
