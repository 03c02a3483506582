"""Amplify's secrets: where they are, in a config that other code reads."""

from __future__ import annotations

import pytest

from ovr.compile.secrets import find_secret, write_config
from ovr.errors import Finding, OvrError
from ovr.knowledge.environment import read_config
from ovr.language.values import Tagged
from ovr.spans import Source, Span
from ovr.template.tree import ROOT, Stack, StackTree

SPAN = Span(Source("overrides.yaml", "!Secret KEY"), 1, 1, 1, 12)
KNOWN = '{"KEY":{"path":"/amplify/x/KEY","sharedPath":"/amplify/shared/@me/my-app/KEY"}}'


def tree(name: str, **variables: str) -> StackTree:
    function = {"Type": "AWS::Lambda::Function", "Properties": {"Environment": {"Variables": variables}}}
    return StackTree(name, {ROOT: Stack(ROOT, "t.json", {"Resources": {"F": function}})})


def found(of: StackTree) -> tuple[str, str, list[Finding]]:
    notes: list[Finding] = []
    secret = find_secret(Tagged("!Secret", "KEY", SPAN), of, notes)
    return secret.path, secret.shared, notes


def test_the_path_of_a_sandbox_whose_names_have_no_special_characters() -> None:
    path, shared, notes = found(tree("amplify-myapp-alice-sandbox-e4625890d4"))
    assert (path, shared) == ("/amplify/myapp/alice-sandbox-e4625890d4/KEY", "/amplify/shared/myapp/KEY")
    assert notes == []


def test_the_app_s_full_name_is_taken_from_other_functions() -> None:
    _, shared, notes = found(tree("amplify-memyapp-alice-sandbox-0123456789", AMPLIFY_SSM_ENV_CONFIG=KNOWN))
    assert shared == "/amplify/shared/@me/my-app/KEY"
    assert notes == []


def test_a_name_that_cannot_be_told_for_certain_is_noted() -> None:
    path, shared, notes = found(tree("amplify-myapp-alice-sandbox-0123456789"))
    assert (path, shared) == ("/amplify/myapp/alice-sandbox-0123456789/KEY", "/amplify/shared/myapp/KEY")
    assert [note.code for note in notes] == ["OVR3025"]


def test_a_branch_s_app_is_an_id() -> None:
    path, shared, notes = found(tree("amplify-d1abcdefgh2345-featurex-branch-0123456789"))
    assert path == "/amplify/d1abcdefgh2345/featurex-branch-0123456789/KEY"
    assert (shared, notes) == ("/amplify/shared/d1abcdefgh2345/KEY", [])


def test_no_backend_of_amplify_has_secrets() -> None:
    with pytest.raises(OvrError) as caught:
        found(tree("Shop"))
    assert [finding.code for finding in caught.value.findings] == ["OVR3025"]


@pytest.mark.parametrize("text", ["{", "[]", 1, {"Ref": "X"}, "[" * 100_000])
def test_a_config_that_is_none(text: object) -> None:
    assert read_config({"AMPLIFY_SSM_ENV_CONFIG": text}) is None


def test_a_config_is_written_as_it_was_read() -> None:
    assert write_config(read_config({"AMPLIFY_SSM_ENV_CONFIG": KNOWN}) or {}) == KNOWN
