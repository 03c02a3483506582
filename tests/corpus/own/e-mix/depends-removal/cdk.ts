backend.report.resources.lambda.node.addDependency(topic);
table.node.addDependency(queue, topic);
deep.node.addDependency(innerBucket);
inner.addDependency(backend.auth.stack);
(table.node.defaultChild as CfnResource).addOverride('DeletionPolicy', 'RetainExceptOnCreate');
(table.node.defaultChild as CfnResource).addOverride('UpdateReplacePolicy', 'Retain');
(deepTopic.node.defaultChild as CfnResource).overrideLogicalId('DeepTopic');
(queue.node.defaultChild as CfnResource).overrideLogicalId('Q');
