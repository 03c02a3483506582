const topic = new sns.CfnTopic(backend.stack, 'Alerts', { displayName: 'alerts' });
topic.cfnOptions.deletionPolicy = cdk.CfnDeletionPolicy.RETAIN;
topic.addOverride('DeletionPolicy', 'Retain');
new ssm.CfnParameter(backend.auth.stack, 'PoolParam', { type: 'String', name: '/x/pool', value: backend.auth.resources.userPool.userPoolId, tags: { zz: 'c', aa: 'b' } });
new sqs.CfnQueue(backend.auth.stack, 'Dlq', { messageRetentionPeriod: 3600, tags: [{ key: 'mine', value: 'yes' }, { key: 'Bb', value: 'yes' }] }).addDependency(backend.auth.resources.cfnResources.cfnUserPool);
new apigwv2.CfnApi(backend.stack, 'Http', { name: 'h', protocolType: 'HTTP', tags: { q: 'r' } });
