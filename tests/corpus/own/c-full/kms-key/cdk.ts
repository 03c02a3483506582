const key = new kms.CfnKey(backend.stack, 'DataKey', { enableKeyRotation: true, keyPolicy: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { AWS: Fn.sub('arn:${AWS::Partition}:iam::${AWS::AccountId}:root') }, Action: 'kms:*', Resource: '*' }] } });
new kms.CfnAlias(backend.stack, 'DataKeyAlias', { aliasName: 'alias/shop', targetKeyId: key.ref });
backend.storage.resources.cfnResources.cfnBucket.bucketEncryption = { serverSideEncryptionConfiguration: [{ bucketKeyEnabled: true, serverSideEncryptionByDefault: { sseAlgorithm: 'aws:kms', kmsMasterKeyId: key.attrArn } }] };
backend.worker.resources.lambda.addToRolePolicy(new iam.PolicyStatement({ actions: ['kms:Decrypt', 'kms:GenerateDataKey'], resources: [key.attrArn] }));
backend.worker.resources.cfnResources.cfnFunction.kmsKeyArn = key.attrArn;
