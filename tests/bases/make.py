"""Makes the test data of this folder from the corpus: `python tests/bases/make.py [CORPUS]`.

Source: /work/shared/corpus/gen2 (its README.md says how it was synthesised): @aws-amplify/backend 1.25.1,
aws-cdk-lib 2.276.0, the clock frozen at 2026-01-15. Nothing in it was edited by hand. Run on 2026-11-22.

Left out, to keep the repository small, and all that points at it taken out of manifest.json, whose own
formatting stays: tree.json, *.metadata.json, validation-report.json, the artifact that reports feature flags.
The CDK CLI accepts what is left (tests/e2e/test_cdk_cli.py). resources.json (Amplify's own list of
accessors) is written without white space, without TypeScript's classes and members and without the attribute
tokens of L1 resources. Templates and asset manifests are copied byte for byte; the corpus has no asset folders.
The large backend is kept as an archive, which the tests unpack (unpack.py).
"""

from __future__ import annotations

import json
import shutil
import sys
import tarfile
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
CORPUS = Path("/work/shared/corpus")
APPS = ("a-auth", "a-auth-branch", "b-data", "c-full", "c-full-branch", "d-large")
ARCHIVED = ("d-large",)
COPIED = ("*.template.json", "*.assets.json", "cdk.out")
LEFT_OUT = ("cdk:tree", "cdk:feature-flag-report")


def trimmed_manifest(manifest: dict[str, Any]) -> dict[str, Any]:
    """The manifest without what points at files that are left out."""
    artifacts = {name: a for name, a in manifest["artifacts"].items() if a["type"] not in LEFT_OUT}
    for artifact in artifacts.values():
        artifact.pop("additionalMetadataFile", None)
    return {**manifest, "artifacts": artifacts}


def trimmed_accessor(accessor: dict[str, Any]) -> dict[str, Any]:
    """One entry of resources.json without the bulk that no test reads."""
    dropped = {"members", "methods", "tsClass", "nestedStackResource"}
    if accessor.get("kind") == "L1":
        dropped.add("attributes")
    return {key: value for key, value in accessor.items() if key not in dropped}


def make(app: str, corpus: Path) -> None:
    """Copies one backend."""
    source, target = corpus / "gen2" / app, HERE / app
    shutil.rmtree(target, ignore_errors=True)
    (target / "cdk.out").mkdir(parents=True)
    for pattern in COPIED:
        for file in sorted((source / "cdk.out").glob(pattern)):
            shutil.copyfile(file, target / "cdk.out" / file.name)
    manifest = json.loads((source / "cdk.out/manifest.json").read_text())
    (target / "cdk.out/manifest.json").write_text(json.dumps(trimmed_manifest(manifest), indent=2))
    shutil.copyfile(source / "backend.ts", target / "backend.ts")
    if (source / "resources.json").exists():
        accessors = json.loads((source / "resources.json").read_text())
        text = json.dumps({k: trimmed_accessor(v) for k, v in accessors.items()}, separators=(",", ":"))
        (target / "resources.json").write_text(text.replace('},"', '},\n"') + "\n")


def _anonymous(member: tarfile.TarInfo) -> tarfile.TarInfo:
    """Without whose it is, and since when."""
    member.uid = member.gid = member.mtime = 0
    member.uname = member.gname = ""
    return member


def archive(app: str) -> None:
    """Puts one backend into an archive that is the same each time it is made of the same."""
    with tarfile.open(HERE / f"{app}.tar.xz", "w:xz", preset=9) as tar:
        tar.add(HERE / app, app, filter=_anonymous)


if __name__ == "__main__":
    for name in APPS:
        make(name, Path(sys.argv[1]) if len(sys.argv) > 1 else CORPUS)
        if name in ARCHIVED:
            archive(name)
