"""What must hold of a template before anything looks at it.

Source: AWS CloudFormation user guide, "Template anatomy"; only what the rest of the engine relies on.
"""

from __future__ import annotations

from ovr.errors import Finding, OvrError, did_you_mean
from ovr.template.pointer import Json

OBJECT_SECTIONS = ("Parameters", "Mappings", "Conditions", "Outputs", "Rules", "Metadata")
SECTIONS = ("AWSTemplateFormatVersion", "Description", "Transform", "Hooks", "Resources", *OBJECT_SECTIONS)
_SHOWN = 5


def require_template(value: Json, file: str) -> dict[str, Json]:
    """`value`, if it is a template: an object with resources, each an object. Raises OvrError OVR5002."""
    if not isinstance(value, dict):
        raise _error(f"{file} is not a template", (f"expected an object, found {_kind(value)}",))
    if "Resources" not in value:
        near = next((hint for key in value if (hint := did_you_mean(key, ["Resources"]))), None)
        fix = near or "name a CloudFormation template, or the folder of a cloud assembly"
        raise _error(f"{file} has no `Resources`", (f"it has {', '.join(value) or 'nothing'}",), fix)
    for section in (*OBJECT_SECTIONS, "Resources"):
        if section in value and not isinstance(value[section], dict):
            raise _error(f"`{section}` of {file} is {_kind(value[section])}, expected an object")
    problems = [p for name, resource in value["Resources"].items() if (p := _problem(name, resource))]
    if problems:
        shown = problems[:_SHOWN] + ([f"and {len(problems) - _SHOWN} more"] if len(problems) > _SHOWN else [])
        raise _error(f"{file} has resources that are not well formed", tuple(shown))
    return value


def _problem(name: str, resource: Json) -> str | None:
    if not isinstance(resource, dict):
        loop = " (a loop; ovr cannot follow it: write the resources out)" if name.startswith("Fn::ForEach") else ""
        return f"`{name}` is {_kind(resource)}, expected an object{loop}"
    if not isinstance(resource.get("Type", ""), str):
        return f"`Type` of `{name}` is {_kind(resource['Type'])}, expected a string"
    for key in ("Properties", "Metadata"):
        if not isinstance(resource.get(key, {}), dict):
            return f"`{key}` of `{name}` is {_kind(resource[key])}, expected an object"
    return None


def _kind(value: Json) -> str:
    if value is None:
        return "null"
    names = {dict: "an object", list: "a list", str: "a string", bool: "a boolean"}
    return names.get(type(value), "a number")


def _error(message: str, details: tuple[str, ...] = (), fix: str | None = None) -> OvrError:
    return OvrError(Finding("OVR5002", message, details=details, fix=fix))
