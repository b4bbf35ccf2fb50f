import type { Scope } from '#kernel';
import { keyInScope, type PostgresStore } from '#persistence';
import type { PositionRecord } from '../domain/position-record.js';
import { PositionRecords } from '../domain/position-records.js';
import { LedgerEventEntity } from './ledger-event.entity.js';
import { PositionEntity } from './position.entity.js';
import { PositionEventEntity } from './position-event.entity.js';

type Snapshot = Awaited<ReturnType<PostgresStore['openSnapshot']>>;
type PositionKey = Pick<PositionRecord, 'institutionId' | 'positionId'>;
type Holder = PositionKey & Pick<PositionRecord, 'position'>;

const MAX_POSITIONS = 1_000;
/** Of positions that are read together; one that has more steps is read by itself. */
const MAX_STEPS = 5_000;
/** How many positions that have history are looked up at once. */
const MAX_KEYS = 10_000;
/** For each of many statements: a disk that is busy must not end the work of hours. */
const PATIENCE_MS = 600_000;

export class PostgresPositionRecords extends PositionRecords {
  constructor(private readonly store: PostgresStore) {
    super();
  }

  async find(scope: Scope, id: string): Promise<PositionRecord | undefined> {
    const found = await this.store.findByKey(PositionEntity, keyInScope(scope, id));
    if (found === undefined) return undefined;
    const snapshot = await this.store.openSnapshot();
    try {
      const { institutionId } = found;
      // The position itself is read again: it must be of the same moment as its history.
      const [position] = await snapshot.rows<PositionEntity>(
        `SELECT ${snapshot.columnsOf(PositionEntity, 'p')} FROM positions p WHERE p.id = $1 AND p.institution_id = $2`,
        [id, institutionId],
      );
      const [record] = await recordsOf(snapshot, [{ institutionId, positionId: id, position }]);
      return record;
    } finally {
      await snapshot.close();
    }
  }

  async *all(scope: Scope): AsyncGenerator<PositionRecord> {
    const snapshot = await this.store.openSnapshot(PATIENCE_MS);
    try {
      for await (const positions of positionsOf(snapshot, scope)) {
        for (const some of byHistory(positions)) yield* await recordsOf(snapshot, some.map(holderOf));
      }
      yield* leftBehind(snapshot, scope);
    } finally {
      await snapshot.close();
    }
  }

  async count(scope: Scope): Promise<number> {
    const snapshot = await this.store.openSnapshot(PATIENCE_MS);
    try {
      const [counted] = await snapshot.rows<{ positions: string }>(
        'SELECT count(*) AS positions FROM positions p WHERE $1::text IS NULL OR p.institution_id = $1',
        [institutionOf(scope)],
      );
      return Number(counted?.positions);
    } finally {
      await snapshot.close();
    }
  }
}

/** The positions of a scope, some at a time. */
async function* positionsOf(snapshot: Snapshot, scope: Scope): AsyncGenerator<PositionEntity[]> {
  const text = `
    SELECT ${snapshot.columnsOf(PositionEntity, 'p')} FROM positions p
    WHERE (p.id, p.institution_id) > ($1, $2) AND ($3::text IS NULL OR p.institution_id = $3)
    ORDER BY p.id, p.institution_id LIMIT ${MAX_POSITIONS}`;
  let last: Pick<PositionEntity, 'id' | 'institutionId'> | undefined = { id: '', institutionId: '' };
  while (last !== undefined) {
    const positions: PositionEntity[] = await snapshot.rows<PositionEntity>(text, [
      last.id,
      last.institutionId,
      institutionOf(scope),
    ]);
    yield positions;
    last = positions.length < MAX_POSITIONS ? undefined : positions.at(-1);
  }
}

/** Positions with histories that can be held together, going by the steps that each says it has taken. */
function byHistory(positions: readonly PositionEntity[]): PositionEntity[][] {
  const groups: PositionEntity[][] = [];
  let steps = Infinity;
  for (const position of positions) {
    steps += position.version;
    if (steps > MAX_STEPS) {
      groups.push([]);
      steps = position.version;
    }
    groups.at(-1)?.push(position);
  }
  return groups;
}

async function recordsOf(snapshot: Snapshot, holders: readonly Holder[]): Promise<PositionRecord[]> {
  const [events, ledgerEvents] = await Promise.all([
    historiesOf<PositionEventEntity>(snapshot, 'position_events', PositionEventEntity, holders),
    historiesOf<LedgerEventEntity>(snapshot, 'ledger_events', LedgerEventEntity, holders),
  ]);
  return holders.map((holder) => ({
    ...holder,
    events: events.get(keyOf(holder)) ?? [],
    ledgerEvents: ledgerEvents.get(keyOf(holder)) ?? [],
  }));
}

/** The history of each position in one table. A look-up for each of them follows the unique key, whatever is planned. */
async function historiesOf<Row extends PositionKey>(
  snapshot: Snapshot,
  table: string,
  entity: typeof PositionEventEntity | typeof LedgerEventEntity,
  keys: readonly PositionKey[],
): Promise<ReadonlyMap<string, Row[]>> {
  const rows = await snapshot.rows<Row>(
    `SELECT ${snapshot.columnsOf(entity, 'step')}
    FROM unnest($1::text[], $2::text[]) AS asked (institution_id, position_id)
    CROSS JOIN LATERAL (
      SELECT * FROM ${table} e
      WHERE e.institution_id = asked.institution_id AND e.position_id = asked.position_id ORDER BY e.seq
    ) step
    ORDER BY step.seq, step.id`,
    [keys.map(({ institutionId }) => institutionId), keys.map(({ positionId }) => positionId)],
  );
  return Map.groupBy(rows, keyOf);
}

/** History that no position is there for. */
async function* leftBehind(snapshot: Snapshot, scope: Scope): AsyncGenerator<PositionRecord> {
  for await (const keys of unheldKeysOf(snapshot, 'ledger_events', scope)) {
    yield* await recordsOf(snapshot, keys);
  }
  for await (const keys of unheldKeysOf(snapshot, 'position_events', scope)) {
    // Those that have ledger events were found by them.
    yield* (await recordsOf(snapshot, keys)).filter(({ ledgerEvents }) => ledgerEvents.length === 0);
  }
}

/** In steps that each end soon, where a single search of the whole table might take an hour. */
async function* unheldKeysOf(snapshot: Snapshot, table: string, scope: Scope): AsyncGenerator<Holder[]> {
  const text = `
    SELECT k.institution_id AS "institutionId", k.position_id AS "positionId", p.id IS NOT NULL AS "isHeld"
    FROM (
      SELECT DISTINCT e.institution_id, e.position_id FROM ${table} e
      WHERE (e.institution_id, e.position_id) > ($1, $2) AND ($3::text IS NULL OR e.institution_id = $3)
      ORDER BY e.institution_id, e.position_id LIMIT ${MAX_KEYS}
    ) k
    LEFT JOIN positions p ON p.id = k.position_id AND p.institution_id = k.institution_id
    ORDER BY k.institution_id, k.position_id`;
  let last: PositionKey | undefined = { institutionId: '', positionId: '' };
  while (last !== undefined) {
    const keys: (PositionKey & { isHeld: boolean })[] = await snapshot.rows(text, [
      last.institutionId,
      last.positionId,
      institutionOf(scope),
    ]);
    const unheld = keys.filter(({ isHeld }) => !isHeld);
    if (unheld.length > 0) {
      yield unheld.map(({ institutionId, positionId }) => ({
        institutionId,
        positionId,
        position: undefined,
      }));
    }
    last = keys.length < MAX_KEYS ? undefined : keys.at(-1);
  }
}

function holderOf(position: PositionEntity): Holder {
  return { institutionId: position.institutionId, positionId: position.id, position };
}

function keyOf({ institutionId, positionId }: PositionKey): string {
  return JSON.stringify([institutionId, positionId]);
}

function institutionOf(scope: Scope): string | null {
  return scope.kind === 'institution' ? scope.institutionId : null;
}
