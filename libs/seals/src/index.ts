export { toShownCheckpoint } from './domain/checkpoint.js';
export type { TrustedKeys } from './domain/seal-keys.js';
export { SealRounds } from './seal-rounds.js';
export { SealsModule } from './seals.module.js';
export { SealsOptions } from './seals-options.js';
export { SealsVerificationModule } from './seals-verification.module.js';
export { SealsVerifier, type VerifiedCheckpoint } from './seals-verifier.js';
