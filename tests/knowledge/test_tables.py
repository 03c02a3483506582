"""The tables answer what the code asks of them, and say only what is true of the data they come from."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ovr.knowledge.cdk_attributes import _ATTRIBUTES, REF, cdk_attribute, cdk_attribute_names, cdk_reference
from ovr.knowledge.icu import icu_key
from ovr.knowledge.removal import REMOVAL_POLICIES, SNAPSHOT_TYPES
from ovr.knowledge.types import TagShape, type_info, type_names


def info(name: str) -> Any:
    found = type_info(name)
    assert found is not None
    return found


class TestProperties:
    def test_nested_through_lists_and_references(self) -> None:
        pool = info("AWS::Cognito::UserPool")
        assert "Policies" in pool.properties_at(())
        assert pool.properties_at(("Policies",)) == ["PasswordPolicy", "SignInPolicy"]
        for item in ("0", "-", "*"):
            assert "Mutable" in pool.properties_at(("Schema", item))

    @pytest.mark.parametrize(
        ("type_name", "path"),
        [
            ("AWS::IAM::Role", ("AssumeRolePolicyDocument",)),
            ("AWS::Cognito::UserPool", ("UserPoolTags",)),
            ("AWS::Lambda::Function", ("Environment", "Variables")),
            ("AWS::CloudFormation::Stack", ("Parameters",)),
            ("AWS::Cognito::UserPool", ("NoSuch", "Thing")),
            ("AWS::CloudFormation::CustomResource", ()),
        ],
    )
    def test_nothing_is_said_of_free_form_places(self, type_name: str, path: tuple[str, ...]) -> None:
        assert info(type_name).properties_at(path) is None

    def test_read_only_properties_are_attributes_only(self) -> None:
        bucket = info("AWS::S3::Bucket")
        assert "Arn" not in bucket.properties_at(())
        assert bucket.has_attribute("Arn")
        nested = bucket.properties_at(("MetadataConfiguration", "JournalTableConfiguration"))
        assert "TableArn" not in nested
        assert "RecordExpiration" in nested

    def test_a_shape_may_contain_itself(self) -> None:
        path = ("Rules", "0", "Statement")
        acl = info("AWS::WAFv2::WebACL")
        assert "AndStatement" in acl.properties_at(path)
        assert "AndStatement" in acl.properties_at((*path, "AndStatement", "Statements", "0"))

    def test_the_table_of_amplify(self) -> None:
        table = info("Custom::AmplifyDynamoDBTable")
        assert "pointInTimeRecoverySpecification" in table.properties_at(())
        assert table.properties_at(("globalSecondaryIndexes", "0", "provisionedThroughput")) == [
            "readCapacityUnits",
            "writeCapacityUnits",
        ]
        assert table.has_attribute("TableStreamArn")

    @pytest.mark.parametrize("name", ["Custom::Else", "Custom::", "AWS::S3::Bucke", "", "#", "A\tB", "\n"])
    def test_unknown_types(self, name: str) -> None:
        assert type_info(name) is None


class TestAttributes:
    def test_dots_and_wildcards(self) -> None:
        assert info("AWS::RDS::DBInstance").has_attribute("Endpoint.Address")
        assert info("AWS::CloudFormation::Stack").has_attribute("Outputs.anything")
        assert not info("AWS::CloudFormation::Stack").has_attribute("Anything")
        assert info("AWS::CloudFormation::CustomResource").has_attribute("Anything.at.all")
        assert not info("AWS::S3::Bucket").has_attribute("Ar")

    def test_every_name_of_cdk_is_an_attribute_of_its_type(self) -> None:
        wrong = [
            (type_name, name)
            for type_name, names in _ATTRIBUTES.items()
            for name, attribute in names.items()
            if attribute != REF and not info(type_name).has_attribute(attribute)
        ]
        assert wrong == []

    @pytest.mark.parametrize(
        ("type_name", "name", "attribute"),
        [
            ("AWS::Cognito::UserPool", "userPoolId", REF),
            ("AWS::Cognito::UserPool", "attrProviderUrl", "ProviderURL"),
            ("AWS::AppSync::GraphQLApi", "attrGraphQlUrl", "GraphQLUrl"),
            ("AWS::Lambda::Function", "attrSnapStartResponseApplyOn", "SnapStartResponse.ApplyOn"),
            ("AWS::S3::Bucket", "ref", REF),
            ("AWS::S3::Bucket", "attrNope", None),
            ("AWS::S3::Bucket", "userPoolId", None),
            ("Custom::Else", "attrArn", None),
        ],
    )
    def test_names_of_cdk(self, type_name: str, name: str, attribute: str | None) -> None:
        assert cdk_attribute(type_name, name) == attribute

    def test_a_table_name_is_computed_from_the_arn(self) -> None:
        value = cdk_reference("Custom::AmplifyDynamoDBTable", "tableName", lambda attribute: {"GetAtt": attribute})
        assert value == {
            "Fn::Select": [
                1,
                {"Fn::Split": ["/", {"Fn::Select": [5, {"Fn::Split": [":", {"GetAtt": "TableArn"}]}]}]},
            ]
        }
        assert cdk_attribute_names("Custom::AmplifyDynamoDBTable") == ["tableArn", "tableName", "tableStreamArn"]
        assert cdk_reference("AWS::S3::Bucket", "tableName", lambda a: a) is None


class TestTags:
    def test_property_and_form(self) -> None:
        assert info("AWS::Cognito::UserPool").tags == TagShape("UserPoolTags", "map")
        assert info("AWS::Cognito::IdentityPool").tags == TagShape("IdentityPoolTags", "list")
        assert info("AWS::AutoScaling::AutoScalingGroup").tags == TagShape("Tags", "asg")
        assert info("AWS::IAM::Policy").tags is None

    def test_the_property_exists(self) -> None:
        wrong = [
            name
            for name in type_names()
            if (tags := info(name).tags)
            and (properties := info(name).properties_at(())) is not None
            and tags.property not in properties
        ]
        assert wrong == []


def test_every_line_is_read() -> None:
    names = type_names()
    assert len(names) > 1500
    assert len(set(names)) == len(names)
    for name in names:
        assert info(name).name == name


def test_write_only_pointers() -> None:
    assert ("MasterUserPassword",) in info("AWS::RDS::DBInstance").write_only
    assert ("AuthParameters", "BasicAuthParameters", "Password") in info("AWS::Events::Connection").write_only


class TestIcu:
    def test_order_of_the_published_table(self) -> None:
        ordered = list(" _-,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~$0189aAbBzZ")
        shuffled = random.Random(1).sample(ordered, len(ordered))
        assert sorted(shuffled, key=icu_key) == ordered

    def test_case_decides_last(self) -> None:
        assert sorted(["B", "a", "Ab", "aB", "ab", "A"], key=icu_key) == ["a", "A", "ab", "aB", "Ab", "B"]

    def test_tags_of_amplify(self) -> None:
        keys = ["amplify:deployment-type", "aws-cdk:auto-delete-objects", "CostCenter", "created-by"]
        assert sorted(sorted(keys), key=icu_key) == keys


def test_removal_policies() -> None:
    assert REMOVAL_POLICIES["RETAIN_ON_UPDATE_OR_DELETE"] == ("RetainExceptOnCreate", "Retain")
    assert "AWS::RDS::DBInstance" in SNAPSHOT_TYPES
    assert "AWS::Cognito::UserPool" not in SNAPSHOT_TYPES


def test_the_hand_written_table_has_the_form_of_the_generated_one() -> None:
    from ovr.knowledge.data_reader import table

    facts = json.loads(table("custom_types.json"))
    assert {key for name, fact in facts.items() if name != "#" for key in fact} <= {"s", "a", "w", "t"}


BASES = Path(__file__).parents[1] / "bases"


@pytest.mark.parametrize("app", ["a-auth", "b-data", "c-full", "d-large"])
def test_names_of_cdk_mean_what_amplifys_own_tokens_say(app: str) -> None:
    """resources.json records what each attribute of each construct was, in the running program."""
    types: dict[str, set[str]] = {}
    for file in (BASES / app / "cdk.out").glob("*.template.json"):
        for logical_id, resource in json.loads(file.read_text())["Resources"].items():
            types.setdefault(logical_id, set()).add(resource["Type"])
    checked = 0
    for accessor in json.loads((BASES / app / "resources.json").read_text()).values():
        for name, token in (accessor.get("attributes") or {}).items():
            for logical_id, type_name in targets(token, types):
                found = cdk_reference(type_name, name, refer_to(logical_id))
                checked += found is not None
                assert found in (None, token), (type_name, name)
    assert checked > 10


def targets(token: Any, types: dict[str, set[str]]) -> list[tuple[str, str]]:
    found = re.search(r'"(?:Ref": |Fn::GetAtt": \[)"(\w+)"', json.dumps(token))
    return [(found[1], type_name) for type_name in types.get(found[1], ())] if found else []


def refer_to(logical_id: str) -> Callable[[str], Any]:
    return lambda name: {"Ref": logical_id} if name == REF else {"Fn::GetAtt": [logical_id, name]}
