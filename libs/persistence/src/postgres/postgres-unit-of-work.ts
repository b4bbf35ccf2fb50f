import { UnitOfWork, type Changes } from '#kernel';
import type { BeforeApplicationShutdown } from '@nestjs/common';
import type { Pool } from 'pg';
import { collect } from '../staged-changes.js';
import { UNOBSERVED, type StoreObserver } from '../store-observer.js';
import { CommitLane } from './commit-lane.js';
import type { Statements } from './statements.js';
import { Unit } from './unit.js';

/** So few that, under many callers, some are answered and ask again while the commit of the others is under way. */
const MAX_BATCH_UNITS = 64;
/** PostgreSQL works on one transaction with one core. */
const MAX_BULK_TRANSACTIONS = 2;
/** A unit of more operations than this takes so long that others would wait for it. */
const MAX_ORDINARY_OPERATIONS = 64;

/**
 * Group commit, see {@link CommitLane}. Bulk commands go by themselves on a lane of their own, so that no other command
 * waits for them.
 */
export class PostgresUnitOfWork extends UnitOfWork implements BeforeApplicationShutdown {
  private readonly ordinary: CommitLane;
  private readonly bulk: CommitLane;
  private readonly unsettled = new Set<Unit>();

  constructor(
    pool: Pool,
    private readonly statements: Statements,
    observer: StoreObserver = UNOBSERVED,
  ) {
    super();
    const ordinary = { maxUnits: MAX_BATCH_UNITS, maxTransactions: 1 };
    const bulk = { maxUnits: 1, maxTransactions: MAX_BULK_TRANSACTIONS };
    this.ordinary = new CommitLane(pool, statements, ordinary, observer);
    this.bulk = new CommitLane(pool, statements, bulk, observer);
  }

  override async commit(stage: (changes: Changes) => void, decidedAtMs?: number): Promise<void> {
    const unit = new Unit(collect(stage), this.statements.schema, decidedAtMs);
    const lane = unit.planned.length > MAX_ORDINARY_OPERATIONS ? this.bulk : this.ordinary;
    this.unsettled.add(unit);
    lane.add(unit);
    return unit.settled.finally(() => this.unsettled.delete(unit));
  }

  /** Resolves when every commit handed in so far has its outcome, whatever is handed in meanwhile. */
  async drain(): Promise<void> {
    await Promise.allSettled([...this.unsettled].map((unit) => unit.settled));
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.drain();
  }
}
