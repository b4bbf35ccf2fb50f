import type { Scope } from '#kernel';
import { LISTED, whereEqual } from '#persistence';
import type { EntityManager, ObjectLiteral, SelectQueryBuilder } from 'typeorm';
import type { TurnoverFilter } from '../domain/ledger-event-repository.js';
import { LedgerEventEntity } from './ledger-event.entity.js';
import { PositionEntity } from './position.entity.js';

/**
 * Sums transfers by currency and accounts, in one statement. The steps that moved nothing are grouped as well: they
 * tell the currencies of positions that are not funded.
 */
export function turnoverQuery(
  manager: EntityManager,
  scope: Scope,
  { asOf, assetId, holderReference }: TurnoverFilter,
): SelectQueryBuilder<ObjectLiteral> {
  const isNarrowed = assetId !== undefined || holderReference !== undefined;
  const event = isNarrowed ? 'event' : LISTED;
  const query: SelectQueryBuilder<ObjectLiteral> = isNarrowed
    ? eventsOfPositions(manager, event, scope)
    : manager.createQueryBuilder(LedgerEventEntity, LISTED);
  const institutionId = scope.kind === 'institution' ? scope.institutionId : undefined;
  whereEqual(query, { institutionId, assetId, holderReference });
  const counted = asOf === undefined ? '' : ` FILTER (WHERE ${event}.at <= :asOf)`;
  return query
    .select(`${event}.currency`, 'currency')
    .addSelect(`${event}.debitAccount`, 'debitAccount')
    .addSelect(`${event}.creditAccount`, 'creditAccount')
    .addSelect(`(sum(${event}.amount)${counted})::text`, 'amount')
    .setParameters({ asOf })
    .groupBy(`${event}.currency`)
    .addGroupBy(`${event}.debitAccount`)
    .addGroupBy(`${event}.creditAccount`);
}

function eventsOfPositions(
  manager: EntityManager,
  event: string,
  scope: Scope,
): SelectQueryBuilder<PositionEntity> {
  const query = manager
    .createQueryBuilder(PositionEntity, LISTED)
    .innerJoin(
      LedgerEventEntity,
      event,
      `${event}.institutionId = ${LISTED}.institutionId AND ${event}.positionId = ${LISTED}.id`,
    );
  // Every index of positions begins with the institution, so that even for all of them each is looked up.
  if (scope.kind === 'platform') query.andWhere(`${LISTED}.institutionId IN (SELECT id FROM institutions)`);
  return query;
}
