import { CfnMap, CfnPlaceIndex } from 'aws-cdk-lib/aws-location';
const { authenticatedUserIamRole, unauthenticatedUserIamRole } = backend.auth.resources;
const map = new CfnMap(backend.stack, 'Map', { mapName: 'myMap', description: 'Map', configuration: { style: 'VectorEsriNavigation' }, pricingPlan: 'RequestBasedUsage' });
const index = new CfnPlaceIndex(backend.stack, 'Places', { indexName: 'places', dataSource: 'Here' });
new iam.CfnPolicy(backend.stack, 'GeoPolicy', { policyName: 'GeoPolicy', roles: [authenticatedUserIamRole.roleName, unauthenticatedUserIamRole.roleName], policyDocument: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: ['geo:GetMapTile', 'geo:GetMapSprites', 'geo:GetMapGlyphs', 'geo:GetMapStyleDescriptor'], Resource: map.attrArn }] } });
unauthenticatedUserIamRole.addToPrincipalPolicy(new iam.PolicyStatement({ actions: ['geo:SearchPlaceIndexForText'], resources: [index.attrArn] }));
backend.addOutput({ geo: { aws_region: 'us-east-1', maps: { items: { [map.mapName]: { style: 'VectorEsriNavigation' } }, default: map.mapName }, search_indices: { items: [index.indexName], default: index.indexName } }, custom: { poolArn: backend.auth.resources.userPool.userPoolArn } });
