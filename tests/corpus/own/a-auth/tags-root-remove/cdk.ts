Tags.of(backend.stack).remove('created-by');
Tags.of(backend.stack).add('aaa', '1');
Tags.of(backend.stack).add('Zed', '2', { excludeResourceTypes: ['AWS::Cognito::UserPool'] });
Tags.of(backend.stack).add('OnlyRole', '3', { includeResourceTypes: ['AWS::IAM::Role'] });
