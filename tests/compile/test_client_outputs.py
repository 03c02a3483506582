"""Root outputs follow the properties they tell of (compile/client_outputs.py)."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest
from tests.support import overrides_from

from ovr.adapters.bases import open_base
from ovr.plan import Plan, build_plan
from ovr.template.tree import Base

BASES = Path(__file__).parents[1] / "bases"


@cache
def base(app: str) -> Base:
    return open_base(str(BASES / app / "cdk.out"), BASES / app)


def planned(app: str, *entries: str) -> Plan:
    body = "".join("  - " + entry.strip().replace("\n", "\n    ") + "\n" for entry in entries)
    return build_plan(base(app), overrides_from(f"version: 1\noverrides:\n{body}"))


def output(plan: Plan, name: str) -> Any:
    return plan.result.root.template["Outputs"][name]["Value"]


def codes(plan: Plan) -> list[str]:
    return [finding.code for finding in plan.findings if finding.code.startswith("OVR45")]


def former_outputs(plan: Plan, *names: str) -> dict[str, Any]:
    """The outputs of the result without these, to be compared with the base's."""
    return {name: value for name, value in plan.result.root.template["Outputs"].items() if name not in names}


def test_only_what_tells_of_the_change_is_written() -> None:
    plan = planned("a-auth", "select: auth.cfn.cfnUserPool.Policies.PasswordPolicy\nmerge: {MinimumLength: 11}")
    assert output(plan, "passwordPolicyMinLength") == "11"
    assert former_outputs(plan, "passwordPolicyMinLength") == {
        name: value
        for name, value in base("a-auth").tree.root.template["Outputs"].items()
        if name != "passwordPolicyMinLength"
    }
    assert codes(plan) == []


def test_the_last_override_that_changed_the_property_is_the_cause() -> None:
    plan = planned(
        "a-auth",
        "select: auth.cfn.cfnUserPool.Policies.PasswordPolicy\nmerge: {MinimumLength: 11}",
        "select: auth.cfn.cfnUserPool.Policies.PasswordPolicy\nmerge: {MinimumLength: 12}",
        "select: auth.cfn.cfnUserPool\nmerge: {MfaConfiguration: OPTIONAL}",
    )
    [written] = [o for o in plan.operations if o.path == ("Outputs", "passwordPolicyMinLength", "Value")]
    assert (written.value, written.override, written.derived) == ("12", 1, True)
    assert written.span
    assert written.span.line == plan.overrides.overrides[1].kinds[0].key_span.line


def test_a_change_that_comes_to_the_same_writes_nothing() -> None:
    plan = planned("a-auth", "select: auth.userPool\nmerge: {MfaConfiguration: 'OFF', EnabledMfas: []}")
    assert plan.result.root is base("a-auth").tree.root


def test_references_are_wired_into_the_output() -> None:
    plan = planned(
        "c-full",
        """select: auth.userPoolClient
merge: {CallbackURLs: [https://a.example/, !Sub "https://${auth.userPool.userPoolProviderName}/x"]}""",
    )
    name = "amplifymyappalicesandboxe4625890d4authamplifyAuthUserPoolFCC02003ProviderName"
    reference = {"Fn::GetAtt": ["auth179371D7", f"Outputs.{name}"]}
    assert output(plan, "oauthRedirectSignIn") == {"Fn::Join": ["", ["https://a.example/,https://", reference, "/x"]]}
    assert name in plan.result.stacks["auth"].template["Outputs"]
    assert codes(plan) == []


def test_a_parameter_of_the_root_is_named_there() -> None:
    plan = planned(
        "a-auth",
        "select: stack\nmerge: {Parameters: {Stage: {Type: String, Default: dev}}}",
        """select: auth.userPoolClient
merge: {LogoutURLs: [!Sub "https://${#Stage}.example.com/", {Fn::Join: ['', [a, {Ref: AWS::NoValue}]]}]}""",
    )
    assert codes(plan) == ["OVR4501"]  # a part of a text that is no value
    plan = planned(
        "a-auth",
        "select: stack\nmerge: {Parameters: {Stage: {Type: String, Default: dev}}}",
        'select: auth.userPoolClient\nmerge: {LogoutURLs: [!Sub "https://${#Stage}.example.com/"]}',
    )
    assert output(plan, "oauthRedirectSignOut") == {"Fn::Join": ["", ["https://", {"Ref": "Stage"}, ".example.com/"]]}


def test_a_parameter_is_followed_to_what_the_parent_gives() -> None:
    plan = planned(
        "a-auth",
        """select: auth.stack
merge: {Parameters: {Length: {Type: Number, Default: 9}}}""",
        "select: auth.cfn.cfnUserPool.Policies.PasswordPolicy\nmerge: {MinimumLength: {Ref: Length}}",
    )
    assert output(plan, "passwordPolicyMinLength") == "9"
    plan = planned(
        "a-auth",
        """select: auth.stack
merge: {Parameters: {Length: {Type: Number, Default: 9}}}""",
        "select: auth.cfn.cfnUserPool.Policies.PasswordPolicy\nmerge: {MinimumLength: {Ref: Length}}",
        'select: "#auth179371D7"\nmerge: {Parameters: {Length: 14}}',
    )
    assert output(plan, "passwordPolicyMinLength") == "14"
    [written] = [o for o in plan.operations if o.path == ("Outputs", "passwordPolicyMinLength", "Value")]
    assert written.override == 2


def test_the_value_of_a_noecho_parameter_is_told_nowhere() -> None:
    plan = planned(
        "a-auth",
        """select: auth.stack
merge: {Parameters: {Hidden: {Type: String, NoEcho: true, Default: s3cret}}}""",
        "select: auth.userPoolClient\nmerge: {LogoutURLs: [!Sub 'https://${Hidden}/']}",
    )
    assert "s3cret" not in str([o.to_json() for o in plan.operations if o.path[0] == "Outputs"])
    assert "s3cret" not in str(plan.client)


@pytest.mark.parametrize(
    "value", ["{Fn::ImportValue: Shared}", "{Fn::If: [X, 10, 12]}", "!Select [0, !Split [',', !Ref AWS::Region]]"]
)
def test_what_cannot_be_computed_is_left_and_told(value: str) -> None:
    plan = planned(
        "a-auth",
        "select: auth.stack\nmerge: {Conditions: {X: !Equals [!Ref AWS::Region, eu-west-1]}}",
        f"select: auth.cfn.cfnUserPool.Policies.PasswordPolicy\nmerge: {{MinimumLength: {value}}}",
    )
    assert output(plan, "passwordPolicyMinLength") == "8"
    assert codes(plan) == ["OVR4501"]


def test_who_writes_the_output_has_the_last_word() -> None:
    plan = planned(
        "a-auth",
        "select: auth.cfn.cfnUserPool.Policies.PasswordPolicy\nmerge: {MinimumLength: 11}",
        'select: stack\noutputs: {passwordPolicyMinLength: {Value: "10"}}',
    )
    assert output(plan, "passwordPolicyMinLength") == "10"
    assert codes(plan) == ["OVR4502"]
    agreeing = planned(
        "a-auth",
        "select: auth.cfn.cfnUserPool.Policies.PasswordPolicy\nmerge: {MinimumLength: 11}",
        'select: stack\noutputs: {passwordPolicyMinLength: {Value: "11"}}',
    )
    assert codes(agreeing) == []


def test_an_output_that_was_not_needed_is_added_and_listed() -> None:
    modes = "awsAppsyncAdditionalAuthenticationTypes"
    without = planned(
        "b-data",
        f"""select: stack
patch:
  - {{op: remove, path: /Outputs/{modes}}}
  - {{op: remove, path: /Metadata/AWS::Amplify::GraphQL/stackOutputs/6}}""",
        "select: data.graphqlApi\nmerge: {AdditionalAuthenticationProviders: null}",
    )
    bare = Base("assembly", "here", without.result)
    text = "version: 1\noverrides:\n  - select: data.graphqlApi\n    merge: {%s}\n"
    providers = "AdditionalAuthenticationProviders: [{AuthenticationType: AWS_IAM}]"
    plan = build_plan(bare, overrides_from(text % providers))
    assert output(plan, modes) == "AWS_IAM"
    assert plan.result.root.template["Metadata"]["AWS::Amplify::GraphQL"]["stackOutputs"][-1] == modes
    still = build_plan(bare, overrides_from(text % "XrayEnabled: true"))
    assert modes not in still.result.root.template["Outputs"]


def test_groups_stay_in_their_order_when_one_is_renamed() -> None:
    plan = planned("c-full", 'select: auth.groups["ADMINS"].cfnUserGroup\nlogicalId: Admins')
    assert plan.result.root is base("c-full").tree.root


def test_a_new_group_is_told_last() -> None:
    plan = planned(
        "c-full",
        """select: auth.stack
resources:
  Aaa:
    Type: AWS::Cognito::UserPoolGroup
    Properties: {UserPoolId: !Ref auth.userPool, GroupName: guides, Precedence: 7}""",
    )
    before = base("c-full").tree.root.template["Outputs"]["groups"]["Value"]
    assert output(plan, "groups") == before[:-1] + ',{"guides":{"precedence":7}}]'


def test_outputs_follow_the_pool_that_they_lead_to() -> None:
    """A second pool is nobody's business until userPoolId names it."""
    second = """select: auth.stack
resources:
  Second:
    Type: AWS::Cognito::UserPool
    Properties: {MfaConfiguration: OPTIONAL, EnabledMfas: [SOFTWARE_TOKEN_MFA]}"""
    assert output(planned("a-auth", second), "mfaConfiguration") == "OFF"
    own = "amplifymyappalicesandboxe4625890d4authamplifyAuthUserPoolFCC02003Ref"
    moved = planned("a-auth", second, f"select: auth.stack\nmerge: {{Outputs: {{{own}: {{Value: !Ref Second}}}}}}")
    assert output(moved, "mfaConfiguration") == "OPTIONAL"
    assert output(moved, "passwordPolicyMinLength") == ""
    assert "another" in next(f.message for f in moved.findings if f.code == "OVR4503")


@pytest.mark.parametrize("app", ["a-auth", "b-data", "c-full", "d-large"])
def test_without_a_change_nothing_is_written(app: str) -> None:
    plan = planned(app, "select: stack\nmerge: {Description: another}")
    assert [o for o in plan.operations if o.path[0] != "Description"] == []
