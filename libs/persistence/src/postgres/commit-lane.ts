import { setTimeout as pause } from 'node:timers/promises';
import { Duplicate, ExpiredDecision, StaleVersion, StoreUnavailable, type CommitRefused } from '#kernel';
import { DatabaseError, type Pool, type PoolClient } from 'pg';
import { commitOutcomeOf, UNOBSERVED, type Fate, type StoreObserver } from '../store-observer.js';
import { BatchTransaction } from './batch-transaction.js';
import { observed } from './observed.js';
import { closeIdleAfter } from './pool.js';
import {
  isConnectionFault,
  isConnectTimeOut,
  isLostConnection,
  isReadOnly,
  isRetryable,
  outcomeOf,
} from './sqlstate.js';
import { DECISION_EXPIRED, type Statements } from './statements.js';
import { takeBatch, type Unit } from './unit.js';

const MAX_ATTEMPTS = 5;
const MAX_PAUSE_MS = 20;
const FATE_UNKNOWN = 'The connection was lost while the command was being committed.';

/**
 * Commits units in batches: those that arrive while as many transactions are in flight as may be share the next one. A
 * unit that finds nothing in flight leaves at once, alone.
 */
export class CommitLane {
  private readonly queue: Unit[] = [];
  private inFlight = 0;

  constructor(
    private readonly pool: Pool,
    private readonly statements: Statements,
    private readonly limits: {
      /** Of one transaction. */
      readonly maxUnits: number;
      readonly maxTransactions: number;
    },
    private readonly observer: StoreObserver = UNOBSERVED,
  ) {}

  add(unit: Unit): void {
    this.queue.push(unit);
    if (this.inFlight < this.limits.maxTransactions) void this.pump();
  }

  private async pump(): Promise<void> {
    this.inFlight += 1;
    try {
      while (this.queue.length > 0) {
        // One turn of the event loop lets the commits of requests that are already being read come aboard.
        await new Promise((resolve) => setImmediate(resolve));
        const units = takeBatch(this.queue, this.limits.maxUnits, this.statements.grouping);
        if (units.length > 0) await this.settle(units);
      }
    } finally {
      this.inFlight -= 1;
    }
  }

  /** Gives every unit its outcome; a batch that a statement failed in is divided until the culprit is alone. */
  private async settle(units: readonly Unit[]): Promise<void> {
    try {
      const stale = await this.attempt(units);
      for (const unit of units) await this.resolve(unit, stale.get(unit));
    } catch (error) {
      if (units.length > 1 && !isConnectionFault(error)) {
        for (const part of divide(units)) await this.settle(part);
        return;
      }
      const outcome = isExpiry(error) ? new ExpiredDecision() : outcomeOf(error);
      // Whoever queues behind has waited as long, and would wait as long again.
      const queued = isConnectTimeOut(error) ? this.queue.splice(0) : [];
      for (const unit of [...units, ...queued]) await this.resolve(unit, outcome);
    }
  }

  private async attempt(units: readonly Unit[]): Promise<ReadonlyMap<Unit, CommitRefused>> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await observed(this.observer, 'commit', async () => this.runTransaction(units));
      } catch (error) {
        const again = isRetryable(error) || (isLostConnection(error) && attempt === 1);
        if (!again || attempt === MAX_ATTEMPTS) throw error;
        this.observer.retried(isRetryable(error) ? 'collision' : 'connection');
        await pause(Math.random() * MAX_PAUSE_MS);
      }
    }
  }

  /** Commits the units that are still recent when a connection is there, and returns why others were left out. */
  private async runTransaction(units: readonly Unit[]): Promise<ReadonlyMap<Unit, CommitRefused>> {
    const client = await this.pool.connect();
    const transaction = new BatchTransaction(client, this.statements);
    const recent = units.filter((unit) => !unit.isExpired());
    const refused = units.filter((unit) => !recent.includes(unit));
    try {
      if (recent.length > 0) this.observer.grouped(recent.length);
      const stale = recent.length === 0 ? [] : await transaction.run(recent);
      client.release();
      return new Map<Unit, CommitRefused>([
        ...stale,
        ...refused.map((unit) => [unit, new ExpiredDecision()] as const),
      ]);
    } catch (error) {
      const broken = isConnectionFault(error);
      if (broken && !isReadOnly(error)) for (const unit of transaction.committing) unit.fateUnknown = true;
      closeIdleAfter(this.pool, error);
      await giveBack(client, broken);
      throw error;
    }
  }

  /** Tells the caller, and whoever measures. */
  private async resolve(unit: Unit, refusal: Error | undefined): Promise<void> {
    const reason = unit.fateUnknown ? await this.refusalOfLost(unit, refusal) : refusal;
    this.observer.settled(commitOutcomeOf(reason));
    if (unit.fateUnknown) this.observer.fateResolved(fateOf(reason));
    if (reason === undefined) unit.succeed();
    else unit.fail(reason);
  }

  /**
   * Why a unit was not stored that was sent again after a COMMIT whose answer was lost; undefined where it was. One that
   * is now refused may have been refused because of its own first commit: the row made for it alone tells.
   */
  private async refusalOfLost(unit: Unit, refusal: Error | undefined): Promise<Error | undefined> {
    if (refusal === undefined || refusal instanceof StoreUnavailable) return refusal;
    if (![StaleVersion, Duplicate, ExpiredDecision].some((known) => refusal instanceof known)) {
      return new StoreUnavailable(FATE_UNKNOWN);
    }
    try {
      if (await this.wasCommitted(unit)) return undefined;
      // A row that the unit changes was locked to be looked at, after its first commit if that was under way. A row that
      // it only requires was looked at without waiting, and its first commit may have passed there before.
      const isSettled =
        refusal instanceof Duplicate ||
        (refusal instanceof StaleVersion && unit.changes(refusal.table, refusal.id));
      return isSettled ? refusal : new StoreUnavailable(FATE_UNKNOWN);
    } catch {
      return new StoreUnavailable(FATE_UNKNOWN);
    }
  }

  private async wasCommitted(unit: Unit): Promise<boolean> {
    const { marker } = unit;
    if (marker === undefined) throw new Error('A unit without an inserted row cannot be recognised.');
    const { primaryKey } = marker.table;
    const columns = marker.table.columns.filter((column) => primaryKey.properties.includes(column.property));
    const isIt = columns.map(({ name }, index) => `"${name}" = $${index + 1}`).join(' AND ');
    const answer = await this.pool.query(
      `SELECT 1 FROM "${marker.table.name}" WHERE ${isIt}`,
      columns.map(({ property }) => marker.operation.row[property]),
    );
    return answer.rowCount === 1;
  }
}

function fateOf(reason: Error | undefined): Fate {
  if (reason === undefined) return 'stored';
  return reason instanceof StoreUnavailable ? 'unknown' : 'refused';
}

function isExpiry(error: unknown): boolean {
  return error instanceof DatabaseError && error.code === DECISION_EXPIRED;
}

/** Gives a connection back after a failed transaction; a broken or read-only one is closed instead. */
async function giveBack(client: PoolClient, broken: boolean): Promise<void> {
  if (broken) return client.release(true);
  try {
    await client.query('ROLLBACK');
    client.release();
  } catch {
    client.release(true);
  }
}

/**
 * Divides a batch that failed. Units that update nothing cannot be what waited in vain for a row that somebody else
 * holds, so that they go first and by themselves; the others are halved.
 */
function divide(units: readonly Unit[]): readonly (readonly Unit[])[] {
  const updating = units.filter((unit) => unit.updated.size > 0);
  if (updating.length > 0 && updating.length < units.length) {
    return [units.filter((unit) => unit.updated.size === 0), updating];
  }
  const middle = Math.ceil(units.length / 2);
  return [units.slice(0, middle), units.slice(middle)];
}
