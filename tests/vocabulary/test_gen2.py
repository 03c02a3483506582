"""The names of Gen 2 against what Amplify's own code reports (resources.json), and what other backends may hold."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ovr.errors import OvrError
from ovr.language.grammar import parse_selector
from ovr.template.tree import Node, StackTree
from ovr.vocabulary.gen2 import camel_case
from ovr.vocabulary.resolve import Resolver

BASES = Path(__file__).parent.parent / "bases"
CORPUS = Path("/work/shared/corpus/gen2")
APPS = ("a-auth", "b-data", "c-full", "d-large")
IMPORTS = {"graphqlApi": "cfn.cfnGraphqlApi", "tables": "cfn.amplifyDynamoDbTables"}
KEYS = {
    "a-auth": {"auth": "/auth/amplifyAuth"},
    "b-data": {"search": "/function/search"},
    "c-full": {"apiFn": "/function/api-fn", "data": "/data/amplifyData", "storage": "/storage/appFiles"},
    "d-large": {"archive": "/storage/shopArchive", "storage": "/storage/shopFiles", "webhook": "/function/webhook"},
}

Entries = dict[str, dict[str, Any]]


@functools.cache
def reported(app: str) -> Entries:
    """What Amplify reports, by accessor: only what stands for a stack or a resource."""
    entries = json.loads((BASES / app / "resources.json").read_text())
    return {name: entry for name, entry in entries.items() if entry["kind"] not in ("object", "construct", "token")}


def place(app: str, name: str) -> tuple[str, tuple[str, ...]]:
    """(stack path, pointer) that Amplify reports for an accessor; an import means the resource it stands for."""
    entries = reported(app)
    entry = entries[name]
    if entry["kind"] == "Stack":
        return _below(entry["constructPath"]), ()
    resource = entry.get("defaultChild") or entry
    if "logicalId" not in resource:
        _, _, group, *rest = name.split(".")
        long = ["data", "resources", *IMPORTS[group].replace("cfn.", "cfnResources.").split("."), *rest]
        resource = entries[".".join(long)]
    return _below(resource["stack"]), ("Resources", resource["logicalId"])


def _below(construct: str) -> str:
    return construct.partition("/")[2]


def spellings(name: str) -> Iterator[str]:
    """The accessor as Amplify's docs write it, and shorter."""
    yield name
    yield "backend." + name
    yield name.replace(".resources", "")
    yield name.replace(".resources", "").replace(".cfnResources", ".cfn")


def designated(resolver: Resolver, text: str) -> Node:
    (node,) = resolver.require(parse_selector(text))
    return node


@pytest.mark.parametrize("app", APPS)
def test_every_accessor_is_a_name_in_every_spelling(app: str, base: Callable[[str], StackTree]) -> None:
    resolver = Resolver(base(app), KEYS[app])
    for name in reported(app):
        for spelling in spellings(name):
            assert designated(resolver, spelling).key == place(app, name), spelling


@pytest.mark.parametrize("app", APPS)
def test_there_are_no_other_names(app: str, base: Callable[[str], StackTree]) -> None:
    short = {name.replace(".resources", "").replace(".cfnResources", ".cfn") for name in reported(app)}
    assert {name for name, _ in Resolver(base(app), KEYS[app]).entries()} == short


@pytest.mark.parametrize("app", APPS)
def test_without_keys_the_constructs_own_names_do(app: str, base: Callable[[str], StackTree]) -> None:
    resolver = Resolver(base(app))
    for name in reported(app):
        if name.startswith("archive"):
            with pytest.raises(OvrError) as caught:
                designated(resolver, name)
            (finding,) = caught.value.findings
            assert (finding.code, finding.message) == ("OVR2001", "no node matches `archive`")
            assert "shopArchive" in finding.details[0]
            assert finding.fix == "did you mean `shopArchive`?"
        else:
            assert designated(resolver, name).key == place(app, name), name


def test_a_key_that_is_like_no_name_is_explained(base: Callable[[str], StackTree]) -> None:
    with pytest.raises(OvrError) as caught:
        designated(Resolver(base("d-large")), "files.bucket")
    assert caught.value.findings[0].fix == (
        "if `files` is a key of defineBackend, say what it stands for, as in `names: {files: /storage/shopFiles}`"
    )


@pytest.mark.parametrize("app", APPS)
def test_keys_may_all_differ(app: str, base: Callable[[str], StackTree]) -> None:
    constructs = {
        name.partition(".")[0]: _construct(name, entry)
        for name, entry in json.loads((BASES / app / "resources.json").read_text()).items()
        if entry["kind"] in ("construct", "L2") and (entry["kind"] == "construct" or name.endswith(".userPool"))
    }
    renamed = {key: f"renamed{n}" for n, key in enumerate(constructs)}
    resolver = Resolver(base(app), {renamed[key]: path for key, path in constructs.items()})
    for name in reported(app):
        key, dot, rest = name.partition(".")
        assert designated(resolver, renamed.get(key, key) + dot + rest).key == place(app, name), name
    assert {name.partition(".")[0] for name, _ in resolver.entries()} == {"stack", *renamed.values()}


def _construct(name: str, entry: dict[str, Any]) -> str:
    path = "/" + _below(entry["constructPath"])
    return path.rpartition("/")[0] if name.endswith(".userPool") else path


def test_a_branch_has_the_names_of_its_sandbox(base: Callable[[str], StackTree]) -> None:
    sandbox, branch = Resolver(base("c-full")), Resolver(base("c-full-branch"))
    assert [name for name, _ in sandbox.entries()] == [name for name, _ in branch.entries()]


@pytest.mark.parametrize("app", APPS)
def test_attributes_and_tokens_are_references(app: str, base: Callable[[str], StackTree]) -> None:
    resolver = Resolver(base(app), KEYS[app])
    for name, entry in json.loads((BASES / app / "resources.json").read_text()).items():
        tokens = entry.get("attributes", {}) if entry["kind"] in ("construct", "L2") else {}
        for attribute, value in {f"{name}.{a}": v for a, v in tokens.items()}.items():
            _check_reference(resolver, attribute, value)
        if entry["kind"] == "token":
            _check_reference(resolver, name, entry["value"])


def _check_reference(resolver: Resolver, text: str, value: dict[str, Any]) -> None:
    target = value.get("Ref") or value.get("Fn::GetAtt", [None])[0]
    if target is None or target.startswith(("AWS::", "referenceto")):
        return
    node, attribute = resolver.reference(text)
    assert node.logical_id == target, text
    assert attribute == text.rpartition(".")[2]


@pytest.mark.corpus
@pytest.mark.parametrize("app", [*APPS, "a-auth-branch", "c-full-branch", "d-large-branch"])
def test_the_corpus_has_names(app: str) -> None:
    if not CORPUS.is_dir():
        pytest.skip(f"{CORPUS} is not there")
    from ovr.adapters.assembly import load_assembly

    tree = load_assembly(CORPUS / app / "cdk.out", app).tree
    names = {name for name, _ in Resolver(tree, KEYS[app.removesuffix("-branch")]).entries()}
    likes = {
        name
        for name, _ in Resolver(load_assembly(CORPUS / app.removesuffix("-branch") / "cdk.out", app).tree).entries()
    }
    assert "auth.userPool" in names
    assert len(names) == len(likes)


# what other backends may hold


FUNCTION = "AWS::Lambda::Function"


def function(name: str, construct: str | None = None) -> tuple[str, str, Any]:
    tags = [{"Key": "amplify:friendly-name", "Value": name}]
    return (f"{construct or name + '-lambda'}/Resource", FUNCTION, {"Tags": tags})


def names(tree: StackTree, keys: dict[str, str] | None = None) -> dict[str, str]:
    """Name → logical ID (or stack path) of all entries."""
    found = Resolver(tree, keys).entries()
    return {name: node.stack if node.kind == "stack" else node.logical_id for name, node in found}


def test_a_custom_function_goes_by_its_construct(tree_of: Callable[..., StackTree]) -> None:
    tree = tree_of({"function": {"F": function("say-hello", "say-hello")}})
    assert names(tree) == {
        "stack": "",
        "sayHello.stack": "function",
        "sayHello.lambda": "F",
        "sayHello.cfn.cfnFunction": "F",
    }
    assert "greet.lambda" in names(tree, {"greet": "/function/say-hello-provided"})


def test_a_function_that_amplify_did_not_define_has_no_name(tree_of: Callable[..., StackTree]) -> None:
    mine = ("mine-lambda/Resource", FUNCTION, {"Tags": [{"Key": "amplify:friendly-name", "Value": "data"}]})
    assert names(tree_of({"custom": {"F": mine}})) == {"stack": ""}


def test_an_auth_that_is_only_referred_to_has_its_stack(tree_of: Callable[..., StackTree]) -> None:
    tree = tree_of({"auth": {"R": ("AmplifyRefAuthCustomResource/Default", "Custom::AmplifyRefAuth", {})}})
    assert names(tree) == {"stack": "", "auth.stack": "auth"}


def test_only_an_amplify_backend_has_names(tree_of: Callable[..., StackTree]) -> None:
    assert names(tree_of({"function": {"F": function("worker")}}, metadata=None)) == {"stack": ""}


def test_a_camel_case_that_two_functions_share_is_ambiguous(tree_of: Callable[..., StackTree]) -> None:
    resolver = Resolver(tree_of({"function": {"A": function("api-fn"), "B": function("api_fn")}}))
    with pytest.raises(OvrError) as caught:
        designated(resolver, "apiFn.lambda.Timeout")
    (finding,) = caught.value.findings
    assert (finding.code, finding.message) == ("OVR2004", "`apiFn` means 2 things")
    assert finding.details == ("it is `api-fn.lambda.Timeout` or `api_fn.lambda.Timeout`",)
    for name, logical_id in {"api-fn": "A", "api_fn": "B", "functions.api-fn": "A", "functions.api_fn": "B"}.items():
        assert designated(resolver, name + ".lambda").logical_id == logical_id


def test_a_reserved_name_is_reached_by_its_prefix(tree_of: Callable[..., StackTree]) -> None:
    tree = tree_of({"function": {"A": function("stack"), "B": function("project"), "C": function("storage")}})
    resolver = Resolver(tree)
    assert designated(resolver, "stack").kind == "stack"
    assert designated(resolver, "functions.stack.lambda").logical_id == "A"
    assert designated(resolver, "functions.project.lambda").logical_id == "B"
    assert designated(resolver, "functions.storage.lambda").logical_id == "C"
    assert not resolver.find(parse_selector("project.lambda"))


BUCKET = "AWS::S3::Bucket"


def storages(tree_of: Callable[..., StackTree], default: str | None) -> StackTree:
    """Two storages, `one` and `two`; the root's output gives the bucket of the default one."""
    tree = tree_of(
        {"storage": {"One": ("one/Bucket/Resource", BUCKET, {}), "Two": ("two/Bucket/Resource", BUCKET, {})}}
    )
    if default:
        tree.stacks["storage"].template["Outputs"] = {"OneRef": {"Value": {"Ref": default}}}
        value = {"Fn::GetAtt": ["storageNested", "Outputs.OneRef"]}
        tree.root.template["Outputs"] = {"bucketName": {"Value": value}}
    return tree


def test_the_default_storage_is_the_one_of_the_output(tree_of: Callable[..., StackTree]) -> None:
    resolver = Resolver(storages(tree_of, "Two"))
    for name, logical_id in {
        "storage": "Two",
        "storage.one": "One",
        "storage.two": "Two",
        "one": "One",
        "two": "Two",
    }.items():
        assert designated(resolver, name + ".bucket").logical_id == logical_id
    assert [n.name for n in resolver.find(parse_selector("*.bucket"))] == ["one.bucket", "storage.bucket"]


def test_without_a_default_storage_each_has_its_name(tree_of: Callable[..., StackTree]) -> None:
    resolver = Resolver(storages(tree_of, None))
    assert designated(resolver, "storage.one.bucket").logical_id == "One"
    with pytest.raises(OvrError) as caught:
        designated(resolver, "storage.bucket")
    assert caught.value.findings[0].details == ("storage has one, two",)


def test_a_key_may_give_storage_another_meaning(tree_of: Callable[..., StackTree]) -> None:
    resolver = Resolver(storages(tree_of, "Two"), {"storage": "/storage/one", "files": "/storage/two"})
    assert designated(resolver, "storage.bucket").logical_id == "One"
    assert designated(resolver, "files.bucket").logical_id == "Two"
    assert designated(resolver, "storage.two.bucket").logical_id == "Two"


def data(tree_of: Callable[..., StackTree]) -> StackTree:
    return tree_of(
        {
            "data": {
                "Api": ("amplifyData/GraphQLAPI/Resource", "AWS::AppSync::GraphQLApi", {}),
                "Mine": ("amplifyData/L2GraphqlApi/Ds/Resource", "AWS::AppSync::DataSource", {"Name": "Ds"}),
                "Js": ("Resolver_Q_x", "AWS::AppSync::Resolver", {"TypeName": "Q", "FieldName": "x"}),
                "Alias": ("amplifyData/Sql/SqlAlias", "AWS::Lambda::Alias", {}),
                "Odd": ("amplifyData/Resource", "AWS::IAM::Role", {}),
            },
            "data/amplifyData/Todo": {
                "Table": ("TodoTable/Resource", "AWS::DynamoDB::Table", {}),
                "Fn": ("SqlFunction/Resource", FUNCTION, {}),
                "ServiceRole": ("Ds/ServiceRole/Resource", "AWS::IAM::Role", {}),
                "Computed": ("queryXResolver", "AWS::AppSync::Resolver", {"TypeName": {"Ref": "T"}, "FieldName": "x"}),
            },
            "data/amplifyData/AmplifyTableManager": {"Fn2": ("Handler/Resource", FUNCTION, {})},
        }
    )


def test_the_data_of_other_strategies(tree_of: Callable[..., StackTree]) -> None:
    found = names(data(tree_of))
    assert {name: at for name, at in found.items() if name.startswith("data.") and "tack" not in name} == {
        "data.graphqlApi": "Api",
        "data.tables.Todo": "Table",
        "data.functions.SqlFunction": "Fn",
        "data.cfn.cfnGraphqlApi": "Api",
        "data.cfn.cfnTables.Todo": "Table",
        "data.cfn.cfnFunctions.SqlFunction": "Fn",
        "data.cfn.additionalCfnResources.SqlAlias": "Alias",
    }


def test_wildcards_pass_over_amplifys_helpers(tree_of: Callable[..., StackTree]) -> None:
    resolver = Resolver(data(tree_of))
    assert [n.stack for n in resolver.find(parse_selector("data.nestedStacks.*"))] == ["data/amplifyData/Todo"]
    helper = "data.nestedStacks.AmplifyTableManager"
    assert designated(resolver, helper).stack == "data/amplifyData/AmplifyTableManager"


def test_a_name_for_any_construct(tree_of: Callable[..., StackTree]) -> None:
    tree = tree_of({"custom": {"Q": ("Queue/Resource", "AWS::SQS::Queue", {})}}, metadata=None)
    resolver = Resolver(tree, {"jobs": "/custom/Queue", "extra": "/custom"})
    assert designated(resolver, "jobs").construct == "/custom/Queue"
    assert designated(resolver, "extra.stack").key == ("custom", ())
    assert resolver.name_of("custom", "Q") == "jobs"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("api-fn", "apiFn"),
        ("api_fn-2x", "apiFn2x"),
        ("ApiFn", "apiFn"),
        ("worker", "worker"),
        ("--", "--"),
        ("é-x", "x"),
    ],
)
def test_camel_case(name: str, expected: str) -> None:
    assert camel_case(name) == expected
