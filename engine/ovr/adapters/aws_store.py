"""S3 through boto3."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ovr.adapters.aws import call
from ovr.deploy.port import AwsFailure


@dataclass(frozen=True, slots=True)
class BotoStore:
    """Fills `ObjectStore`."""

    client: Any

    def exists(self, bucket: str, key: str) -> bool:
        try:
            call("HeadObject", lambda: self.client.head_object(Bucket=bucket, Key=key))
        except AwsFailure as failure:
            if failure.kind == "missing":
                return False
            raise
        return True

    def get(self, bucket: str, key: str) -> bytes | None:
        try:
            found: bytes = call(
                "GetObject", lambda: self.client.get_object(Bucket=bucket, Key=key)["Body"].read()
            )
        except AwsFailure as failure:
            if failure.kind == "missing":
                return None
            raise
        return found

    def put(self, bucket: str, key: str, body: bytes, *, overwrite: bool, content_type: str = "") -> bool:
        more = {"ContentType": content_type} if content_type else {}
        if not overwrite:
            more["IfNoneMatch"] = "*"
        try:
            call("PutObject", lambda: self.client.put_object(Bucket=bucket, Key=key, Body=body, **more))
        except AwsFailure as failure:
            if failure.kind == "exists" and not overwrite:
                return False
            raise
        return True

    def keys(self, bucket: str, prefix: str) -> Sequence[str]:
        pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
        return call("ListObjectsV2", lambda: [row["Key"] for page in pages for row in page.get("Contents", ())])
