import type { Scope } from '#kernel';
import { isInScope, type MemoryStore } from '#persistence';
import type { PositionRecord } from '../domain/position-record.js';
import { PositionRecords } from '../domain/position-records.js';
import { LedgerEventEntity } from './ledger-event.entity.js';
import { PositionEntity } from './position.entity.js';
import { PositionEventEntity } from './position-event.entity.js';

export class MemoryPositionRecords extends PositionRecords {
  constructor(private readonly store: MemoryStore) {
    super();
  }

  async find(scope: Scope, id: string): Promise<PositionRecord | undefined> {
    return Promise.resolve(this.recordOf(scope, id));
  }

  /** References are checked here and rows are never removed, so that no history is left without its position. */
  async *all(scope: Scope): AsyncGenerator<PositionRecord> {
    for (const { id } of this.positionsOf(scope)) {
      const record = await Promise.resolve(this.recordOf(scope, id));
      if (record) yield record;
    }
  }

  async count(scope: Scope): Promise<number> {
    return Promise.resolve(this.positionsOf(scope).length);
  }

  private positionsOf(scope: Scope): PositionEntity[] {
    return this.store.select(PositionEntity, (row) => isInScope(row, scope), ['id', 'institutionId']);
  }

  private recordOf(scope: Scope, id: string): PositionRecord | undefined {
    const told = this.store.findFamily(PositionEntity, id, PositionEventEntity, 'seq');
    const booked = this.store.findFamily(PositionEntity, id, LedgerEventEntity, 'seq');
    if (told === undefined || !isInScope(told.row, scope)) return undefined;
    return {
      institutionId: told.row.institutionId,
      positionId: id,
      position: told.row,
      events: told.children,
      ledgerEvents: booked?.children ?? [],
    };
  }
}
