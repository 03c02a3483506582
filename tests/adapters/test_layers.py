"""Files that include files: bounds, order, names, digests."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest

from ovr.adapters.layers import MAX_DEPTH, MAX_LAYERS
from ovr.adapters.overrides_file import load_overrides
from ovr.adapters.packaged import packaged
from ovr.errors import Finding, OvrError
from ovr.language.model import OverrideFile

ENTRY = "overrides:\n  - {id: own, select: auth.userPool, merge: {UserPoolName: a}}\n"


def project(folder: Path, files: dict[str, str]) -> None:
    (folder / ".git").mkdir()
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(f"version: 1\n{text}", encoding="utf-8")


def load(folder: Path, files: dict[str, str]) -> OverrideFile:
    project(folder, files)
    return load_overrides(folder / "overrides.yaml", start=folder)


def refused(folder: Path, files: dict[str, str]) -> list[Finding]:
    with pytest.raises(OvrError) as caught:
        load(folder, files)
    return list(caught.value.findings)


def test_what_is_included_comes_first_and_is_called_by_its_layers(tmp_path: Path) -> None:
    file = load(
        tmp_path,
        {
            "overrides.yaml": "include: [a/one.yaml, {from: two.yaml, as: 'second'}]\n" + ENTRY,
            "a/one.yaml": "include: [b/deep.yaml]\n" + ENTRY,
            "a/b/deep.yaml": ENTRY,
            "two.yaml": ENTRY,
        },
    )
    assert [(each.index, each.id, each.layer) for each in file.overrides] == [
        (0, "one/deep/own", "one/deep"),
        (1, "one/own", "one"),
        (2, "second/own", "second"),
        (3, "own", ""),
    ]
    assert file.files == ("a/b/deep.yaml", "a/one.yaml", "two.yaml", "overrides.yaml")
    assert file.overrides[0].place == "a/b/deep.yaml:3"


def test_every_file_has_a_digest(tmp_path: Path) -> None:
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared/pool.json").write_text('{"UserPoolName": "shop"}')
    file = load(
        tmp_path,
        {
            "overrides.yaml": "include: [shared/a.yaml, pack:password-baseline]\n",
            "shared/a.yaml": "overrides:\n  - {select: auth.userPool, merge: !File pool.json}\n",
        },
    )
    pack = hashlib.sha256(packaged("packs/password-baseline.yaml").read_bytes()).hexdigest()
    assert set(file.digests) == {"overrides.yaml", "shared/a.yaml", "shared/pool.json", "pack:password-baseline"}
    assert file.digests["pack:password-baseline"] == pack


def test_too_deep(tmp_path: Path) -> None:
    files = {f"{n}.yaml": f"include: [{n + 1}.yaml]\n" for n in range(MAX_DEPTH + 3)}
    findings = refused(tmp_path, {"overrides.yaml": "include: [0.yaml]\n", **files})
    assert [(f.code, str(f.span)) for f in findings] == [("OVR1008", f"{MAX_DEPTH - 1}.yaml:2:11")]


def test_too_many(tmp_path: Path) -> None:
    twice = "include: [{{from: {0}.yaml, as: a}}, {{from: {0}.yaml, as: b}}]\n"
    files = {f"{n}.yaml": twice.format(n + 1) for n in range(7)}
    findings = refused(tmp_path, {"overrides.yaml": twice.format(0), **files, "7.yaml": ENTRY})
    assert {finding.code for finding in findings} == {"OVR1008"}
    assert f"{MAX_LAYERS} files" in findings[0].message


def test_parameters_that_expand_too_far(tmp_path: Path) -> None:
    many = ", ".join(["!Param p"] * 40)
    hand_on = "parameters: {{p: {{type: array}}}}\ninclude: [{{from: {}.yaml, with: {{p: [{}]}}}}]\n"
    files = {f"{n}.yaml": hand_on.format(n + 1, many) for n in range(5)}
    last = "parameters: {p: {type: array}}\noverrides: [{select: a, merge: {b: !Param p}}]\n"
    first = f"include: [{{from: 0.yaml, with: {{p: [{', '.join('x' * 40)}]}}}}]\n"
    assert "OVR1008" in {f.code for f in refused(tmp_path, {"overrides.yaml": first, **files, "5.yaml": last})}


@pytest.mark.parametrize("target", ["a\\0b", "x" * 5000, "loop.yaml"])
def test_hostile_paths(tmp_path: Path, target: str) -> None:
    (tmp_path / "loop.yaml").symlink_to("loop.yaml")
    assert {f.code for f in refused(tmp_path, {"overrides.yaml": f'include: ["{target}"]\n'})} == {"OVR1016"}


def test_a_file_of_a_newer_language_is_said_to_be_that_alone(tmp_path: Path) -> None:
    newer = "requires: {ovr: '>=99'}\ninclude: [{url: 'https://example.com'}]\nwhatever: 1\n"
    findings = refused(tmp_path, {"overrides.yaml": "include: [a.yaml]\n", "a.yaml": newer})
    assert [(f.code, f.span.source.name if f.span else "") for f in findings] == [("OVR1014", "a.yaml")]


@pytest.mark.parametrize("pack", sorted(path.stem for path in packaged("packs").glob("*.yaml")))
def test_packs_say_what_they_are_for(pack: str) -> None:
    text = packaged(f"packs/{pack}.yaml").read_text(encoding="utf-8")
    assert text.startswith("# ")
    assert len(re.findall(r"^  - id: ", text, re.MULTILINE)) == text.count("reason:")
    assert f"pack:{pack}" in (Path(__file__).parents[2] / "docs" / "layers.md").read_text(encoding="utf-8")
