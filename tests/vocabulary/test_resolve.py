"""What selectors designate, the match contract, references, and names on a changed tree."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support import overrides_from

from ovr.errors import Finding, OvrError
from ovr.language.grammar import parse_selector
from ovr.language.model import Override
from ovr.spans import Source, Span
from ovr.template.tree import ROOT, Node, Stack, StackTree
from ovr.vocabulary.contract import designate
from ovr.vocabulary.resolve import Resolver

POOL = ("Resources", "amplifyAuthUserPool4BA7F805")


@pytest.fixture(scope="module")
def full(base: Callable[[str], StackTree]) -> Resolver:
    return Resolver(base("c-full"))


def found(resolver: Resolver, text: str) -> list[Node]:
    return resolver.find(parse_selector(text))


def names(resolver: Resolver, text: str) -> list[str]:
    return [node.name for node in found(resolver, text)]


def missed(resolver: Resolver, text: str) -> Finding:
    with pytest.raises(OvrError) as caught:
        resolver.require(parse_selector(text))
    (finding,) = caught.value.findings
    return finding


# what is designated


@pytest.mark.parametrize(
    ("text", "stack", "kind", "pointer"),
    [
        ("stack", "", "stack", ()),
        ("auth.stack", "auth", "stack", ()),
        ("worker.lambda.stack", "workers", "stack", ()),
        ("auth.stack.stack", "auth", "stack", ()),
        ("/auth", "auth", "stack", ()),
        ("auth.userPool", "auth", "resource", POOL),
        ("/auth/amplifyAuth/UserPool", "auth", "resource", POOL),
        ("/auth/amplifyAuth/UserPool/Resource", "auth", "resource", POOL),
        ("auth#amplifyAuthUserPool4BA7F805", "auth", "resource", POOL),
        ("auth.stack#amplifyAuthUserPool4BA7F805", "auth", "resource", POOL),
        ("auth#amplifyAuthUserPool4BA7F805.stack", "auth", "stack", ()),
        ("#auth179371D7", "", "resource", ("Resources", "auth179371D7")),
        ("data/amplifyData/Todo#TodoTable", "data/amplifyData/Todo", "resource", ("Resources", "TodoTable")),
        ("data.nestedStacks.Todo#TodoTable", "data/amplifyData/Todo", "resource", ("Resources", "TodoTable")),
        ("/data/amplifyData/Todo/TodoTable", "data/amplifyData/Todo", "resource", ("Resources", "TodoTable")),
        (
            "/data/amplifyData/Todo/CustomTableTodoTable",
            "data/amplifyData/Todo",
            "resource",
            ("Resources", "TodoTable"),
        ),
        ("auth.cfn.cfnUserPool.Policies", "auth", "value", (*POOL, "Properties", "Policies")),
        ("auth.userPool.Not.There", "auth", "value", (*POOL, "Properties", "Not", "There")),
        ("auth#amplifyAuthUserPool4BA7F805.Schema[0]", "auth", "value", (*POOL, "Properties", "Schema", "0")),
    ],
)
def test_one_node(full: Resolver, text: str, stack: str, kind: str, pointer: tuple[str, ...]) -> None:
    (node,) = full.require(parse_selector(text))
    assert (node.stack, node.kind, node.pointer) == (stack, kind, pointer)


def test_an_item_by_key_carries_its_guard(full: Resolver) -> None:
    (node,) = found(full, "auth.userPool.Schema[Name=email].Mutable")
    schema = (*POOL, "Properties", "Schema")
    assert node.pointer == (*schema, "0", "Mutable")
    assert node.guards == (((*schema, "0", "Name"), "email"),)
    assert node.name == "auth.userPool.Schema[Name=email].Mutable"


def test_only_the_name_of_an_l2_has_a_construct(full: Resolver) -> None:
    constructs = {text: found(full, text)[0].construct for text in ("auth.userPool", "auth.cfn.cfnUserPool")}
    assert constructs == {"auth.userPool": "/auth/amplifyAuth/UserPool", "auth.cfn.cfnUserPool": None}


FUNCTIONS = ["postConfirmation", "apiFn", "nightly", "resolverFn", "worker"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("*.lambda", [f"{name}.lambda" for name in FUNCTIONS]),
        ("**.lambda", [f"{name}.lambda" for name in FUNCTIONS]),
        ("functions.*.lambda", [f"{name}.lambda" for name in FUNCTIONS]),
        ("*Fn.lambda", ["apiFn.lambda", "resolverFn.lambda"]),
        ("auth.*UserIamRole", ["auth.authenticatedUserIamRole", "auth.unauthenticatedUserIamRole"]),
        ("auth.groups.*.role", ["auth.groups.ADMINS.role", "auth.groups.EVERYONE.role"]),
        ("storage.*", ["storage.bucket"]),
        ("storage.**", ["storage.bucket"]),
        ("*.stack", ["auth.stack", "apiFn.stack", "resolverFn.stack", "storage.stack", "worker.stack"]),
        ('data.cfn.cfnResolvers["*.owner"]', [f'data.cfn.cfnResolvers["{m}.owner"]' for m in ("Todo", "Note")]),
        ("data.cfn.cfnResolvers['*.owner']", []),
        ("data.cfn.cfnFunctions.*", []),
        (
            "auth#*UserPool*",
            ["auth.userPool", "/auth/amplifyAuth/UserPool/PostConfirmationCognito", "auth.userPoolClient"],
        ),
        (
            "auth.userPool.Policies.PasswordPolicy.Require*",
            [
                f"auth.userPool.Policies.PasswordPolicy.Require{what}"
                for what in ("Lowercase", "Numbers", "Symbols", "Uppercase")
            ],
        ),
        ("data.tables.*.attributeDefinitions[*].attributeName", None),
    ],
)
def test_wildcards(full: Resolver, text: str, expected: list[str] | None) -> None:
    nodes = names(full, text)
    if expected is None:
        assert len(nodes) > 2
        assert nodes[0] == "data.tables.Todo.attributeDefinitions[0].attributeName"
    else:
        assert sorted(nodes) == sorted(expected)
    assert not any("role" in name for name in nodes if name.endswith("lambda.role"))


def test_ids_with_wildcards_pass_over_helpers(full: Resolver) -> None:
    paths = [full.construct_of("data", node.logical_id) for node in found(full, "data#*")]
    assert paths
    assert not any("Custom::" in path or "CodegenAssets" in path for path in paths)
    assert len(paths) < len(full.tree.stacks["data"].resources)


def test_nodes_come_in_the_order_of_the_templates(full: Resolver) -> None:
    nodes = found(full, "**")
    stacks = list(full.tree.stacks)
    assert nodes == sorted(nodes, key=lambda node: stacks.index(node.stack))
    in_auth = [node.logical_id for node in nodes if node.stack == "auth" and node.kind == "resource"]
    order = list(full.tree.stacks["auth"].resources)
    assert in_auth == sorted(in_auth, key=order.index)


# what is not there


MISSES = {
    "auth.cfn.cfnUserPol.Policies": (
        "OVR2001",
        "no node matches `auth.cfn.cfnUserPol`",
        ("auth.cfn has cfnUserPool, cfnUserPoolClient, cfnIdentityPool, cfnIdentityPoolRoleAttachment",),
        "did you mean `auth.cfn.cfnUserPool`?",
    ),
    "auth.cfnUserPool": (
        "OVR2001",
        "no node matches `auth.cfnUserPool`",
        (
            "auth has userPool, userPoolClient, authenticatedUserIamRole, unauthenticatedUserIamRole, cfn, groups, "
            "stack",
        ),
        "did you mean `auth.cfn.cfnUserPool`?",
    ),
    "data.tables.todo": (
        "OVR2001",
        "no node matches `data.tables.todo`",
        ("data.tables has Todo, Note",),
        "did you mean `data.tables.Todo`?",
    ),
    "worker": (
        "OVR2001",
        "no node matches `worker`",
        ("worker is a group of names: it has lambda, cfn, stack",),
        "select one of them, as in `worker.lambda`",
    ),
    "auth.identityPoolId": (
        "OVR2001",
        "no node matches `auth.identityPoolId`",
        ("`auth.identityPoolId` is an attribute: it stands in `!GetAtt auth.identityPoolId`, not in a selector",),
        "select `auth.cfn.cfnIdentityPool`, which has it",
    ),
    "data.cfn.cfnFunctions.*": (
        "OVR2001",
        "no node matches `data.cfn.cfnFunctions.*`",
        ("data.cfn.cfnFunctions is empty",),
        'write `expect: "0+"` if there may be none',
    ),
    "auth.stack.Outputs.X": (
        "OVR2001",
        "no node matches `auth.stack.Outputs`",
        ("`auth.stack` is a stack: a selector ends there",),
        "select `auth.stack` and reach further by a path, as in `path: /Outputs/…` or `path: /Resources/…`",
    ),
    "auth.userPool.Schema[Name=emal]": (
        "OVR2006",
        "no item matches `auth.userPool.Schema[Name=emal]`",
        ("`auth.userPool.Schema` is a list of 1 item", "its Name: email"),
        "did you mean `email`?",
    ),
    "auth.userPool.Schema[7]": (
        "OVR2006",
        "no item matches `auth.userPool.Schema[7]`",
        ("`auth.userPool.Schema` is a list of 1 item",),
        "pick one that is there; to add one: `{op: add, path: /-, value: …}` on `auth.userPool.Schema`",
    ),
    "auth.userPool.Policies[0]": (
        "OVR2006",
        "no item matches `auth.userPool.Policies[0]`",
        ("`auth.userPool.Policies` has PasswordPolicy, and is no list",),
        None,
    ),
    "auth.userPool.No[k=v]": (
        "OVR2006",
        "no item matches `auth.userPool.No[k=v]`",
        ("there is no `auth.userPool.No`",),
        None,
    ),
    "auth.userPool.Schema.0": (
        "OVR2001",
        "no node matches `auth.userPool.Schema.0`",
        ("`auth.userPool.Schema` is a list of 1 item",),
        "pick an item: `auth.userPool.Schema[0]`, `auth.userPool.Schema[Key=value]` or `auth.userPool.Schema[*]`",
    ),
    "#auth179371D8": (
        "OVR2001",
        "no node matches `#auth179371D8`",
        ("the root stack has 6 resources, none called `auth179371D8`",),
        "did you mean `#auth179371D7`?",
    ),
    "data#amplifyAuthUserPool4BA7F805": (
        "OVR2001",
        "no node matches `data#amplifyAuthUserPool4BA7F805`",
        ("data has no `amplifyAuthUserPool4BA7F805`",),
        "did you mean `auth#amplifyAuthUserPool4BA7F805`?",
    ),
    "auht#X": (
        "OVR2001",
        "no node matches `auht#X`",
        (
            "there is no stack `auht`; the stacks are auth, function, data, data/amplifyData/AmplifyTableManager, "
            "data/amplifyData/Todo, data/amplifyData/Note, data/amplifyData/FunctionDirectiveStack, storage, workers",
        ),
        "did you mean `auth#X`?",
    ),
    "/auth/amplifyAuth/UserPol": (
        "OVR2001",
        "no node matches `/auth/amplifyAuth/UserPol`",
        (
            "/auth/amplifyAuth has UserPool, UserPoolAppClient, IdentityPool, authenticatedUserRole, "
            "unauthenticatedUserRole, IdentityPoolRoleAttachment, ADMINSGroupRole, ADMINSGroup, EVERYONEGroupRole, "
            "EVERYONEGroup",
        ),
        "did you mean `/auth/amplifyAuth/UserPool`?",
    ),
    "/auth#amplifyAuthUserPool4BA7F805": (
        "OVR2001",
        "no node matches `/auth#amplifyAuthUserPool4BA7F805`",
        ("the root stack has auth, function, data, storage, workers",),
        "did you mean `auth#amplifyAuthUserPool4BA7F805`?",
    ),
}


@pytest.mark.parametrize("text", MISSES)
def test_a_miss_says_what_is_there(full: Resolver, text: str) -> None:
    code, message, details, fix = MISSES[text]
    assert missed(full, text) == Finding(code, message, None, details, fix)


def test_a_miss_points_at_what_leads_nowhere(full: Resolver) -> None:
    line = "    select: auth.cfn.cfnUserPol.Policies"
    span = Span(Source("o.yaml", line), 1, 13, 1, len(line) + 1)
    with pytest.raises(OvrError) as caught:
        full.require(parse_selector("auth.cfn.cfnUserPol.Policies", span))
    assert caught.value.findings[0].span == span.part(0, len("auth.cfn.cfnUserPol"))


def test_several_items_with_one_value(tree_of: Callable[..., StackTree]) -> None:
    tags = [{"Key": "a", "Value": True}, {"Key": "b"}, {"Key": "a"}]
    resolver = Resolver(tree_of({"s": {"X": ("X", "T", {"Tags": tags})}}))
    assert missed(resolver, "s#X.Tags[Key=a]") == Finding(
        "OVR2006",
        "2 items of `s#X.Tags` have Key = a",
        None,
        ("items [0], [2]",),
        "pick one by its index, or by a key that differs",
    )
    assert found(resolver, "s#X.Tags[Value=true]")[0].guards == (
        (("Resources", "X", "Properties", "Tags", "0", "Value"), True),
    )


# the contract of an override


def override(text: str) -> Override:
    lines = "".join(f"\n    {line}" for line in text.splitlines())
    (entry,) = overrides_from(f"version: 1\noverrides:\n  -{lines[4:]}\n    merge: {{a: 1}}\n").overrides
    return entry


def refused(resolver: Resolver, text: str) -> Finding:
    with pytest.raises(OvrError) as caught:
        designate(resolver, override(text))
    (finding,) = caught.value.findings
    return replace(finding, span=None)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("select: auth.userPool", 1),
        ("select: [auth.userPool, auth.cfn.cfnUserPool]", 1),
        ("select: [worker.lambda, '*.lambda']", 5),
        ("select: '*.lambda'\nexclude: worker.lambda", 4),
        ("select: '*.lambda'\nexclude: [worker.stack, /function]", 2),
        ("select: data.tables.*.billingMode\nexclude: data.tables.Todo", 1),
        ("select: '*.lambda'\nexpect: 5", 5),
        ("select: '*.lambda'\nexpect: 2-5", 5),
        ("select: data.cfn.cfnFunctions.*\nexpect: 0+", 0),
        ("select: nothing.here\nexpect: 0+", 0),
        ("select: '*.lambda'\nexclude: '*.lambda'\nexpect: 0+", 0),
        ("select: {type: AWS::Lambda::Function, stack: workers}", 1),
    ],
)
def test_the_number_of_nodes(full: Resolver, text: str, count: int) -> None:
    assert len(designate(full, override(text))) == count


REFUSED = {
    "select: '*.lambda'\nexpect: 3": (
        "`*.lambda` matches 5 nodes, expected 3",
        ("found postConfirmation.lambda, apiFn.lambda, nightly.lambda, resolverFn.lambda, worker.lambda",),
        "correct the selector, or write `expect: 5`",
    ),
    "select: worker.lamda\nexpect: 1+": (
        "`worker.lamda` matches no node, expected 1+",
        ("worker has lambda, cfn, stack",),
        "did you mean `worker.lambda`?",
    ),
    "select: '*.lambda'\nexclude: auth.userPool": (
        "`exclude: auth.userPool` takes nothing away",
        ("none of the selected nodes is or lies in it",),
        "remove it, or correct it",
    ),
    "select: worker.lambda\nexclude: worker.lambda": (
        "`exclude` takes away the one selected node",
        ("found worker.lambda",),
        'exclude less, or write `expect: "0+"` if that may be so',
    ),
}


@pytest.mark.parametrize("text", REFUSED)
def test_another_number_of_nodes_is_refused(full: Resolver, text: str) -> None:
    assert refused(full, text) == Finding("OVR2002", *REFUSED[text][:1], None, *REFUSED[text][1:])


def test_every_selector_of_a_list_must_match(full: Resolver) -> None:
    with pytest.raises(OvrError) as caught:
        designate(full, override("select: [auth.userPol, worker.lambda, dta.stack]"))
    assert [f.fix for f in caught.value.findings] == ["did you mean `auth.userPool`?", "did you mean `data`?"]


def test_a_plain_selector_with_several_nodes(tree_of: Callable[..., StackTree]) -> None:
    twice = {"A": ("X/Resource", "T", {}), "B": ("X/Resource", "T", {})}
    resolver = Resolver(tree_of({"s": twice}))
    assert missed(resolver, "/s/X") == Finding(
        "OVR2002",
        "`/s/X` matches 2 nodes, not one",
        None,
        ("found /s/X, /s/X",),
        "name one of them, or say how many you expect: `expect: 2`",
    )


# references


@pytest.mark.parametrize(
    ("text", "stack", "pointer", "attribute"),
    [
        ("auth.userPool", "auth", POOL, ""),
        ("auth.userPool.userPoolId", "auth", POOL, "userPoolId"),
        ("backend.auth.resources.userPool.Arn", "auth", POOL, "Arn"),
        ("/auth/amplifyAuth/UserPool.Endpoint.Address", "auth", POOL, "Endpoint.Address"),
        ("auth#amplifyAuthUserPool4BA7F805.Endpoint.Address", "auth", POOL, "Endpoint.Address"),
        ("auth.stack.Outputs.x", "auth", (), "Outputs.x"),
        ("auth.userPool.stack.Outputs.x", "auth", (), "Outputs.x"),
        ("data.apiId", "data", ("Resources", "amplifyDataGraphQLAPI42A6FA33"), "apiId"),
        ("data.apiKey", "data", ("Resources", "amplifyDataGraphQLAPIDefaultApiKey1C8ED374"), "apiKey"),
        ("auth.identityPoolId", "auth", ("Resources", "amplifyAuthIdentityPool3FDE84CC"), "identityPoolId"),
    ],
)
def test_a_reference_is_the_longest_name_and_an_attribute(
    full: Resolver, text: str, stack: str, pointer: tuple[str, ...], attribute: str
) -> None:
    node, rest = full.reference(text)
    assert (node.stack, node.pointer, rest) == (stack, pointer, attribute)


def test_a_parameter_is_referred_to(tree_of: Callable[..., StackTree]) -> None:
    tree = tree_of({"s": {}})
    tree.root.template["Parameters"] = {"Stage": {"Type": "String"}}
    assert Resolver(tree).reference("#Stage") == (Node("", "value", ("Parameters", "Stage"), "#Stage"), "")


@pytest.mark.parametrize(
    ("text", "code", "message"),
    [
        ("auth.userPol.Arn", "OVR2001", "no node matches `auth.userPol`"),
        ("data", "OVR2001", "no node matches `data`"),
        ("data.foo", "OVR2001", "no node matches `data.foo`"),
        ("/auth/Pool.Arn", "OVR2001", "no node matches `/auth/Pool.Arn`"),
        ("#Stage", "OVR2001", "no node matches `#Stage`"),
        ("*.lambda", "OVR2003", "the reference `*.lambda` must name one thing"),
        ("auth.userPool.Schema[0]", "OVR2003", "the reference `auth.userPool.Schema[0]` must name one thing"),
    ],
)
def test_a_reference_to_nothing(full: Resolver, text: str, code: str, message: str) -> None:
    with pytest.raises(OvrError) as caught:
        full.reference(text)
    assert [(f.code, f.message) for f in caught.value.findings] == [(code, message)]


# names and constructs


def test_the_best_name_is_the_l2s(full: Resolver) -> None:
    assert full.name_of("auth", POOL[1]) == "auth.userPool"
    assert full.name_of("workers", "workerlambdaServiceRole06FC19A9") == "worker.lambda.role"
    assert full.name_of("data/amplifyData/Todo", "TodoTable") == "data.tables.Todo"
    assert full.name_of("data/amplifyData/Todo", "GetTodoResolver") == 'data.cfn.cfnResolvers["Query.getTodo"]'
    assert full.name_of("", "auth179371D7") == ""
    assert full.name_of("nowhere", "X") == ""


def test_constructs(full: Resolver) -> None:
    assert full.construct_of("auth", POOL[1]) == "/auth/amplifyAuth/UserPool/Resource"
    assert full.construct_of("auth", "Nothing") == ""
    below = full.resources_below("/workers/worker-lambda")
    assert [node.name for node in below if "DefaultPolicy" not in node.name] == ["worker.lambda.role", "worker.lambda"]


def changed(tree: StackTree, path: str, edit: Callable[[dict[str, Any]], None]) -> StackTree:
    stack = tree.stacks[path]
    resources = dict(stack.resources)
    edit(resources)
    return tree.with_template(path, {**stack.template, "Resources": resources})


def test_a_renamed_resource_keeps_its_names(full: Resolver) -> None:
    def rename(resources: dict[str, Any]) -> None:
        resources["Renamed"] = resources.pop(POOL[1])
        resources[POOL[1]] = {"Type": "AWS::SNS::Topic"}

    after = full.updated(changed(full.tree, "auth", rename))
    for text in ("auth.userPool", "auth.cfn.cfnUserPool", "/auth/amplifyAuth/UserPool"):
        assert found(after, text)[0].logical_id == "Renamed"
    assert after.reference("auth.userPool.Arn")[0].logical_id == "Renamed"
    assert (after.name_of("auth", "Renamed"), after.name_of("auth", POOL[1])) == ("auth.userPool", "")
    assert found(full, "auth.userPool")[0].logical_id == POOL[1]
    back = after.updated(full.tree)
    assert found(back, "auth.userPool")[0].logical_id == POOL[1]


def test_a_removed_resource_loses_its_names(full: Resolver) -> None:
    after = full.updated(changed(full.tree, "auth", lambda resources: resources.pop(POOL[1])))
    assert found(after, "auth.userPool") == found(after, "auth#" + POOL[1]) == []
    assert missed(after, "auth.userPool").details == ("an override before this one removed it",)
    assert "auth.userPool" not in dict(after.entries())


def test_an_added_resource_is_reached_by_its_id(full: Resolver) -> None:
    after = full.updated(
        changed(full.tree, ROOT, lambda resources: resources.update(Topic={"Type": "AWS::SNS::Topic"}))
    )
    assert [node.name for node in after.require(parse_selector("#Topic"))] == ["#Topic"]
    assert found(after, "auth.userPool")


# bases without names


def test_a_template_without_construct_paths() -> None:
    resources = {"Topic": {"Type": "AWS::SNS::Topic"}, "Bad": {"Type": ["x"], "Metadata": [], "Properties": 1}}
    resolver = Resolver(StackTree("t", {ROOT: Stack(ROOT, "t.json", {"Resources": resources})}))
    assert [name for name, _ in resolver.entries()] == ["stack"]
    assert found(resolver, "#Topic.DisplayName")[0].pointer == ("Resources", "Topic", "Properties", "DisplayName")
    assert [node.logical_id for node in found(resolver, "#*")] == ["Topic", "Bad"]
    assert missed(resolver, "/Topic").details == ("this base has no construct paths: use names or `stack#LogicalId`",)
    assert missed(resolver, "auth.userPool").details == ("the backend has stack, functions",)


def test_a_name_of_the_user_must_mean_something(base: Callable[[str], StackTree]) -> None:
    span = Span(Source("o.yaml", "x"), 1, 1, 1, 2)
    given_names = {"pool": "/auth/amplifyAuth/UserPol", "files": "storage.bucket", "storage": "/storage/appFiles"}
    with pytest.raises(OvrError) as caught:
        Resolver(base("c-full"), given_names, written=dict.fromkeys(given_names, span))
    assert [(f.code, f.message, f.fix) for f in caught.value.findings] == [
        (
            "OVR2001",
            "there is no construct `/auth/amplifyAuth/UserPol`, which `pool` should stand for",
            "did you mean `/auth/amplifyAuth/UserPool`?",
        ),
        (
            "OVR2001",
            "there is no construct `storage.bucket`, which `files` should stand for",
            "did you mean `/storage/appFiles/Bucket`?",
        ),
    ]
    assert Resolver(base("c-full"), given_names).entries()


WORDS = [
    "auth",
    "data",
    "*",
    "**",
    "cfn",
    "tables",
    "stack",
    "userPool",
    "lambda",
    "[0]",
    "[*]",
    "[Name=email]",
    "Tags",
]
PIECES = st.sampled_from([*WORDS, "Schema", "backend", "resources", "storage", "functions", '["*"]', "role"])


@given(st.lists(PIECES, min_size=1, max_size=6))
def test_any_selector_gives_nodes_or_a_finding(full: Resolver, pieces: list[str]) -> None:
    text = ".".join(pieces).replace(".[", "[")
    try:
        nodes = full.require(parse_selector(text))
    except OvrError as error:
        nodes, codes = [], [f.code for f in error.findings]
    if nodes:
        assert len({node.key for node in nodes}) == len(nodes)
        assert all(node.stack in full.tree.stacks and node.name for node in nodes)
    else:
        assert len(codes) == 1
        assert codes[0] in ("OVR2001", "OVR2002", "OVR2003", "OVR2006")
