new sqs.CfnQueue(backend.worker.stack, 'Q', {});
new dynamodb.CfnTable(backend.data.resources.nestedStacks['Todo'], 'Extra', { keySchema: [{ attributeName: 'pk', keyType: 'HASH' }], attributeDefinitions: [{ attributeName: 'pk', attributeType: 'S' }], billingMode: 'PAY_PER_REQUEST' });
new cognito.CfnIdentityPool(backend.stack, 'Idp', { allowUnauthenticatedIdentities: false });
new cognito.CfnUserPool(backend.data.stack, 'Pool2', {});
new events.CfnRule(backend.stack, 'Rule', { scheduleExpression: 'rate(1 day)', targets: [{ id: 't', arn: backend.nightly.resources.lambda.functionArn }] });
