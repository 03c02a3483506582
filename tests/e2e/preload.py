"""What the processes of experiments have read before they are forked: modules, and boto3's descriptions of services.

These are read once for all sessions then, which changes nothing but the time.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import tests.e2e.experiment  # noqa: F401
from botocore.loaders import JSONFileLoader

import ovr.adapters.deployable
import ovr.cli.conversation
import ovr.cli.records
import ovr.deploy.apply
import ovr.deploy.resume
import ovr.render.text  # noqa: F401
from ovr.adapters.aws import AwsSession
from ovr.cli.app import command

_read = JSONFileLoader.load_file


@cache
def _read_once(path: str) -> Any:
    return _read(JSONFileLoader(), path)


JSONFileLoader.load_file = lambda _, path: _read_once(path)
command()
for service in ("sts", "cloudformation", "s3", "ssm"):
    AwsSession(region="us-east-1").client(service)
