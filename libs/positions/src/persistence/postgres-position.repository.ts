import { mapPage, type Changes, type Page, type PageRequest, type Scope } from '#kernel';
import {
  keyInScope,
  LISTED,
  stageInsert,
  stageUpdate,
  whereEqual,
  whereWithin,
  type PostgresStore,
} from '#persistence';
import type { Position } from '../domain/position.js';
import type { PositionWithEvents } from '../domain/position-event.js';
import { PositionRepository, type PositionFilter } from '../domain/position-repository.js';
import type { PositionTotal } from '../domain/position-totals.js';
import { PositionEntity } from './position.entity.js';
import { fromRow, POSITION_ORDER, toRow, toTotal, type TotalRow } from './position.rows.js';
import { PositionEventEntity } from './position-event.entity.js';
import { fromRow as fromEventRow } from './position-event.rows.js';

export class PostgresPositionRepository extends PositionRepository {
  constructor(private readonly store: PostgresStore) {
    super();
  }

  insert(changes: Changes, position: Position): void {
    stageInsert(changes, PositionEntity, toRow(position));
  }

  update(changes: Changes, position: Position): void {
    stageUpdate(changes, PositionEntity, toRow(position));
  }

  async find(scope: Scope, id: string): Promise<Position | undefined> {
    const row = await this.store.findByKey(PositionEntity, keyInScope(scope, id));
    return row && fromRow(row);
  }

  async findWithEvents(scope: Scope, id: string): Promise<PositionWithEvents | undefined> {
    const key = keyInScope(scope, id);
    const family = await this.store.findFamily(PositionEntity, key, PositionEventEntity, 'seq');
    if (family === undefined) return undefined;
    const position = fromRow(family.row);
    return { position, events: family.children.map((row) => fromEventRow(row, position)) };
  }

  async list(scope: Scope, filter: PositionFilter, page: PageRequest): Promise<Page<Position>> {
    const { minAmount, maxAmount, createdAfter, createdBefore, ...equal } = filter;
    const rows = await this.store.page(
      PositionEntity,
      scope,
      (query) => {
        whereEqual(query, { ...equal });
        if (minAmount !== undefined) query.andWhere(`${LISTED}.amount >= :minAmount`, { minAmount });
        if (maxAmount !== undefined) query.andWhere(`${LISTED}.amount <= :maxAmount`, { maxAmount });
        whereWithin(query, 'createdAt', { after: createdAfter, before: createdBefore });
      },
      POSITION_ORDER,
      page,
    );
    return mapPage(rows, fromRow);
  }

  async totals(scope: Scope): Promise<readonly PositionTotal[]> {
    const rows = await this.store.read(PositionEntity, async (repository) => {
      const query = repository.createQueryBuilder(LISTED);
      if (scope.kind === 'institution') whereEqual(query, { institutionId: scope.institutionId });
      return query
        .select(`${LISTED}.currency`, 'currency')
        .addSelect(`${LISTED}.state`, 'state')
        .addSelect('count(*)', 'count')
        .addSelect(`sum(${LISTED}.amount)`, 'amount')
        .addSelect(`sum(${LISTED}.releasedAmount)`, 'releasedAmount')
        .addSelect(`sum(${LISTED}.refundedAmount)`, 'refundedAmount')
        .groupBy(`${LISTED}.currency`)
        .addGroupBy(`${LISTED}.state`)
        .getRawMany<TotalRow>();
    });
    return rows.map(toTotal);
  }
}
