import { mapPage, type Changes, type Page, type PageRequest, type Scope } from '#kernel';
import { hasEqual, isInScope, stageInsert, type MemoryStore } from '#persistence';
import type { Position } from '../domain/position.js';
import type { PositionEvent } from '../domain/position-event.js';
import { PositionEventRepository } from '../domain/position-event-repository.js';
import { PositionEventEntity } from './position-event.entity.js';
import { fromRow, POSITION_EVENT_ORDER, toRow } from './position-event.rows.js';

export class MemoryPositionEventRepository extends PositionEventRepository {
  constructor(private readonly store: MemoryStore) {
    super();
  }

  append(changes: Changes, event: PositionEvent): void {
    stageInsert(changes, PositionEventEntity, toRow(event));
  }

  async list(scope: Scope, position: Position, page: PageRequest): Promise<Page<PositionEvent>> {
    const rows = this.store.page(
      PositionEventEntity,
      (row) => isOf(row, scope, position),
      POSITION_EVENT_ORDER,
      page,
    );
    return Promise.resolve(mapPage(rows, (row) => fromRow(row, position)));
  }
}

function isOf(row: PositionEventEntity, scope: Scope, { id: positionId, institutionId }: Position): boolean {
  return isInScope(row, scope) && hasEqual(row, { institutionId, positionId });
}
