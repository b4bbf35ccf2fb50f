import {
  emptyPage,
  mapPage,
  narrowScope,
  type Changes,
  type Page,
  type PageRequest,
  type Scope,
} from '#kernel';
import { stageInsert, whereEqual, type PostgresStore } from '#persistence';
import type { Position } from '../domain/position.js';
import type { PositionEvent } from '../domain/position-event.js';
import { PositionEventRepository } from '../domain/position-event-repository.js';
import { PositionEventEntity } from './position-event.entity.js';
import { fromRow, POSITION_EVENT_ORDER, toRow } from './position-event.rows.js';

export class PostgresPositionEventRepository extends PositionEventRepository {
  constructor(private readonly store: PostgresStore) {
    super();
  }

  append(changes: Changes, event: PositionEvent): void {
    stageInsert(changes, PositionEventEntity, toRow(event));
  }

  async list(scope: Scope, position: Position, page: PageRequest): Promise<Page<PositionEvent>> {
    const { id: positionId, institutionId } = position;
    const narrowed = narrowScope(scope, institutionId);
    if (narrowed === undefined) return emptyPage(page);
    const rows = await this.store.page(
      PositionEventEntity,
      narrowed,
      (query) => whereEqual(query, { positionId }),
      POSITION_EVENT_ORDER,
      page,
    );
    return mapPage(rows, (row) => fromRow(row, position));
  }
}
