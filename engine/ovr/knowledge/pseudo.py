"""Names that CloudFormation itself gives: pseudo parameters, attributes of a resource, sections of a template.

Source: AWS CloudFormation user guide, "Pseudo parameters reference", "Resource attribute reference",
"Template sections".
"""

from __future__ import annotations

PSEUDO_PARAMETERS: frozenset[str] = frozenset(
    {
        "AWS::AccountId",
        "AWS::NoValue",
        "AWS::NotificationARNs",
        "AWS::Partition",
        "AWS::Region",
        "AWS::StackId",
        "AWS::StackName",
        "AWS::URLSuffix",
    }
)
"""What `Ref` names without a declaration."""

RESOURCE_ATTRIBUTES: tuple[str, ...] = (
    "Condition",
    "CreationPolicy",
    "DeletionPolicy",
    "DependsOn",
    "Metadata",
    "UpdatePolicy",
    "UpdateReplacePolicy",
)
"""What may stand beside `Type` and `Properties` in a resource."""

RESOURCE_KEYS: tuple[str, ...] = ("Type", "Properties", *RESOURCE_ATTRIBUTES)
"""All that may stand in a resource."""

TEMPLATE_SECTIONS: tuple[str, ...] = (
    "AWSTemplateFormatVersion",
    "Conditions",
    "Description",
    "Globals",
    "Hooks",
    "Mappings",
    "Metadata",
    "Outputs",
    "Parameters",
    "Resources",
    "Rules",
    "Transform",
)
"""All that may stand at the top of a template (`Globals` by the serverless transform)."""
