import { setTimeout as pause } from 'node:timers/promises';
import { SETTLED_AGE_MS, SettledHistory } from '#kernel';
import type { Pool } from 'pg';
import { outcomeOf } from './sqlstate.js';

const PATIENCE = { pollIntervalMs: 200, maxWaitMs: 10_000 };

/**
 * Every transaction that writes ends by asking the database whether its decisions are recent, see `REQUIRE_RECENT`. One
 * that begins to write after the first statement below asks that later, so that what it adds is younger than what is
 * settled; those that wrote before, which have lower numbers, are waited for. Nobody is locked out meanwhile
 * (docs/adr/0004).
 */
export class PostgresSettledHistory extends SettledHistory {
  constructor(
    private readonly pool: Pool,
    private readonly patience = PATIENCE,
  ) {
    super();
  }

  override async settledUntil(): Promise<Date | undefined> {
    // The time is that of the transaction's begin, before its number. No snapshot tells that number: what a snapshot
    // calls the next one may already belong to a transaction that is under way.
    const { now, number } = await this.ask<{ now: Date; number: string }>(
      'SELECT now() AS now, pg_current_xact_id()::text AS number',
    );
    const giveUpAtMs = performance.now() + this.patience.maxWaitMs;
    while (BigInt(await this.oldestUnderWay()) <= BigInt(number)) {
      if (performance.now() > giveUpAtMs) return undefined;
      await pause(this.patience.pollIntervalMs);
    }
    return new Date(now.getTime() - SETTLED_AGE_MS);
  }

  /** The lowest number of a transaction that has not ended, or one that is higher than that of any that has. */
  private async oldestUnderWay(): Promise<string> {
    const { oldest } = await this.ask<{ oldest: string }>(
      'SELECT pg_snapshot_xmin(pg_current_snapshot())::text AS oldest',
    );
    return oldest;
  }

  private async ask<Row extends object>(text: string): Promise<Row> {
    const { rows } = await this.pool.query<Row>(text).catch((error: unknown) => {
      throw outcomeOf(error);
    });
    return rows[0] as Row;
  }
}
