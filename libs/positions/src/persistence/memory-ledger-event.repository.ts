import { mapPage, type Changes, type Page, type PageRequest, type Scope } from '#kernel';
import { hasEqual, isInScope, isWithin, stageInsert, type MemoryStore } from '#persistence';
import type { Turnover } from '../domain/balance.js';
import type { LedgerEvent } from '../domain/ledger-event.js';
import {
  LedgerEventRepository,
  type LedgerFilter,
  type TurnoverFilter,
} from '../domain/ledger-event-repository.js';
import type { Position } from '../domain/position.js';
import { LedgerEventEntity } from './ledger-event.entity.js';
import { fromRow, LEDGER_EVENT_ORDER, LEDGER_EVENT_ORDER_IN_POSITION, toRow } from './ledger-event.rows.js';
import { PositionEntity } from './position.entity.js';
import { toTurnovers } from './turnover.rows.js';

export class MemoryLedgerEventRepository extends LedgerEventRepository {
  constructor(private readonly store: MemoryStore) {
    super();
  }

  append(changes: Changes, event: LedgerEvent): void {
    stageInsert(changes, LedgerEventEntity, toRow(event));
  }

  async listOf(
    scope: Scope,
    { id: positionId, institutionId }: Position,
    { after, before, ...equal }: LedgerFilter,
    page: PageRequest,
  ): Promise<Page<LedgerEvent>> {
    const rows = this.store.page(
      LedgerEventEntity,
      (row) =>
        isInScope(row, scope) &&
        hasEqual(row, { institutionId, positionId, ...equal }) &&
        isWithin(row.createdAt, { after, before }),
      LEDGER_EVENT_ORDER_IN_POSITION,
      page,
    );
    return Promise.resolve(mapPage(rows, fromRow));
  }

  async list(
    scope: Scope,
    { after, before, ...equal }: LedgerFilter,
    page: PageRequest,
  ): Promise<Page<LedgerEvent>> {
    const rows = this.store.page(
      LedgerEventEntity,
      (row) => isInScope(row, scope) && hasEqual(row, equal) && isWithin(row.createdAt, { after, before }),
      LEDGER_EVENT_ORDER,
      page,
    );
    return Promise.resolve(mapPage(rows, fromRow));
  }

  async turnover(scope: Scope, { asOf, ...equal }: TurnoverFilter): Promise<readonly Turnover[]> {
    const positions = this.store.select(
      PositionEntity,
      (row) => isInScope(row, scope) && hasEqual(row, equal),
      ['id'],
    );
    const ids = new Set(positions.map(({ id }) => id));
    const rows = this.store.select(LedgerEventEntity, (row) => ids.has(row.positionId), LEDGER_EVENT_ORDER);
    const moved = rows.map((row) => (asOf === undefined || row.at <= asOf ? row : { ...row, amount: null }));
    return Promise.resolve(toTurnovers(moved));
  }
}
