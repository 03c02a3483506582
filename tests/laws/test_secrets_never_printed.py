"""Whatever is asked, in whatever form: a secret that stands in the overrides or in the base is never in the answer."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "cases"))

from harness import run_command  # noqa: E402

BY_PLACE = "zq Planted 7f3e"
"""Nothing but where it stands says that this is a secret."""
BY_FORM = "AKIA" + "PLANTEDPLANTED77"
LONG = "zq-Planted-" + "0123456789 abcdef" * 30
KEY = "-----BEGIN " + "PRIVATE KEY-----\\nMIIzqPlanted\\n-----END " + "PRIVATE KEY-----"
PLANTED = ("Planted", "PLANTED", "7f3e")

PLAN = "version: 1\noverrides:\n"
FUNCTION = "data.cfn.cfnFunctions"
PLACES = {
    "variable": "  - {select: worker.lambda, environment: {DB_PASSWORD: %s}}",
    "variable in a block": "  - select: worker.lambda\n    environment:\n      DB_PASSWORD: %s\n",
    "variable of another type": "  - {select: worker.lambda, environment: {DB_PASSWORD: [%s]}}",
    "merged variable": "  - {select: worker.lambda, merge: {environment: {variables: {DB_PASSWORD: %s}}}}",
    "merged variable, spelt right": "  - {select: worker.lambda, merge: {Environment: {Variables: {DB_PASSWORD: %s}}}}",
    "patch": "  - select: worker.lambda\n    patch:\n"
    "      - {op: add, path: /Properties/Environment/Variables/DB_PASSWORD, value: %s}\n",
    "patch in lines": "  - select: worker.lambda\n    patch:\n      - op: add\n"
    "        path: /Properties/Environment/Variables/DB_PASSWORD\n        value: %s\n",
    "patch that leads nowhere": "  - select: worker.lambda\n    patch:\n"
    "      - {op: replace, path: /Properties/Nowhere/DB_PASSWORD, value: %s}\n",
    "test that fails": "  - select: worker.lambda\n    patch:\n"
    "      - {op: test, path: /Properties/Environment/Variables/DB_PASSWORD, value: %s}\n",
    "misspelt kind": "  - {select: worker.lambda, enviroment: {DB_PASSWORD: %s}}",
    "misspelt selector": "  - {select: wrker.lambda, environment: {DB_PASSWORD: %s}}",
    "kind of the wrong type": "  - {select: worker.lambda, removalPolicy: {password: %s}}",
    "field": "  - {select: worker.lambda, removalPolicy: RETAIN, password: %s}",
    "broken YAML": "  - select: worker.lambda\n    environment:\n      DB_PASSWORD: %s: x\n",
    "never closed": "  - {select: worker.lambda, environment: {DB_PASSWORD: %s}",
    "write-only property": "  - select: stack\n    resources:\n      Db:\n        Type: AWS::RDS::DBInstance\n"
    "        Properties: {DBInstanceClass: db.t4g.micro, MasterUserPassword: %s}\n",
    "unknown property of a new resource": "  - select: stack\n    resources:\n      Db:\n"
    "        Type: AWS::SQS::Queue\n        Properties: {ApiKey: %s}\n",
    "NoEcho parameter": "  - select: auth.stack\n    merge:\n"
    "      Parameters: {Pin: {Type: String, NoEcho: true, Default: %s}}\n",
    "NoEcho parameter, wrongly": "  - select: auth.stack\n    merge:\n"
    "      Parameters: {Pin: {Type: String, NoEcho: true, Default: %s, Nonsense: 1}}\n      Nonsense: {}\n",
    "given to a NoEcho parameter": "  - select: auth.stack\n"
    "    merge: {Parameters: {Pin: {Type: String, NoEcho: true}}}\n"
    "  - select: /auth.NestedStack/auth.NestedStackResource\n    merge: {Parameters: {Pin: %s}}\n",
    "given to a NoEcho parameter, wrongly": "  - select: auth.stack\n"
    "    merge: {Parameters: {Pin: {Type: String, NoEcho: true}}}\n"
    "  - select: /auth.NestedStack/auth.NestedStackResource\n    merge: {Parameters: {Pin: %s}, Nonsense: 1}\n",
    "tag": "  - {select: worker.lambda, tags: {access_token: %s}}",
    "list of variables": "  - select: stack\n    resources:\n      Build:\n        Type: AWS::CodeBuild::Project\n"
    "        Properties: {Environment: {EnvironmentVariables: [{Name: API_KEY, Value: %s}]}}\n",
}
ANYWHERE = {
    "reason": "  - {select: worker.lambda, removalPolicy: RETAIN, reason: see %s}",
    "owner": "  - {select: worker.lambda, removalPolicy: RETAIN, owner: %s, expires: 2026-11-25}",
    "description": "  - {select: worker.lambda, merge: {Description: uses %s}}",
    "output": "  - {select: stack, outputs: {Out: {Value: %s}}}",
    "list": "  - {select: worker.lambda, merge: {Layers: [%s]}}",
    "intrinsic": '  - {select: worker.lambda, merge: {Description: !Join ["", ["x", %s]]}}',
    "selector": "  - {select: worker.lambdaa.%s, removalPolicy: RETAIN}",
    "enumeration": "  - {select: worker.lambda, merge: {PackageType: %s}}",
    "twice": "  - {select: worker.lambda, id: %s, removalPolicy: RETAIN}\n"
    "  - {select: worker.lambda, id: %s, tags: {a: b}}",
}
COMMANDS = [
    ["plan"],
    ["plan", "--verbose", "--raw", "--strict"],
    ["plan", "--format", "json", "--out", "saved.json"],
    ["validate"],
    ["validate", "--format", "json"],
    ["validate", "--format", "sarif"],
    ["validate", "--format", "junit", "--strict"],
    ["render", "--out", "out"],
    ["render", "--out", "out2", "--unchecked"],
    ["explain", "worker.lambda", "--verbose"],
    ["explain", "auth.stack"],
    ["resources", "--json", "worker"],
]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "bases" / "c-full" / "cdk.out", tmp_path / ".amplify" / "artifacts" / "cdk.out")
    (tmp_path / ".git").mkdir()
    return tmp_path


def answers(project: Path) -> str:
    """All that is said to every command, and the plan that is saved."""
    said = "".join(run_command(command, project)[1] for command in COMMANDS)
    saved = project / "saved.json"
    return said + (saved.read_text(encoding="utf-8") if saved.exists() else "")


def assert_hidden(said: str) -> None:
    shown = [line for line in said.splitlines() if any(part in line for part in PLANTED)]
    assert not shown, "\n".join(shown)


@pytest.mark.parametrize("place", PLACES)
def test_a_secret_by_its_place(place: str, project: Path) -> None:
    (project / "overrides.yaml").write_text(PLAN + PLACES[place].replace("%s", BY_PLACE), encoding="utf-8")
    assert_hidden(answers(project))


@pytest.mark.parametrize("secret", [LONG, f'"{KEY}"', f"'it''s {BY_PLACE}'"], ids=["long", "key", "quoted"])
@pytest.mark.parametrize("place", ["variable", "test that fails", "never closed", "NoEcho parameter"])
def test_a_secret_in_another_form(place: str, secret: str, project: Path) -> None:
    (project / "overrides.yaml").write_text(PLAN + PLACES[place].replace("%s", secret), encoding="utf-8")
    assert_hidden(answers(project))


@pytest.mark.parametrize("place", ANYWHERE)
def test_a_secret_by_its_form_wherever_it_stands(place: str, project: Path) -> None:
    (project / "overrides.yaml").write_text(PLAN + ANYWHERE[place].replace("%s", BY_FORM), encoding="utf-8")
    assert_hidden(answers(project))


@pytest.mark.parametrize(
    "patch",
    ["{op: test, path: /Parameters/Pin/Default, value: x}", "{op: add, path: /Parameters/Pin/Default/x, value: 1}"],
)
def test_a_secret_of_the_base(patch: str, project: Path) -> None:
    template = next((project / ".amplify/artifacts/cdk.out").glob("*auth*.nested.template.json"))
    content = json.loads(template.read_text(encoding="utf-8"))
    content["Parameters"] = {
        **content.get("Parameters", {}),
        "Pin": {"Type": "String", "NoEcho": True, "Default": BY_PLACE},
    }
    template.write_text(json.dumps(content), encoding="utf-8")
    (project / "overrides.yaml").write_text(f"{PLAN}  - select: auth.stack\n    patch: [{patch}]\n", encoding="utf-8")
    said = answers(project)
    assert "/Parameters/Pin/Default" in said
    assert_hidden(said)


@pytest.mark.parametrize(
    "value",
    [
        "{environment: {DB_PASSWORD: '{{resolve:secretsmanager:shop-database}}'}}",
        "{environment: {DB_PASSWORD: !Ref shop-database}}",
        "{environment: {shop-database: x}}",
    ],
)
def test_where_a_secret_is_kept_is_no_secret(value: str, project: Path) -> None:
    entry = f"  - {{select: worker.lambda, {value[1:-1]}}}"
    (project / "overrides.yaml").write_text(PLAN + entry, encoding="utf-8")
    assert "shop-database" in run_command(["plan"], project)[1]
