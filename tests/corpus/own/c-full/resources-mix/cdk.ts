const asg = new autoscaling.CfnAutoScalingGroup(backend.worker.stack, 'Asg', { minSize: '0', maxSize: '1' });
new CfnResource(backend.worker.stack, 'Raw', { type: 'AWS::SNS::Topic', properties: { DisplayName: 'raw' } });
new CfnResource(backend.stack, 'RawCustom', { type: 'Custom::Thing', properties: { ServiceToken: backend.worker.resources.lambda.functionArn, N: 1 } });
new lambda.CfnPermission(backend.worker.stack, 'Perm', { action: 'lambda:InvokeFunction', functionName: backend.worker.resources.lambda.functionArn, principal: 's3.amazonaws.com', sourceArn: backend.storage.resources.bucket.bucketArn });
new cognito.CfnUserPoolGroup(backend.auth.stack, 'Extra', { userPoolId: backend.auth.resources.userPool.userPoolId, groupName: 'extra', roleArn: backend.auth.resources.authenticatedUserIamRole.roleArn });
new kms.CfnKey(backend.stack, 'Key', { keyPolicy: { Statement: [] }, enableKeyRotation: true });
new logs.CfnLogGroup(backend.worker.stack, 'WLog', { retentionInDays: 7, kmsKeyId: undefined, logGroupName: '/aws/lambda/' + backend.worker.resources.lambda.functionName }).applyRemovalPolicy(RemovalPolicy.RETAIN);
