import { compareDecimals, mapPage, type Changes, type Page, type PageRequest, type Scope } from '#kernel';
import { hasEqual, isInScope, isWithin, stageInsert, stageUpdate, type MemoryStore } from '#persistence';
import type { Position } from '../domain/position.js';
import type { PositionWithEvents } from '../domain/position-event.js';
import { PositionRepository, type PositionFilter } from '../domain/position-repository.js';
import type { PositionTotal } from '../domain/position-totals.js';
import { PositionEntity } from './position.entity.js';
import { fromRow, POSITION_ORDER, toRow } from './position.rows.js';
import { PositionEventEntity } from './position-event.entity.js';
import { fromRow as fromEventRow } from './position-event.rows.js';

export class MemoryPositionRepository extends PositionRepository {
  constructor(private readonly store: MemoryStore) {
    super();
  }

  insert(changes: Changes, position: Position): void {
    stageInsert(changes, PositionEntity, toRow(position));
  }

  update(changes: Changes, position: Position): void {
    stageUpdate(changes, PositionEntity, toRow(position));
  }

  async find(scope: Scope, id: string): Promise<Position | undefined> {
    const row = this.store.findById(PositionEntity, id);
    return Promise.resolve(row && isInScope(row, scope) ? fromRow(row) : undefined);
  }

  async findWithEvents(scope: Scope, id: string): Promise<PositionWithEvents | undefined> {
    const family = this.store.findFamily(PositionEntity, id, PositionEventEntity, 'seq');
    if (family === undefined || !isInScope(family.row, scope)) return Promise.resolve(undefined);
    const position = fromRow(family.row);
    const events = family.children.map((row) => fromEventRow(row, position));
    return Promise.resolve({ position, events });
  }

  async list(scope: Scope, filter: PositionFilter, page: PageRequest): Promise<Page<Position>> {
    const { minAmount, maxAmount, createdAfter, createdBefore, ...equal } = filter;
    const matches = (row: PositionEntity): boolean =>
      isInScope(row, scope) &&
      hasEqual(row, { ...equal }) &&
      (minAmount === undefined || compareDecimals(row.amount, minAmount) >= 0) &&
      (maxAmount === undefined || compareDecimals(row.amount, maxAmount) <= 0) &&
      isWithin(row.createdAt, { after: createdAfter, before: createdBefore });
    return Promise.resolve(mapPage(this.store.page(PositionEntity, matches, POSITION_ORDER, page), fromRow));
  }

  async totals(scope: Scope): Promise<readonly PositionTotal[]> {
    const totals = new Map<string, PositionTotal>();
    this.store.lookAtEach(PositionEntity, (row) => {
      if (!isInScope(row, scope)) return;
      const name = `${row.currency} ${row.state}`;
      const { state, amount, releasedAmount, refundedAmount } = fromRow(row);
      const one = { state, count: 1, amount, releasedAmount, refundedAmount };
      const total = totals.get(name);
      totals.set(name, total === undefined ? one : plus(total, one));
    });
    return Promise.resolve([...totals.values()]);
  }
}

function plus(total: PositionTotal, one: PositionTotal): PositionTotal {
  return {
    state: total.state,
    count: total.count + one.count,
    amount: total.amount.plus(one.amount),
    releasedAmount: total.releasedAmount.plus(one.releasedAmount),
    refundedAmount: total.refundedAmount.plus(one.refundedAmount),
  };
}
