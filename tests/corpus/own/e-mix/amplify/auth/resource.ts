import { defineAuth } from '@aws-amplify/backend';
import { preSignUp, plain } from '../functions';
export const auth = defineAuth({ name: 'members', loginWith: { email: true, phone: true }, groups: ['staff'], triggers: { preSignUp },
  access: (allow) => [allow.resource(plain).to(['manageUsers'])] });