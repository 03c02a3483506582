const api = backend.data.resources.cfnResources.cfnGraphqlApi;
api.environmentVariables = { POOL: backend.auth.resources.userPool.userPoolId, STAGE: 'dev', FN: backend.search.resources.lambda.functionName };
backend.search.addEnvironment('PAGE_SIZE', '50');
backend.search.addEnvironment('CLIENT', backend.auth.resources.userPoolClient.userPoolClientId);
backend.search.resources.lambda.addToRolePolicy(new iam.PolicyStatement({ actions: ['cognito-idp:ListUsers', 'cognito-idp:AdminGetUser'], resources: [backend.auth.resources.userPool.userPoolArn] }));
api.logConfig = { fieldLogLevel: 'ERROR', excludeVerboseContent: true, cloudWatchLogsRoleArn: backend.search.resources.lambda.role!.roleArn };
