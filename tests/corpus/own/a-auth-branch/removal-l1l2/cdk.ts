backend.auth.resources.userPoolClient.applyRemovalPolicy(RemovalPolicy.RETAIN);
backend.auth.resources.cfnResources.cfnIdentityPool.applyRemovalPolicy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE);
(backend.auth.resources.authenticatedUserIamRole as iam.Role).applyRemovalPolicy(RemovalPolicy.DESTROY);
backend.auth.resources.cfnResources.cfnUserPool.applyRemovalPolicy(RemovalPolicy.RETAIN, { applyToUpdateReplacePolicy: false });
(backend.auth.stack.nestedStackResource as CfnStack).applyRemovalPolicy(RemovalPolicy.RETAIN);
