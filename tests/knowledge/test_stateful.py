"""The table of stateful types against AWS's schemas and against cfn-lint's own list."""

import json
from importlib.resources import files

from ovr.knowledge.stateful import STATEFUL, holds
from ovr.knowledge.types import type_info


def test_every_type_exists() -> None:
    assert [name for name in STATEFUL if type_info(name) is None] == []


def test_all_that_cfn_lint_lists_are_here() -> None:
    listed = json.loads((files("cfnlint") / "data/AdditionalSpecs/StatefulResources.json").read_text())
    assert listed["ResourceTypes"].keys() - {"AWS::CloudFormation::Stack"} <= STATEFUL.keys()


def test_what_a_deployment_makes_again_holds_nothing() -> None:
    assert holds("AWS::Lambda::Function") is None
    assert holds("AWS::DynamoDB::Table") == "its items"
