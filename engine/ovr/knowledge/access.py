"""What `access` means on each type of resource: the statements that CDK's own grant methods make.

Source: aws-cdk-lib 2.276.0, read method by method; each row names its file. That same-account grants leave
resource policies alone: aws-iam/lib/grant.js, `addToPrincipalOrResource`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ovr.template.pointer import Tokens

OWN = "own"
"""The resource's own ARN."""
PATHS = "paths"
"""The ARNs of the given paths below the resource, all of them if none are given."""
INDEXES = "indexes"
"""The ARNs of a table's indexes: those given, else all where CDK knows that there are some."""
VERSIONS = "versions"
"""The resource's own ARN and `:*`."""
EXECUTIONS = "executions"
"""The executions of a state machine."""
EVERYTHING = "*"
KEY = "key"
"""The key that encrypts the resource; without one of the user's own there is no statement."""


@dataclass(frozen=True, slots=True)
class Part:
    """One statement. `via` is the service through which alone a key may be used."""

    actions: tuple[str, ...]
    on: tuple[str, ...] = (OWN,)
    via: str | None = None


Levels = Mapping[str, tuple[Part, ...]]
"""Access level → statements, in CDK's order."""


def _prefixed(service: str, names: str) -> tuple[str, ...]:
    return tuple(f"{service}:{name}" for name in names.split())


def _key(names: str, via: str | None = None) -> Part:
    return Part(_prefixed("kms", names), (KEY,), via)


def _bucket() -> Levels:
    """aws-s3/lib/bucket-grants.js, perms.js."""
    read = _prefixed("s3", "GetObject* GetBucket* List*")
    put = _prefixed(
        "s3", "PutObject PutObjectLegalHold PutObjectRetention PutObjectTagging PutObjectVersionTagging Abort*"
    )
    delete = _prefixed("s3", "DeleteObject*")
    read_key, write_key = "Decrypt DescribeKey", "Encrypt ReEncrypt* GenerateDataKey* Decrypt"
    return {
        "read": (Part(read, (OWN, PATHS)), _key(read_key)),
        "write": (Part(delete + put, (OWN, PATHS)), _key(write_key)),
        "readWrite": (
            Part(read + delete + put, (OWN, PATHS)),
            _key("Decrypt DescribeKey Encrypt ReEncrypt* GenerateDataKey*"),
        ),
        "put": (Part(put, (PATHS,)), _key(write_key)),
        "delete": (Part(delete, (PATHS,)),),
    }


def _table() -> Levels:
    """aws-dynamodb/lib/table-grants.js, perms.js."""
    places = (OWN, INDEXES)
    read = "BatchGetItem Query GetItem Scan ConditionCheckItem"
    write = "BatchWriteItem PutItem UpdateItem DeleteItem"
    stream = Part(_prefixed("dynamodb", "GetRecords GetShardIterator"), places)
    write_key = _key("Decrypt DescribeKey Encrypt ReEncrypt* GenerateDataKey*")
    return {
        "read": (
            _key("Decrypt DescribeKey"),
            Part(_prefixed("dynamodb", f"{read} DescribeTable"), places),
            stream,
        ),
        "write": (Part(_prefixed("dynamodb", f"{write} DescribeTable"), places), write_key),
        "readWrite": (Part(_prefixed("dynamodb", f"{read} {write} DescribeTable"), places), write_key, stream),
    }


def _api() -> Levels:
    """aws-appsync/lib/graphqlapi-base.js; the ARNs end in what the level says, see `GRAPHQL_TYPES`."""
    return {level: (Part(("appsync:GraphQL",), (PATHS,)),) for level in GRAPHQL_TYPES}


GRAPHQL_TYPES = {"query": "Query", "mutate": "Mutation", "subscribe": "Subscription"}
"""Access level of an API → the GraphQL type whose fields it means."""


def _queue() -> Levels:
    """aws-sqs/grants.json."""
    return {
        "send": (
            Part(_prefixed("sqs", "SendMessage GetQueueAttributes GetQueueUrl")),
            _key("Decrypt Encrypt ReEncrypt* GenerateDataKey*"),
        ),
        "consume": (
            Part(
                _prefixed("sqs", "ReceiveMessage ChangeMessageVisibility GetQueueUrl DeleteMessage GetQueueAttributes")
            ),
            _key("Decrypt"),
        ),
    }


def _topic() -> Levels:
    """aws-sns/grants.json."""
    return {
        "publish": (Part(("sns:Publish",)), _key("Decrypt GenerateDataKey*")),
        "subscribe": (Part(("sns:Subscribe",)),),
    }


def _secret() -> Levels:
    """aws-secretsmanager/lib/secret.js: its key may be used through the service only."""
    return {
        "read": (
            Part(_prefixed("secretsmanager", "GetSecretValue DescribeSecret")),
            _key("Decrypt", "secretsmanager"),
        ),
        "write": (
            Part(_prefixed("secretsmanager", "PutSecretValue UpdateSecret UpdateSecretVersionStage")),
            _key("Encrypt ReEncrypt* GenerateDataKey*", "secretsmanager"),
        ),
    }


def _stream() -> Levels:
    """aws-kinesis/lib/stream.js."""
    read = (
        "DescribeStreamSummary GetRecords GetShardIterator ListShards SubscribeToShard DescribeStream ListStreams "
        "DescribeStreamConsumer"
    )
    encrypt = "Encrypt ReEncrypt* GenerateDataKey*"
    return {
        "read": (Part(_prefixed("kinesis", read)), _key("Decrypt")),
        "write": (Part(_prefixed("kinesis", "ListShards PutRecord PutRecords")), _key(encrypt)),
        "readWrite": (Part(_prefixed("kinesis", f"{read} PutRecord PutRecords")), _key(f"Decrypt {encrypt}")),
    }


def _state_machine() -> Levels:
    """aws-stepfunctions/lib/state-machine-grants.js."""
    return {
        "invoke": (Part(("states:StartExecution",)),),
        "read": (
            Part(_prefixed("states", "ListExecutions ListStateMachines")),
            Part(
                _prefixed("states", "DescribeExecution DescribeStateMachineForExecution GetExecutionHistory"),
                (EXECUTIONS,),
            ),
            Part(_prefixed("states", "ListActivities DescribeStateMachine DescribeActivity"), (EVERYTHING,)),
        ),
    }


_KMS_KEY: Levels = {
    "read": (Part(("kms:Decrypt",)),),
    "write": (Part(_prefixed("kms", "Encrypt ReEncrypt* GenerateDataKey*")),),
    "readWrite": (Part(_prefixed("kms", "Decrypt Encrypt ReEncrypt* GenerateDataKey*")),),
}
"""aws-kms/lib/key-grants.js, private/perms.js: decrypt, encrypt, both."""

_PARAMETER: Levels = {
    "read": (Part(_prefixed("ssm", "DescribeParameters GetParameters GetParameter GetParameterHistory")),),
    "write": (Part(("ssm:PutParameter",)),),
}
"""aws-ssm/lib/parameter.js."""

ACCESS: Mapping[str, Levels] = {
    "AWS::S3::Bucket": _bucket(),
    "AWS::DynamoDB::Table": _table(),
    "AWS::DynamoDB::GlobalTable": _table(),
    "Custom::AmplifyDynamoDBTable": _table(),
    "AWS::AppSync::GraphQLApi": _api(),
    "AWS::Lambda::Function": {"invoke": (Part(("lambda:InvokeFunction",), (VERSIONS,)),)},
    "AWS::SQS::Queue": _queue(),
    "AWS::SNS::Topic": _topic(),
    "AWS::Events::EventBus": {"publish": (Part(("events:PutEvents",)),)},
    "AWS::SecretsManager::Secret": _secret(),
    "AWS::SSM::Parameter": _PARAMETER,
    "AWS::KMS::Key": _KMS_KEY,
    "AWS::Kinesis::Stream": _stream(),
    "AWS::StepFunctions::StateMachine": _state_machine(),
}
"""Resource type → what `access` may be there. A user pool has no levels in CDK: `actions` only."""

TABLES = frozenset(name for name in ACCESS if name.endswith(("Table", "DynamoDBTable")))

ENCRYPTION_KEYS: Mapping[str, Tokens] = {
    "AWS::S3::Bucket": tuple(
        "BucketEncryption ServerSideEncryptionConfiguration 0 ServerSideEncryptionByDefault KMSMasterKeyID".split()
    ),
    "AWS::DynamoDB::Table": ("SSESpecification", "KMSMasterKeyId"),
    "AWS::SQS::Queue": ("KmsMasterKeyId",),
    "AWS::SNS::Topic": ("KmsMasterKeyId",),
    "AWS::SecretsManager::Secret": ("KmsKeyId",),
    "AWS::Kinesis::Stream": ("StreamEncryption", "KeyId"),
}
"""Where a type names the key that encrypts it, below `Properties`."""

ROLE_PROPERTIES: Mapping[str, str] = {
    "AWS::Lambda::Function": "Role",
    "AWS::AppSync::DataSource": "ServiceRoleArn",
    "AWS::StepFunctions::StateMachine": "RoleArn",
    "AWS::Cognito::UserPoolGroup": "RoleArn",
}
"""Types that act, or let act, with a role: the property that names it."""

EXPANDED_TO_EVERYTHING = frozenset(
    part.actions for levels in ACCESS.values() for parts in levels.values() for part in parts if EVERYTHING in part.on
)
"""Actions that CDK itself grants on `*`, because they take no resource."""

EXPANSIONS = frozenset(
    part.actions for levels in ACCESS.values() for parts in levels.values() for part in parts if len(part.actions) > 1
)
"""The actions of the statements that an access level makes, as CDK has them: not all of them act on the resource."""
