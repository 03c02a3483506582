"""New nested stacks, in which CDK's names and a template file's may justly differ (`normalise.newStacks`)."""

from __future__ import annotations

import json
import re
from typing import Any

from tests.corpus.comparing import Json, Templates, rename, replace_strings

from ovr.template.assets import HASH, nested_asset

_IGNORED = {"Description", "CDKMetadata", "Conditions/CDKMetadataAvailable"}


Rules = dict[str, Any]


def alike(cdk: Templates, ovr: Templates, old: Templates, root: str, rules: Rules) -> tuple[Templates, Templates]:
    """Both sides with the new stacks in the words of `ovr`: logical IDs, names of outputs, parameters written out."""
    files = [file for file in cdk if file not in old and file in ovr]
    for file in files:
        cdk = {**cdk, file: _without(cdk[file], set(rules.get("newStacks", {}).get("ignore", ())))}
        cdk = {**cdk, file: rename(cdk[file], _same_resources(cdk[file], ovr[file]))}
        if rules.get("nestedOutputNames"):
            cdk = _with_output_names(cdk, cdk[file].get("Outputs", {}), ovr[file].get("Outputs", {}))
    return _written_out(cdk, files, root), _written_out(ovr, files, root)


def _without(template: Json, ignored: set[str]) -> Json:
    assert ignored <= _IGNORED, f"unknown: {ignored - _IGNORED}"
    kept = {key: value for key, value in template.items() if key not in ignored}
    for name, section in (("CDKMetadata", "Resources"), ("CDKMetadataAvailable", "Conditions")):
        if section in kept:
            kept[section] = {key: value for key, value in kept[section].items() if key != name}
    return {key: value for key, value in kept.items() if value != {}}


def _same_resources(cdk: Json, ovr: Json) -> dict[str, str]:
    """CDK's logical IDs → the file's: the same without CDK's hash, else the only one left of its type."""
    names = {}
    left = dict(ovr["Resources"])
    for logical_id in cdk["Resources"]:
        plain = re.sub(r"[0-9A-F]{8}$", "", logical_id)
        if plain in left:
            names[logical_id] = plain
            del left[plain]
    for logical_id, resource in cdk["Resources"].items():
        of_type = [i for i, each in left.items() if each["Type"] == resource["Type"]]
        if logical_id not in names and len(of_type) == 1:
            names[logical_id] = of_type[0]
            del left[of_type[0]]
    return names


def _with_output_names(cdk: Templates, theirs: Json, ours: Json) -> Templates:
    """The templates with outputs of a new stack called as ours with the same value, parameters fed by them too."""
    by_value = {json.dumps(output["Value"], sort_keys=True): name for name, output in ours.items()}
    for name, output in theirs.items():
        own = by_value.get(json.dumps(output["Value"], sort_keys=True), name)
        cdk = {
            file: replace_strings(template, lambda text, name=name, own=own: text.replace(name, own))
            for file, template in cdk.items()
        }
    return cdk


def _written_out(templates: Templates, files: list[str], root: str) -> Templates:
    """With the values of the new stacks' parameters in their place, and without their templates' hashes."""
    templates = dict(templates)
    resources = dict(templates[root]["Resources"])
    for logical_id, resource in resources.items():
        file = nested_asset(resource)
        if file not in files:
            continue
        values = resource["Properties"].get("Parameters", {})
        own = {key: value for key, value in templates[file].items() if key != "Parameters"}
        templates[file] = _in_place(own, values)
        properties = {key: value for key, value in resource["Properties"].items() if key != "Parameters"}
        properties["TemplateURL"] = replace_strings(properties["TemplateURL"], lambda text: HASH.sub("", text))
        resources[logical_id] = {**resource, "Properties": properties}
    templates[root] = {**templates[root], "Resources": resources}
    return templates


def _in_place(value: Json, values: dict[str, Json]) -> Json:
    """With values for the parameters, and with delimiters among the parts of a joined text, as CDK writes them."""
    if isinstance(value, list):
        return [_in_place(item, values) for item in value]
    if isinstance(value, dict):
        if list(value) == ["Ref"] and value["Ref"] in values:
            return values[value["Ref"]]
        if list(value) == ["Fn::Join"] and isinstance(value["Fn::Join"][1], list):
            delimiter, parts = value["Fn::Join"]
            value = {"Fn::Join": ["", [piece for part in parts for piece in (delimiter, part)][1:]]}
        return {key: _in_place(member, values) for key, member in value.items()}
    return value
