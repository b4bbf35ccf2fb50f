export { AddressList, canonicalAddress } from './address-list.js';
export { Clock, SystemClock } from './clock.js';
export { currencyCodesInUse, findCurrency } from './currency.js';
export { compareDecimals, DECIMAL_PATTERN, isDecimal } from './decimal.js';
export {
  declareFaults,
  declaredFaults,
  DomainError,
  Fault,
  type FaultKind,
  type FieldFault,
} from './domain-error.js';
export { isId, newId, PLATFORM_ID, type IdPrefix } from './ids.js';
export { canonicalJson, type JsonObject, type JsonValue } from './json.js';
export { Money } from './money.js';
export type { HistoryEntry } from './history-entry.js';
export { eachItem, emptyPage, mapPage, type Cursor, type Page, type PageRequest } from './page.js';
export { requirePrecondition, UNCONDITIONAL, type Precondition, type Versions } from './precondition.js';
export { ROLES, type Principal, type Role } from './principal.js';
export { REGIONS, VERTICALS, type Region, type Vertical } from './regions.js';
export { entityTagOf, Reply, type ReplyHeaders } from './reply.js';
export type { IdempotencyKey, RequestContext } from './request-context.js';
export {
  institutionFaults,
  institutionScope,
  narrowScope,
  PLATFORM_SCOPE,
  requireScope,
  scopeOf,
  type Scope,
} from './scope.js';
export { MAX_CLOCK_OFFSET_MS, SETTLED_AGE_MS, SettledHistory } from './settled-history.js';
export {
  CommitRefused,
  Duplicate,
  ExpiredDecision,
  MAX_DECISION_AGE_MS,
  MissingReference,
  StaleVersion,
  StoreUnavailable,
  UnitOfWork,
  type Changes,
} from './unit-of-work.js';
export {
  RowRefused,
  StoreNotEmpty,
  WholeStore,
  type ColumnRule,
  type StoredColumn,
  type StoredRow,
  type StoredTable,
  type StoreFilling,
  type StoreReading,
} from './whole-store.js';
