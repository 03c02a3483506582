"""A small backend to deploy: a root with a queue, a nested stack with a queue and a function's code as a folder."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ovr.template.assets import nested_hash, sha256, template_text

STACK = "amplify-small-alice-sandbox-0123456789"
TAGS = {"amplify:deployment-type": "sandbox", "created-by": "amplify"}
_BUCKET = "cdk-hnb659fds-assets-${AWS::AccountId}-${AWS::Region}"
BUCKET = "cdk-hnb659fds-assets-123456789012-us-east-1"


def nested_template() -> dict[str, Any]:
    queue = {"VisibilityTimeout": 30, "QueueName": "jobs"}
    parameter = {"Name": "/small/limit", "Type": "String", "Value": "10"}
    return {
        "Resources": {
            "Jobs": _resource("AWS::SQS::Queue", "function/Jobs", **queue),
            "Limit": _resource("AWS::SSM::Parameter", "function/Limit", **parameter),
        },
        "Outputs": {"JobsUrl": {"Value": {"Ref": "Jobs"}}},
    }


def root_template(nested: dict[str, Any]) -> dict[str, Any]:
    place = f"https://s3.${{AWS::Region}}.${{AWS::URLSuffix}}/{_BUCKET}/{nested_hash(nested)}.json"
    path = "function.NestedStack/function.NestedStackResource"
    stack = _resource("AWS::CloudFormation::Stack", path, TemplateURL={"Fn::Sub": place})
    stack["Metadata"]["aws:asset:path"] = "function.nested.template.json"
    stack["Metadata"]["aws:asset:property"] = "TemplateURL"
    return {
        "Resources": {
            "Mails": _resource("AWS::SQS::Queue", "Mails", VisibilityTimeout=30),
            "functionNestedStack": stack,
        },
        "Outputs": {"Jobs": {"Value": {"Fn::GetAtt": ["functionNestedStack", "Outputs.JobsUrl"]}}},
    }


def _resource(type_name: str, path: str, **properties: Any) -> dict[str, Any]:
    return {"Type": type_name, "Properties": properties, "Metadata": {"aws:cdk:path": f"{STACK}/{path}"}}


def small_assembly(folder: Path, *, nested: dict[str, Any] | None = None, tags: dict[str, str] = TAGS) -> Path:
    """Writes the assembly, with its asset, into `folder` and gives that."""
    nested = nested or nested_template()
    root = root_template(nested)
    folder.mkdir(parents=True, exist_ok=True)
    code = folder / f"asset.{'a' * 64}"
    code.mkdir(exist_ok=True)
    (code / "index.mjs").write_text("export const handler = async () => 'ok';\n", encoding="utf-8")
    (folder / "function.nested.template.json").write_text(template_text(nested), encoding="utf-8")
    (folder / f"{STACK}.template.json").write_text(template_text(root), encoding="utf-8")
    hashes = ("a" * 64, nested_hash(nested), sha256(template_text(root)))
    files = {
        hashes[0]: _file("the code", f"asset.{hashes[0]}", "zip", f"{hashes[0]}.zip"),
        hashes[1]: _file("function", "function.nested.template.json", "file", f"{hashes[1]}.json"),
        hashes[2]: _file("root", f"{STACK}.template.json", "file", f"{hashes[2]}.json"),
    }
    (folder / f"{STACK}.assets.json").write_text(json.dumps({"version": "48.0.0", "files": files}), encoding="utf-8")
    properties = {
        "templateFile": f"{STACK}.template.json",
        "terminationProtection": False,
        "tags": tags,
        "stackTemplateAssetObjectUrl": f"s3://{_BUCKET}/{sha256(template_text(root))}.json",
        "requiresBootstrapStackVersion": 6,
        "bootstrapStackVersionSsmParameter": "/cdk-bootstrap/hnb659fds/version",
    }
    artifacts = {
        f"{STACK}.assets": {"type": "cdk:asset-manifest", "properties": {"file": f"{STACK}.assets.json"}},
        STACK: {
            "type": "aws:cloudformation:stack",
            "environment": "aws://unknown-account/unknown-region",
            "properties": properties,
            "dependencies": [f"{STACK}.assets"],
            "displayName": STACK,
        },
    }
    (folder / "manifest.json").write_text(json.dumps({"version": "48.0.0", "artifacts": artifacts}), encoding="utf-8")
    return folder


def _file(name: str, path: str, packaging: str, key: str) -> dict[str, Any]:
    place = {"bucketName": _BUCKET, "objectKey": key}
    return {
        "displayName": name,
        "source": {"path": path, "packaging": packaging},
        "destinations": {"current_account-current_region": place},
    }
