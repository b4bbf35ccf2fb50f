import { mapPage, type Changes, type Page, type PageRequest, type Scope } from '#kernel';
import { stageInsert, whereEqual, whereInScope, type PostgresStore } from '#persistence';
import { LessThanOrEqual } from 'typeorm';
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

  async history(scope: Scope, position: Position): Promise<readonly PositionEvent[]> {
    const { id: positionId, institutionId } = position;
    const rows = await this.store.read(PositionEventEntity, (repository) =>
      repository.find({
        where: {
          institutionId: scope.kind === 'institution' ? scope.institutionId : institutionId,
          positionId,
          seq: LessThanOrEqual(position.version),
        },
        order: { seq: 'ASC' },
      }),
    );
    return rows.map((row) => fromRow(row, position));
  }

  async list(scope: Scope, position: Position, page: PageRequest): Promise<Page<PositionEvent>> {
    const { id: positionId, institutionId } = position;
    const rows = await this.store.page(
      PositionEventEntity,
      (query) => {
        whereInScope(query, scope);
        whereEqual(query, { institutionId, positionId });
      },
      POSITION_EVENT_ORDER,
      page,
    );
    return mapPage(rows, (row) => fromRow(row, position));
  }
}
