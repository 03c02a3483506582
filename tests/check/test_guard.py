"""The guard: what counts as a loss, in whatever form an override makes it, and what allows it."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from tests.check.guarding import base, planned, resource, told

from ovr.adapters.bases import open_base
from ovr.check.danger import Danger
from ovr.errors import Severity
from ovr.template.tree import Base

BASES = Path(__file__).parent.parent / "bases"
KEY = {
    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    "BillingMode": "PAY_PER_REQUEST",
}
TABLE, BUCKET, POOL, DATABASE = (
    "AWS::DynamoDB::Table",
    "AWS::S3::Bucket",
    "AWS::Cognito::UserPool",
    "AWS::RDS::DBInstance",
)
OTHER = {"Mails": resource("AWS::SNS::Topic")}
SANDBOX, BRANCH = {"type": "sandbox"}, {"type": "branch"}


def table(properties: Mapping[str, Any] | None = None, **attributes: Any) -> Base:
    """A template with the table `T`."""
    return base({"Resources": {"T": resource(TABLE, {**KEY, **(properties or {})}, **attributes), **OTHER}})


def one(type_name: str, properties: Mapping[str, Any], facts: Mapping[str, str] = BRANCH, **attributes: Any) -> Base:
    return base({"Resources": {"T": resource(type_name, properties, **attributes), **OTHER}}, facts=facts)


def danger(of: Base, *entries: Mapping[str, Any]) -> Danger:
    """The only danger of a plan, which has the finding for it."""
    plan = planned(of, *entries)
    [found] = plan.dangers
    [finding] = told(plan)
    assert (finding.code, finding.message, finding.place) == (found.code, found.what, found.place)
    assert (finding.severity is Severity.ERROR) == found.stops
    return found


@cache
def app(name: str) -> Base:
    return open_base(str(BASES / name / "cdk.out"), BASES)


def add(path: str, value: object) -> dict[str, Any]:
    return {"patch": [{"op": "add", "path": path, "value": value}]}


@pytest.mark.parametrize(
    ("entry", "kind"),
    [
        ({"merge": {"TableName": "u"}}, "replace"),
        (add("/Properties/TableName", "u"), "replace"),
        ({"logicalId": "U"}, "replace"),
        ({"remove": True}, "delete"),
        ({"attributes": {"Condition": "Never"}}, "delete"),
        (add("/Type", BUCKET), "refused"),
        ({"removalPolicy": "DESTROY"}, "unprotect"),
        ({"attributes": {"DeletionPolicy": None, "UpdateReplacePolicy": None}}, "unprotect"),
        ({"merge": {"DeletionProtectionEnabled": False}}, "unprotect"),
        ({"patch": [{"op": "remove", "path": "/Properties/DeletionProtectionEnabled"}]}, "unprotect"),
        ({"merge": {"TimeToLiveSpecification": {"Enabled": True, "AttributeName": "ttl"}}}, "data-loss"),
    ],
)
def test_each_form_is_seen(entry: dict[str, Any], kind: str) -> None:
    protected = {**KEY, "TableName": "t", "DeletionProtectionEnabled": True}
    kept = resource(TABLE, protected, DeletionPolicy="Retain", UpdateReplacePolicy="Retain")
    template = {"Conditions": {"Never": {"Fn::Equals": ["a", "b"]}}, "Resources": {"T": kept, **OTHER}}
    found = danger(base(template, facts=BRANCH), {"select": "#T", **entry})
    assert (found.kind, found.key, found.stops, found.allowed) == (kind, "T", True, False)


def test_another_resource_written_over_it() -> None:
    new = resource(TABLE, {**KEY, "TableName": "other"})
    found = danger(table({"TableName": "t"}), {"select": "stack", **add("/Resources/T", new)})
    assert found.what == "#T will be REPLACED: this loses its items"


def test_termination_protection_of_the_root_stack() -> None:
    guarded = copy.deepcopy(app("c-full"))
    guarded.tree.stacks[""].options["terminationProtection"] = True
    found = danger(guarded, {"select": "stack", "stackOptions": {"terminationProtection": False}})
    assert (found.kind, found.what) == ("unprotect", "the root stack: termination protection goes off")


class TestWhatBecomesOfIt:
    @pytest.mark.parametrize(
        ("policy", "said"),
        [
            ("Delete", "this loses its data"),
            ("Snapshot", "all that stays of its data is a snapshot (UpdateReplacePolicy Snapshot)"),
            (
                "Retain",
                "the old one stays behind with its data, and an empty one takes its place (UpdateReplacePolicy Retain)",
            ),
        ],
    )
    def test_replaced(self, policy: str, said: str) -> None:
        of = one(DATABASE, {"DBInstanceIdentifier": "t"}, UpdateReplacePolicy=policy)
        found = danger(of, {"select": "#T", "merge": {"DBInstanceIdentifier": "u"}})
        assert found.what == f"#T will be REPLACED: {said}"

    @pytest.mark.parametrize(
        ("policies", "said"),
        [
            ({"DeletionPolicy": "Delete"}, "this loses its data"),
            ({}, "all that stays of its data is a snapshot (DeletionPolicy Snapshot)"),
            ({"DeletionPolicy": "Retain"}, "it stays behind with its data, in no stack (DeletionPolicy Retain)"),
            (
                {"DeletionPolicy": "RetainExceptOnCreate"},
                "it stays behind with its data, in no stack (DeletionPolicy Retain)",
            ),
        ],
    )
    def test_removed(self, policies: dict[str, str], said: str) -> None:
        found = danger(one(DATABASE, {}, **policies), {"select": "#T", "remove": True})
        assert found.what == f"#T will be REMOVED: {said}"

    def test_a_database_in_a_cluster_is_in_no_snapshot(self) -> None:
        found = danger(one(DATABASE, {"DBClusterIdentifier": "c"}), {"select": "#T", "remove": True})
        assert found.what == "#T will be REMOVED: this loses its data"

    def test_one_that_is_renamed_goes_by_what_is_deployed(self) -> None:
        entry = {"select": "#T", "removalPolicy": "RETAIN"}, {"select": "#T", "logicalId": "U"}
        found = danger(table(), *entry)
        assert found.what == "#T will be REPLACED by its new logical ID: this loses its items"

    def test_what_only_the_deploy_knows(self) -> None:
        found = danger(table({"TableName": "t"}), {"select": "#T", "merge": {"TableName": {"Ref": "AWS::Region"}}})
        assert (found.certain, found.stops) == (False, True)
        assert found.what == "#T may be REPLACED if AWS::Region comes to another value: this would lose its items"


class TestPolicies:
    @pytest.mark.parametrize(
        ("before", "after", "said"),
        [
            (
                {"DeletionPolicy": "Retain"},
                {"DeletionPolicy": "Delete"},
                "DeletionPolicy will keep less: Retain → Delete",
            ),
            (
                {"DeletionPolicy": "Retain"},
                {"DeletionPolicy": None},
                "DeletionPolicy will keep less: Retain → Snapshot",
            ),
            ({"UpdateReplacePolicy": "Retain"}, {"UpdateReplacePolicy": "Snapshot"}, "Retain → Snapshot"),
            ({}, {"DeletionPolicy": "Delete"}, "DeletionPolicy will keep less: Snapshot, the default → Delete"),
            (
                {"DeletionPolicy": "Retain", "UpdateReplacePolicy": "Retain"},
                {"DeletionPolicy": "Delete", "UpdateReplacePolicy": "Delete"},
                "DeletionPolicy and UpdateReplacePolicy will keep less: Retain → Delete",
            ),
        ],
    )
    def test_weaker(self, before: dict[str, str], after: dict[str, Any], said: str) -> None:
        found = danger(one(DATABASE, {}, **before), {"select": "#T", "attributes": after})
        assert (found.kind, found.what.endswith(said)) == ("unprotect", True)

    @pytest.mark.parametrize(
        ("before", "after"),
        [
            ({}, {"DeletionPolicy": "Delete"}),
            ({"DeletionPolicy": "Delete"}, {"DeletionPolicy": "Retain"}),
            ({"DeletionPolicy": "Retain"}, {"DeletionPolicy": "RetainExceptOnCreate"}),
        ],
    )
    def test_as_strong_as_before(self, before: dict[str, str], after: dict[str, Any]) -> None:
        assert not planned(table(**before), {"select": "#T", "attributes": after}).dangers

    def test_of_what_holds_nothing(self) -> None:
        of = base({"Resources": {"Topic": resource("AWS::SNS::Topic", DeletionPolicy="Retain")}})
        assert not planned(of, {"select": "#Topic", "removalPolicy": "DESTROY"}).dangers


class TestWaysOfAnIf:
    """What only one of the ways loses may be lost; what all of them lose is."""

    REGION: Mapping[str, Any] = {"C": {"Fn::Equals": [{"Ref": "AWS::Region"}, "eu-west-1"]}}

    def protection(self, before: Any, after: Any) -> list[tuple[str, bool]]:
        properties = {**KEY, "DeletionProtectionEnabled": before}
        of = base({"Conditions": self.REGION, "Resources": {"T": resource(TABLE, properties)}})
        plan = planned(of, {"select": "#T", "merge": {"DeletionProtectionEnabled": after}})
        return [(found.what.removeprefix("#T: deletion protection "), found.certain) for found in plan.dangers]

    def test_one_way_after(self) -> None:
        said = self.protection(True, {"Fn::If": ["C", True, False]})
        assert said == [("may be turned off (if not (AWS::Region is eu-west-1))", False)]

    def test_one_way_before(self) -> None:
        said = self.protection({"Fn::If": ["C", True, False]}, False)
        assert said == [("may be turned off (if AWS::Region is eu-west-1)", False)]

    def test_both_ways(self) -> None:
        assert self.protection(True, {"Fn::If": ["C", False, {"Ref": "AWS::NoValue"}]}) == [
            ("will be turned off", True)
        ]

    def test_the_same_ways(self) -> None:
        assert self.protection({"Fn::If": ["C", True, False]}, {"Fn::If": ["C", True, True]}) == []

    def test_above_the_property(self) -> None:
        on, off = ({"PointInTimeRecoveryEnabled": value} for value in (True, False))
        properties = {**KEY, "PointInTimeRecoverySpecification": on}
        of = base({"Conditions": self.REGION, "Resources": {"T": resource(TABLE, properties)}})
        after = {"PointInTimeRecoverySpecification": {"Fn::If": ["C", off, on]}}
        found = danger(of, {"select": "#T", "merge": after})
        assert found.what == "#T: point-in-time recovery may be turned off (if AWS::Region is eu-west-1)"

    def test_through_a_mapping_that_changes(self) -> None:
        """The text of the table is the same, and so is that of its stack's parameter."""
        template = {
            "Mappings": {"M": {"a": {"keep": "true"}}},
            "Resources": {
                "T": resource(TABLE, {**KEY, "DeletionProtectionEnabled": {"Fn::FindInMap": ["M", "a", "keep"]}})
            },
        }
        found = danger(base(template), {"select": "stack", "merge": {"Mappings": {"M": {"a": {"keep": "false"}}}}})
        assert (found.what, found.causes) == ("#T: deletion protection will be turned off", (0,))


class TestAllowed:
    @pytest.mark.parametrize("name", ["#T", "T", "#U", "U"])
    def test_by_each_name_of_one_that_is_renamed(self, name: str) -> None:
        entry = {"select": "#T", "logicalId": "U", "allow": [{"replace": name, "because": "empty"}]}
        plan = planned(table(), entry)
        assert [found.allowed for found in plan.dangers] == [True]
        assert not plan.has_errors

    @pytest.mark.parametrize("name", ["data.tables.Todo", "TodoTable", "data/amplifyData/Todo/TodoTable"])
    def test_by_each_name_in_a_stack(self, name: str) -> None:
        entry = {"select": "data.tables.Todo", "logicalId": "Other", "allow": [{"replace": name, "because": "empty"}]}
        plan = planned(app("c-full"), entry)
        assert [found.allowed for found in plan.dangers] == [True]
        assert not plan.findings

    @pytest.mark.parametrize(
        "allow",
        [
            [{"delete": "T", "because": "empty"}],
            [{"replace": "Other", "because": "empty"}],
            [{"replace": "T"}],
            [{"replace": "T", "because": "empty", "until": "2020-01-01"}],
        ],
    )
    def test_not_by_another_word_name_or_day_or_without_a_reason(self, allow: list[object]) -> None:
        entry = {"select": "#T", "logicalId": "U", "allow": allow}
        plan = planned(table(), entry, today=date(2026, 11, 22))
        assert [found.allowed for found in plan.dangers] == [False]
        assert plan.has_errors

    def test_not_by_another_override(self) -> None:
        allowing = {
            "select": "#Mails",
            "merge": {"DisplayName": "x"},
            "allow": [{"replace": "T", "because": "empty"}],
        }
        plan = planned(table(), {"select": "#T", "logicalId": "U"}, allowing)
        [finding] = told(plan)
        assert finding.severity is Severity.ERROR
        assert finding.fix is not None
        assert "counts there alone" in finding.fix

    def test_a_name_that_yaml_would_take_for_a_comment_is_proposed_in_quotes(self) -> None:
        [finding] = told(planned(table(), {"select": "#T", "logicalId": "U"}))
        assert finding.fix is not None
        assert '`allow: [{replace: "#T", because: …}]`' in finding.fix

    def test_a_refusal_stays_a_warning(self) -> None:
        entry = {
            "select": "auth.userPool",
            "merge": {"UsernameAttributes": ["phone_number"]},
            "allow": [{"replace": "auth.userPool", "because": "not deployed yet"}],
        }
        [finding] = told(planned(app("a-auth"), entry))
        assert (finding.code, finding.severity) == ("OVR4102", Severity.WARNING)


def nested(**attributes: Any) -> Base:
    inner = {"Resources": {"T": resource(TABLE, KEY, **attributes.pop("inner", {})), **OTHER}}
    made = resource("AWS::CloudFormation::Stack", {"TemplateURL": "x"}, **attributes)
    return base({"Conditions": {"C": {"Fn::Equals": ["a", "a"]}}, "Resources": {"Data": made, **OTHER}}, Data=inner)


class TestANestedStack:
    NEVER: Mapping[str, Any] = {"select": "stack", "merge": {"Conditions": {"C": {"Fn::Equals": ["a", "b"]}}}}

    @pytest.mark.parametrize(
        ("of", "entry", "said"),
        [
            (nested(), {"select": "#Data", "remove": True}, "Data will be REMOVED: this loses what it holds (Data#T)"),
            (
                nested(),
                {"select": "#Data", "logicalId": "D"},
                "Data will be REPLACED by its new logical ID: this loses what it holds (Data#T)",
            ),
            (nested(Condition="C"), NEVER, "Data will be REMOVED: this loses what it holds (Data#T)"),
            (
                nested(inner={"DeletionPolicy": "Retain"}),
                {"select": "#Data", "remove": True},
                "Data will be REMOVED: it stays behind with what it holds (Data#T), in no stack"
                " (DeletionPolicy Retain)",
            ),
            (
                nested(DeletionPolicy="Retain"),
                {"select": "#Data", "removalPolicy": "DESTROY"},
                "Data: DeletionPolicy will keep less: Retain → Delete",
            ),
        ],
    )
    def test_is_as_stateful_as_what_it_holds(self, of: Base, entry: dict[str, Any], said: str) -> None:
        assert danger(of, entry).what == said

    def test_that_holds_nothing(self) -> None:
        made = resource("AWS::CloudFormation::Stack", {"TemplateURL": "x"})
        of = base({"Resources": {"Data": made, **OTHER}}, Data={"Resources": OTHER})
        assert not planned(of, {"select": "#Data", "remove": True}).dangers

    def test_in_one_that_goes_is_told_once(self) -> None:
        inner = {"Resources": {"T": resource(TABLE, KEY)}}
        made = resource("AWS::CloudFormation::Stack", {"TemplateURL": "x"})
        of = base(
            {
                "Conditions": {"C": {"Fn::Equals": ["a", "a"]}},
                "Resources": {"Data": {**made, "Condition": "C"}, **OTHER},
            },
            Data={"Resources": {"Deep": made}},
            Data__Deep=inner,
        )
        assert danger(of, self.NEVER).what == "Data will be REMOVED: this loses what it holds (Data/Deep#T)"

    def test_what_goes_for_certain_in_one_that_may_go_is_told_too(self) -> None:
        inner = {
            "Conditions": {"Keep": {"Fn::Equals": ["a", "a"]}},
            "Resources": {"T": resource(TABLE, KEY, Condition="Keep"), **OTHER},
        }
        made = resource("AWS::CloudFormation::Stack", {"TemplateURL": "x"})
        of = base(
            {"Conditions": {"C": {"Fn::Equals": ["a", {"Ref": "AWS::Region"}]}}, "Resources": {"Data": made}},
            Data=inner,
        )
        entries = (
            {"select": "#Data", "attributes": {"Condition": "C"}},
            {"select": "Data#T.stack", "merge": {"Conditions": {"Keep": {"Fn::Equals": ["a", "b"]}}}},
        )
        said = [found.what.partition(" if ")[0] for found in planned(of, *entries).dangers]
        assert said == ["Data may be REMOVED", "Data#T will be REMOVED: this loses its items"]


class TestWhatIsNoLoss:
    def test_what_the_overrides_added_themselves(self) -> None:
        added = {"select": "stack", "resources": {"N": resource(TABLE, {**KEY, "DeletionProtectionEnabled": True})}}
        later = {"select": "#N", "merge": {"DeletionProtectionEnabled": False, "TableName": "n"}}
        assert not planned(table(), added, {"id": "later", **later}).dangers

    def test_what_a_deployment_makes_as_it_was(self) -> None:
        of = base({"Resources": {"Topic": resource("AWS::SNS::Topic", {"TopicName": "a"}), **OTHER}})
        assert not planned(of, {"select": "#Topic", "merge": {"TopicName": "b"}}).dangers
        assert not planned(of, {"select": "#Topic", "remove": True}).dangers

    def test_renamed_and_changed_is_told_once(self) -> None:
        entries = {"select": "#T", "logicalId": "U"}, {"select": "#U", "merge": {"DeletionProtectionEnabled": False}}
        found = danger(table({"DeletionProtectionEnabled": True}), *entries)
        assert (found.kind, found.reasons) == (
            "replace",
            ("a new logical ID makes a new resource, and the old one is deleted",),
        )

    @pytest.mark.parametrize("name", ["a-auth", "a-auth-branch", "b-data", "c-full", "c-full-branch", "d-large"])
    def test_no_overrides(self, name: str) -> None:
        plan = planned(app(name))
        assert (plan.dangers, plan.findings) == ((), ())


AMPLIFY = "Custom::AmplifyDynamoDBTable"
ON = {"recovery": {"pointInTimeRecoveryEnabled": True}, "Recovery": {"PointInTimeRecoveryEnabled": True}}
INDEX = {"indexName": "byOwner", "keySchema": [{"attributeName": "owner", "keyType": "HASH"}]}


class TestAmplifysTable:
    @pytest.mark.parametrize("facts", [SANDBOX, BRANCH], ids=["sandbox", "branch"])
    @pytest.mark.parametrize(
        ("before", "after", "said"),
        [
            (
                {"pointInTimeRecoverySpecification": ON["recovery"]},
                {"pointInTimeRecoverySpecification": {"pointInTimeRecoveryEnabled": False}},
                "point-in-time recovery will be turned off",
            ),
            (
                {"pointInTimeRecoverySpecification": ON["Recovery"]},
                {"pointInTimeRecoverySpecification": None},
                "point-in-time recovery will be turned off",
            ),
            (
                {"deletionProtectionEnabled": True},
                {"deletionProtectionEnabled": False},
                "deletion protection will be turned off",
            ),
            ({"globalSecondaryIndexes": [INDEX]}, {"globalSecondaryIndexes": []}, "the indexes will lose byOwner"),
            (
                {"timeToLiveSpecification": {"enabled": True, "attributeName": "a"}},
                {"timeToLiveSpecification": {"attributeName": "b"}},
                "time to live will move: items are deleted by `b` in place of `a`",
            ),
            (
                {},
                {"replaceTableUponGsiUpdate": True},
                "replacing the table with its indexes will be turned on",
            ),
        ],
    )
    def test_loses_in_place(self, facts: dict[str, str], before: Any, after: Any, said: str) -> None:
        found = danger(one(AMPLIFY, before, facts), {"select": "#T", "merge": after})
        assert (found.what, found.stops) == (f"#T: {said}", True)

    @pytest.mark.parametrize(("facts", "stops"), [(SANDBOX, False), (BRANCH, True), ({}, True)])
    @pytest.mark.parametrize(
        ("type_name", "before", "after"),
        [
            (AMPLIFY, {}, {"timeToLiveSpecification": {"enabled": True, "attributeName": "ttl"}}),
            (BUCKET, {}, {"LifecycleConfiguration": {"Rules": [{"Status": "Enabled", "ExpirationInDays": 9}]}}),
            (
                BUCKET,
                {"LifecycleConfiguration": {"Rules": [{"Status": "Disabled", "ExpirationInDays": 9}]}},
                {"LifecycleConfiguration": {"Rules": [{"Status": "Enabled", "ExpirationInDays": 9}]}},
            ),
            ("AWS::Logs::LogGroup", {}, {"RetentionInDays": 7}),
        ],
    )
    def test_ages_for_the_first_time(
        self, facts: dict[str, str], stops: bool, type_name: str, before: Any, after: Any
    ) -> None:
        found = danger(one(type_name, before, facts), {"select": "#T", "merge": after})
        assert (found.kind, found.stops, found.fix) == ("data-loss", stops, "leave it out")

    def test_ages_sooner_in_a_sandbox(self) -> None:
        before, after = (
            {"LifecycleConfiguration": {"Rules": [{"Status": "Enabled", "ExpirationInDays": days}]}}
            for days in (90, 30)
        )
        found = danger(one(BUCKET, before, SANDBOX), {"select": "#T", "merge": after})
        assert (found.stops, found.fix) == (True, "keep it")
        assert found.what == "#T: expiration will come sooner: objects are deleted after 30 days, not 90"

    @pytest.mark.parametrize("name", ["c-full", "c-full-branch"])
    def test_another_key(self, name: str) -> None:
        key = {
            "keySchema": [{"attributeName": "todoId", "keyType": "HASH"}],
            "attributeDefinitions": [{"attributeName": "todoId", "attributeType": "S"}],
        }
        found = danger(app(name), {"select": "data.tables.Todo", "merge": key})
        assert (found.kind, found.what) == ("replace", "data.tables.Todo will be REPLACED: this loses its items")


class TestABucketThatACustomResourceEmpties:
    EMPTIER = "/storage/appFiles/Bucket/AutoDeleteObjectsCustomResource"
    UNTAGGED: Mapping[str, Any] = {"select": "storage.bucket", "tags": {"aws-cdk:auto-delete-objects": None}}

    @pytest.mark.parametrize(
        ("entry", "why"),
        [
            ({"remove": True}, "is removed"),
            ({"logicalId": "Emptier"}, "is renamed"),
            ({"merge": {"BucketName": "other"}}, "changes over"),
        ],
    )
    def test_loses_its_objects_at_once(self, entry: dict[str, Any], why: str) -> None:
        found = danger(app("c-full"), {"select": self.EMPTIER, **entry})
        assert (found.kind, found.name, found.certain) == ("data-loss", "storage.bucket", True)
        assert found.what.startswith("storage.bucket: its objects will be deleted at once by ")
        assert found.what.endswith(f", which {why}")

    def test_not_without_its_tag(self) -> None:
        assert not planned(app("c-full"), {"select": self.EMPTIER, "remove": True}, self.UNTAGGED).dangers

    def test_loses_them_from_now_on(self) -> None:
        of = one(BUCKET, {})
        emptier = resource("Custom::S3AutoDeleteObjects", {"BucketName": {"Ref": "T"}, "ServiceToken": "x"})
        found = danger(of, {"select": "stack", "allow": [{"code": "E", "because": "x"}], "resources": {"E": emptier}})
        assert (found.kind, found.what) == (
            "unprotect",
            "#T: its objects will be deleted whenever the bucket is, by #E",
        )

    def test_kept_but_emptied_when_the_stack_goes(self) -> None:
        kept = {"select": "storage.bucket", "removalPolicy": "RETAIN"}
        assert [f.code for f in planned(app("c-full-branch"), kept).findings] == ["OVR4105"]
        both = {**self.UNTAGGED, **kept}
        assert not planned(app("c-full-branch"), both).findings

    def test_what_a_sandbox_leaves_behind_is_said_once_for_each_override(self) -> None:
        entry = {"select": "data.tables.*", "removalPolicy": "RETAIN"}
        findings = planned(app("c-full"), entry).findings
        assert [(f.code, f.severity) for f in findings] == [("OVR4106", Severity.NOTE)]
        assert not planned(app("c-full-branch"), entry).findings
