"""Loading cloud assemblies, whole and broken."""

from __future__ import annotations

import contextlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ovr.adapters.assembly import load_assembly
from ovr.errors import Finding, OvrError
from ovr.template.naming import construct_path
from ovr.template.tree import Base

BASES = Path(__file__).parent.parent / "bases"
CORPUS = Path("/work/shared/corpus/gen2")
APPS = ("a-auth", "a-auth-branch", "b-data", "c-full", "c-full-branch", "d-large")
NESTED = {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": "u"}}


def load(folder: Path, stack: str | None = None) -> Base:
    return load_assembly(folder, "cdk.out", stack)


def refused(folder: Path, stack: str | None = None) -> Finding:
    with pytest.raises(OvrError) as caught:
        load(folder, stack)
    (finding,) = caught.value.findings
    return finding


def write(folder: Path, **files: Any) -> Path:
    """Files in a folder; a value that is not text is written as JSON."""
    for name, content in files.items():
        path = folder / name.replace("__", "/").replace("_json", ".json")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content if isinstance(content, str) else json.dumps(content))
    return folder


def stack_artifact(file: str = "root.json", **more: Any) -> dict[str, Any]:
    properties = {"templateFile": file, **more.pop("properties", {})}
    return {
        "type": "aws:cloudformation:stack",
        "environment": "aws://1234/eu-west-1",
        "properties": properties,
        **more,
    }


def manifest(**artifacts: Any) -> dict[str, Any]:
    return {"version": "36.0.0", "artifacts": artifacts}


def nested(file: str, path: str | None = None) -> dict[str, Any]:
    metadata = {"aws:asset:path": file} | ({"aws:cdk:path": path} if path else {})
    return {**NESTED, "Metadata": metadata}


@pytest.fixture
def small(tmp_path: Path) -> Path:
    return write(tmp_path, manifest_json=manifest(App=stack_artifact()), root_json={"Resources": {}})


@pytest.mark.parametrize("app", APPS)
def test_every_resource_lies_in_the_innermost_stack_of_its_path(app: str) -> None:
    tree = load(BASES / app / "cdk.out").tree
    for stack in tree.stacks.values():
        prefix = f"{tree.name}/{stack.path}".rstrip("/") + "/"
        paths = [construct_path(resource) for resource in stack.resources.values()]
        assert all(path.startswith(prefix) for path in paths if path), stack.path
        if stack.parent is not None:
            assert stack.logical_id in tree.stacks[stack.parent].resources
    files = {stack.file for stack in tree.stacks.values()}
    assert files == {f.name for f in (BASES / app / "cdk.out").glob("*.template.json")}


def test_the_stacks_are_those_that_amplify_reports() -> None:
    tree = load(BASES / "c-full" / "cdk.out").tree
    accessors = json.loads((BASES / "c-full" / "resources.json").read_text())
    for accessor in accessors.values():
        if accessor["kind"] == "Stack":
            path = accessor["constructPath"].removeprefix(tree.name).removeprefix("/")
            assert tree.stacks[path].file == accessor["templateFile"]


def test_facts_of_a_sandbox_and_of_a_branch() -> None:
    sandbox, branch = (load(BASES / app / "cdk.out") for app in ("a-auth", "a-auth-branch"))
    assert sandbox.facts == {"app": "myapp", "environment": "alice", "type": "sandbox"}
    assert sandbox.sandbox
    assert branch.facts == {"app": "d1abcdefgh2345", "environment": "main", "type": "branch"}
    assert sandbox.tree.root.options == {
        "tags": {"amplify:deployment-type": "sandbox", "created-by": "amplify"},
        "terminationProtection": False,
    }


def test_account_and_region_come_from_the_environment(small: Path) -> None:
    assert load(small).facts == {"account": "1234", "region": "eu-west-1"}


def test_the_digests_are_those_of_the_files_read() -> None:
    base = load(BASES / "a-auth" / "cdk.out")
    assert set(base.digests) == {f.name for f in (BASES / "a-auth" / "cdk.out").iterdir()} - {"cdk.out"}


def test_several_roots_must_be_chosen_from(tmp_path: Path) -> None:
    one = stack_artifact(displayName="Prod/Api", properties={"stackName": "prod-api"})
    write(tmp_path, manifest_json=manifest(Api=one, Web=stack_artifact("web.json")))
    write(tmp_path, root_json={"Resources": {}}, web_json={"Resources": {"A": {}}})
    finding = refused(tmp_path)
    assert finding.code == "OVR5003"
    assert finding.details == ("the root stacks are Prod/Api (prod-api), Web",)
    assert {load(tmp_path, name).tree.name for name in ("Api", "Prod/Api", "prod-api")} == {"Prod/Api"}
    assert list(load(tmp_path, "Web").tree.root.resources) == ["A"]
    assert refused(tmp_path, "Wep").fix == "did you mean `Web`?"


def test_a_stage_s_stack_in_a_nested_assembly(tmp_path: Path) -> None:
    stage = {"type": "cdk:cloud-assembly", "properties": {"directoryName": "assembly-Prod"}}
    write(tmp_path, manifest_json=manifest(Prod=stage))
    write(
        tmp_path / "assembly-Prod",
        manifest_json=manifest(ProdApi=stack_artifact(displayName="Prod/Api")),
        root_json={"Resources": {"N": nested("n.json", "Prod/Api/N.NestedStack/N.NestedStackResource")}},
        n_json={"Resources": {}},
    )
    base = load(tmp_path)
    assert {path: stack.file for path, stack in base.tree.stacks.items()} == {
        "": "assembly-Prod/root.json",
        "N": "assembly-Prod/n.json",
    }
    assert base.handle.folder == "assembly-Prod/"


def test_without_construct_paths_a_stack_goes_by_logical_ids(tmp_path: Path) -> None:
    write(tmp_path, manifest_json=manifest(App=stack_artifact()), root_json={"Resources": {"A": nested("a.json")}})
    write(tmp_path, a_json={"Resources": {"B": nested("b.json")}}, b_json={"Resources": {}})
    assert list(load(tmp_path).tree.stacks) == ["", "A", "A/B"]


def test_a_nested_stack_by_url_is_no_stack_of_the_tree(small: Path) -> None:
    write(small, root_json={"Resources": {"Far": NESTED}})
    assert list(load(small).tree.stacks) == [""]


BROKEN: dict[str, tuple[str, Callable[[Path], object], str]] = {
    "no manifest": ("OVR5002", lambda f: (f / "manifest.json").unlink(), "is missing"),
    "bad JSON": ("OVR5002", lambda f: write(f, manifest_json='{\n "version": }'), "manifest.json is not JSON"),
    "a list": ("OVR5002", lambda f: write(f, manifest_json=[]), "this is no cloud assembly"),
    "no version": ("OVR5002", lambda f: write(f, manifest_json={"artifacts": {}}), "no format version"),
    "an old version": ("OVR5002", lambda f: write(f, manifest_json={"version": "1.0"}), "no format version"),
    "no artifacts": ("OVR5002", lambda f: write(f, manifest_json={"version": "36.0.0"}), "`artifacts`"),
    "no stack": ("OVR5002", lambda f: write(f, manifest_json=manifest()), "has no stack"),
    "NaN": ("OVR5002", lambda f: write(f, root_json='{"Resources": {"A": NaN}}'), "root.json is not JSON"),
    "deep": ("OVR5002", lambda f: write(f, root_json="[" * 500 + "]" * 500), "deeper than 100"),
    "very deep": ("OVR5002", lambda f: write(f, root_json="[" * 90_000), "deeper than 100"),
    "not UTF-8": ("OVR5002", lambda f: (f / "root.json").write_bytes(b"{\xff}"), "not UTF-8"),
    "no template": ("OVR5002", lambda f: (f / "root.json").unlink(), "is missing: the assembly is not complete"),
    "no Resources": ("OVR5002", lambda f: write(f, root_json={"Resource": {}}), "has no `Resources`"),
    "a null resource": ("OVR5002", lambda f: write(f, root_json={"Resources": {"A": None}}), "not well formed"),
    "a null section": ("OVR5002", lambda f: write(f, root_json={"Resources": {}, "Outputs": None}), "`Outputs`"),
    "outside": (
        "OVR5006",
        lambda f: write(f, root_json={"Resources": {"A": nested("../../etc/passwd")}}),
        "leads outside the assembly",
    ),
    "absolute": ("OVR5006", lambda f: write(f, root_json={"Resources": {"A": nested("/etc/passwd")}}), "outside"),
    "a NUL": ("OVR5002", lambda f: write(f, root_json={"Resources": {"A": nested("a\0b")}}), "cannot be read"),
    "a folder": ("OVR5002", lambda f: write(f, root_json={"Resources": {"A": nested(".")}}), "is not a file"),
    "a loop": ("OVR5002", lambda f: write(f, root_json={"Resources": {"A": nested("root.json")}}), "a loop"),
    "odd tags": (
        "OVR5002",
        lambda f: write(f, manifest_json=manifest(App=stack_artifact(properties={"tags": [1]}))),
        "the tags of",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_cannot_be_read_is_refused(small: Path, name: str) -> None:
    code, damage, said = BROKEN[name]
    damage(small)
    finding = refused(small)
    assert (finding.code, said in finding.message) == (code, True), finding.message
    assert "\n" not in finding.message


def test_a_syntax_error_points_at_its_place(small: Path) -> None:
    write(small, root_json='{\n  "Resources": {,}\n}')
    assert str(refused(small).span) == "cdk.out/root.json:2:17"


def test_a_link_out_of_the_assembly_is_not_followed(small: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    elsewhere = write(tmp_path_factory.mktemp("elsewhere"), n_json={"Resources": {}})
    write(small, root_json={"Resources": {"A": nested("n.json")}})
    (small / "n.json").symlink_to(elsewhere / "n.json")
    assert refused(small).code == "OVR5006"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(
    st.sampled_from(["manifest.json", "root.json"]),
    st.binary(max_size=40)
    | st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda v: (
            st.lists(v, max_size=3)
            | st.dictionaries(
                st.sampled_from(["Resources", "version", "artifacts", "Type", "Metadata"]), v, max_size=3
            )
        ),
    ).map(lambda v: json.dumps(v).encode()),
)
def test_any_content_gives_a_base_or_an_error(small: Path, file: str, content: bytes) -> None:
    write(small, manifest_json=manifest(App=stack_artifact()), root_json={"Resources": {}})
    (small / file).write_bytes(content)
    with contextlib.suppress(OvrError):
        assert load(small).kind == "assembly"


@pytest.mark.corpus
def test_the_whole_corpus_loads() -> None:
    if not CORPUS.exists():
        pytest.skip("the corpus is not here")
    counts = {"a-auth": 2, "b-data": 11, "c-full": 10, "d-large": 43}
    for folder in sorted(CORPUS.glob("*/cdk.out")):
        base = load(folder)
        assert len(base.tree.stacks) == counts[folder.parent.name.removesuffix("-branch")]
        assert base.facts["type"] == ("branch" if folder.parent.name.endswith("-branch") else "sandbox")


def test_a_copy_elsewhere_gives_the_same_base(tmp_path: Path) -> None:
    shutil.copytree(BASES / "a-auth" / "cdk.out", tmp_path / "copy")
    first, second = load(BASES / "a-auth" / "cdk.out"), load(tmp_path / "copy")
    assert (first.tree, first.digests) == (second.tree, second.digests)
