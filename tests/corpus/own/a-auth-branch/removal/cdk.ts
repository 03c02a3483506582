backend.auth.resources.cfnResources.cfnUserPoolClient.addOverride('DeletionPolicy', 'Retain');
backend.auth.resources.cfnResources.cfnUserPoolClient.addOverride('UpdateReplacePolicy', 'Retain');
