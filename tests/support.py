"""What several tests need: overrides from a text, a plan from operations."""

import json
from collections.abc import Sequence

from ovr.adapters.packaged import packaged
from ovr.adapters.yaml_document import read_yaml
from ovr.check.comparison import Comparison
from ovr.language.model import OverrideFile
from ovr.language.parse import parse_overrides
from ovr.language.tags import KNOWN_TAGS
from ovr.plan import Plan, Summary
from ovr.spans import Source
from ovr.template.causes import Causes
from ovr.template.operations import Operation, apply
from ovr.template.tree import Base, StackTree
from ovr.vocabulary.resolve import Resolver


def overrides_from(text: str, name: str = "overrides.yaml") -> OverrideFile:
    """The overrides file with this text."""
    schema = json.loads(packaged("schema/overrides.schema.json").read_bytes())
    return parse_overrides(read_yaml(Source(name, text), KNOWN_TAGS), schema)


def plan_with(base: Base, operations: Sequence[Operation], overrides: OverrideFile | None = None) -> Plan:
    """A plan of these operations alone, for tests of what is done with one."""
    result = apply(base.tree, operations)
    return Plan(
        base=base,
        overrides=overrides or OverrideFile("overrides.yaml", ()),
        outcomes=(),
        operations=tuple(operations),
        stacks=(),
        result=result,
        summary=Summary(0, 0, 0, 0, 0, 0, 0),
        names=(Resolver(base.tree), Resolver(result)),
    )


def comparison(before: StackTree, after: StackTree, operations: Sequence[Operation] = ()) -> Comparison:
    """What a check reads of two trees."""
    return Comparison(before, after, Causes(operations), (Resolver(before), Resolver(after)))
