export { LedgerHistory } from './ledger-history.js';
export { LedgerModule } from './ledger.module.js';
export { PositionsModule } from './positions.module.js';
export { StandingService } from './standing.service.js';
export { VerificationModule } from './verification.module.js';
export { VerificationService, type VerifiedPosition } from './verification.service.js';
