import { defineBackend, defineFunction } from '@aws-amplify/backend';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kinesis from 'aws-cdk-lib/aws-kinesis';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as secrets from 'aws-cdk-lib/aws-secretsmanager';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import * as ssm from 'aws-cdk-lib/aws-ssm';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';

const backend = defineBackend({
  worker: defineFunction({ name: 'worker', entry: './fn/handler.ts', resourceGroupName: 'workers' }),
  other: defineFunction({ name: 'other', entry: './fn/handler.ts', resourceGroupName: 'others' }),
});

const infra = backend.createStack('infra');
const key = new kms.Key(infra, 'Key');
const bucket = new s3.Bucket(infra, 'Bucket', { encryptionKey: key });
const open = new s3.Bucket(infra, 'Open');
const table = new dynamodb.Table(infra, 'Table', { partitionKey: { name: 'pk', type: dynamodb.AttributeType.STRING }, encryptionKey: key });
table.addGlobalSecondaryIndex({ indexName: 'byOwner', partitionKey: { name: 'owner', type: dynamodb.AttributeType.STRING } });
const small = new dynamodb.Table(infra, 'Small', { partitionKey: { name: 'pk', type: dynamodb.AttributeType.STRING } });
const queue = new sqs.Queue(infra, 'Queue', { encryptionMasterKey: key });
const topic = new sns.Topic(infra, 'Topic', { masterKey: key });
const bus = new events.EventBus(infra, 'Bus');
const secret = new secrets.Secret(infra, 'Secret', { encryptionKey: key });
const plain = new secrets.Secret(infra, 'Plain');
const parameter = new ssm.StringParameter(infra, 'Parameter', { stringValue: 'x' });
const named = new ssm.StringParameter(infra, 'Named', { parameterName: '/shop/named', stringValue: 'x' });
const stream = new kinesis.Stream(infra, 'Stream', { encryptionKey: key });
const machine = new sfn.StateMachine(infra, 'Machine', { definitionBody: sfn.DefinitionBody.fromChainable(new sfn.Pass(infra, 'Pass')) });
const role = new iam.Role(infra, 'Role', { assumedBy: new iam.ServicePrincipal('states.amazonaws.com') });
