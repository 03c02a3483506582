(backend.stack as any).terminationProtection = true;
backend.stack.templateOptions.description = 'Prod backend';
backend.auth.stack.templateOptions.description = 'nested';
