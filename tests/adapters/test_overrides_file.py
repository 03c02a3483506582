"""Finding and reading the overrides file, and what `!File` names."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

import pytest

from ovr.adapters.overrides_file import find_overrides, load_overrides
from ovr.adapters.packaged import packaged
from ovr.errors import Finding, OvrError
from ovr.language.model import OverrideFile
from ovr.language.values import Tagged

MERGE = "version: 1\noverrides:\n  - select: auth.cfn.cfnUserPool\n    merge: "


def load(folder: Path, text: str | bytes, name: str = "overrides.yaml") -> OverrideFile:
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return load_overrides(path, start=folder)


def refusal(folder: Path, text: str | bytes, name: str = "overrides.yaml") -> Finding:
    with pytest.raises(OvrError) as caught:
        load(folder, text, name)
    (finding,) = caught.value.findings
    return finding


@pytest.mark.parametrize("place", ["overrides.yaml", "amplify/overrides.yaml"])
def test_found(tmp_path: Path, place: str) -> None:
    (tmp_path / "amplify").mkdir()
    (tmp_path / place).touch()
    assert find_overrides(None, tmp_path) == tmp_path / place


def test_named(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").touch()
    assert find_overrides(Path("mine.yaml"), tmp_path) == tmp_path / "mine.yaml"
    assert find_overrides(tmp_path / "mine.yaml", Path("/")) == tmp_path / "mine.yaml"


@pytest.mark.parametrize(
    ("files", "named", "code", "fix"),
    [
        ([], None, "OVR1019", "select: auth.userPool"),
        (["overrides.yml"], None, "OVR1019", "--file overrides.yml"),
        (["overrides.yaml", "amplify/overrides.yaml"], None, "OVR5008", "--file amplify/overrides.yaml"),
        (["overrides.yaml"], "overides.yaml", "OVR1019", "`overrides.yaml`"),
        (["amplify/overrides.yaml"], "amplify/overides.yaml", "OVR1019", "`amplify/overrides.yaml`"),
        ([], "nowhere/overrides.yaml", "OVR1019", "--file"),
        (["amplify/overrides.yaml"], "amplify", "OVR1019", "did you mean `amplify/overrides.yaml`"),
        ([], "a\0b", "OVR1019", "--file"),
    ],
)
def test_not_found(tmp_path: Path, files: list[str], named: str | None, code: str, fix: str) -> None:
    (tmp_path / "amplify").mkdir()
    for file in files:
        (tmp_path / file).touch()
    with pytest.raises(OvrError) as caught:
        find_overrides(Path(named) if named else None, tmp_path)
    (finding,) = caught.value.findings
    assert finding.code == code
    assert fix in str(finding.fix)


def test_files_are_called_as_the_user_calls_them_and_remembered(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared/pool.json").write_text('{"UserPoolName": "shop"}')
    text = MERGE + "!File ../shared/pool.json\n"
    file = load(tmp_path, text, "amplify/overrides.yaml")
    assert file.source == "amplify/overrides.yaml"
    assert file.overrides[0].place == "amplify/overrides.yaml:3"
    assert dict(file.digests) == {
        "amplify/overrides.yaml": hashlib.sha256(text.encode()).hexdigest(),
        "shared/pool.json": hashlib.sha256(b'{"UserPoolName": "shop"}').hexdigest(),
    }


def test_a_file_as_data_or_text(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('{"Version": "2012-10-17"}')
    (tmp_path / "b.yml").write_text("Version: 2012-10-17\nName: !Sub ${AWS::StackName}\n")
    (tmp_path / "c.vtl").write_text("$util.toJson({})\n")
    (override,) = load(tmp_path, MERGE + "{a: !File a.json, b: !File b.yml, c: [!File c.vtl, !File c.vtl]}\n").overrides
    value = override.kinds[0].value
    assert value["a"].value == {"Version": "2012-10-17"}
    assert value["b"].value["Version"] == "2012-10-17"
    sub = value["b"].value["Name"]
    assert isinstance(sub, Tagged)
    assert str(sub.span) == "b.yml:2:7"
    assert value["c"].value == ["$util.toJson({})\n"] * 2
    assert str(value["a"]["Version"].span) == "overrides.yaml:4:16"


def test_a_patch_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "ops.json").write_text('[{"op": "remove", "path": "/DeletionPolicy"}]')
    text = "version: 1\noverrides:\n  - select: auth.userPool\n    patch: !File ops.json\n"
    (override,) = load(tmp_path, text).overrides
    assert [item["op"].value for item in override.kinds[0].value] == ["remove"]


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.json", b"{", "OVR1016"),
        ("a.json", b'{"a": 1e999}', "OVR1016"),
        ("a.json", b'{"a": "\\ud800"}', "OVR1016"),
        ("a.json", b"[" * 100_000, "OVR1016"),
        ("a.yaml", b"a: [", "OVR1001"),
        ("a.yaml", b"a: !File b.txt\n", "OVR1007"),
        ("a.txt", b"\xff\xfe\x00", "OVR1001"),
        ("a.txt", b"\x80", "OVR1001"),
        ("a.txt", b"x" * (1024 * 1024 + 1), "OVR1008"),
    ],
)
def test_a_file_that_cannot_be_used(tmp_path: Path, name: str, content: bytes, code: str) -> None:
    (tmp_path / name).write_bytes(content)
    finding = refusal(tmp_path, f"{MERGE}{{Value: !File {name}}}\n")
    assert finding.code == code
    assert finding.span is not None
    if finding.span.source.name != "overrides.yaml":
        assert "named by `!File` in overrides.yaml, line 4" in finding.details


@pytest.mark.parametrize("written", ["nothing.json", ".", "''", "[a.json]", "{a: b}", '"a\\0b"', "x" * 5000, ""])
def test_no_such_file(tmp_path: Path, written: str) -> None:
    assert refusal(tmp_path, f"{MERGE}{{Value: !File {written}}}\n").code == "OVR1016"


def test_a_file_must_stay_in_the_project(tmp_path: Path) -> None:
    outside = tmp_path / "outside.json"
    outside.write_text("{}")
    project = tmp_path / "project"
    (project / ".git").mkdir(parents=True)
    (project / "amplify").mkdir()
    (project / "in.json").write_text("{}")
    (project / "amplify/good.json").symlink_to("../in.json")
    (project / "amplify/bad.json").symlink_to(outside)
    (project / "amplify/folder").symlink_to(tmp_path)
    (project / "amplify/loop.json").symlink_to("loop.json")
    text = "version: 1\noverrides:\n  - select: a\n    merge: !File {}\n"
    for good in ("../in.json", "good.json", str(project / "in.json")):
        assert load(project, text.replace("{}", good), "amplify/overrides.yaml").overrides
    for bad in ("../../outside.json", "bad.json", "folder/outside.json", str(outside), "/etc/passwd", "/dev/zero"):
        assert refusal(project, text.replace("{}", bad), "amplify/overrides.yaml").code == "OVR5006", bad
    assert refusal(project, text.replace("{}", "loop.json"), "amplify/overrides.yaml").code == "OVR1016"


def test_without_git_the_project_is_the_folder(tmp_path: Path) -> None:
    (tmp_path / "above.json").write_text("{}")
    if any((parent / ".git").exists() for parent in tmp_path.parents):
        pytest.skip("the temporary folder lies in a repository")
    text = "version: 1\noverrides:\n  - select: a\n    merge: !File ../above.json\n"
    assert refusal(tmp_path, text, "sub/overrides.yaml").code == "OVR5006"
    assert load_overrides(tmp_path / "sub/overrides.yaml", root=tmp_path).overrides


def test_special_files_are_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert refusal(tmp_path, MERGE + "{Value: !File pipe}\n").code == "OVR1016"


@pytest.mark.parametrize(
    ("data", "code", "place"),
    [
        (b"version: 1\nbase: caf\xe9\n", "OVR1001", "2:10"),
        (b"\xef\xbb\xbfversion: 1\nbase: caf\xe9\n", "OVR1001", "2:10"),
        ("version: 1\n".encode("utf-16"), "OVR1001", "1:1"),
        (b"version: 1\nbase: a\0b\n", "OVR1001", "2:8"),
        (b"#" * (1024 * 1024 + 1), "OVR1008", ""),
    ],
)
def test_bytes_that_are_no_text(tmp_path: Path, data: bytes, code: str, place: str) -> None:
    finding = refusal(tmp_path, data)
    assert finding.code == code
    assert str(finding.span or "").removeprefix("overrides.yaml:") == place


def test_a_byte_order_mark_is_no_mistake(tmp_path: Path) -> None:
    assert load(tmp_path, b"\xef\xbb\xbfversion: 1\noverrides:\n").overrides == ()


def test_json(tmp_path: Path) -> None:
    data = {"version": 1, "overrides": [{"select": "#Topic", "remove": True}]}
    (override,) = load(tmp_path, json.dumps(data, indent="\t"), "overrides.json").overrides
    assert str(override.span) == "overrides.json:4:3"


def test_what_ships_is_found() -> None:
    assert packaged("schema/overrides.schema.json").is_file()
