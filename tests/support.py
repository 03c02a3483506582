"""What several tests need: overrides from a text."""

import json

from ovr.adapters.packaged import packaged
from ovr.adapters.yaml_document import read_yaml
from ovr.language.model import OverrideFile
from ovr.language.parse import parse_overrides
from ovr.language.tags import KNOWN_TAGS
from ovr.spans import Source


def overrides_from(text: str, name: str = "overrides.yaml") -> OverrideFile:
    """The overrides file with this text."""
    schema = json.loads(packaged("schema/overrides.schema.json").read_bytes())
    return parse_overrides(read_yaml(Source(name, text), KNOWN_TAGS), schema)
