Tags.of(backend.data.resources.nestedStacks['Post']).add('x', 'y');
backend.data.resources.nestedStacks['Comment'].node.addDependency(backend.data.resources.nestedStacks['Author']);
backend.data.resources.cfnResources.cfnResolvers['Query.getTodo'].addDependency(backend.data.resources.cfnResources.cfnDataSources['TodoTable'] as any);
backend.data.resources.cfnResources.cfnRoles['TodoIAMRole'].addDependency(backend.search.resources.cfnResources.cfnFunction);
backend.data.resources.cfnResources.amplifyDynamoDbTables['Comment'].resource.node.addDependency(backend.data.resources.cfnResources.amplifyDynamoDbTables['Todo'].resource);
new appsync.CfnResolver(backend.data.resources.nestedStacks['Todo'], 'Extra', { apiId: backend.data.apiId, typeName: 'Query', fieldName: 'extra', dataSourceName: backend.data.resources.cfnResources.cfnDataSources['TodoTable'].attrName });
new appsync.CfnDataSource(backend.data.stack, 'LogsDs', { apiId: backend.data.apiId, name: 'Logs', type: 'NONE' });
