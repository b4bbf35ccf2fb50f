export { explainFault } from './explain-fault.js';
export {
  hasEqual,
  hasMembers,
  isInScope,
  keyInScope,
  isWithin,
  LISTED,
  whereEqual,
  whereMembers,
  whereWithin,
} from './conditions.js';
export type { MemoryStore } from './memory/memory-store.js';
export { PersistenceModule } from './persistence.module.js';
export type { PostgresStore } from './postgres/postgres-store.js';
export { sslOptions, type Encryption } from './postgres/ssl-options.js';
export { RefusedStatement } from './postgres/sqlstate.js';
export { stageInsert, stageRequire, stageUpdate } from './staged-changes.js';
export {
  COMMIT_OUTCOMES,
  FATES,
  RETRY_REASONS,
  STORE_OPERATIONS,
  type PoolFigures,
  type StoreObserver,
} from './store-observer.js';
export { StoreProbe, type ClockReading, type StoreCondition } from './store-probe.js';
