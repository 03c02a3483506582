"""Wiring against a resolver of our own: every reference leads back to its source, and nothing is made twice."""

from hypothesis import given
from hypothesis import strategies as st

from ovr.compile.wiring import Wiring
from ovr.template.naming import unique
from ovr.template.operations import apply
from ovr.template.tree import Stack, StackTree

ATTRIBUTES = ["Ref", "Arn", "Endpoint.Address"]


@st.composite
def trees(draw: st.DrawFn) -> StackTree:
    """A random tree of up to seven stacks, each with a topic and the resources of its nested stacks."""
    parents = [""]
    for index in range(draw(st.integers(0, 6))):
        parent = draw(st.sampled_from(parents))
        parents.append(f"{parent}/S{index}".strip("/"))
    stacks = {}
    for path in parents:
        resources = {"Topic": {"Type": "AWS::SNS::Topic", "Properties": {}}}
        for child in parents:
            if child and child.rpartition("/")[0] == path:
                resources[f"N{child[-1]}"] = {"Type": "AWS::CloudFormation::Stack", "Properties": {}}
        parent = path.rpartition("/")[0] if path else None
        stacks[path] = Stack(path, "", {"Resources": resources}, parent, f"N{path[-1]}" if path else None)
    return StackTree("root", stacks)


def follow(tree: StackTree, stack: str, value: dict) -> tuple[str, str, str]:
    """(stack, logical ID, attribute) that a value in a stack's template comes from."""
    if "Ref" in value:
        name = value["Ref"]
        if name in tree.stacks[stack].template.get("Parameters", {}):
            own = tree.stacks[stack]
            fed = tree.stacks[own.parent].resources[own.logical_id]["Properties"]["Parameters"][name]
            return follow(tree, own.parent, fed)
        return stack, name, "Ref"
    logical_id, attribute = value["Fn::GetAtt"]
    if attribute.startswith("Outputs."):
        child = tree.child(stack, logical_id)
        return follow(tree, child.path, child.template["Outputs"][attribute.removeprefix("Outputs.")]["Value"])
    return stack, logical_id, attribute


@given(trees(), st.data())
def test_every_reference_leads_to_its_source_and_wiring_again_changes_nothing(tree: StackTree, data) -> None:
    paths = list(tree.stacks)
    wanted = data.draw(
        st.lists(st.tuples(st.sampled_from(paths), st.sampled_from(paths), st.sampled_from(ATTRIBUTES)), max_size=6)
    )
    wiring = Wiring(tree, 0)
    values = [wiring.reference(consumer, producer, "Topic", attribute) for consumer, producer, attribute in wanted]
    wired = apply(tree, wiring.operations(tree))
    for (consumer, producer, attribute), value in zip(wanted, values, strict=True):
        assert follow(wired, consumer, value) == (producer, "Topic", attribute)
    again = Wiring(wired, 0)
    assert [again.reference(c, p, "Topic", a) for c, p, a in wanted] == values
    assert again.operations(wired) == []


def test_the_hash_is_cdks() -> None:
    # Names that aws-cdk-lib 2.276 gave in the corpus (CDK_NAMING.md §2).
    root = "amplify-myapp-alice-sandbox-e4625890d4"
    assert unique(["amplifyAuth", "UserPool", "Resource"]) == "amplifyAuthUserPool4BA7F805"
    path = f"{root}/data/amplifyData/Todo/TodoTable/Default/Default"
    assert unique(path.split("/")) == "amplifymyappalicesandboxe4625890d4dataamplifyDataTodoTodoTable6C6C4078"
    assert unique([f"reference-to-{unique([root, 'Stage'])}Ref"]) == (
        "referencetoamplifymyappalicesandboxe4625890d4Stage36C68DBARef"
    )
