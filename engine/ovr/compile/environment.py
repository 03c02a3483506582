"""`environment`: variables of a Lambda function or an AppSync API (LANGUAGE.md §5)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace

from ovr.compile.context import Context, Kind, Place, Writer
from ovr.compile.literals import literal_secret
from ovr.compile.merging import Write, merge_writes
from ovr.compile.secrets import PLACEHOLDER, Secret, find_secret, read_config, write_config
from ovr.compile.tags import as_text
from ovr.compile.values import resolve
from ovr.errors import Finding, OvrError
from ovr.knowledge.environment import LIMITS, NAME, SSM_CONFIG, Limits
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
    if too_much := _too_much(after, limits, node, use):
        raise OvrError(too_much)
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

    Raises OvrError with all that the service would not take.
    """
    wanted: Variables = {}
    secrets: dict[str, Secret] = {}
    findings: list[Finding] = []
    for name, at in use.value.items():
        findings += _flaws_of_name(name, at, limits)
        try:
            if isinstance(at.value, Tagged) and at.value.tag == SECRET_TAG:
                secrets[name] = find_secret(at.value, context.tree, context.notes)
                wanted[name] = PLACEHOLDER
            else:
                wanted[name] = as_text(resolve(at, node.stack, context))
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
    if at.value is None:
        return
    if name in limits.reserved:
        message = f"`{name}` is reserved: {limits.service} sets it itself"
        fix = f"choose another name, for instance `APP_{name.strip('_').removeprefix('AWS_')}`"
        yield Finding("OVR3023", message, at.key_span, fix=fix)
    elif name == SSM_CONFIG:
        message = f"`{name}` is reserved: Amplify keeps there where a function's secrets are"
        yield Finding("OVR3023", message, at.key_span, fix="choose another name, or write `NAME: !Secret NAME`")
    elif not NAME.fullmatch(name):
        message = f"`{name}` is no name of a variable: a letter, then letters, digits and `_`, at least two characters"
        yield Finding("OVR3023", message, at.key_span, fix=_spelt(name))
    elif limits.name and len(name) > limits.name:
        message = f"the name of a variable has up to {limits.name} characters in {limits.service}; this has {len(name)}"
        yield Finding("OVR3023", message, at.key_span, fix="choose a shorter one")


def _spelt(name: str) -> str:
    fixed = "".join(c if c.isascii() and c.isalnum() else "_" for c in name).lstrip("_0123456789")
    return f"write `{fixed}`" if NAME.fullmatch(fixed) else "choose a name like `LOG_LEVEL`"


def _flaws_of_value(name: str, value: Json, at: Located, limits: Limits) -> Iterator[Finding]:
    if isinstance(value, list) or (isinstance(value, dict) and not is_intrinsic(value)):
        found = "a list" if isinstance(value, list) else "a mapping"
        fix = "write it as JSON text in quotes; for values from other resources, in a `!Sub`"
        yield Finding("OVR1004", f"the value of a variable is text, not {found}", at.key_span, fix=fix)
    elif secret := literal_secret(value, at):
        yield replace(secret, fix=f"{secret.fix}, or `!Secret NAME` for a secret of Amplify")
    elif isinstance(value, str) and value.startswith("{{resolve:ssm-secure:"):
        message = "CloudFormation does not resolve `ssm-secure` here"
        fix = f"keep the value in AWS Secrets Manager: `{name}: '{{{{resolve:secretsmanager:NAME}}}}'`"
        yield Finding("OVR3023", message, at.key_span, fix=fix)
    elif isinstance(value, str) and limits.value and len(value) > limits.value:
        message = f"a value has up to {limits.value} characters in {limits.service}; that of `{name}` has {len(value)}"
        yield Finding("OVR3023", message, at.key_span, fix="keep it elsewhere, for instance in a parameter of SSM")


def _too_much(after: Mapping[str, Json], limits: Limits, node: Node, use: KindUse) -> Finding | None:
    """What is wrong with all variables together. What is computed counts as empty: the least that it can be."""
    known = {name: value if isinstance(value, str) else "" for name, value in after.items()}
    size = len(json.dumps(known, separators=(",", ":"), ensure_ascii=False).encode(errors="replace"))
    if limits.total and size > limits.total:
        largest = sorted(known, key=lambda name: len(known[name]), reverse=True)[:3]
        return Finding(
            "OVR3023",
            f"the variables of `{node.name}` come to {size:,} bytes, but {limits.service} takes {limits.total:,}",
            use.key_span,
            details=("the largest are " + ", ".join(f"`{name}` ({len(known[name]):,})" for name in largest),),
            fix="keep large values elsewhere, for instance in parameters of SSM, and pass their names",
        )
    if limits.count and len(after) > limits.count:
        message = f"`{node.name}` would have {len(after)} variables, but {limits.service} takes {limits.count}"
        return Finding("OVR3023", message, use.key_span, fix="put several into one, as JSON text")
    return None


def _emptied(path: Tokens, template: Json) -> Tokens:
    """The highest pointer below the properties with nothing but the variables in it: CDK leaves no empty objects."""
    while len(path) > 4 and len(pointer.get(template, path[:-1])) == 1:
        path = path[:-1]
    return path


KIND = Kind("environment", frozenset({"resource"}), compile_environment)
