backend.data.resources.cfnResources.cfnGraphqlApi.environmentVariables = {
  BUCKET: backend.storage.resources.bucket.bucketName,
  TOPIC: `arn:aws:sns:${Aws.REGION}:${Aws.ACCOUNT_ID}:${backend.auth.resources.userPool.userPoolId}`,
};
backend.resolverFn.addEnvironment('DAYS', '30');
