"""What is deployed beside a result: equal parts are the same objects, and only real differences are left."""

from __future__ import annotations

import copy
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ovr.template.alignment import aligned
from ovr.template.diff import differences, same
from ovr.template.tree import ROOT, Stack, StackTree

QUEUE = {"Type": "AWS::SQS::Queue", "Properties": {"VisibilityTimeout": 30}}
values = st.recursive(
    st.none() | st.booleans() | st.integers(-1, 1) | st.sampled_from(["", "a"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=8,
)


def tree(nested: dict[str, Any], url: str = "https://x/1.json", **root: Any) -> StackTree:
    stack = {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": url}}
    top = Stack(ROOT, "root.json", {"Resources": {"N": stack, "Q": copy.deepcopy(QUEUE)}, **root})
    return StackTree("app", {ROOT: top, "inner": Stack("inner", "inner.json", nested, ROOT, "N")})


def test_what_is_equal_is_the_result_itself() -> None:
    result = tree({"Resources": {"Q": QUEUE}})
    assert aligned(tree({"Resources": {"Q": copy.deepcopy(QUEUE)}}), result) is result


def test_where_a_template_was_published_is_no_difference() -> None:
    result = tree({"Resources": {"Q": QUEUE}}, url="https://x/2.json")
    found = aligned(tree({"Resources": {"Q": {**QUEUE, "Condition": "C"}}}), result)
    assert found.root is result.root
    changed = [*differences(found.stacks["inner"].template, result.stacks["inner"].template)]
    assert [path for path, _, _ in changed] == [("Resources", "Q", "Condition")]


def test_the_url_of_a_stack_that_the_result_has_not_stays() -> None:
    result = StackTree("app", {ROOT: tree({}).root})
    assert aligned(tree({}, url="https://x/9.json"), result).root.resources["N"]["Properties"]["TemplateURL"][-6] == "9"


def test_a_stack_that_is_only_deployed_stays() -> None:
    result = StackTree("app", {ROOT: Stack(ROOT, "root.json", {"Resources": {"Q": QUEUE}})})
    assert [*aligned(tree({"Resources": {"Q": QUEUE}}), result).stacks] == [ROOT, "inner"]


@given(values, values)
def test_alignment_changes_no_value(old: Any, new: Any) -> None:
    result = tree({"Resources": {}, "Metadata": new})
    found = aligned(tree({"Resources": {}, "Metadata": copy.deepcopy(old)}), result).stacks["inner"].template
    assert same(found, {"Resources": {}, "Metadata": old})
    if same(old, new):
        assert found is result.stacks["inner"].template
