backend.worker.resources.cfnResources.cfnFunction.addPropertyOverride('Environment.Variables.POOL', backend.auth.resources.userPool.userPoolId);
backend.worker.resources.cfnResources.cfnFunction.addPropertyOverride('Environment.Variables.URL', backend.data.graphqlUrl);
backend.worker.resources.cfnResources.cfnFunction.addPropertyOverride('DeadLetterConfig', { TargetArn: Fn.join('', ['arn:aws:sqs:', Aws.REGION, ':', Aws.ACCOUNT_ID, ':', backend.storage.resources.bucket.bucketName]) });
backend.storage.resources.cfnResources.cfnBucket.loggingConfiguration = { destinationBucketName: 'logs', logFilePrefix: 'l/' };
backend.storage.resources.cfnResources.cfnBucket.lifecycleConfiguration = { rules: [{ status: 'Enabled', expirationInDays: 3, prefix: 'tmp/' }] };
backend.auth.resources.cfnResources.cfnUserPool.lambdaConfig = { postConfirmation: backend.postConfirmation.resources.lambda.functionArn, preSignUp: backend.postConfirmation.resources.lambda.functionArn };
const tags = backend.data.resources.cfnResources.cfnGraphqlApi;
tags.addPropertyOverride('LambdaAuthorizerConfig.AuthorizerUri', backend.nightly.resources.lambda.functionArn);
