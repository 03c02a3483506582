"""`ovr apply --local`: whole backends deployed to the emulator, overridden, and asked for by their own services."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Callable
from importlib import metadata
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest

from ovr.adapters import local
from ovr.adapters.aws import AwsSession
from ovr.adapters.bases import open_base
from ovr.cli import conversation
from ovr.cli.door import run

ROOT = Path(__file__).parents[2]
BASES = ROOT / "tests" / "bases"
STACK = "amplify-myapp-alice-sandbox-e4625890d4"


def has_emulator() -> bool:
    try:
        return metadata.version("ministack") == local.RELEASE
    except metadata.PackageNotFoundError:
        return False


needs_emulator = pytest.mark.skipif(not has_emulator(), reason="the extra `local` is not installed")
pytestmark = pytest.mark.local

PASSWORDS = """\
version: 1
overrides:
  - id: strong-passwords
    select: auth.cfn.cfnUserPool.Policies
    patch:
      - {op: replace, path: /PasswordPolicy/MinimumLength, value: 10}
  - id: keep-users
    select: auth.userPool
    removalPolicy: RETAIN_ON_UPDATE_OR_DELETE
"""
TABLES = """\
  - id: backups
    select: data.tables.*
    merge: {pointInTimeRecoverySpecification: {pointInTimeRecoveryEnabled: true}}
  - id: search
    select: search.lambda
    environment: {GREETING: hello, USER_POOL_ID: !GetAtt auth.userPool.userPoolId}
"""
WORKER = """\
  - id: worker
    select: worker.lambda
    grant:
      - {actions: [cognito-idp:AdminListUserAuthEvents], on: auth.userPool}
    environment: {USER_POOL_ID: !GetAtt auth.userPool.userPoolId}
  - id: size
    select: worker.cfn.cfnFunction
    merge: {MemorySize: 1024}
  - id: versions
    select: storage.cfn.cfnBucket
    merge: {VersioningConfiguration: {Status: Enabled}}
  - id: known
    select: stack
    resources:
      PoolId:
        Type: AWS::SSM::Parameter
        Properties: {Name: /app/pool, Type: String, Value: !GetAtt auth.userPool.userPoolId}
"""
Project = Callable[[str, str], None]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """Lays out a project with a base and overrides, and goes there."""
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(conversation, "_REPAINT", 0.1)
    monkeypatch.setenv("NO_COLOR", "1")

    def laid_out(base: str, overrides: str) -> None:
        shutil.copytree(BASES / base / "cdk.out", tmp_path / "cdk.out")
        (tmp_path / "overrides.yaml").write_text(overrides, encoding="utf-8")

    return laid_out


def deployed(look: Callable[[AwsSession], Any]) -> Any:
    """What the emulator has, in a run of its own: nothing is remembered but what was saved."""
    with local.running_local(open_base(None, Path.cwd())) as aws:
        return look(aws)


def pool_id(aws: AwsSession) -> str:
    (pool,) = aws.client("cognito-idp").list_user_pools(MaxResults=10)["UserPools"]
    return str(pool["Id"])


def password_length(aws: AwsSession) -> int:
    pool = aws.client("cognito-idp").describe_user_pool(UserPoolId=pool_id(aws))["UserPool"]
    length: int = pool["Policies"]["PasswordPolicy"]["MinimumLength"]
    return length


def function(aws: AwsSession, word: str) -> dict[str, Any]:
    """The one function with the word in its name, which begins with its stack's."""
    (found,) = (each for each in aws.client("lambda").list_functions()["Functions"] if word in each["FunctionName"])
    return dict(found)


@needs_emulator
def test_a_password_policy_is_what_cognito_has(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    project("a-auth", PASSWORDS)
    assert run(["apply", "--local"]) == 0
    said = capsys.readouterr().out
    assert "auth.userPool: Policies.PasswordPolicy.MinimumLength is 10 (read back from cognito-idp)\n" in said
    assert "auth.userPool: DeletionPolicy is RetainExceptOnCreate (read back from cloudformation)\n" in said
    pool = deployed(lambda aws: (pool_id(aws), password_length(aws)))
    assert pool[1] == 10

    assert run(["apply", "--local"]) == 0
    again = capsys.readouterr().out
    assert f"Nothing to do: {STACK} is as the overrides would have it.\n" in again
    assert "Change sets of others" not in again

    Path("overrides.yaml").write_text("version: 1\noverrides: []\n", encoding="utf-8")
    assert run(["apply", "--local"]) == 1
    assert "OVR6009 auth.userPool: DeletionPolicy will keep less" in capsys.readouterr().err
    assert run(["apply", "--local", "--allow-destructive=auth.userPool"]) == 0
    assert "MinimumLength: 10 → 8" in capsys.readouterr().out
    assert deployed(lambda aws: (pool_id(aws), password_length(aws))) == (pool[0], 8)


@needs_emulator
def test_tables_and_functions(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    project("b-data", PASSWORDS + TABLES)
    assert run(["apply", "--local"]) == 0
    said = capsys.readouterr().out
    for name in ("Todo", "Post", "Author", "Comment"):
        now = "{pointInTimeRecoveryEnabled: true} (read back from dynamodb)"
        assert f"data.tables.{name}: pointInTimeRecoverySpecification is {now}\n" in said
    assert "search.lambda: Environment.Variables.GREETING is hello (read back from lambda)\n" in said

    def variables(aws: AwsSession) -> tuple[str, dict[str, str]]:
        return pool_id(aws), function(aws, "-function")["Environment"]["Variables"]

    pool, found = deployed(variables)
    assert (found["GREETING"], found["USER_POOL_ID"]) == ("hello", pool)


@needs_emulator
def test_the_full_app(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    project("c-full", PASSWORDS + WORKER)
    assert run(["apply", "--local"]) == 0
    said = capsys.readouterr().out
    assert "worker.lambda: MemorySize is 1024 (read back from lambda)\n" in said
    assert "storage.bucket: VersioningConfiguration is {Status: Enabled} (read back from s3)\n" in said

    def state(aws: AwsSession) -> None:
        pool, worker = pool_id(aws), function(aws, "-workers")
        assert password_length(aws) == 10
        assert worker["Environment"]["Variables"]["USER_POOL_ID"] == pool
        assert aws.parameter("/app/pool") == pool
        (statement,) = granted(aws, worker["Role"])
        assert statement["Action"] == "cognito-idp:AdminListUserAuthEvents"
        assert statement["Resource"].endswith(f":userpool/{pool}")

    deployed(state)
    assert run(["apply", "--local"]) == 0
    assert f"Nothing to do: {STACK}" in capsys.readouterr().out


def granted(aws: AwsSession, role: str) -> list[dict[str, Any]]:
    """The statements of a role's inline policies."""
    iam, name = aws.client("iam"), role.rpartition("/")[2]
    policies = [
        iam.get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"]
        for policy in iam.list_role_policies(RoleName=name)["PolicyNames"]
    ]
    return [statement for policy in policies for statement in policy["Statement"]]


@needs_emulator
def test_what_fails_is_rolled_back_and_says_whose_it_was(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    taken = """\
  - id: taken
    select: auth.stack
    resources:
      Taken: {Type: AWS::SSM::Parameter, Properties: {Name: /taken, Type: String, Value: mine}}
"""
    project("a-auth", "version: 1\noverrides: []\n")
    assert run(["apply", "--local"]) == 0
    deployed(lambda aws: aws.client("ssm").put_parameter(Name="/taken", Value="theirs", Type="String"))
    Path("overrides.yaml").write_text(PASSWORDS + taken, encoding="utf-8")
    capsys.readouterr()
    assert run(["apply", "--local"]) == 1
    said = capsys.readouterr()
    assert "overrides.yaml:10" in said.err
    assert "already exists" in said.err
    assert deployed(lambda aws: (aws.parameter("/taken"), password_length(aws))) == ("theirs", 8)


@needs_emulator
def test_a_type_that_the_emulator_does_not_have_is_there_by_name(project: Project) -> None:
    google = """\
  - id: google
    select: auth.stack
    resources:
      Google:
        Type: AWS::Cognito::UserPoolIdentityProvider
        Properties:
          UserPoolId: !Ref auth.userPool
          ProviderName: Google
          ProviderType: Google
          ProviderDetails: {client_id: example, authorize_scopes: openid}
"""
    project("a-auth", PASSWORDS + google)
    assert run(["apply", "--local"]) == 0

    def types(aws: AwsSession) -> set[str]:
        nested = next(row for row in aws.cloudformation.resources(STACK) if row.logical_id.startswith("auth"))
        return {row.type for row in aws.cloudformation.resources(nested.physical_id)}

    assert "AWS::Cognito::UserPoolIdentityProvider" in deployed(types)


@needs_emulator
def test_undo_restores(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """Against the emulator as against AWS: by its address, and with an account in the environment."""
    length = "    select: auth.cfn.cfnUserPool.Policies\n    merge: {PasswordPolicy: {MinimumLength: 12}}\n"
    project("a-auth", f"version: 1\noverrides:\n  - id: longer\n{length}")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", local.ACCOUNT)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "local")

    def there_and_back(aws: AwsSession) -> None:
        there = ("--region", "us-east-1", "--endpoint-url", str(aws.endpoint_url))
        assert run(["apply", "--yes", *there]) == 0
        assert password_length(aws) == 12
        assert run(["status", *there]) == 0
        assert run(["undo", "--yes", *there]) == 0
        assert password_length(aws) == 8

    assert run(["apply", "--local", "--file", str(nothing())]) == 0
    deployed(there_and_back)


def nothing() -> Path:
    """A file without overrides."""
    Path("nothing.yaml").write_text("version: 1\noverrides: []\n", encoding="utf-8")
    return Path("nothing.yaml")


@needs_emulator
def test_the_readme_shows_the_end_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    shown = re.search(r"^<!-- end of `ovr apply --local` in (\S+) -->\n```\n(.*?)^```$", readme, re.M | re.S)
    assert shown is not None
    monkeypatch.chdir(shutil.copytree(ROOT / shown[1], tmp_path / "example", ignore=shutil.ignore_patterns(".ovr")))
    monkeypatch.setenv("NO_COLOR", "1")
    assert run(["apply", "--local"]) == 0
    assert capsys.readouterr().out.endswith(shown[2])


@needs_emulator
def test_the_emulator_is_gone_afterwards(project: Project) -> None:
    project("a-auth", PASSWORDS)
    url = deployed(lambda aws: aws.endpoint_url)
    assert url.startswith("http://127.0.0.1:")
    with pytest.raises(OSError, match="refused"):
        urlopen(url, timeout=2)


@needs_emulator
def test_one_command_at_a_time(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    project("a-auth", PASSWORDS)
    assert deployed(lambda aws: run(["apply", "--local"])) == 1
    assert "OVR6014 another command is using the local emulator" in capsys.readouterr().err
    assert run(["apply", "--local"]) == 0


@needs_emulator
def test_it_sees_no_credentials_and_needs_no_proxy(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    project("a-auth", PASSWORDS)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "mine")
    monkeypatch.setenv("AWS_PROFILE", "of-nobody")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    seen: list[dict[str, str]] = []
    started = local.subprocess.Popen

    def starting(*arguments: Any, env: dict[str, str], **options: Any) -> Any:
        seen.append(env)
        return started(*arguments, env=env, **options)

    monkeypatch.setattr(local.subprocess, "Popen", starting)
    assert deployed(lambda aws: aws.caller().account) == local.ACCOUNT
    assert "mine" not in json.dumps(seen)
    assert not {name for name in seen[0] if name.startswith("AWS_")} & set(os.environ) - {"AWS_EC2_METADATA_DISABLED"}


def test_what_is_missing_is_said(
    project: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    project("a-auth", PASSWORDS)

    def absent(name: str) -> str:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(local.metadata, "version", absent)
    assert run(["apply", "--local"]) == 1
    assert "OVR6014 the local emulator is not installed" in capsys.readouterr().err


def test_there_is_one_aws_only(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    project("a-auth", PASSWORDS)
    assert run(["apply", "--local", "--profile", "production"]) == 1
    assert "OVR9002" in capsys.readouterr().err
