"""References followed to their resource, over the wired names of a real backend."""

from pathlib import Path

from ovr.adapters.bases import open_base
from ovr.template.follow import origin

TREE = open_base(str(Path(__file__).parents[1] / "bases" / "c-full" / "cdk.out"), Path.cwd()).tree


def test_an_output_and_a_parameter_lead_to_the_resource() -> None:
    pool = ("auth", "amplifyAuthUserPool4BA7F805", "Ref")
    assert origin(TREE, "", TREE.root.template["Outputs"]["userPoolId"]["Value"]) == pool
    wired = [
        origin(TREE, "data", {"Ref": name}) for name in TREE.stacks["data"].template["Parameters"] if "UserPool" in name
    ]
    assert pool in wired


def test_what_is_no_reference_to_a_resource_has_no_origin() -> None:
    assert origin(TREE, "", {"Ref": "AWS::Region"}) is None
    assert origin(TREE, "", {"Fn::GetAtt": ["auth179371D7", "Outputs.nothing"]}) is None
    assert origin(TREE, "", {"Fn::Sub": "${x}"}) is None
    assert origin(TREE, "nowhere", {"Ref": "x"}) is None
    assert origin(TREE, "", "text") is None
