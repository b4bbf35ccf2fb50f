import type { Changes, Page, PageRequest, Scope } from '#kernel';
import type { LedgerEvent, LedgerEventKind } from './ledger-event.js';
import type { Position } from './position.js';

export interface LedgerFilter {
  readonly kind?: LedgerEventKind;
}

export abstract class LedgerEventRepository {
  abstract append(changes: Changes, event: LedgerEvent): void;

  /** The ledger events of one position, in the order of its steps. */
  abstract listOf(
    scope: Scope,
    position: Position,
    filter: LedgerFilter,
    page: PageRequest,
  ): Promise<Page<LedgerEvent>>;

  /** Ledger events of all positions, by creation. */
  abstract list(scope: Scope, filter: LedgerFilter, page: PageRequest): Promise<Page<LedgerEvent>>;
}
