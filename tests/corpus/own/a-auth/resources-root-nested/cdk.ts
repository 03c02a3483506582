const topic = new sns.CfnTopic(backend.stack, 'Alerts', { displayName: 'alerts' });
new ssm.CfnParameter(backend.auth.stack, 'PoolParam', { type: 'String', name: '/x/pool', value: backend.auth.resources.userPool.userPoolId });
new sqs.CfnQueue(backend.auth.stack, 'Dlq', { messageRetentionPeriod: 3600, tags: [{ key: 'mine', value: 'yes' }] });
new iam.CfnPolicy(backend.stack, 'RolePolicy', { policyName: 'p', roles: [backend.auth.resources.authenticatedUserIamRole.roleName], policyDocument: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'sns:Publish', Resource: topic.ref }] } });
new cognito.CfnUserPoolResourceServer(backend.auth.stack, 'Api', { userPoolId: backend.auth.resources.userPool.userPoolId, identifier: 'api', name: 'api' });
new cloudwatch.CfnAlarm(backend.stack, 'Alarm', { comparisonOperator: 'GreaterThanThreshold', evaluationPeriods: 1, metricName: 'M', namespace: 'N', period: 60, statistic: 'Sum', threshold: 1, alarmActions: [topic.ref], dimensions: [{ name: 'UserPool', value: backend.auth.resources.userPool.userPoolArn }] });
new logs.CfnLogGroup(backend.stack, 'Log', {});
