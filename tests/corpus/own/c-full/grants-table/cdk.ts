const t = backend.data.resources.tables;
const f = backend.worker.resources.lambda;
t['Todo'].grantReadWriteData(f);
t['Note'].grantReadData(f);
t['Note'].grant(f, 'dynamodb:PartiQLSelect');
t['Todo'].grantStreamRead(f);
f.addToRolePolicy(new iam.PolicyStatement({ actions: ['dynamodb:Query'], resources: [t['Note'].tableArn + '/index/notesByKind'] }));
t['Note'].grantFullAccess(f);
