import { defineBackend } from '@aws-amplify/backend';
import { preSignUp, onUpload, report, plain, provided } from './functions';
import { auth } from './auth/resource';
import { photos, vault } from './storage/resource';
import { NestedStack } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { SqsSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';

const backend = defineBackend({ auth, photos, vault, preSignUp, uploadHandler: onUpload, report, plainFn: plain, py: provided });

const infra = backend.createStack('infra');
const topic = new sns.Topic(infra, 'Topic', {});
const queue = new sqs.Queue(infra, 'Queue', {});
topic.addSubscription(new SqsSubscription(queue));
const table = new dynamodb.Table(infra, 'Table', { partitionKey: { name: 'pk', type: dynamodb.AttributeType.STRING }, stream: dynamodb.StreamViewType.NEW_IMAGE });
const inner = new NestedStack(infra, 'Inner');
const innerBucket = new s3.Bucket(inner, 'Bucket');
const deep = new NestedStack(inner, 'Deep');
const deepTopic = new sns.Topic(deep, 'Topic', { topicName: 'deep' });
deepTopic.grantPublish(backend.plainFn.resources.lambda);
