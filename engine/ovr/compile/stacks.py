"""`stacks`: nested stacks from template files, as Amplify's `backend.createStack` gives them (CDK_NAMING.md §9)."""

from __future__ import annotations

import json
import re

from ovr.compile.context import Context, Kind, Place, Writer
from ovr.compile.literals import literal_secret
from ovr.compile.resources import as_amplify_makes_it, stack_tags
from ovr.compile.tags import as_text
from ovr.compile.values import resolve
from ovr.errors import Finding, OvrError, did_you_mean
from ovr.language.model import KindUse
from ovr.language.values import Located
from ovr.template.assets import ASSET_PATH, HASH, nested_hash
from ovr.template.intrinsics import is_intrinsic
from ovr.template.naming import CDK_PATH, full_unique_id, nested_resource_path, unique
from ovr.template.operations import Operation
from ovr.template.pointer import Json
from ovr.template.tree import NESTED_STACK, ROOT, Node

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,127}")
_AMPLIFYS_ID = re.compile(r"(.*)NestedStack.+NestedStackResource(.*)")
"""What Amplify's root stack leaves of the logical ID that CDK gives to a nested stack."""


def compile_stacks(node: Node, use: KindUse, context: Context) -> list[Operation]:
    _refuse_elsewhere(node, use, context)
    write = Writer(context, use)
    operations: list[Operation] = []
    findings: list[Finding] = []
    for name, written in use.value.items():
        try:
            operations += _stack(name, written, write, context)
        except OvrError as error:
            findings += error.findings
    if findings:
        raise OvrError(findings)
    return operations


def _refuse_elsewhere(node: Node, use: KindUse, context: Context) -> None:
    if node.stack != ROOT:
        message = f"`stacks` acts on the root stack, not on the nested stack {node.name or node.stack}"
        raise OvrError(Finding("OVR3004", message, use.key_span, fix="write `select: stack`"))
    if context.base.kind == "template":
        message = "`stacks` needs an assembly: beside a template that stands alone nothing publishes another"
        fix = "give the folder of a cloud assembly as the base, or add the resources with `resources`"
        raise OvrError(Finding("OVR3004", message, use.key_span, fix=fix))


def _stack(name: str, written: Located, write: Writer, context: Context) -> list[Operation]:
    """The nested stack's resource in the root, then its template. Raises OvrError for what neither can be."""
    logical_id = _logical_id(name, written, context)
    at = written["template"]
    tags = stack_tags(context.tree, ROOT)
    template = at.document.files[at.path]
    made = {i: as_amplify_makes_it(resource, tags, context) for i, resource in template["Resources"].items()}
    template = {**template, "Resources": made}
    properties: dict[str, Json] = {}
    if parameters := _parameters(written, template, context):
        properties["Parameters"] = parameters
    properties["TemplateURL"] = _url(nested_hash(template), at, context)
    path = f"{context.tree.name}/{name}"
    resource = {
        "Type": NESTED_STACK,
        "Properties": properties,
        "UpdateReplacePolicy": "Delete",
        "DeletionPolicy": "Delete",
        "Metadata": {
            CDK_PATH: f"{context.tree.name}/{nested_resource_path(name)}",
            ASSET_PATH: f"{full_unique_id(path)}.nested.template.json",
            "aws:asset:property": "TemplateURL",
        },
    }
    place = ("Resources", logical_id)
    given = Place(written["parameters"], (*place, "Properties", "Parameters")) if "parameters" in written else None
    return [
        write(ROOT, "add", place, as_amplify_makes_it(resource, tags, context), span=written.key_span, written=given),
        write(name, "add", (), template, span=at.span),
    ]


def _logical_id(name: str, written: Located, context: Context) -> str:
    """CDK's logical ID of the nested stack's resource. Raises OvrError for a name that cannot be or is taken."""
    span, tree = written.key_span, context.tree
    if not _NAME.fullmatch(name):
        message = f"`{name}` is no name of a stack: a letter, then letters, digits, `-` and `_`, at most 128"
        raise OvrError(Finding("OVR3010", message, span, fix="for instance `queues`"))
    logical_id = unique(nested_resource_path(name).split("/"))
    if context.base.facts.get("type") and (shorter := _AMPLIFYS_ID.fullmatch(logical_id)):
        logical_id = shorter[1] + shorter[2]
    if name in tree.stacks or logical_id in tree.root.resources:
        details = ("it has " + ", ".join(stack.path for stack in tree.children(ROOT)),)
        message = f"this backend has a stack `{name}` already"
        raise OvrError(Finding("OVR3009", message, span, details, "choose another name, or select that stack"))
    return logical_id


def _parameters(written: Located, template: dict[str, Json], context: Context) -> dict[str, Json]:
    """The parameters' values for the root's template. Raises OvrError for one unknown, missing or of a wrong form."""
    declared: dict[str, Json] = template.get("Parameters") or {}
    at = written.get("parameters")
    values: dict[str, Json] = {}
    findings: list[Finding] = []
    for name, value in at.items() if at else ():
        if name not in declared:
            findings.append(_unknown(name, value, list(declared), written))
            continue
        try:
            values[name] = as_text(resolve(value, ROOT, context), value)
        except OvrError as error:
            findings += error.findings
            continue
        if secret := literal_secret(values[name], value, _hidden(declared[name], values[name])):
            findings.append(secret)
        elif not isinstance(values[name], str) and not is_intrinsic(values[name]):
            fix = "leave it out to have its default" if values[name] is None else "write a list as text: `a,b,c`"
            findings.append(Finding("OVR1004", "the value of a parameter is text", value.key_span, fix=fix))
    missing = [name for name, each in declared.items() if name not in (at or ()) and not _has_default(each)]
    if missing:
        message = f"{_file(written)} has parameters without a value: {', '.join(f'`{name}`' for name in missing)}"
        fix = f"write `parameters: {{{missing[0]}: …}}`, or give it a `Default` in the template"
        findings.append(Finding("OVR1006", message, (at or written).key_span, fix=fix))
    if findings:
        raise OvrError(findings)
    return values


def _hidden(parameter: Json, value: Json) -> str | None:
    """Why a text is a secret: the template hides the parameter (`NoEcho`), and the root's would show it."""
    hidden = isinstance(parameter, dict) and str(parameter.get("NoEcho")).lower() == "true"
    literal = isinstance(value, str) and not value.startswith("{{resolve:")
    return "is a secret (`NoEcho` in the template)" if hidden and literal else None


def _has_default(parameter: Json) -> bool:
    return isinstance(parameter, dict) and "Default" in parameter


def _unknown(name: str, value: Located, declared: list[str], written: Located) -> Finding:
    details = (f"it has {', '.join(declared)}" if declared else "it has none",)
    message = f"{_file(written)} has no parameter `{name}`"
    return Finding("OVR1003", message, value.key_span, details, did_you_mean(name, declared))


def _file(written: Located) -> str:
    return str(written["template"].value)


def _url(digest: str, at: Located, context: Context) -> Json:
    """The `TemplateURL` of a template with this hash: beside the root's own template."""
    url = context.base.template_url
    if url is None:
        message = "the assembly does not say where its templates are published"
        details = ("expected `stackTemplateAssetObjectUrl` in manifest.json, as CDK's default synthesizer writes it",)
        fix = "add the resources to the root stack with `resources`"
        raise OvrError(Finding("OVR3004", message, at.span, details, fix))
    return json.loads(HASH.sub(digest, json.dumps(url)))


KIND = Kind("stacks", frozenset({"stack"}), compile_stacks, single=True)
