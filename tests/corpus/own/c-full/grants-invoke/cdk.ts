backend.worker.resources.lambda.grantInvoke(backend.nightly.resources.lambda);
backend.nightly.resources.lambda.grantInvoke(backend.apiFn.resources.lambda);
backend.nightly.addEnvironment('WORKER', backend.worker.resources.lambda.functionName);
backend.apiFn.addEnvironment('WORKER', backend.worker.resources.lambda.functionName);
backend.apiFn.addEnvironment('NIGHTLY_ARN', backend.nightly.resources.lambda.functionArn);
backend.worker.resources.lambda.grantInvoke(backend.resolverFn.resources.lambda);
backend.resolverFn.addEnvironment('WORKER_ARN', backend.worker.resources.lambda.functionArn);
backend.worker.resources.lambda.grantInvoke(backend.auth.resources.groups['ADMINS'].role);
