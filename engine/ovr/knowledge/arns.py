"""Which reference to a resource is its ARN.

Sources: AWS's resource schemas, and for those whose `Ref` is the ARN the constructors of aws-cdk-lib 2.276.
"""

from __future__ import annotations

from ovr.knowledge.cdk_attributes import REF
from ovr.knowledge.types import type_info

_ARN_IS_REF = frozenset(
    (
        "AWS::ElasticLoadBalancingV2::LoadBalancer",
        "AWS::IAM::ManagedPolicy",
        "AWS::Lambda::Alias",
        "AWS::Lambda::LayerVersion",
        "AWS::Lambda::Version",
        "AWS::SecretsManager::Secret",
        "AWS::SNS::Topic",
        "AWS::StepFunctions::Activity",
        "AWS::StepFunctions::StateMachine",
    )
)
"""Types whose `Ref` is the ARN, which is what CDK's constructs use."""

_OWN_NAMES = ("TableArn", "FunctionArn", "TopicArn", "ApiArn", "DBClusterArn", "DBInstanceArn")
"""Names of the attribute where it is neither `Arn` nor the only one that ends so."""


def arn_attribute(type_name: str) -> str | None:
    """`Ref` or the attribute that is the ARN of a resource of this type; None where there is none."""
    if type_name in _ARN_IS_REF:
        return REF
    info = type_info(type_name)
    names = [name for name in (info.attributes if info else ()) if name.endswith("Arn")]
    if "Arn" in names:
        return "Arn"
    own = [name for name in names if name in _OWN_NAMES]
    return own[0] if own else names[0] if len(names) == 1 else None


SAMPLES = {
    "AWS::ApiGateway::RestApi": "arn:x:apigateway:x::/restapis/x",
    "AWS::AppSync::GraphQLApi": "arn:x:appsync:x:1:apis/x",
    "AWS::Cognito::IdentityPool": "arn:x:cognito-identity:x:1:identitypool/x",
    "AWS::Cognito::UserPool": "arn:x:cognito-idp:x:1:userpool/x",
    "AWS::DynamoDB::GlobalTable": "arn:x:dynamodb:x:1:table/x",
    "AWS::DynamoDB::Table": "arn:x:dynamodb:x:1:table/x",
    "AWS::Events::EventBus": "arn:x:events:x:1:event-bus/x",
    "AWS::IAM::Role": "arn:x:iam::1:role/x",
    "AWS::KMS::Key": "arn:x:kms:x:1:key/x",
    "AWS::Kinesis::Stream": "arn:x:kinesis:x:1:stream/x",
    "AWS::Lambda::Function": "arn:x:lambda:x:1:function:x",
    "AWS::Logs::LogGroup": "arn:x:logs:x:1:log-group:x:*",
    "AWS::S3::Bucket": "arn:x:s3:::x",
    "AWS::SNS::Topic": "arn:x:sns:x:1:x",
    "AWS::SQS::Queue": "arn:x:sqs:x:1:x",
    "AWS::SSM::Parameter": "arn:x:ssm:x:1:parameter/x",
    "AWS::SecretsManager::Secret": "arn:x:secretsmanager:x:1:secret:x",
    "AWS::StepFunctions::StateMachine": "arn:x:states:x:1:stateMachine:x",
    "Custom::AmplifyDynamoDBTable": "arn:x:dynamodb:x:1:table/x",
}
"""What an ARN of a resource of this type looks like. Source: AWS service authorization reference, resource types."""

_STREAMS = ("StreamArn", "TableStreamArn")
"""Attributes of a table that are the ARN of its stream."""


def sample_arn(type_name: str, attribute: str) -> str | None:
    """What the ARN that an attribute gives looks like; None where it gives no ARN or an unknown one."""
    sample = SAMPLES.get(type_name)
    if sample and attribute in _STREAMS:
        return f"{sample}/stream/x"
    return sample if attribute in ("Arn", *_OWN_NAMES, arn_attribute(type_name)) else None
