small.grant(backend.worker.resources.lambda, 'dynamodb:DescribeTimeToLive');
backend.worker.resources.lambda.addToRolePolicy(new iam.PolicyStatement({ actions: ['s3:GetObject', 's3:PutObject'], resources: [bucket.arnForObjects('a/*'), open.arnForObjects('a/*')], conditions: { Bool: { 'aws:SecureTransport': true } }, sid: 'Objects' }));
role.addToPolicy(new iam.PolicyStatement({ effect: iam.Effect.DENY, actions: ['s3:*'], resources: ['*'] }));
role.addManagedPolicy(iam.ManagedPolicy.fromAwsManagedPolicyName('AmazonRekognitionReadOnlyAccess'));
machine.addToRolePolicy(new iam.PolicyStatement({ actions: ['sns:Publish'], resources: [topic.topicArn] }));
