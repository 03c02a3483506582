const { cfnGraphqlApi, amplifyDynamoDbTables, cfnApiKey, cfnDataSources, cfnResolvers } = backend.data.resources.cfnResources;
cfnGraphqlApi.additionalAuthenticationProviders = [{ authenticationType: 'API_KEY' }, { authenticationType: 'AWS_IAM' }, { authenticationType: 'OPENID_CONNECT', openIdConnectConfig: { issuer: 'https://idp.example.com' } }];
cfnGraphqlApi.resolverCountLimit = 100;
cfnApiKey!.expires = 1800000000;
for (const table of Object.values(amplifyDynamoDbTables)) { table.pointInTimeRecoveryEnabled = true; table.deletionProtectionEnabled = true; }
amplifyDynamoDbTables['Post'].setGlobalSecondaryIndexProvisionedThroughput('postsByStatusAndCreatedOn', { readCapacityUnits: 2, writeCapacityUnits: 2 });
cfnDataSources['FnSearchPostsLambdaDataSource'].description = 'search';
cfnResolvers['Query.listTodos'].addPropertyOverride('MetricsConfig', 'ENABLED');
