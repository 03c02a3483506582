const { cfnUserPool } = backend.auth.resources.cfnResources;
backend.stack.templateOptions.description = 'my own';
backend.stack.templateOptions.metadata = { ...backend.stack.templateOptions.metadata, Owner: 'me' };
(backend.stack as any).terminationProtection = true;
