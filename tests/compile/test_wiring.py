"""Wiring against a resolver of our own: every reference leads back to its source, and nothing is made twice."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ovr.adapters.overrides_file import load_overrides
from ovr.compile.wiring import Wiring
from ovr.plan import Plan, build_plan
from ovr.template.assets import https_url
from ovr.template.naming import nested_resource_path, unique
from ovr.template.operations import apply
from ovr.template.tree import Base, Stack, StackTree

Source = tuple[str, str, str]
"""(stack, logical ID, attribute)"""

ATTRIBUTES = {"Topic": ["Ref", "TopicName"], "Zone": ["Ref", "NameServers"], "Stage": ["Ref"], "Subnets": ["Ref"]}
"""What each stack has, and what can be taken of it; the name servers and the subnets are lists."""
LISTS = {("Zone", "NameServers"), ("Subnets", "Ref")}
URL = https_url(f"s3://assets/{'0' * 64}.json", None)


def template(path: str, children: list[str]) -> dict[str, Any]:
    own = f"root/{path}".rstrip("/")
    nested = {
        f"N{child.rpartition('S')[2]}": {
            "Type": "AWS::CloudFormation::Stack",
            "Properties": {},
            "Metadata": {"aws:cdk:path": f"root/{nested_resource_path(child)}"},
        }
        for child in children
    }
    return {
        "Parameters": {"Stage": {"Type": "String"}, "Subnets": {"Type": "List<AWS::EC2::Subnet::Id>"}},
        "Resources": {
            "Topic": {"Type": "AWS::SNS::Topic", "Metadata": {"aws:cdk:path": f"{own}/Topic/Resource"}},
            "Zone": {"Type": "AWS::Route53::HostedZone", "Properties": {"Name": "x.example"}},
            "Use": {"Type": "Custom::Use", "Properties": {"ServiceToken": "arn"}},
            **nested,
        },
    }


@st.composite
def trees(draw: st.DrawFn) -> StackTree:
    """A random tree of up to thirteen stacks, deep ones among them."""
    parents = [""]
    for index in range(draw(st.integers(0, 12))):
        parent = draw(st.sampled_from(parents) | st.just(parents[-1]))
        parents.append(f"{parent}/S{index}".strip("/"))
    stacks = {}
    for path in parents:
        children = [child for child in parents if child and child.rpartition("/")[0] == path]
        parent = path.rpartition("/")[0] if path else None
        own = f"N{path.rpartition('S')[2]}" if path else None
        stacks[path] = Stack(path, f"{unique(['root', path])}.json", template(path, children), parent, own)
    return StackTree("root", stacks)


def follow(tree: StackTree, stack: str, value: Any) -> Source:
    """(stack, logical ID, attribute) that a value in a stack's template comes from."""
    if "Fn::Join" in value or "Fn::Split" in value:
        [(_, (delimiter, inside))] = value.items()
        assert delimiter == "||"
        return follow(tree, stack, inside)
    if "Ref" in value:
        name, own = value["Ref"], tree.stacks[stack]
        given = {}
        if own.parent is not None:
            given = tree.stacks[own.parent].resources[own.logical_id]["Properties"].get("Parameters", {})
        return follow(tree, own.parent, given[name]) if name in given else (stack, name, "Ref")
    logical_id, attribute = value["Fn::GetAtt"]
    if attribute.startswith("Outputs."):
        child = tree.child(stack, logical_id)
        return follow(tree, child.path, child.template["Outputs"][attribute.removeprefix("Outputs.")]["Value"])
    return stack, logical_id, attribute


def is_carried(tree: StackTree) -> bool:
    """Whether no list stands where only a text can: in an output, or in a parameter of a nested stack."""
    lists = [{"Ref": "Subnets"}, {"Fn::GetAtt": ["Zone", "NameServers"]}]
    for stack in tree.stacks.values():
        texts = [output["Value"] for output in stack.template.get("Outputs", {}).values()]
        for resource in stack.resources.values():
            texts += resource.get("Properties", {}).get("Parameters", {}).values()
        if any(text in lists for text in texts):
            return False
    return True


SOURCES = st.sampled_from([(name, attribute) for name, attributes in ATTRIBUTES.items() for attribute in attributes])


@given(trees(), st.data())
def test_every_reference_leads_to_its_source_and_wiring_again_changes_nothing(tree: StackTree, data) -> None:
    paths = st.sampled_from(list(tree.stacks))
    wanted = data.draw(st.lists(st.tuples(paths, paths, SOURCES), max_size=8))
    wiring = Wiring(tree, 0)
    values = [wiring.reference(consumer, producer, *source) for consumer, producer, source in wanted]
    wired = apply(tree, wiring.operations(tree))
    for (consumer, producer, source), value in zip(wanted, values, strict=True):
        assert follow(wired, consumer, value) == (producer, *source)
        assert ("Fn::Split" in value) == (source in LISTS and consumer != producer)
    assert is_carried(wired)
    again = Wiring(wired, 0)
    assert [again.reference(consumer, producer, *source) for consumer, producer, source in wanted] == values
    assert again.operations(wired) == []


FORMS = ("short", "sub", "sub with a mapping")


def written(stack: str, producer: str, source: tuple[str, str], form: str) -> str:
    """A reference as the user writes it: by selector, or by its own name in its own stack."""
    name, attribute = source
    selector = name if stack == producer else f"{producer}#{name}"
    dotted = selector if attribute == "Ref" else f"{selector}.{attribute}"
    short = f"!{'Ref' if attribute == 'Ref' else 'GetAtt'} {json.dumps(dotted)}"
    if source in LISTS:
        return f'!Join [",", {short}]'
    return {
        "short": short,
        "sub": f"!Sub {json.dumps(f'a-${{{dotted}}}-b')}",
        "sub with a mapping": f'!Sub ["a-${{Own}}-b", {{Own: {short}}}]',
    }[form]


def references_in(value: Any) -> Iterator[dict[str, Any]]:
    """The Ref and Fn::GetAtt in a value, those of Fn::Sub too."""
    if isinstance(value, dict) and value.keys() in ({"Ref"}, {"Fn::GetAtt"}):
        yield value
    elif isinstance(value, dict) and "Fn::Sub" in value:
        text, given = value["Fn::Sub"] if isinstance(value["Fn::Sub"], list) else (value["Fn::Sub"], {})
        for name in re.findall(r"\$\{([^!}]+)\}", text):
            own = {"Fn::GetAtt": name.split(".", 1)} if "." in name else {"Ref": name}
            yield from references_in(given.get(name, own))
    elif isinstance(value, dict | list):
        for member in value.values() if isinstance(value, dict) else value:
            yield from references_in(member)


def planned(tree: StackTree, text: str, folder: Path) -> Plan:
    (folder / "overrides.yaml").write_text(f"version: 1\noverrides:\n{text}")
    base = Base("assembly", "cdk.out", tree, template_url=URL)
    return build_plan(base, load_overrides(folder / "overrides.yaml"))


def fresh_id(plan: Plan) -> str:
    return str(plan.result.stacks["Fresh"].logical_id)


def names(tree: StackTree) -> int:
    """How many outputs and parameters there are."""
    sections = ("Outputs", "Parameters")
    return sum(len(stack.template.get(section, {})) for stack in tree.stacks.values() for section in sections)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(trees(), st.data())
def test_references_of_overrides_lead_to_their_sources_from_new_stacks_too(tree: StackTree, data) -> None:
    paths = st.sampled_from(list(tree.stacks))
    uses = st.tuples(paths, paths, SOURCES, st.sampled_from(FORMS))
    wanted = data.draw(st.lists(uses, max_size=5))
    fed = data.draw(st.lists(st.tuples(paths, SOURCES), max_size=3))
    entries = "".join(
        f"  - {{select: {json.dumps(consumer + '#Use')}, "
        f"merge: {{V{number}: {written(consumer, producer, source, form)}}}}}\n"
        for number, (consumer, producer, source, form) in enumerate(wanted)
    )
    given_to = ", ".join(f"P{n}: {written('', producer, source, 'short')}" for n, (producer, source) in enumerate(fed))
    new = f"  - {{select: stack, stacks: {{Fresh: {{template: fresh.json, parameters: {{{given_to}}}}}}}}}\n"
    with TemporaryDirectory() as scratch:
        folder = Path(scratch)
        declared = {f"P{number}": {"Type": "String"} for number in range(len(fed))}
        fresh = {"Parameters": declared, "Resources": {"Use": {"Type": "Custom::Use"}}}
        (folder / "fresh.json").write_text(json.dumps(fresh))
        plan = planned(tree, new + entries, folder)
        again = planned(plan.result, entries, folder) if entries else None
    for number, (consumer, producer, source, _) in enumerate(wanted):
        value = plan.result.stacks[consumer].resources["Use"]["Properties"][f"V{number}"]
        found = [follow(plan.result, consumer, reference) for reference in references_in(value)]
        assert found == [(producer, *source)]
    for number, (producer, source) in enumerate(fed):
        value = plan.result.stacks[""].resources[fresh_id(plan)]["Properties"]["Parameters"][f"P{number}"]
        found = [follow(plan.result, "", reference) for reference in references_in(value)]
        assert found == [(producer, *source)]
    assert again is None or (again.stacks == () and names(again.result) == names(plan.result))


def test_the_hash_is_cdks() -> None:
    # Names that aws-cdk-lib 2.276 gave in the corpus (CDK_NAMING.md §2).
    root = "amplify-myapp-alice-sandbox-e4625890d4"
    assert unique(["amplifyAuth", "UserPool", "Resource"]) == "amplifyAuthUserPool4BA7F805"
    path = f"{root}/data/amplifyData/Todo/TodoTable/Default/Default"
    assert unique(path.split("/")) == "amplifymyappalicesandboxe4625890d4dataamplifyDataTodoTodoTable6C6C4078"
    assert unique([f"reference-to-{unique([root, 'Stage'])}Ref"]) == (
        "referencetoamplifymyappalicesandboxe4625890d4Stage36C68DBARef"
    )
