const todo = backend.data.resources.cfnResources.amplifyDynamoDbTables['Note'].resource;
todo.node.addDependency(backend.worker.resources.lambda);
const t = new sns.Topic(backend.storage.stack, 'Topic');
backend.storage.resources.bucket.node.addDependency(t);
backend.nightly.resources.lambda.node.addDependency(backend.apiFn.resources.lambda);
backend.storage.resources.bucket.node.addDependency(backend.auth.stack);
