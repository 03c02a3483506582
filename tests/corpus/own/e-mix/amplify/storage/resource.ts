import { defineStorage } from '@aws-amplify/backend';
import { onUpload } from '../functions';
export const photos = defineStorage({ name: 'photos', isDefault: true, triggers: { onUpload }, access: (allow) => ({ 'p/*': [allow.authenticated.to(['read']), allow.groups(['staff']).to(['write'])] }) });
export const vault = defineStorage({ name: 'cold-vault', versioned: true });
