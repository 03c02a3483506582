"""Values against the schemas: what is said, what is left alone, what happens without the library."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.support import comparison

from ovr.adapters.bases import open_base
from ovr.check import schema
from ovr.check.schema import schema_findings
from ovr.errors import Finding
from ovr.knowledge import schema_engine
from ovr.template.operations import Operation, apply
from ovr.template.pointer import Json, parse
from ovr.template.tree import ROOT, Stack, StackTree

BASES = Path(__file__).parent.parent / "bases"


def tree(resources: dict[str, Any], **sections: Any) -> StackTree:
    return StackTree("app", {ROOT: Stack(ROOT, "app.template.json", {"Resources": resources, **sections})})


def after(type_name: str, properties: dict[str, Any], *writes: tuple[str, Json]) -> list[Finding]:
    """The findings after writing values below the properties of a resource `R`."""
    base = tree({"R": {"Type": type_name, "Properties": properties}})
    operations = [Operation(ROOT, "add", parse(f"/Resources/R/Properties{at}"), value) for at, value in writes]
    return schema_findings(comparison(base, apply(base, operations), operations))


FUNCTION = {"Code": {"ZipFile": "x"}, "Role": {"Fn::GetAtt": ["Role", "Arn"]}, "Handler": "h", "Runtime": "nodejs22.x"}
POOL = {"Policies": {"PasswordPolicy": {"MinimumLength": 8}}}
TABLE = {
    "tableName": {"Fn::Join": ["", ["a", {"Ref": "B"}]]},
    "attributeDefinitions": [{"attributeName": "id", "attributeType": "S"}],
    "keySchema": [{"attributeName": "id", "keyType": "HASH"}],
}
LAMBDA, USER_POOL, AMPLIFY_TABLE = "AWS::Lambda::Function", "AWS::Cognito::UserPool", "Custom::AmplifyDynamoDBTable"


@pytest.mark.parametrize(
    ("type_name", "properties", "at", "value", "code", "severity", "message"),
    [
        (LAMBDA, FUNCTION, "/Timeout", "long", "OVR4001", "error", "`Timeout` of {} must be a whole number"),
        (LAMBDA, FUNCTION, "/Timeout", 1000, "OVR4001", "error", "`Timeout` of {}: exceeds maximum 900"),
        (LAMBDA, FUNCTION, "/Layers", "x", "OVR4001", "error", "`Layers` of {} must be a list"),
        (LAMBDA, FUNCTION, "/VpcConfig", ["x"], "OVR4001", "error", "`VpcConfig` of {} must be a mapping"),
        (LAMBDA, FUNCTION, "/Timeout", "10", "OVR4004", "note", "`Timeout` of {} is a whole number; CloudFormation"),
        (LAMBDA, FUNCTION, "/Role", "admin", "OVR4001", "warning", "`Role` of {}: does not match pattern"),
        (LAMBDA, FUNCTION, "/Runtime", "nodejs23", "OVR4002", "warning", "`Runtime` of {} is none of the values"),
        (LAMBDA, FUNCTION, "/TracingConfig", {"Mode": "On"}, "OVR4002", "error", "`TracingConfig.Mode` of {} is none"),
        (LAMBDA, FUNCTION, "/Runtime", "nodejs12.x", "OVR4005", "error", "`Runtime` of {}: Runtime `nodejs12.x` was"),
        (USER_POOL, POOL, "/MfaConfiguration", "MAYBE", "OVR4002", "error", "`MfaConfiguration` of {} is none of the"),
        (USER_POOL, POOL, "/Schema", [{"Name": ["a"]}], "OVR4001", "error", "`Schema[0].Name` of {} must be text"),
        (AMPLIFY_TABLE, TABLE, "/billingMode", "ON_DEMAND", "OVR4002", "error", "`billingMode` of {} is none of"),
        (AMPLIFY_TABLE, TABLE, "/deletionProtectionEnabled", "yes", "OVR4001", "error", "`deletionProtectionEnabled`"),
        (AMPLIFY_TABLE, TABLE, "/deletionProtectionEnabled", "true", "OVR4004", "note", "`deletionProtectionEnabled`"),
        (
            AMPLIFY_TABLE,
            TABLE,
            "/sseSpecification",
            {"sseType": "KMS"},
            "OVR4003",
            "error",
            "`sseSpecification` of {} ",
        ),
        (
            AMPLIFY_TABLE,
            TABLE,
            "/keySchema/-",
            {"attributeName": "a"},
            "OVR4003",
            "error",
            "`keySchema[1]` of {} lacks",
        ),
        (
            AMPLIFY_TABLE,
            TABLE,
            "/provisionedThroughput",
            {"readCapacityUnits": 0, "writeCapacityUnits": "1"},
            "OVR4001",
            "error",
            "`provisionedThroughput.readCapacityUnits` of {}: minimum is 1",
        ),
    ],
)
def test_a_wrong_value_is_found_where_it_is(
    type_name: str, properties: dict[str, Any], at: str, value: Json, code: str, severity: str, message: str
) -> None:
    found = after(type_name, properties, (at, value))
    assert [(f.code, f.severity, f.message.startswith(message.format(type_name))) for f in found[:1]] == [
        (code, severity, True)
    ]
    assert (found[0].place or "").startswith(f"the root stack: /Resources/R/Properties{at.removesuffix('/-')}")


def test_what_is_allowed_and_what_is_near() -> None:
    [finding] = after(LAMBDA, FUNCTION, ("/TracingConfig", {"Mode": "Activ"}))
    assert finding.details == ('found the text "Activ"', "allowed: Active, PassThrough")
    assert finding.fix == "did you mean `Active`?"


def test_what_a_mapping_holds() -> None:
    [finding] = after(LAMBDA, FUNCTION, ("/VpcConfig", ["x"]))
    assert "a mapping of Ipv6AllowedForDualStack, SecurityGroupIds, SubnetIds" in finding.details


def test_a_property_that_is_missing() -> None:
    base = tree({"R": {"Type": LAMBDA, "Properties": FUNCTION}})
    removal = Operation(ROOT, "remove", parse("/Resources/R/Properties/Role"))
    [finding] = schema_findings(comparison(base, apply(base, [removal]), [removal]))
    assert (finding.code, finding.message) == ("OVR4003", f"{LAMBDA} lacks `Role`")


@pytest.mark.parametrize(
    "value",
    [
        {"Ref": "P"},
        {"Fn::GetAtt": ["R", "x"]},
        {"Fn::Sub": "${x}"},
        {"Fn::FindInMap": ["a", "b", "c"]},
        {"Fn::GetAZs": ""},
        {"Fn::ToJsonString": {"a": 1}},
        {"Fn::If": ["C", {"Ref": "P"}, {"Ref": "AWS::NoValue"}]},
    ],
)
@pytest.mark.parametrize("at", ["/Timeout", "/Layers", "/VpcConfig", "/Environment", "/Runtime"])
def test_what_is_computed_is_not_judged(value: Json, at: str) -> None:
    assert after(LAMBDA, FUNCTION, (at, value)) == []
    assert after(AMPLIFY_TABLE, TABLE, *[(f"/{name}", value) for name in ("tableClass", "billingMode")]) == []


def test_each_branch_of_an_if_is_judged() -> None:
    value = {"Fn::If": ["C", {"Mode": []}, {"Mode": {"Fn::If": ["D", "Active", "Bad"]}}]}
    found = after(LAMBDA, FUNCTION, ("/TracingConfig", value))
    assert [(f.code, f.place) for f in found] == [
        ("OVR4001", "the root stack: /Resources/R/Properties/TracingConfig/Fn::If/1/Mode"),
        ("OVR4002", "the root stack: /Resources/R/Properties/TracingConfig/Fn::If/2/Mode/Fn::If/2"),
    ]


def test_what_the_base_has_wrong_already_is_not_found() -> None:
    bad = {**FUNCTION, "Timeout": "long", "TracingConfig": {"Mode": "Wrong"}, "Tags": [{"Key": 1, "Value": ["x"]}]}
    assert after(LAMBDA, bad, ("/MemorySize", 512)) == []
    assert after(LAMBDA, bad, ("/Tags", [{"Key": "new", "Value": "v"}, {"Key": 1, "Value": ["x"]}])) == []
    assert [f.code for f in after(LAMBDA, bad, ("/TracingConfig", {"Mode": "Worse"}))] == ["OVR4002"]


def test_unknown_and_read_only_properties_are_left_to_their_own_check() -> None:
    assert after(LAMBDA, FUNCTION, ("/Arn", ["x"]), ("/Timeot", 1)) == []
    assert after(AMPLIFY_TABLE, TABLE, ("/Timeot", 1)) == []


def test_a_value_that_nobody_may_see_is_not_shown() -> None:
    secret = "hunter2" * 40
    found = after("AWS::Cognito::UserPoolIdentityProvider", {}, ("/ProviderDetails", [secret]))
    found += after("AWS::RDS::DBInstance", {"Engine": "mysql"}, ("/MasterUserPassword", [secret]))
    assert found
    assert not any("hunter2" in json.dumps([f.message, f.details, f.fix]) for f in found)


def test_the_same_mistake_in_many_resources_is_told_once() -> None:
    base = tree({f"R{n}": {"Type": LAMBDA, "Properties": FUNCTION} for n in range(3)})
    operations = [Operation(ROOT, "add", ("Resources", f"R{n}", "Properties", "Timeout"), "x") for n in range(3)]
    [finding] = schema_findings(comparison(base, apply(base, operations), operations))
    assert finding.place == "the root stack: /Resources/R0/Properties/Timeout and 2 more"


def test_nothing_is_said_of_what_a_macro_may_change() -> None:
    base = tree({"R": {"Type": LAMBDA, "Properties": FUNCTION}}, Transform="AWS::Serverless-2016-10-31")
    operation = Operation(ROOT, "add", ("Resources", "R", "Properties", "Timeout"), "x")
    assert schema_findings(comparison(base, apply(base, [operation]), [operation])) == []


def test_without_the_library_a_note_says_so_once(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(_: object) -> None:
        return None

    monkeypatch.setattr(schema, "violations", missing)
    found = after(LAMBDA, FUNCTION, ("/Timeout", "long"), ("/Layers", "x"))
    assert [(f.code, f.severity) for f in found] == [("OVR4006", "note")]
    assert [f.code for f in after(AMPLIFY_TABLE, TABLE, ("/billingMode", "X"))] == ["OVR4002"]
    assert after("AWS::SQS::Queue", {}) == []


def test_a_library_that_cannot_be_loaded_is_a_missing_one(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "cloudformation_validate", None)
    assert schema_engine._loaded.__wrapped__() is None


@pytest.mark.parametrize("app", sorted(folder.name for folder in BASES.iterdir() if (folder / "cdk.out").is_dir()))
def test_what_amplify_generates_has_nothing_wrong(app: str) -> None:
    """As if all of it were new, but for Amplify's own slip: its tables' Fn::If branches are in Pascal case."""
    base = open_base(f"{app}/cdk.out", BASES).tree
    empty = tree({"Nothing": {"Type": "AWS::SNS::Topic"}})
    found = [f for f in schema_findings(comparison(empty, base)) if "Fn::If" not in (f.place or "")]
    outdated = "OVR4005"  # their runtimes, some day
    assert [f for f in found if f.severity in ("error", "warning") and f.code != outdated] == []


@pytest.mark.parametrize("value", [10**400, float("inf"), "\ud800", ["x"] * 100_000, "x" * 1_000_000, None, [[None]]])
def test_what_cannot_be_read_hides_nothing_else(value: Any) -> None:
    base = tree({"R": {"Type": LAMBDA, "Properties": FUNCTION}, "Q": {"Type": "AWS::SQS::Queue", "Properties": {}}})
    operations = [
        Operation(ROOT, "add", parse("/Resources/R/Properties/Layers"), value),
        Operation(ROOT, "add", parse("/Resources/Q/Properties/DelaySeconds"), "x"),
    ]
    found = schema_findings(comparison(base, apply(base, operations), operations))
    assert "`DelaySeconds` of AWS::SQS::Queue must be a whole number" in [f.message for f in found]
    assert all(len(f.message) < 300 for f in found)


@pytest.mark.parametrize("properties", [None, "text", [], {"Ref": "AWS::NoValue"}, {"Fn::Transform": {}}])
def test_properties_that_are_none(properties: Any) -> None:
    base = tree({"R": {"Type": LAMBDA, "Properties": FUNCTION}, "T": {"Type": AMPLIFY_TABLE, "Properties": TABLE}})
    operations = [Operation(ROOT, "add", parse(f"/Resources/{name}/Properties"), properties) for name in "RT"]
    assert {f.code for f in schema_findings(comparison(base, apply(base, operations), operations))} <= {
        "OVR4001",
        "OVR4003",
    }
