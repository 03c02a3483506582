Tags.of(fn).add('one', '1');
Tags.of(stack).add('all', '2');
new sns.CfnTopic(workers, 'After', {});
