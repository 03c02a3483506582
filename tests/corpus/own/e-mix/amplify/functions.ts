import { defineFunction } from '@aws-amplify/backend';
import * as lambda from 'aws-cdk-lib/aws-lambda';
export const preSignUp = defineFunction({ name: 'pre-sign-up', entry: './fn/handler.ts', resourceGroupName: 'auth' });
export const onUpload = defineFunction({ name: 'on_upload', entry: './fn/handler.ts', resourceGroupName: 'storage' });
export const report = defineFunction({ name: 'Report', entry: './fn/handler.ts', resourceGroupName: 'jobs', schedule: 'every 1h' });
export const plain = defineFunction({ name: 'plain-fn', entry: './fn/handler.ts', environment: { AA: '1' } });
export const provided = defineFunction((scope) => new lambda.Function(scope, 'pyfn', {
  handler: 'index.handler', runtime: lambda.Runtime.PYTHON_3_12, code: lambda.Code.fromInline('def handler(e, c): return 1'),
}), { resourceGroupName: 'jobs' });