import { secret as ownSecret } from '@aws-amplify/backend';
backend.worker.addEnvironment('TOKEN', ownSecret('worker/TOKEN'));
backend.worker.addEnvironment('SECOND', ownSecret('SECOND'));
backend.apiFn.addEnvironment('STRIPE_KEY', ownSecret('STRIPE_KEY'));
backend.apiFn.addEnvironment('LIMIT', '3');
