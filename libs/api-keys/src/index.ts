export { ApiKeysModule } from './api-keys.module.js';
export { Authenticator } from './authenticator.js';
