const w = backend.worker.resources.lambda;
const rule = new events.CfnRule(backend.worker.stack, 'Hourly', { scheduleExpression: 'rate(1 hour)', state: 'ENABLED', targets: [{ id: 'Target0', arn: w.functionArn, input: '{"full":true}' }] });
new lambda.CfnPermission(backend.worker.stack, 'HourlyInvoke', { action: 'lambda:InvokeFunction', functionName: w.functionArn, principal: 'events.amazonaws.com', sourceArn: rule.attrArn });
const alerts = new sns.CfnTopic(backend.stack, 'Alerts', { subscription: [{ protocol: 'lambda', endpoint: w.functionArn }] });
new sns.CfnTopicPolicy(backend.stack, 'AlertsPolicy', { topics: [alerts.ref], policyDocument: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { Service: 's3.amazonaws.com' }, Action: 'sns:Publish', Resource: alerts.ref, Condition: { ArnLike: { 'aws:SourceArn': backend.storage.resources.bucket.bucketArn } } }] } });
new lambda.CfnPermission(backend.stack, 'AlertsInvoke', { action: 'lambda:InvokeFunction', functionName: w.functionName, principal: 'sns.amazonaws.com', sourceArn: alerts.ref });
for (const c of backend.nightly.stack.node.findAll()) if ((c as any).cfnResourceType === 'AWS::Scheduler::Schedule') (c as CfnResource).addPropertyOverride('FlexibleTimeWindow', { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 15 });
