Tags.of(backend.auth.resources.cfnResources.cfnIdentityPool).add('k', 'v');
backend.auth.resources.cfnResources.cfnUserPool.tags.setTag('direct', 'd', 50);
Tags.of(backend.auth.resources.authenticatedUserIamRole).add('with space', 'x:y/z=@');
Tags.of(backend.auth.resources.authenticatedUserIamRole).add('Created-by', 'x');
Tags.of(backend.auth.resources.unauthenticatedUserIamRole).add('created-by', 'me');
Tags.of(backend.auth.resources.unauthenticatedUserIamRole).remove('amplify:deployment-type');
