"""The names by which CDK's constructs call what CloudFormation has as `Ref` or an attribute.

Sources: the constructors of aws-cdk-lib 2.276 (`this.bucketArn = … attrArn`) and, for what Amplify's backends
expose, the tokens recorded in the corpus (`resources.json`).
"""

from __future__ import annotations

from collections.abc import Callable

from ovr.knowledge.types import type_info
from ovr.template.pointer import Json

REF = "Ref"
"""Stands for the reference itself where an attribute name is expected."""

_ATTRIBUTES: dict[str, dict[str, str]] = {
    "AWS::ApiGateway::ApiKey": {"keyId": REF},
    "AWS::ApiGateway::Resource": {"resourceId": REF},
    "AWS::ApiGateway::RestApi": {"restApiId": REF, "restApiRootResourceId": "RootResourceId"},
    "AWS::ApiGateway::Stage": {"stageName": REF},
    "AWS::ApiGateway::UsagePlan": {"usagePlanId": REF},
    "AWS::ApiGatewayV2::Api": {"apiId": REF, "httpApiId": REF, "apiEndpoint": "ApiEndpoint"},
    "AWS::AppSync::ApiKey": {"apiKey": "ApiKey"},
    "AWS::AppSync::FunctionConfiguration": {
        "functionArn": "FunctionArn",
        "functionId": "FunctionId",
        "functionName": "Name",
    },
    "AWS::AppSync::GraphQLApi": {
        "apiId": "ApiId",
        "arn": "Arn",
        "graphqlUrl": "GraphQLUrl",
        "graphQLEndpointArn": "GraphQLEndpointArn",
        "realtimeUrl": "RealtimeUrl",
    },
    "AWS::AppSync::Resolver": {"arn": "ResolverArn"},
    "AWS::CloudFront::Distribution": {
        "distributionId": REF,
        "distributionDomainName": "DomainName",
        "domainName": "DomainName",
    },
    "AWS::CloudWatch::Alarm": {"alarmArn": "Arn", "alarmName": REF},
    "AWS::Cognito::IdentityPool": {"identityPoolId": REF, "identityPoolName": "Name"},
    "AWS::Cognito::UserPool": {
        "userPoolId": REF,
        "userPoolArn": "Arn",
        "userPoolProviderName": "ProviderName",
        "userPoolProviderUrl": "ProviderURL",
    },
    "AWS::Cognito::UserPoolClient": {"userPoolClientId": REF},
    "AWS::Cognito::UserPoolDomain": {"domainName": REF},
    "AWS::Cognito::UserPoolGroup": {"groupName": REF},
    "AWS::Cognito::UserPoolResourceServer": {"userPoolResourceServerId": REF},
    "AWS::DynamoDB::GlobalTable": {
        "tableArn": "Arn",
        "tableId": "TableId",
        "tableName": REF,
        "tableStreamArn": "StreamArn",
    },
    "AWS::DynamoDB::Table": {"tableArn": "Arn", "tableName": REF, "tableStreamArn": "StreamArn"},
    "AWS::EC2::SecurityGroup": {"securityGroupId": "GroupId", "securityGroupVpcId": "VpcId"},
    "AWS::EC2::Subnet": {"subnetId": REF, "subnetVpcId": "VpcId", "subnetAvailabilityZone": "AvailabilityZone"},
    "AWS::EC2::VPC": {
        "vpcId": REF,
        "vpcCidrBlock": "CidrBlock",
        "vpcCidrBlockAssociations": "CidrBlockAssociations",
        "vpcDefaultNetworkAcl": "DefaultNetworkAcl",
        "vpcDefaultSecurityGroup": "DefaultSecurityGroup",
        "vpcIpv6CidrBlocks": "Ipv6CidrBlocks",
    },
    "AWS::EC2::VPCEndpoint": {
        "vpcEndpointCreationTimestamp": "CreationTimestamp",
        "vpcEndpointDnsEntries": "DnsEntries",
        "vpcEndpointId": REF,
        "vpcEndpointNetworkInterfaceIds": "NetworkInterfaceIds",
    },
    "AWS::ECR::Repository": {"repositoryArn": "Arn", "repositoryName": REF},
    "AWS::Events::Archive": {"archiveArn": "Arn", "archiveName": REF},
    "AWS::Events::EventBus": {"eventBusArn": "Arn", "eventBusName": REF},
    "AWS::Events::Rule": {"ruleArn": "Arn", "ruleName": REF},
    "AWS::IAM::AccessKey": {"accessKeyId": REF},
    "AWS::IAM::Group": {"groupArn": "Arn", "groupName": REF},
    "AWS::IAM::InstanceProfile": {"instanceProfileArn": "Arn", "instanceProfileName": REF},
    "AWS::IAM::ManagedPolicy": {"managedPolicyArn": REF},
    "AWS::IAM::Role": {"roleArn": "Arn", "roleId": "RoleId", "roleName": REF},
    "AWS::IAM::User": {"userArn": "Arn", "userName": REF},
    "AWS::KMS::Key": {"keyArn": "Arn", "keyId": REF},
    "AWS::Kinesis::Stream": {"streamArn": "Arn", "streamName": REF},
    "AWS::Lambda::Alias": {"functionArn": REF},
    "AWS::Lambda::EventSourceMapping": {
        "eventSourceMappingArn": "EventSourceMappingArn",
        "eventSourceMappingId": REF,
    },
    "AWS::Lambda::Function": {"functionArn": "Arn", "functionName": REF},
    "AWS::Lambda::LayerVersion": {"layerVersionArn": REF},
    "AWS::Lambda::Url": {"functionArn": "FunctionArn", "url": "FunctionUrl"},
    "AWS::Lambda::Version": {"functionArn": REF, "version": "Version"},
    "AWS::Logs::LogGroup": {"logGroupArn": "Arn", "logGroupName": REF},
    "AWS::OpenSearchService::Domain": {
        "domainArn": "Arn",
        "domainName": REF,
        "domainEndpoint": "DomainEndpoint",
    },
    "AWS::RDS::DBCluster": {"clusterIdentifier": REF, "clusterResourceIdentifier": "DBClusterResourceId"},
    "AWS::RDS::DBInstance": {
        "instanceIdentifier": REF,
        "instanceResourceId": "DbiResourceId",
        "dbInstanceEndpointAddress": "Endpoint.Address",
        "dbInstanceEndpointPort": "Endpoint.Port",
    },
    "AWS::Route53::HostedZone": {"hostedZoneId": REF, "hostedZoneNameServers": "NameServers"},
    "AWS::S3::Bucket": {
        "bucketArn": "Arn",
        "bucketName": REF,
        "bucketDomainName": "DomainName",
        "bucketDualStackDomainName": "DualStackDomainName",
        "bucketRegionalDomainName": "RegionalDomainName",
        "bucketWebsiteUrl": "WebsiteURL",
    },
    "AWS::SNS::Topic": {"topicArn": REF, "topicName": "TopicName"},
    "AWS::SQS::Queue": {"queueArn": "Arn", "queueName": "QueueName", "queueUrl": REF},
    "AWS::SSM::Parameter": {"parameterName": REF, "parameterType": "Type", "stringValue": "Value"},
    "AWS::Scheduler::Schedule": {"scheduleArn": "Arn", "scheduleName": REF},
    "AWS::Scheduler::ScheduleGroup": {"scheduleGroupArn": "Arn"},
    "AWS::SecretsManager::Secret": {"secretArn": REF},
    "AWS::StepFunctions::Activity": {"activityArn": REF, "activityName": "Name"},
    "AWS::StepFunctions::StateMachine": {
        "stateMachineArn": REF,
        "stateMachineName": "Name",
        "stateMachineRevisionId": "StateMachineRevisionId",
    },
    "Custom::AmplifyDynamoDBTable": {"tableArn": "TableArn", "tableStreamArn": "TableStreamArn"},
}


def _table_name_of_arn(arn: Json) -> Json:
    """`arn:…:table/NAME` → NAME: CDK's import of a table by its ARN."""
    resource = {"Fn::Select": [5, {"Fn::Split": [":", arn]}]}
    return {"Fn::Select": [1, {"Fn::Split": ["/", resource]}]}


def _host_of_url(url: Json) -> Json:
    return {"Fn::Select": [2, {"Fn::Split": ["/", url]}]}


_COMPUTED: dict[tuple[str, str], tuple[str, Callable[[Json], Json]]] = {
    ("Custom::AmplifyDynamoDBTable", "tableName"): ("TableArn", _table_name_of_arn),
    ("AWS::S3::Bucket", "bucketWebsiteDomainName"): ("WebsiteURL", _host_of_url),
}
"""What CDK computes from an attribute by intrinsics."""


def cdk_attribute(type_name: str, name: str) -> str | None:
    """`REF` or the CloudFormation attribute that CDK calls `name` on this type; None if there is none such.

    Understands the names of the L2 constructs (`userPoolId`) and those of every L1 (`ref`, `attrArn`). What CDK
    computes from an attribute is not one itself: `cdk_reference` covers that too.
    """
    if name == "ref":
        return REF
    if name.startswith("attr"):
        info = type_info(type_name)
        wanted = name.removeprefix("attr").lower()
        return next((a for a in info.attributes if a.replace(".", "").lower() == wanted), None) if info else None
    return _ATTRIBUTES.get(type_name, {}).get(name)


def cdk_reference(type_name: str, name: str, refer: Callable[[str], Json]) -> Json | None:
    """The value that CDK writes for `name`, where `refer(attribute)` makes the reference to an attribute or REF.

    None if CDK has no such name for this type.
    """
    if (type_name, name) in _COMPUTED:
        attribute, compute = _COMPUTED[type_name, name]
        return compute(refer(attribute))
    found = cdk_attribute(type_name, name)
    return refer(found) if found is not None else None


def cdk_attribute_names(type_name: str) -> list[str]:
    """The names that the L2 construct of this type has, sorted; empty if none are known."""
    computed = [name for owner, name in _COMPUTED if owner == type_name]
    return sorted([*_ATTRIBUTES.get(type_name, {}), *computed])


def spoken_attribute(type_name: str, attribute: str) -> str | None:
    """What to call an attribute before the user: CDK's name of what `Ref` gives, None where CDK has no such name."""
    if attribute != REF:
        return attribute
    return next((name for name in cdk_attribute_names(type_name) if cdk_attribute(type_name, name) == REF), None)
