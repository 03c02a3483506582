"""A plan made ready to be deployed: rendered to a scratch folder; what AWS gives back read as templates."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ovr.adapters.assembly import Assembly
from ovr.adapters.publication import publication
from ovr.adapters.render_out import render_assembly
from ovr.adapters.template_file import parse_template
from ovr.spans import Source
from ovr.template.wellformed import require_template

if TYPE_CHECKING:
    from ovr.deploy.port import Caller
    from ovr.deploy.publish import Publication
    from ovr.plan import Plan


def deployed_template(text: str, name: str) -> dict[str, Any]:
    """A template as CloudFormation gives it, JSON or YAML. Raises OvrError OVR5002."""
    value, _ = parse_template(Source(f"the deployed {name or 'root'} template", text), "")
    return require_template(value, name)


@contextmanager
def rendered(plan: Plan, caller: Caller, endpoint_url: str | None) -> Iterator[Publication]:
    """What has to be published for a plan; its files are there until the end of the block. Raises OvrError."""
    assembly = plan.base.handle
    with tempfile.TemporaryDirectory(prefix="ovr-") as scratch:
        folder = Path(scratch) / "cdk.out"
        render_assembly(plan, folder)
        assert isinstance(assembly, Assembly)
        yield publication(folder, assembly, caller, endpoint_url)
