"""Hashes of templates: as CDK makes them, renewed upwards, shared ones kept."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from ovr.errors import OvrError
from ovr.template.assets import https_url, nested_hash, renew, renewed_assets, sha256, template_text
from ovr.template.pointer import Json
from ovr.template.tree import Stack, StackTree

BASES = Path(__file__).parent.parent / "bases"
H1, H2, H3 = (hashlib.sha256(name).hexdigest() for name in (b"1", b"2", b"3"))


def entry(path: str, hash: str) -> dict[str, Any]:
    return {"source": {"path": path, "packaging": "file"}, "destinations": {"here": {"objectKey": f"{hash}.json"}}}


def nested(file: str, hash: str) -> dict[str, Json]:
    url = {"Fn::Join": ["", ["https://s3/", {"Ref": "AWS::Region"}, f"/{hash}.json"]]}
    return {
        "Type": "AWS::CloudFormation::Stack",
        "Properties": {"TemplateURL": url},
        "Metadata": {"aws:asset:path": file},
    }


def tree_of(a: dict[str, Json], b: dict[str, Json], hash_a: str = H1, hash_b: str = H2) -> StackTree:
    root = {"Resources": {"A": nested("a.json", hash_a), "B": nested("b.json", hash_b)}}
    return StackTree(
        "App",
        {
            "": Stack("", "root.json", root),
            "A": Stack("A", "a.json", a, "", "A"),
            "B": Stack("B", "b.json", b, "", "B"),
        },
    )


ASSETS = {
    "zip": entry("asset.zip", "zip"),
    H1: entry("a.json", H1),
    H2: entry("b.json", H2),
    H3: entry("root.json", H3),
}


@pytest.mark.parametrize("app", ["a-auth", "a-auth-branch", "b-data"])
def test_hashes_and_text_are_cdk_s(app: str) -> None:
    """Where no late statement is (CDK_NAMING.md §9), CDK's own hashes come out, and its bytes."""
    folder = BASES / app / "cdk.out"
    (manifest,) = folder.glob("*.assets.json")
    keys = {e["source"]["path"]: key for key, e in json.loads(manifest.read_text())["files"].items()}
    for file in folder.glob("*.template.json"):
        template = json.loads(file.read_text())
        assert template_text(template) == file.read_text()
        own = nested_hash(template) if ".nested." in file.name else sha256(file.read_text())
        assert own == keys[file.name]


@pytest.mark.parametrize("app", ["c-full", "c-full-branch", "d-large"])
def test_the_text_of_a_template_is_cdk_s(app: str) -> None:
    for file in (BASES / app / "cdk.out").glob("*.template.json"):
        assert template_text(json.loads(file.read_text())) == file.read_text()


def test_nothing_changed_means_nothing_to_do() -> None:
    tree = tree_of({"Resources": {}}, {"Resources": {}})
    assert renew(tree, tree, ASSETS).texts == {}
    copy = tree_of({"Resources": {}}, {"Resources": {}})
    assert renewed_assets(ASSETS, renew(tree, copy, ASSETS)) == ASSETS


def test_one_and_true_differ() -> None:
    before, after = tree_of({"Resources": {}, "X": 1}, {}), tree_of({"Resources": {}, "X": True}, {})
    assert set(renew(before, after, ASSETS).texts) == {"a.json", "root.json"}


def test_a_changed_template_is_published_under_its_own_hash() -> None:
    before, changed = tree_of({"Resources": {}}, {"Resources": {}}), {"Resources": {}, "Description": "x"}
    renewal = renew(before, before.with_template("A", changed), ASSETS)
    fresh = nested_hash(changed)
    root = json.loads(renewal.texts["root.json"])
    assert root["Resources"]["A"] == nested("a.json", fresh)
    assert root["Resources"]["B"] == nested("b.json", H2)
    assets = renewed_assets(ASSETS, renewal)
    assert list(assets) == ["zip", fresh, H2, sha256(renewal.texts["root.json"])]
    assert assets[fresh] == entry("a.json", fresh)


def test_an_asset_that_two_templates_share_stays_for_the_other() -> None:
    same = {"Resources": {}}
    assets = {H1: entry("b.json", H1)}
    before = tree_of(same, same, H1, H1)
    changed = {"Resources": {}, "Description": "x"}
    fresh = nested_hash(changed)
    assert renewed_assets(assets, renew(before, before.with_template("B", changed), assets)) == {
        H1: entry("a.json", H1),
        fresh: entry("b.json", fresh),
    }


def test_a_renamed_nested_stack_is_still_found() -> None:
    before, changed = tree_of({"Resources": {}}, {"Resources": {}}), {"Resources": {}, "Description": "x"}
    resources = before.root.resources
    after = before.with_template("A", changed).with_template(
        "", {"Resources": {"B": resources["B"], "New": resources["A"]}}
    )
    root = json.loads(renew(before, after, ASSETS).texts["root.json"])
    assert root["Resources"]["New"] == nested("a.json", nested_hash(changed))


def test_a_removed_nested_stack_needs_no_publishing() -> None:
    before, changed = tree_of({"Resources": {}}, {"Resources": {}}), {"Resources": {}, "Description": "x"}
    after = before.with_template("A", changed).with_template("", {"Resources": {"B": before.root.resources["B"]}})
    assert H1 in renewed_assets(ASSETS, renew(before, after, ASSETS))


def test_a_changed_template_without_an_asset_is_refused() -> None:
    before = tree_of({"Resources": {}}, {"Resources": {}})
    with pytest.raises(OvrError, match="OVR5007"):
        renew(before, before.with_template("A", {"Resources": {}, "Description": "x"}), {})


@pytest.mark.parametrize(
    ("url", "region", "written"),
    [
        (
            "s3://cdk-abc-assets-${AWS::AccountId}-${AWS::Region}/pre/1.json",
            None,
            [
                "https://s3.",
                {"Ref": "AWS::Region"},
                ".",
                {"Ref": "AWS::URLSuffix"},
                "/",
                {"Fn::Sub": "cdk-abc-assets-${AWS::AccountId}-${AWS::Region}"},
                "/pre/1.json",
            ],
        ),
        ("s3://mine/1.json", "eu-west-1", ["https://s3.eu-west-1.", {"Ref": "AWS::URLSuffix"}, "/mine/1.json"]),
    ],
)
def test_a_published_template_has_the_url_that_cdk_writes(url: str, region: str | None, written: list[object]) -> None:
    # As aws-cdk-lib 2.276 writes them for a DefaultStackSynthesizer with a bucketPrefix, and for one with a bucket's
    # name in a stack with an environment.
    assert https_url(url, region) == {"Fn::Join": ["", written]}
