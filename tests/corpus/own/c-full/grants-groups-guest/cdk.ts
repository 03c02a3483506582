backend.auth.resources.groups['ADMINS'].role.addManagedPolicy(iam.ManagedPolicy.fromAwsManagedPolicyName('CloudWatchReadOnlyAccess'));
(backend.auth.resources.groups['EVERYONE'].role as iam.Role).addToPolicy(new iam.PolicyStatement({ actions: ['cognito-identity:GetId'], resources: ['*'] }));
backend.auth.resources.unauthenticatedUserIamRole.addToPrincipalPolicy(new iam.PolicyStatement({ actions: ['geo:SearchPlaceIndexForText'], resources: [`arn:aws:geo:${backend.stack.region}:${backend.stack.account}:place-index/shop`] }));
backend.auth.resources.userPool.grant(backend.auth.resources.groups['ADMINS'].role, 'cognito-idp:AdminGetUser', 'cognito-idp:ListUsers');
(backend.data.resources.cfnResources.cfnRoles['TodoIAMRole'] as any).permissionsBoundary = 'arn:aws:iam::123456789012:policy/Boundary';
backend.storage.resources.bucket.addToResourcePolicy(new iam.PolicyStatement({ effect: iam.Effect.DENY, principals: [new iam.AnyPrincipal()], actions: ['s3:*'], resources: [backend.storage.resources.bucket.arnForObjects('*')], conditions: { Bool: { 'aws:SecureTransport': 'false' } } }));
