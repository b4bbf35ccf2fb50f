export { ApiKeysModule } from './api-keys.module.js';
export { Authenticator } from './authenticator.js';
export { AuthenticationRefused } from './domain/authentication-refused.js';
