const stage = new CfnParameter(backend.stack, 'Stage', { type: 'String', default: 'dev', allowedValues: ['dev', 'prod'] });
const level = new CfnParameter(backend.worker.stack, 'LogLevel', { default: 'info' });
const prod = new CfnCondition(backend.worker.stack, 'IsProd', { expression: Fn.conditionEquals(stage.valueAsString, 'prod') });
const fn = backend.worker.resources.cfnResources.cfnFunction;
backend.worker.addEnvironment('STAGE', stage.valueAsString);
backend.worker.addEnvironment('LEVEL', level.valueAsString);
fn.addPropertyOverride('ReservedConcurrentExecutions', Fn.conditionIf('IsProd', 10, { Ref: 'AWS::NoValue' }));
backend.storage.resources.cfnResources.cfnBucket.addPropertyOverride('Tags.0.Value', 'amplify');
new CfnOutput(backend.worker.stack, 'Level', { value: level.valueAsString, condition: prod });
