"""What has to be published for templates that were deployed before: they alone, since their assets are there still."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ovr.adapters.assembly import Assembly
from ovr.adapters.publication import publication
from ovr.deploy.port import Caller
from ovr.deploy.publish import Publication, Upload
from ovr.template.assets import Renewal, renew
from ovr.template.tree import ROOT, StackTree

_ROOT_FILE = "root.template.json"


def republication(
    tree: StackTree, assembly: Assembly, caller: Caller, endpoint_url: str | None = None
) -> Publication:
    """As `publication`, of this tree in the place of the assembly's. Raises OvrError also OVR5007, where a nested
    template has no place to be published."""
    present = publication(assembly.root, assembly, caller, endpoint_url)
    uploads = tuple(_uploads(_renewed(tree), present))
    place = present.template_url.rpartition("/")[0]
    return replace(present, uploads=uploads, template_url=f"{place}/{uploads[-1].key.rpartition('/')[2]}")


def _renewed(tree: StackTree) -> Renewal:
    """All templates as new ones, the root last, each under its hash and naming its nested ones by theirs."""
    files = {path: f"{index}.template.json" for index, path in enumerate(tree.stacks)} | {ROOT: _ROOT_FILE}
    stacks = {path: replace(stack, file=files[path]) for path, stack in tree.stacks.items()}
    assets = {"0" * 64: {"source": {"path": _ROOT_FILE}}}
    return renew(StackTree(tree.name, {}), StackTree(tree.name, stacks), assets)


def _uploads(renewal: Renewal, present: Publication) -> Iterator[Upload]:
    own = next((each.key for each in present.uploads if present.template_url.endswith(each.key)), "")
    folder = own.rpartition("/")[0]
    for renamed, text in zip(renewal.renamed, renewal.texts.values(), strict=True):
        key = f"{folder}/{renamed.new}.json".lstrip("/")
        yield Upload(present.bucket, key, renamed.path, text.encode, "application/json")
