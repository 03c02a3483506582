"""The table of override kinds: a new kind is one module and one row here.

`resolver` is part of the language; its row comes with its module.
"""

from __future__ import annotations

from collections.abc import Mapping

from ovr.compile import (
    depends_on,
    environment,
    grant,
    logical_id,
    merge,
    outputs,
    patch,
    removal_policy,
    remove,
    resources,
    stack_options,
    stacks,
    tags,
)
from ovr.compile.context import Kind

KINDS: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (
        patch.KIND,
        merge.MERGE,
        merge.ATTRIBUTES,
        removal_policy.KIND,
        tags.KIND,
        depends_on.KIND,
        grant.KIND,
        environment.KIND,
        resources.KIND,
        outputs.KIND,
        stack_options.KIND,
        stacks.KIND,
        logical_id.KIND,
        remove.KIND,
    )
}
