backend.storage.resources.cfnResources.cfnBucket.addDependency(backend.auth.resources.cfnResources.cfnUserPool);
backend.auth.resources.cfnResources.cfnIdentityPool.node.addDependency(backend.auth.resources.userPoolClient);
backend.data.resources.cfnResources.cfnGraphqlApi.node.addDependency(backend.resolverFn.resources.lambda);
backend.data.resources.nestedStacks['Todo'].addDependency(backend.data.resources.nestedStacks['Note']);
backend.worker.resources.lambda.node.addDependency(backend.storage.resources.bucket);
