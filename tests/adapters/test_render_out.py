"""Rendered assemblies: what they hold, how they are written, what is refused."""

from __future__ import annotations

import filecmp
import hashlib
import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from tests.support import plan_with

from ovr.adapters.bases import open_base
from ovr.adapters.render_out import render_assembly
from ovr.errors import Finding, OvrError
from ovr.language.model import OverrideFile
from ovr.plan import Plan
from ovr.template.operations import Operation
from ovr.template.pointer import parse

BASES = Path(__file__).parent.parent / "bases"
APPS = ("a-auth", "a-auth-branch", "b-data", "c-full", "c-full-branch", "d-large")


def change(stack: str, path: str, value: Any, document: Any = "template") -> Operation:
    return Operation(stack, "add", parse(path), value, document=document)


def plan_of(folder: Path, *operations: Operation) -> Plan:
    base = open_base(str(folder), folder.parent)
    return plan_with(base, operations, OverrideFile("overrides.yaml", (), digests={"overrides.yaml": "1234"}))


def refused(plan: Plan, out: Path) -> Finding:
    with pytest.raises(OvrError) as caught:
        render_assembly(plan, out)
    (finding,) = caught.value.findings
    return finding


def read(file: Path) -> Any:
    return json.loads(file.read_text())


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """A copy of a backend, with an asset folder that holds a link."""
    folder = tmp_path / "cdk.out"
    shutil.copytree(BASES / "c-full" / "cdk.out", folder)
    (folder / "asset.1" / "bin").mkdir(parents=True)
    (folder / "asset.1" / "index.js").write_bytes(b"\x00\xff")
    (folder / "asset.1" / "bin" / "run").symlink_to("../index.js")
    (folder / "read.123.1.lock").touch()
    return folder


@pytest.mark.parametrize("app", APPS)
def test_without_changes_every_file_is_the_base_s(app: str, tmp_path: Path) -> None:
    folder = BASES / app / "cdk.out"
    assert render_assembly(plan_of(folder), tmp_path / "out") == ["ovr.json"]
    names = [file.name for file in folder.iterdir()]
    assert filecmp.cmpfiles(folder, tmp_path / "out", names, shallow=False) == (names, [], [])
    assert {file.name for file in (tmp_path / "out").iterdir()} == {*names, "ovr.json"}


def test_a_change_that_is_undone_is_none(base: Path, tmp_path: Path) -> None:
    there = plan_of(base).base.tree.root.template["Description"]
    operations = (Operation("", "remove", ("Description",)), change("", "/Description", there))
    assert render_assembly(plan_of(base, *operations), tmp_path / "out") == ["ovr.json"]


def test_a_nested_change_goes_up_to_the_manifest(base: Path, tmp_path: Path) -> None:
    """`data/amplifyData/Todo` → `data` → root → manifest; each under the hash of what is written."""
    out = tmp_path / "out"
    written = render_assembly(plan_of(base, change("data/amplifyData/Todo", "/Description", "né")), out)
    tree = open_base(str(base), tmp_path).tree
    touched = {tree.stacks[path].file for path in ("", "data", "data/amplifyData/Todo")}
    name = tree.name
    assert set(written) == touched | {f"{name}.assets.json", "manifest.json", "ovr.json"}
    files = [file.name for file in base.iterdir() if file.is_file() and not file.name.endswith(".lock")]
    assert set(filecmp.cmpfiles(base, out, files, shallow=False)[1]) == set(written) - {"ovr.json"}

    assets = read(out / f"{name}.assets.json")["files"]
    hashes = {entry["source"]["path"]: key for key, entry in assets.items()}
    for file in touched:
        (place,) = assets[hashes[file]]["destinations"].values()
        assert place["objectKey"] == f"{hashes[file]}.json"
    root = (out / f"{name}.template.json").read_bytes()
    assert hashes[f"{name}.template.json"] == hashlib.sha256(root).hexdigest()
    data = json.dumps(read(out / tree.stacks["data"].file), separators=(",", ":"), ensure_ascii=False)
    assert hashes[tree.stacks["data"].file] == hashlib.sha256(data.encode()).hexdigest()

    fresh = open_tree(out)
    for path in ("data", "data/amplifyData/Todo"):
        stack = fresh.stacks[path]
        url = fresh.stacks[stack.parent or ""].resources[stack.logical_id or ""]["Properties"]["TemplateURL"]
        assert url["Fn::Join"][1][-1] == f"/{hashes[stack.file]}.json"
    url = read(out / "manifest.json")["artifacts"][name]["properties"]["stackTemplateAssetObjectUrl"]
    assert url.endswith(f"/{hashes[f'{name}.template.json']}.json")


def open_tree(folder: Path) -> Any:
    """The tree of a rendered assembly, which is refused as a base while it says what it is."""
    shutil.copytree(folder, folder.parent / "pristine", symlinks=True)
    (folder.parent / "pristine" / "ovr.json").unlink()
    return open_base("pristine", folder.parent).tree


def test_every_other_asset_keeps_its_place_and_content(base: Path, tmp_path: Path) -> None:
    render_assembly(plan_of(base, change("auth", "/Description", "x")), tmp_path / "out")
    (name,) = (file.name for file in base.glob("*.assets.json"))
    old, new = (list(read(folder / name)["files"].items()) for folder in (base, tmp_path / "out"))
    differ = [(a, b) for a, b in zip(old, new, strict=True) if a != b]
    assert [a[1]["source"] for a, _ in differ] == [b[1]["source"] for _, b in differ]
    assert len(differ) == 2


def test_the_options_of_the_root_stack_go_to_the_manifest(base: Path, tmp_path: Path) -> None:
    operations = (
        change("", "/terminationProtection", True, "options"),
        change("", "/tags/CostCenter", "42", "options"),
    )
    assert render_assembly(plan_of(base, *operations), tmp_path / "out") == ["manifest.json", "ovr.json"]
    old, new = ((folder / "manifest.json").read_text().splitlines() for folder in (base, tmp_path / "out"))
    assert [line.strip() for line in new if line not in old] == [
        '"terminationProtection": true,',
        '"created-by": "amplify",',
        '"CostCenter": "42"',
    ]


def test_assets_are_copied_links_stay_links_locks_stay_behind(base: Path, tmp_path: Path) -> None:
    render_assembly(plan_of(base), tmp_path / "out")
    assert (tmp_path / "out/asset.1/index.js").read_bytes() == b"\x00\xff"
    assert os.readlink(tmp_path / "out/asset.1/bin/run") == "../index.js"
    assert not (tmp_path / "out/read.123.1.lock").exists()


def test_ovr_json_says_what_was_made_from_what_and_nothing_of_when(base: Path, tmp_path: Path) -> None:
    plan = plan_of(base, change("auth", "/Description", "x"))
    for name in ("one", "two"):
        render_assembly(plan, tmp_path / name)
    record = read(tmp_path / "one" / "ovr.json")
    assert (tmp_path / "two" / "ovr.json").read_bytes() == (tmp_path / "one" / "ovr.json").read_bytes()
    assert record["base"]["location"] == str(base)
    assert record["overrides"] == {"overrides.yaml": "1234"}
    for file, digest in record["result"].items():
        assert hashlib.sha256((tmp_path / "one" / file).read_bytes()).hexdigest() == digest


def test_a_rendered_assembly_is_no_base(base: Path, tmp_path: Path) -> None:
    render_assembly(plan_of(base), tmp_path / "out")
    with pytest.raises(OvrError, match="OVR5004"):
        open_base("out", tmp_path)


def test_a_former_render_is_replaced_whole(base: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    render_assembly(plan_of(base), out)
    (out / "left-over").touch()
    render_assembly(plan_of(base, change("", "/Description", "x")), out)
    assert not (out / "left-over").exists()
    assert read(out / f"{plan_of(base).base.tree.name}.template.json")["Description"] == "x"
    assert sorted(os.listdir(tmp_path)) == ["cdk.out", "out"]


def test_an_empty_folder_is_taken_and_missing_ones_are_made(base: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for out in (tmp_path / "empty", tmp_path / "a" / "b"):
        render_assembly(plan_of(base), out)
        assert (out / "manifest.json").exists()


@pytest.mark.parametrize("where", ["cdk.out", "cdk.out/inside", ".", "full", "file", "link"])
def test_what_is_not_ours_is_not_written_to(base: Path, tmp_path: Path, where: str) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "precious").touch()
    (tmp_path / "file").touch()
    (tmp_path / "link").symlink_to(tmp_path / "full")
    before = sorted(tmp_path.rglob("*"))
    finding = refused(plan_of(base), tmp_path / where)
    assert (finding.code, finding.message) == ("OVR5007", f"{tmp_path / where} cannot be written")
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("target", ["/etc/hostname", "../../elsewhere"])
def test_a_link_out_of_the_base_is_refused(base: Path, tmp_path: Path, target: str) -> None:
    (base / "asset.1" / "out").symlink_to(target)
    assert refused(plan_of(base), tmp_path / "out").code == "OVR5006"
    assert os.listdir(tmp_path) == ["cdk.out"]


def test_a_base_that_moves_meanwhile_is_refused(base: Path, tmp_path: Path) -> None:
    plan = plan_of(base)
    (base / "manifest.json").write_text((base / "manifest.json").read_text() + "\n")
    finding = refused(plan, tmp_path / "out")
    assert (finding.code, "changed while ovr was running" in finding.message) == ("OVR5007", True)
    assert os.listdir(tmp_path) == ["cdk.out"]


def test_a_changed_template_that_nothing_publishes_is_refused(base: Path, tmp_path: Path) -> None:
    url = "/Resources/auth179371D7/Properties/TemplateURL"
    plan = plan_of(base, change("", url, "https://example.com/t.json"), change("auth", "/Description", "x"))
    assert refused(plan, tmp_path / "out").code == "OVR5007"


@pytest.mark.parametrize(
    "content", ["[]", '{"files": {"a": 1}}', '{"files": {"a": {"source": {}, "destinations": {"b": {}}}}}']
)
def test_a_broken_asset_manifest_is_refused(base: Path, tmp_path: Path, content: str) -> None:
    (file,) = base.glob("*.assets.json")
    file.write_text(content)
    assert (
        "is not an asset manifest"
        in refused(plan_of(base, change("auth", "/Description", "x")), tmp_path / "out").message
    )


def test_half_a_surrogate_pair_is_written_as_json_stringify_does(base: Path, tmp_path: Path) -> None:
    plan = plan_of(base, change("auth", "/Description", "\ud800"))
    render_assembly(plan, tmp_path / "out")
    assert '"Description": "\\ud800"' in (tmp_path / "out" / plan.base.tree.stacks["auth"].file).read_text()
