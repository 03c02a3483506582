"""Actions with which an identity can give itself the rights of others, if it may use them on any resource.

Reviewed by hand, 2026-11-22. Sources: LANGUAGE.md §4 for the first two; Rhino Security Labs, "AWS IAM Privilege
Escalation – Methods and Mitigation" (2018, with its later additions); Datadog, pathfinding.cloud. Only actions that
are enough alone stand here: those that create something and hand it a role need `iam:PassRole`, which does.
"""

from __future__ import annotations

ESCALATIONS = {
    "iam:PassRole": "hands any role to a service that then acts for it",
    "sts:AssumeRole": "takes any role that trusts the account",
    "iam:AddUserToGroup": "joins any group",
    "iam:AttachGroupPolicy": "gives any group any policy",
    "iam:AttachRolePolicy": "gives any role any policy",
    "iam:AttachUserPolicy": "gives any user any policy",
    "iam:CreateAccessKey": "makes keys for any user",
    "iam:CreateLoginProfile": "gives any user a password",
    "iam:CreatePolicyVersion": "rewrites any policy",
    "iam:DeleteRolePermissionsBoundary": "frees any role of its boundary",
    "iam:DeleteUserPermissionsBoundary": "frees any user of its boundary",
    "iam:PutGroupPolicy": "writes a policy into any group",
    "iam:PutRolePermissionsBoundary": "widens the boundary of any role",
    "iam:PutRolePolicy": "writes a policy into any role",
    "iam:PutUserPermissionsBoundary": "widens the boundary of any user",
    "iam:PutUserPolicy": "writes a policy into any user",
    "iam:SetDefaultPolicyVersion": "goes back to any earlier policy",
    "iam:UpdateAssumeRolePolicy": "lets itself take any role",
    "iam:UpdateLoginProfile": "changes any user's password",
    "cloudformation:UpdateStack": "acts with the role of any stack",
    "codebuild:StartBuild": "acts with the role of any build project",
    "ec2-instance-connect:SendSSHPublicKey": "logs in to any instance and acts with its role",
    "ecs:ExecuteCommand": "runs commands in any task, with its role",
    "glue:UpdateDevEndpoint": "logs in to any endpoint and acts with its role",
    "lambda:UpdateFunctionCode": "runs its own code with the role of any function",
    "lambda:UpdateFunctionConfiguration": "adds its own code, as a layer, to any function",
    "sagemaker:CreatePresignedNotebookInstanceUrl": "opens any notebook and acts with its role",
    "ssm:SendCommand": "runs commands on any instance, with its role",
    "ssm:StartSession": "logs in to any instance and acts with its role",
}
"""Action → what it does on every resource."""
