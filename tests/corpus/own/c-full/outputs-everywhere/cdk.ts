new CfnOutput(backend.stack, 'TodoArn', { value: backend.data.resources.tables['Todo'].tableArn, description: 'todo', exportName: 'todo-arn' });
new CfnOutput(backend.data.resources.nestedStacks['Todo'], 'PoolFromTodo', { value: backend.auth.resources.userPool.userPoolArn });
new CfnOutput(backend.storage.stack, 'Bucket', { value: Fn.join('', ['s3://', backend.storage.resources.bucket.bucketName, '/']) });
new CfnOutput(backend.auth.stack, 'TodoName', { value: 'nothing' });
new CfnOutput(backend.stack, 'Endpoint', { value: Fn.select(2, Fn.split('/', backend.data.graphqlUrl)) });
new CfnOutput(backend.stack, 'BucketDomain', { value: backend.storage.resources.bucket.bucketRegionalDomainName });
new CfnOutput(backend.worker.stack, 'Mixed', { value: `${backend.auth.resources.userPool.userPoolId}/${backend.auth.resources.userPoolClient.userPoolClientId}/${Aws.REGION}` });
backend.addOutput({ custom: { tables: { todo: backend.data.resources.tables['Todo'].tableName }, fn: backend.worker.resources.lambda.functionName, list: [backend.storage.resources.bucket.bucketArn] } });
