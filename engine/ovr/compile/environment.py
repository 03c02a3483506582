"""`environment`: variables of a Lambda function or an AppSync API (LANGUAGE.md §5)."""

from __future__ import annotations

from collections.abc import Iterator

from ovr.compile.context import Context, Kind, Place, Writer
from ovr.compile.literals import literal_secret
from ovr.compile.merging import Write, merge_writes
from ovr.compile.secrets import Secret, find_secret, write_config
from ovr.compile.tags import as_text
from ovr.compile.values import resolve
from ovr.errors import Finding, OvrError, Severity
from ovr.knowledge.environment import (
    LIMITS,
    PLACEHOLDER,
    SSM_CONFIG,
    Flaw,
    Limits,
    flaws_of_name,
    flaws_of_value,
    read_config,
)
from ovr.language.model import KindUse
from ovr.language.tags import SECRET_TAG
from ovr.language.values import Located, Tagged
from ovr.template import pointer
from ovr.template.diff import same
from ovr.template.intrinsics import is_intrinsic
from ovr.template.operations import Operation
from ovr.template.pointer import MISSING, Json, Tokens
from ovr.template.tree import Node

Variables = dict[str, Json]
"""Name → text or intrinsic; None takes the variable away."""


def compile_environment(node: Node, use: KindUse, context: Context) -> list[Operation]:
    limits = LIMITS.get(context.type_of(node))
    if limits is None:
        raise OvrError(_no_variables(node, use, context))
    present = _present(node, limits, use, context)
    wanted, secrets = _wanted(node, limits, use, context)
    wanted |= _secrets_found(node, present, wanted, secrets, use, context)
    after = {name: value for name, value in {**present, **wanted}.items() if value is not None}
    write = Writer(context, use)
    path = (*node.pointer, *limits.path)
    template = context.stack(node).template
    if present and not after:
        return [write(node.stack, "remove", _emptied(path, template))]
    place = Place(use.value, path)
    if not present:
        made = merge_writes(template, path, wanted)
    else:
        made = (each for name, value in wanted.items() for each in _change((*path, name), present.get(name), value))
    return [write(node.stack, op, at, value, span=place.span(at, key=True), written=place) for op, at, value in made]


def _change(path: Tokens, before: Json, after: Json) -> Iterator[Write]:
    if after is None and before is not None:
        yield "remove", path, MISSING
    elif before is None and after is not None:
        yield "add", path, after
    elif not same(before, after):
        yield "replace", path, after


def _no_variables(node: Node, use: KindUse, context: Context) -> Finding:
    return Finding(
        "OVR3004",
        f"`environment` acts on {' and '.join(LIMITS)}, but `{node.name}` is {context.type_of(node) or 'of no type'}",
        use.key_span,
        fix="select a function or the GraphQL API: `worker.lambda`, `data.cfn.cfnGraphqlApi`",
    )


def _present(node: Node, limits: Limits, use: KindUse, context: Context) -> Variables:
    """The variables that are there. Raises OvrError OVR3004 where what holds them is computed."""
    value: Json = context.resource(node)
    for token in limits.path:
        value = pointer.child(value, token)
        if value is MISSING or value is None:
            return {}
        if not isinstance(value, dict) or (is_intrinsic(value) and "Condition" not in value):
            message = f"the variables of `{node.name}` are computed, so none can be set on its own"
            fix = f"replace them as a whole with `merge: {{{limits.path[1]}: …}}`"
            raise OvrError(Finding("OVR3004", message, use.key_span, fix=fix))
    return dict(value)


def _wanted(node: Node, limits: Limits, use: KindUse, context: Context) -> tuple[Variables, dict[str, Secret]]:
    """What is asked for, as the template writes it, and which of it are secrets.

    Raises OvrError with all that the service would not take of each; all together are judged on the result.
    """
    wanted: Variables = {}
    secrets: dict[str, Secret] = {}
    findings: list[Finding] = []
    for name, at in use.value.items():
        if at.value is not None:
            findings += _flaws_of_name(name, at, limits)
        try:
            if isinstance(at.value, Tagged) and at.value.tag == SECRET_TAG:
                secrets[name] = find_secret(at.value, context.tree, context.notes)
                wanted[name] = PLACEHOLDER
            else:
                wanted[name] = as_text(resolve(at, node.stack, context), at)
        except OvrError as error:
            findings += error.findings
        else:
            findings += _flaws_of_value(name, wanted[name], at, limits)
    if findings:
        raise OvrError(findings)
    return wanted, secrets


def _secrets_found(
    node: Node, present: Variables, wanted: Variables, secrets: dict[str, Secret], use: KindUse, context: Context
) -> Variables:
    """Amplify's list of where a function's secrets are, as it has to be: of what is set to something else it must not
    know any more, or it would set it back. Raises OvrError OVR3025 for a secret that nothing would look for."""
    config = read_config(present)
    if secrets and config is None:
        name, at = next((name, at) for name, at in use.value.items() if name in secrets)
        message = f"nothing in `{node.name}` would look for the secret `{name}`"
        details = (f"functions made by Amplify's `defineFunction` do, and have a variable {SSM_CONFIG}",)
        fix = f"write `{name}: '{{{{resolve:secretsmanager:NAME}}}}'`"
        raise OvrError(Finding("OVR3025", message, at.span, details, fix))
    if config is None:
        return {}
    if secrets:
        context.secrets.allow(node, context.resource(node), list(secrets.values()), use.key_span)
    kept = {name: place for name, place in config.items() if name not in wanted or name in secrets}
    after = {**kept, **{name: secret.entry() for name, secret in secrets.items()}}
    return {} if same(config, after) or SSM_CONFIG in wanted else {SSM_CONFIG: write_config(after)}


def _flaws_of_name(name: str, at: Located, limits: Limits) -> Iterator[Finding]:
    if name == SSM_CONFIG:
        message = f"`{name}` is reserved: Amplify keeps there where a function's secrets are"
        yield Finding("OVR3023", message, at.key_span, fix="choose another name, or write `NAME: !Secret NAME`")
    yield from (_finding(flaw, at) for flaw in flaws_of_name(name, limits) if flaw.severity is Severity.ERROR)


def _flaws_of_value(name: str, value: Json, at: Located, limits: Limits) -> Iterator[Finding]:
    if secret := literal_secret(value, at, amplifys=True):
        yield secret
    yield from (_finding(flaw, at) for flaw in flaws_of_value(name, value, limits))


def _finding(flaw: Flaw, at: Located) -> Finding:
    return Finding(flaw.code, flaw.message, at.key_span, flaw.details, flaw.fix)


def _emptied(path: Tokens, template: Json) -> Tokens:
    """The highest pointer below the properties with nothing but the variables in it: CDK leaves no empty objects."""
    while len(path) > 4 and len(pointer.get(template, path[:-1])) == 1:
        path = path[:-1]
    return path


KIND = Kind("environment", frozenset({"resource"}), compile_environment)
