import { CreateInstitutions1795346400000 } from './1795346400000-create-institutions.js';
import { CreateApiKeys1795346401000 } from './1795346401000-create-api-keys.js';
import { CreateAssets1795346402000 } from './1795346402000-create-assets.js';
import { CreateInstitutionPolicies1795346403000 } from './1795346403000-create-institution-policies.js';
import { CreatePositions1795346404000 } from './1795346404000-create-positions.js';
import { CreatePositionEvents1795346405000 } from './1795346405000-create-position-events.js';
import { CreateLedgerEvents1795346406000 } from './1795346406000-create-ledger-events.js';
import { CreateAuditEvents1795346407000 } from './1795346407000-create-audit-events.js';
import { CreateIdempotencyRecords1795346408000 } from './1795346408000-create-idempotency-records.js';
import { ProtectHistory1795346409000 } from './1795346409000-protect-history.js';
import { IndexAuditEventsByResource1795600000000 } from './1795600000000-index-audit-events-by-resource.js';
import { CreateCheckpoints1796000000000 } from './1796000000000-create-checkpoints.js';

/** Every migration, in the order in which they run. */
export const migrations = [
  CreateInstitutions1795346400000,
  CreateApiKeys1795346401000,
  CreateAssets1795346402000,
  CreateInstitutionPolicies1795346403000,
  CreatePositions1795346404000,
  CreatePositionEvents1795346405000,
  CreateLedgerEvents1795346406000,
  CreateAuditEvents1795346407000,
  CreateIdempotencyRecords1795346408000,
  ProtectHistory1795346409000,
  IndexAuditEventsByResource1795600000000,
  CreateCheckpoints1796000000000,
];
