const p = new CfnParameter(backend.stack, 'Stage', { type: 'String', default: 'dev' });
backend.auth.resources.cfnResources.cfnUserPool.userPoolName = Fn.join('-', ['pool', p.valueAsString]);
backend.auth.resources.cfnResources.cfnUserPoolClient.clientName = p.valueAsString;
const q = new CfnParameter(backend.auth.stack, 'Local', { type: 'Number', default: 5, description: 'local' });
backend.auth.resources.cfnResources.cfnUserPoolClient.addPropertyOverride('RefreshTokenValidity', q.valueAsNumber);
