"""What changes reach: other values of untouched properties, resources that come and go, replacements that spread."""

from typing import Any

import pytest
from tests.check.judging import Template, effects, kinds, stack, tree

from ovr.template.changes import ElementChange
from ovr.template.operations import Operation

TABLE = "AWS::DynamoDB::Table"


def table(name: object) -> Template:
    return {"Type": TABLE, "Properties": {"TableName": name}}


def queue(**properties: object) -> Template:
    return {"Type": "AWS::SQS::Queue", "Properties": properties}


def only(found: dict[str, ElementChange], name: str) -> Any:
    assert list(found) == [name]
    return found[name]


class TestTheWaysToLoseWhatATableHolds:
    def test_a_default(self) -> None:
        def at(stage: str) -> Template:
            parameters = {"Stage": {"Type": "String", "Default": stage}}
            return {"Parameters": parameters, "Resources": {"T": table({"Fn::Sub": "t-${Stage}"}), "Q": queue()}}

        element = only(effects(tree(at("dev")), tree(at("prod"))), "T")
        assert element.action == "replace"
        (change,) = element.changes
        assert (change.path, change.before, change.after) == (("Properties", "TableName"), "t-dev", "t-prod")
        assert change.via == "parameter Stage"

    def test_a_mapping(self) -> None:
        def at(name: str) -> Template:
            looked_up = {"Fn::FindInMap": ["Names", "eu", "table"]}
            return {"Mappings": {"Names": {"eu": {"table": name}}}, "Resources": {"T": table(looked_up)}}

        element = only(effects(tree(at("a")), tree(at("b"))), "T")
        assert (element.action, element.changes[0].via) == ("replace", "mapping Names")

    def test_a_mapping_asked_for_what_is_not_known(self) -> None:
        def at(name: str) -> Template:
            looked_up = {"Fn::FindInMap": ["Names", {"Ref": "AWS::Region"}, "table"]}
            return {"Mappings": {"Names": {"eu": {"table": name}}}, "Resources": {"T": table(looked_up)}}

        assert kinds(effects(tree(at("a")), tree(at("b")))) == {"T": "may-replace"}

    @pytest.mark.parametrize(("right", "verdict"), [("b", "remove"), ({"Ref": "AWS::Region"}, "may-remove")])
    def test_a_condition(self, right: object, verdict: str) -> None:
        def at(value: object) -> Template:
            return {
                "Conditions": {"Keep": {"Fn::Equals": ["a", value]}, "Both": {"Fn::And": [{"Condition": "Keep"}] * 2}},
                "Resources": {"T": {**table("t"), "Condition": "Both"}, "Q": queue()},
            }

        found = effects(tree(at("a")), tree(at(right)))
        assert kinds(found) == {"T": verdict}
        assert found["T"].action == ("remove" if verdict == "remove" else "change")
        assert found["T"].changes[0].via == "condition Both by condition Keep"
        assert kinds(effects(tree(at("b")), tree(at("a")))) == {"T": "add"}

    def test_what_a_parent_gives(self) -> None:
        def root(name: str) -> Template:
            return {"Resources": {"Data": stack(Name=name)}}

        child = {"Parameters": {"Name": {"Type": "String"}}, "Resources": {"T": table({"Ref": "Name"})}}
        found = effects(tree(root("a"), Data=child), tree(root("b"), Data=child), operation("Resources", "Data"))
        assert kinds(found) == {"Data": "update", "Data#T": "replace"}
        assert found["Data#T"].changes[0].via == "parameter Name"
        assert found["Data#T"].changes[0].causes == (0,)

    def test_a_reference_to_what_is_replaced_through_the_stacks(self) -> None:
        """A queue in one stack, the mapping that reads it in another: output, parameter, create-only property."""
        root: Template = {"Resources": {"A": stack(), "B": stack(Queue={"Fn::GetAtt": ["A", "Outputs.Q"]})}}
        reader = {"Type": "AWS::Lambda::EventSourceMapping", "Properties": {"EventSourceArn": {"Ref": "Queue"}}}
        b = {"Parameters": {"Queue": {"Type": "String"}}, "Resources": {"M": reader, "Other": queue()}}

        def a(name: str) -> Template:
            return {
                "Resources": {"Q": queue(QueueName=name)},
                "Outputs": {"Q": {"Value": {"Fn::GetAtt": ["Q", "Arn"]}}},
            }

        trees = (tree(root, A=a(name), B=b) for name in ("one", "two"))
        found = effects(*trees, operation("Resources", "Q", stack="A"))
        assert kinds(found) == {"A#Q": "replace", "B#M": "replace"}
        assert found["B#M"].changes[0].via == "A#Q, which is replaced"
        assert found["B#M"].changes[0].causes == (0,)

    def test_a_nested_stack_under_another_name(self) -> None:
        child = {"Resources": {"T": table("t"), "Deeper": stack()}}
        deeper = {"Resources": {"Q": queue()}}
        before = tree({"Resources": {"Data": stack()}}, Data=child, Data__Deeper=deeper)
        after = tree({"Resources": {"Data2": stack()}}, Data=child, Data__Deeper=deeper)
        moved = after.with_stack(after.stacks["Data"].__class__("Data", "Data.json", child, "", "Data2"))
        rename = Operation("", "move", ("Resources", "Data2"), source=("Resources", "Data"), kind="logicalId")
        found = effects(before, moved, rename)
        assert kinds(found) == dict.fromkeys(["Data2", "Data#T", "Data#Deeper", "Data/Deeper#Q"], "replace")

    def test_a_nested_stack_that_a_condition_takes_away(self) -> None:
        def root(value: str) -> Template:
            return {
                "Conditions": {"Keep": {"Fn::Equals": ["a", value]}},
                "Resources": {"Data": {**stack(), "Condition": "Keep"}},
            }

        found = effects(*(tree(root(v), Data={"Resources": {"T": table("t")}}) for v in ("a", "b")))
        assert kinds(found) == {"Data": "remove", "Data#T": "remove"}
        assert found["Data#T"].action == "remove"


def operation(*path: str, stack: str = "") -> Operation:
    return Operation(stack, "replace", path, value={}, override=0)


class TestWhatStaysTheSame:
    def test_another_text_for_the_same_value(self) -> None:
        parameters = {"Stage": {"Type": "String", "Default": "dev"}}
        before = tree({"Parameters": parameters, "Resources": {"T": table("t-dev")}})
        after = tree({"Parameters": parameters, "Resources": {"T": table({"Fn::Sub": "t-${Stage}"})}})
        assert kinds(effects(before, after)) == {"T": "update"}

    def test_a_value_left_out_by_no_value(self) -> None:
        queues = [queue(), queue(QueueName={"Ref": "AWS::NoValue"})]
        assert kinds(effects(*(tree({"Resources": {"Q": each}}) for each in queues))) == {"Q": "update"}

    def test_a_default_that_is_overruled_by_the_parent(self) -> None:
        def child(default: str) -> Template:
            parameters = {"Name": {"Type": "String", "Default": default}}
            return {"Parameters": parameters, "Resources": {"T": table({"Ref": "Name"})}}

        root = {"Resources": {"Data": stack(Name="given")}}
        assert effects(tree(root, Data=child("a")), tree(root, Data=child("b"))) == {}

    def test_a_condition_that_comes_to_the_same(self) -> None:
        def at(value: str) -> Template:
            return {
                "Conditions": {"Keep": {"Fn::Not": [{"Fn::Equals": ["a", value]}]}},
                "Resources": {"T": {**table("t"), "Condition": "Keep"}},
            }

        assert effects(tree(at("b")), tree(at("c"))) == {}

    def test_a_resource_that_is_never_there(self) -> None:
        def at(name: str) -> Template:
            return {
                "Conditions": {"Never": {"Fn::Equals": ["a", "b"]}},
                "Resources": {"T": {**table(name), "Condition": "Never"}},
            }

        assert effects(tree(at("a")), tree(at("b")))["T"].verdict is None

    def test_the_arn_of_what_keeps_its_name(self) -> None:
        key = {"KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}]}
        reader = queue(Tags=[{"Key": "a", "Value": {"Fn::GetAtt": ["T", "Arn"]}}])
        sides = [{"T": {"Type": TABLE, "Properties": {"TableName": "t", **k}}, "Q": reader} for k in ({}, key)]
        assert kinds(effects(*(tree({"Resources": side}) for side in sides))) == {"T": "replace"}


class TestWhatOnlyADeployTells:
    def test_text_against_what_is_not_known(self) -> None:
        found = effects(*(tree({"Resources": {"T": table(n)}}) for n in ("t", {"Fn::Sub": "${AWS::Region}"})))
        verdict = found["T"].verdict
        assert verdict
        assert (verdict.kind, verdict.condition) == ("may-replace", "AWS::Region comes to another value")

    def test_unless_the_base_knows_it(self) -> None:
        sides = [tree({"Resources": {"T": table(n)}}) for n in ("eu-west-1", {"Ref": "AWS::Region"})]
        assert kinds(effects(*sides, facts={"region": "eu-west-1"})) == {"T": "update"}
        assert kinds(effects(*sides, facts={"region": "us-east-1"})) == {"T": "replace"}

    def test_texts_that_differ_whatever_is_in_them(self) -> None:
        sides = [tree({"Resources": {"T": table({"Fn::Sub": t})}}) for t in ("a-${AWS::Region}", "b-${AWS::Region}")]
        assert kinds(effects(*sides)) == {"T": "replace"}

    def test_one_branch_of_a_condition(self) -> None:
        def at(name: str) -> Template:
            return {
                "Conditions": {"Eu": {"Fn::Equals": [{"Ref": "AWS::Region"}, "eu-west-1"]}},
                "Resources": {"T": table({"Fn::If": ["Eu", name, "elsewhere"]})},
            }

        verdict = effects(tree(at("a")), tree(at("b")))["T"].verdict
        assert verdict
        assert (verdict.kind, verdict.condition) == ("may-replace", "AWS::Region is eu-west-1")

    def test_both_branches_of_a_condition(self) -> None:
        def at(*names: str) -> Template:
            return {
                "Conditions": {"Eu": {"Fn::Equals": [{"Ref": "AWS::Region"}, "eu-west-1"]}},
                "Resources": {"T": table({"Fn::If": ["Eu", *names]})},
            }

        assert kinds(effects(tree(at("a", "b")), tree(at("c", "d")))) == {"T": "replace"}

    def test_what_refers_to_what_may_be_replaced(self) -> None:
        source = {"EventSourceArn": {"Fn::GetAtt": ["T", "StreamArn"]}}
        reader = {"Type": "AWS::Lambda::EventSourceMapping", "Properties": source}
        sides = [{"T": table(name), "M": reader} for name in ("t", {"Ref": "AWS::Region"})]
        found = effects(*(tree({"Resources": side}) for side in sides))
        assert kinds(found) == {"T": "may-replace", "M": "may-replace"}
        assert found["M"].verdict
        assert found["M"].verdict.condition == "#T is replaced"

    def test_a_hidden_value_is_never_told(self) -> None:
        def at(secret: str) -> Template:
            parameters = {"Word": {"Type": "String", "NoEcho": True, "Default": secret}}
            user = {"Type": "AWS::RDS::DBInstance", "Properties": {"MasterUsername": {"Ref": "Word"}}}
            return {"Parameters": parameters, "Resources": {"Db": user}}

        found = effects(tree(at("tiger")), tree(at("lion")))
        assert kinds(found)["Db"] == "may-replace"
        assert "tiger" not in repr(found) + repr(found["Db"])
        assert "lion" not in repr(found)


class TestHostileTemplates:
    def test_conditions_in_a_long_chain(self) -> None:
        conditions: dict[str, Any] = {"C0": {"Fn::Equals": [{"Ref": "AWS::Region"}, "a"]}}
        for n in range(1, 3000):
            conditions[f"C{n}"] = {"Fn::Not": [{"Condition": f"C{n - 1}"}]}

        def at(region: str) -> Template:
            first = {"C0": {"Fn::Equals": [{"Ref": "AWS::Region"}, region]}}
            return {"Conditions": {**conditions, **first}, "Resources": {"T": {**table("t"), "Condition": "C2999"}}}

        effects(tree(at("a")), tree(at("b")))

    def test_conditions_that_double_each_time(self) -> None:
        conditions: dict[str, Any] = {}
        for n in range(1, 35):
            past = [{"Condition": f"C{n - 1}"}, {"Fn::Equals": [{"Ref": "AWS::AccountId"}, str(n)]}]
            conditions[f"C{n}"] = {"Fn::Or": [{"Fn::And": past}, {"Fn::And": [{"Fn::Not": past[:1]}, past[1]]}]}

        def at(region: str) -> Template:
            first = {"C0": {"Fn::Equals": [{"Ref": "AWS::Region"}, region]}}
            return {"Conditions": {**first, **conditions}, "Resources": {"T": {**table("t"), "Condition": "C34"}}}

        assert kinds(effects(tree(at("a")), tree(at("b")))) == {"T": "may-remove"}

    def test_circles(self) -> None:
        child = {
            "Parameters": {"P": {"Type": "String"}},
            "Resources": {"T": table({"Ref": "P"})},
            "Outputs": {"O": {"Value": {"Ref": "P"}}},
        }

        def root(name: str) -> Template:
            resources = {"A": stack(P={"Fn::GetAtt": ["A", "Outputs.O"]}, Q=name), "T": table(name)}
            return {"Conditions": {"C": {"Condition": "C"}}, "Resources": resources}

        found = effects(tree(root("a"), A=child), tree(root("b"), A=child))
        assert found["T"].action == "replace"

    @pytest.mark.parametrize(
        "value",
        [
            {"Fn::If": []},
            {"Fn::If": ["Missing", 1, 2]},
            {"Fn::Join": "x"},
            {"Fn::Join": {"Ref": "AWS::NoValue"}},
            {"Fn::Join": ["", {"Ref": "AWS::NoValue"}]},
            {"Fn::Sub": 1},
            {"Fn::Sub": ["${a}", {"a": {"Ref": "AWS::NoValue"}}]},
            {"Fn::GetAtt": 1},
            {"Fn::GetAtt": ["T", {"Ref": "AWS::Region"}]},
            {"Fn::Select": ["x", 1]},
            {"Fn::Select": [5, ["a"]]},
            {"Fn::Split": ["", "a"]},
            {"Fn::FindInMap": []},
            {"Fn::FindInMap": [{"Ref": "AWS::Region"}, "a", "b"]},
            {"Ref": {"a": 1}},
            {"Fn::Transform": {"Name": "x"}},
            {"Fn::GetAZs": {"Ref": "AWS::NoValue"}},
            None,
            [],
        ],
        ids=repr,
    )
    def test_functions_that_are_used_wrongly(self, value: object) -> None:
        for other in ("t", ["t"], {"Fn::Sub": "${AWS::Region}"}, {"Ref": "Nothing"}):
            sides = [{"Resources": {"T": table(v), "Q": queue(QueueName={"Ref": "T"})}} for v in (other, value)]
            found = effects(*(tree(side) for side in sides))
            assert found["T"].verdict
            assert found["T"].verdict.kind in ("replace", "may-replace", "update")
