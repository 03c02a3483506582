(backend.data.resources.nestedStacks['Todo'].nestedStackResource as CfnStack).overrideLogicalId('TodoStack');
backend.data.resources.cfnResources.amplifyDynamoDbTables['Note'].resource.node.defaultChild;
(backend.data.resources.cfnResources.amplifyDynamoDbTables['Note'].resource as any).overrideLogicalId?.('NotesTbl');
backend.worker.resources.cfnResources.cfnFunction.overrideLogicalId('Worker');
(backend.worker.resources.lambda.role!.node.defaultChild as CfnResource).overrideLogicalId('WorkerRole');
backend.auth.resources.groups['ADMINS'].cfnUserGroup.overrideLogicalId('Admins');
