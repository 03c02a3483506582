new sns.CfnTopic(deep, 'T2', { topicName: 't2', tags: [{ key: 'z', value: 'y' }] });
new sqs.CfnQueue(inner, 'Q2', { kmsMasterKeyId: backend.auth.resources.userPool.userPoolArn });
new ssm.CfnParameter(deep, 'P', { type: 'String', value: backend.photos.resources.bucket.bucketArn });
new ssm.CfnParameter(deep, 'P2', { type: 'String', value: table.tableName });
new ssm.CfnParameter(infra, 'P3', { type: 'String', value: deepTopic.topicArn });
new ssm.CfnParameter(backend.stack, 'P4', { type: 'String', value: innerBucket.bucketName });
new ssm.CfnParameter(backend.report.stack, 'P5', { type: 'String', value: table.tableStreamArn! });
new ssm.CfnParameter(backend.report.stack, 'P6', { type: 'String', value: queue.queueUrl });
new logs.CfnLogGroup(backend.report.stack, 'L', { logGroupName: Fn.join('', ['/aws/lambda/', backend.report.resources.lambda.functionName]) });
