deepTopic.grantPublish(backend.py.resources.lambda);
table.grantStreamRead(backend.report.resources.lambda);
table.grantReadWriteData(backend.plainFn.resources.lambda);
innerBucket.grantRead(backend.py.resources.lambda, 'in/*');
queue.grantConsumeMessages(backend.report.resources.lambda);
(backend.py.resources.lambda as lambda.Function).addEnvironment('DEEP', deepTopic.topicArn);
(backend.py.resources.lambda as lambda.Function).addEnvironment('INNER', innerBucket.bucketName);
(backend.plainFn.resources.lambda as lambda.Function).addEnvironment('TABLE', table.tableName);
