Tags.of(backend.storage.stack).add('pool', backend.auth.resources.userPool.userPoolId);
Tags.of(backend.data.resources.cfnResources.cfnGraphqlApi).add('bucket', Fn.join('-', ['b', backend.storage.resources.bucket.bucketName]));
Tags.of(backend.worker.stack).add('region', Aws.REGION);
