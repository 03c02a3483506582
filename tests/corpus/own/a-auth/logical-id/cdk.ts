backend.auth.resources.cfnResources.cfnUserPool.overrideLogicalId('Pool');
backend.auth.resources.cfnResources.cfnIdentityPool.overrideLogicalId('IdP');
