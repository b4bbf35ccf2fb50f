import { ApiKeyEntity } from '../../../libs/api-keys/src/persistence/api-key.entity.js';
import { AssetEntity } from '../../../libs/assets/src/persistence/asset.entity.js';
import { AssetTemplateEntity } from '../../../libs/assets/src/persistence/asset-template.entity.js';
import { AuditEventEntity } from '../../../libs/audit/src/persistence/audit-event.entity.js';
import { IdempotencyRecordEntity } from '../../../libs/commands/src/persistence/idempotency-record.entity.js';
import { InstitutionEntity } from '../../../libs/institutions/src/persistence/institution.entity.js';
import { InstitutionPolicyEntity } from '../../../libs/policies/src/persistence/institution-policy.entity.js';
import { LedgerEventEntity } from '../../../libs/positions/src/persistence/ledger-event.entity.js';
import { CheckpointEntity } from '../../../libs/seals/src/persistence/checkpoint.entity.js';
import { PositionEntity } from '../../../libs/positions/src/persistence/position.entity.js';
import { PositionEventEntity } from '../../../libs/positions/src/persistence/position-event.entity.js';

/** Every table of the schema, so that one that is forgotten shows in review and in the drift check. */
export const entities = [
  InstitutionEntity,
  ApiKeyEntity,
  AssetTemplateEntity,
  AssetEntity,
  InstitutionPolicyEntity,
  PositionEntity,
  PositionEventEntity,
  LedgerEventEntity,
  AuditEventEntity,
  IdempotencyRecordEntity,
  CheckpointEntity,
];
