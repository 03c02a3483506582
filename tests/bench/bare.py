"""What `ovr apply` is measured against: publish, change set, execute, wait, with boto3 and nothing else.

`python bare.py ENDPOINT STACK BUCKET ROOT_KEY FOLDER`: FOLDER has the objects to publish, named by their keys.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import ClientError

EVERY = {"Delay": 1, "MaxAttempts": 600}


def main(endpoint: str, stack: str, bucket: str, root_key: str, folder: str) -> None:
    """Deploys; raises what boto3 raises."""
    session: Any = boto3.Session(region_name="us-east-1")
    s3 = session.client("s3", endpoint_url=endpoint)
    for file in Path(folder).iterdir():
        try:
            s3.head_object(Bucket=bucket, Key=file.name)
        except ClientError:
            s3.put_object(Bucket=bucket, Key=file.name, Body=file.read_bytes())
    cloudformation = session.client("cloudformation", endpoint_url=endpoint)
    tags = cloudformation.describe_stacks(StackName=stack)["Stacks"][0]["Tags"]
    made = cloudformation.create_change_set(
        StackName=stack,
        ChangeSetName="bare",
        TemplateURL=f"{endpoint}/{bucket}/{root_key}",
        Tags=tags,
        Capabilities=["CAPABILITY_NAMED_IAM"],
        IncludeNestedStacks=True,
    )
    cloudformation.get_waiter("change_set_create_complete").wait(ChangeSetName=made["Id"], WaiterConfig=EVERY)
    cloudformation.execute_change_set(ChangeSetName=made["Id"])
    cloudformation.get_waiter("stack_update_complete").wait(StackName=stack, WaiterConfig=EVERY)


if __name__ == "__main__":
    main(*sys.argv[1:])
