"""Finding a base, refusing what is none, warning of a stale one."""

from __future__ import annotations

import io
import json
import os
import shutil
import sys
from pathlib import Path

import pytest

from ovr.adapters.bases import open_base, project_root
from ovr.errors import Finding, OvrError, Severity

BASES = Path(__file__).parent.parent / "bases"
HOUR = 3600


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """An Amplify project whose assembly is an hour younger than its sources."""
    (tmp_path / ".git").mkdir()
    (tmp_path / "amplify" / "auth").mkdir(parents=True)
    shutil.copytree(BASES / "a-auth" / "cdk.out", tmp_path / ".amplify" / "artifacts" / "cdk.out")
    for file in ("amplify/backend.ts", "amplify/auth/resource.ts", "amplify/overrides.yaml", "package-lock.json"):
        touch(tmp_path / file, -HOUR)
    touch(tmp_path / ".amplify/artifacts/cdk.out/manifest.json", 0)  # a copy is as old as what it is a copy of
    return tmp_path


def touch(file: Path, seconds: int) -> None:
    """The file, changed so long after (before) now."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.touch()
    at = file.stat().st_mtime + seconds
    os.utime(file, (at, at))


def refused(location: str | None, start: Path) -> Finding:
    with pytest.raises(OvrError) as caught:
        open_base(location, start)
    (finding,) = caught.value.findings
    return finding


def test_amplify_s_assembly_is_found_from_anywhere_in_the_project(project: Path) -> None:
    base = open_base(None, project)
    assert (base.location, len(base.tree.stacks), base.findings) == (".amplify/artifacts/cdk.out", 2, ())
    assert open_base(None, project / "amplify" / "auth").location == "../../.amplify/artifacts/cdk.out"


def test_cdk_s_assembly_is_found_too_but_after_amplify_s(project: Path) -> None:
    shutil.copytree(BASES / "b-data" / "cdk.out", project / "cdk.out")
    assert open_base(None, project).location == ".amplify/artifacts/cdk.out"
    shutil.rmtree(project / ".amplify")
    assert open_base(None, project).location == "cdk.out"


def test_the_search_ends_at_the_project_s_root(project: Path) -> None:
    inner = project / "vendor" / "other"
    (inner / ".git").mkdir(parents=True)
    finding = refused(None, inner)
    assert finding.code == "OVR5001"
    assert any("npx ampx sandbox" in line for line in finding.details)
    assert any("npx cdk synth" in line for line in finding.details)
    assert any("--base" in line for line in finding.details)


def test_the_root_is_the_repository_s_or_the_package_s(tmp_path: Path) -> None:
    deep = tmp_path / "a" / "b"
    deep.mkdir(parents=True)
    assert project_root(deep) == deep.resolve()
    (tmp_path / "a" / "package.json").touch()
    assert project_root(deep) == (tmp_path / "a").resolve()
    (tmp_path / ".git").touch()
    assert project_root(deep) == tmp_path.resolve()


@pytest.mark.parametrize("location", ["base", "base/manifest.json", "./base/", "{}/base"])
def test_a_named_assembly(tmp_path: Path, location: str) -> None:
    shutil.copytree(BASES / "a-auth" / "cdk.out", tmp_path / "base")
    assert len(open_base(location.format(tmp_path), tmp_path).tree.stacks) == 2


def test_a_named_template_and_standard_input(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = 'Resources:\n  A: {Type: "AWS::SNS::Topic"}\n'
    (tmp_path / "t.yaml").write_text(text)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    for location in ("t.yaml", "-"):
        base = open_base(location, tmp_path)
        assert (base.kind, list(base.tree.root.resources)) == ("template", ["A"])


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (".amplify/artefacts/cdk.out", ".amplify/artifacts/cdk.out"),
        (".amplfy/artifacts/cdk.out", ".amplify/artifacts/cdk.out"),
        (".amplify/artifacts/cdkout", ".amplify/artifacts/cdk.out"),
    ],
)
def test_a_typo_in_the_path_names_what_is_near(project: Path, written: str, meant: str) -> None:
    finding = refused(written, project)
    assert (finding.code, finding.fix) == ("OVR5001", f"did you mean `{meant}`?")


def test_a_folder_that_holds_an_assembly_says_which(project: Path) -> None:
    assert refused(".", project).fix == "name it: `--base .amplify/artifacts/cdk.out`"


def test_a_folder_without_a_manifest(tmp_path: Path) -> None:
    finding = refused(".", tmp_path)
    assert (finding.code, finding.message) == ("OVR5001", ". is a folder without manifest.json: no cloud assembly")


@pytest.mark.parametrize("location", ["stack:prod", "gen1"])
def test_bases_that_are_not_there_yet(tmp_path: Path, location: str) -> None:
    (tmp_path / "gen1" / "backend").mkdir(parents=True)
    (tmp_path / "gen1" / "backend" / "backend-config.json").touch()
    assert refused(location, tmp_path).code == "OVR1018"


@pytest.mark.parametrize("location", ["a\0b", "x" * 5000])
def test_a_path_that_cannot_be_one(tmp_path: Path, location: str) -> None:
    assert refused(location, tmp_path).code == "OVR5001"


@pytest.mark.parametrize("record", ['{"base": {"location": "cdk.out"}}', "", "[]", "{}"])
def test_a_rendered_assembly_is_refused(project: Path, record: str) -> None:
    (project / ".amplify" / "artifacts" / "cdk.out" / "ovr.json").write_text(record)
    finding = refused(None, project)
    assert finding.code == "OVR5004"
    named = "use what it was made from: `--base cdk.out`"
    assert (finding.fix == named) == (record != "" and "location" in json.dumps(json.loads(record)))


def test_a_changed_source_makes_the_base_stale(project: Path) -> None:
    for n, name in enumerate(["a.ts", "b.ts", "c.ts", "d.ts"]):
        touch(project / "amplify" / name, HOUR + n * 60)
    (finding,) = open_base(None, project).findings
    assert (finding.code, finding.severity) == ("OVR5005", Severity.WARNING)
    assert finding.details == ("changed since: amplify/d.ts, amplify/c.ts, amplify/b.ts and 1 more",)


@pytest.mark.parametrize("file", ["package-lock.json", "node_modules/@aws-amplify/backend/package.json"])
def test_newer_packages_make_the_base_stale(project: Path, file: str) -> None:
    touch(project / file, HOUR)
    (finding,) = open_base(None, project).findings
    assert finding.details == (f"changed since: {file}",)


@pytest.mark.parametrize(
    "file", ["amplify/overrides.yaml", "amplify/.eslintrc", "amplify/node_modules/x.js", "src/a.ts"]
)
def test_what_the_synthesis_does_not_read_does_not_count(project: Path, file: str) -> None:
    touch(project / file, HOUR)
    assert open_base(None, project).findings == ()
