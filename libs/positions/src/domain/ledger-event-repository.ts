import type { Changes, Page, PageRequest, Scope } from '#kernel';
import type { Turnover } from './balance.js';
import type { LedgerEvent, LedgerEventKind } from './ledger-event.js';
import type { Position } from './position.js';

export interface LedgerFilter {
  readonly kind?: LedgerEventKind;
  /** Strictly after, strictly before. */
  readonly after?: Date;
  readonly before?: Date;
}

/** The positions whose transfers count, and up to which moment, that moment included; all of them when left out. */
export interface TurnoverFilter {
  readonly assetId?: string;
  readonly holderReference?: string;
  readonly asOf?: Date;
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

  /** What positions moved, in every currency that they are in, whether any of it moved or not. */
  abstract turnover(scope: Scope, filter: TurnoverFilter): Promise<readonly Turnover[]>;
}
