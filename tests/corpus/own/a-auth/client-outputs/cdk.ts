backend.addOutput({ custom: { a: 1, b: 'two', c: [true, null, { d: 'x"y\\z' }], pool: backend.auth.resources.userPool.userPoolArn, mixed: `pre-${backend.auth.resources.userPool.userPoolId}-post`, uni: 'äé' } });
backend.addOutput({ custom: { second: { region: Aws.REGION } } });
backend.addOutput({ geo: { aws_region: 'us-east-1', maps: { items: { m: { style: 'S' } }, default: 'm' } } });
