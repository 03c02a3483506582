new CfnOutput(backend.auth.stack, 'PoolArn', { value: backend.auth.resources.userPool.userPoolArn, exportName: 'pool-arn', description: 'the pool' });
new CfnOutput(backend.stack, 'RootPoolArn', { value: backend.auth.resources.userPool.userPoolArn, exportName: Fn.join('-', [Aws.STACK_NAME, 'arn']) });
new CfnOutput(backend.stack, 'RoleName', { value: backend.auth.resources.authenticatedUserIamRole.roleArn });
new CfnOutput(backend.stack, 'Plain', { value: 'hello' });
const c = new CfnCondition(backend.stack, 'C', { expression: Fn.conditionEquals(Aws.REGION, 'x') });
new CfnOutput(backend.stack, 'Conditional', { value: backend.auth.resources.cfnResources.cfnIdentityPool.ref, condition: c });
