"""Policies and roles without a name are called by whose they are."""

from pathlib import Path

import pytest

from ovr.adapters.bases import open_base
from ovr.vocabulary.belonging import belonging
from ovr.vocabulary.resolve import Resolver

BASES = Path(__file__).parents[1] / "bases"


@pytest.mark.parametrize(
    ("app", "construct", "name"),
    [
        ("c-full", "/function/api-fn-lambda/ServiceRole/DefaultPolicy/Resource", "apiFn.lambda's default policy"),
        ("c-full", "/auth/userpoolAccess2/Resource", "apiFn.lambda's policy userpoolAccess2"),
        ("d-large", "/auth/shopAuth/shopAuthUserPool/smsRole/Resource", "auth.userPool's role smsRole"),
        (
            "d-large",
            "/data/shopData/AuthRolePolicy01/Resource",
            "auth.authenticatedUserIamRole's policy AuthRolePolicy01",
        ),
        ("c-full", "/function/SchedulerRoleForTarget-4710c8/DefaultPolicy/Resource", ""),
        ("c-full", "/data/amplifyData/Todo/TodoIAMRole/Resource", ""),
        ("c-full", "/workers/worker-lambda/Resource", ""),
    ],
)
def test_what_it_belongs_to(app: str, construct: str, name: str) -> None:
    base = open_base(str(BASES / app / "cdk.out"), Path.cwd())
    names = Resolver(base.tree, base.names)
    (node,) = names.resources_below(construct)
    assert belonging(names, node.stack, node.logical_id) == name
