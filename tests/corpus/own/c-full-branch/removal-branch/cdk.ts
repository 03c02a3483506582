backend.storage.resources.cfnResources.cfnBucket.addOverride("DeletionPolicy","Retain");backend.storage.resources.cfnResources.cfnBucket.addOverride("UpdateReplacePolicy","Retain");
backend.data.resources.cfnResources.amplifyDynamoDbTables['Todo'].applyRemovalPolicy(RemovalPolicy.RETAIN);

backend.worker.resources.cfnResources.cfnFunction.applyRemovalPolicy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE);
backend.auth.resources.userPool.applyRemovalPolicy(RemovalPolicy.DESTROY);

backend.data.resources.cfnResources.cfnGraphqlApi.applyRemovalPolicy(RemovalPolicy.RETAIN);
