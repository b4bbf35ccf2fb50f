export { explainFault } from './explain-fault.js';
export {
  hasEqual,
  hasMembers,
  isInScope,
  isWithin,
  LISTED,
  whereEqual,
  whereMembers,
  whereWithin,
} from './conditions.js';
export type { MemoryStore } from './memory/memory-store.js';
export { PersistenceModule } from './persistence.module.js';
export type { PostgresStore } from './postgres/postgres-store.js';
export { stageInsert, stageRequire, stageUpdate } from './staged-changes.js';
export { StoreProbe } from './store-probe.js';
