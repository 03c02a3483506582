import { secret as ownSecret } from '@aws-amplify/backend';
backend.storage.resources.bucket.grantRead(backend.worker.resources.lambda);
backend.worker.addEnvironment('TOKEN', ownSecret('TOKEN'));
backend.apiFn.addEnvironment('STRIPE_KEY', ownSecret('STRIPE_KEY'));
backend.auth.resources.userPool.grant(backend.apiFn.resources.lambda, 'cognito-idp:AdminGetUser');
