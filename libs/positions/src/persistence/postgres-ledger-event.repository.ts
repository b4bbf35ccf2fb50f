import {
  emptyPage,
  mapPage,
  narrowScope,
  type Changes,
  type Page,
  type PageRequest,
  type Scope,
} from '#kernel';
import { stageInsert, whereEqual, whereWithin, type PostgresStore } from '#persistence';
import type { SelectQueryBuilder } from 'typeorm';
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
import { turnoverQuery } from './turnover-query.js';
import { toTurnovers, type TurnoverRow } from './turnover.rows.js';

export class PostgresLedgerEventRepository extends LedgerEventRepository {
  constructor(private readonly store: PostgresStore) {
    super();
  }

  append(changes: Changes, event: LedgerEvent): void {
    stageInsert(changes, LedgerEventEntity, toRow(event));
  }

  async listOf(
    scope: Scope,
    { id: positionId, institutionId }: Position,
    filter: LedgerFilter,
    page: PageRequest,
  ): Promise<Page<LedgerEvent>> {
    const narrowed = narrowScope(scope, institutionId);
    if (narrowed === undefined) return emptyPage(page);
    const rows = await this.store.page(
      LedgerEventEntity,
      narrowed,
      (query) => narrow(query, { positionId, ...filter }),
      LEDGER_EVENT_ORDER_IN_POSITION,
      page,
    );
    return mapPage(rows, fromRow);
  }

  async list(scope: Scope, filter: LedgerFilter, page: PageRequest): Promise<Page<LedgerEvent>> {
    const rows = await this.store.page(
      LedgerEventEntity,
      scope,
      (query) => narrow(query, filter),
      LEDGER_EVENT_ORDER,
      page,
    );
    return mapPage(rows, fromRow);
  }

  async turnover(scope: Scope, filter: TurnoverFilter): Promise<readonly Turnover[]> {
    const rows = await this.store.read(LedgerEventEntity, async ({ manager }) =>
      turnoverQuery(manager, scope, filter).getRawMany<TurnoverRow>(),
    );
    return toTurnovers(rows);
  }
}

/** An event is stored at its own moment, and the indexes go by when it was stored. */
function narrow(
  query: SelectQueryBuilder<LedgerEventEntity>,
  { after, before, ...equal }: LedgerFilter & { readonly positionId?: string },
): void {
  whereEqual(query, equal);
  whereWithin(query, 'createdAt', { after, before });
}
