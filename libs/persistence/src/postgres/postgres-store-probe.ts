import { StoreUnavailable } from '#kernel';
import type { OnApplicationShutdown } from '@nestjs/common';
import type { DatabaseOptions } from '../store-options.js';
import { StoreProbe, type StoreCondition } from '../store-probe.js';
import { ProbeConnection } from './probe-connection.js';
import { outcomeOf } from './sqlstate.js';
import { sslOptions } from './ssl-options.js';

/**
 * What a probe allows itself: how long it waits for everything together, for how long it takes its finding for true, and
 * for how long that a connection which it opened shows that others can open theirs.
 */
const PATIENCE = { timeOutMs: 2_000, maxAgeMs: 1_000, renewMs: 10_000 };

/** A demoted primary still answers queries, so that the question is whether it takes writes. */
const QUESTION = `
  SELECT pg_catalog.current_setting('transaction_read_only')::boolean AS read_only,
         ARRAY(SELECT name::text FROM public.schema_migrations) AS applied,
         pg_catalog.clock_timestamp() AS now`;

interface Answer {
  readonly read_only: boolean;
  readonly applied: readonly string[];
  readonly now: Date;
}

export class PostgresStoreProbe extends StoreProbe implements OnApplicationShutdown {
  readonly backend = 'postgres';
  private readonly connection: ProbeConnection;
  private asked: { readonly condition: Promise<StoreCondition>; answeredAtMs?: number } | undefined;

  /** @param migrations the names of those that this code needs; others may have been applied besides */
  constructor(
    database: DatabaseOptions,
    private readonly migrations: readonly string[] = [],
    private readonly patience = PATIENCE,
  ) {
    super();
    this.connection = new ProbeConnection(
      {
        connectionString: database.url,
        ssl: sslOptions(database),
        application_name: 'escrowgrid-probe',
        keepAlive: true,
      },
      patience,
    );
  }

  override async condition(): Promise<StoreCondition> {
    const { answeredAtMs = Infinity } = this.asked ?? { answeredAtMs: -Infinity };
    if (this.asked !== undefined && performance.now() - answeredAtMs < this.patience.maxAgeMs) {
      return this.asked.condition;
    }
    const asked: typeof this.asked = { condition: this.look() };
    this.asked = asked;
    const condition = await asked.condition;
    asked.answeredAtMs = performance.now();
    return condition;
  }

  override doubt(): void {
    this.connection.renew();
  }

  onApplicationShutdown(): void {
    this.connection.close();
  }

  private async look(): Promise<StoreCondition> {
    const askedAtMs = performance.now();
    try {
      const { rows } = await this.connection.ask<Answer>(QUESTION);
      const answeredAtMs = performance.now();
      const { read_only: isReadOnly, applied, now } = rows[0] as Answer;
      // Elsewhere, behind the same address, there may be a server that takes writes.
      if (isReadOnly) this.connection.drop();
      return {
        latencyMs: answeredAtMs - askedAtMs,
        fault: isReadOnly ? 'The database is read-only.' : undefined,
        pendingMigrations: this.migrations.filter((name) => !applied.includes(name)).length,
        clock: { time: now, askedAtMs, answeredAtMs },
      };
    } catch (error) {
      return { latencyMs: performance.now() - askedAtMs, ...this.faultOf(error) };
    }
  }

  private faultOf(error: unknown): { readonly fault: string; readonly pendingMigrations?: number } {
    const code = (error as { code?: unknown } | null)?.code;
    if (code === UNDEFINED_TABLE) {
      return { fault: 'The database has not been migrated.', pendingMigrations: this.migrations.length };
    }
    // Rights are given last, once every migration has been applied.
    if (code === INSUFFICIENT_PRIVILEGE)
      return { fault: 'The service lacks rights: the migrations were not finished.' };
    const outcome = outcomeOf(error);
    return {
      fault:
        outcome instanceof StoreUnavailable ? outcome.message : 'The database refused to tell of itself.',
    };
  }
}

const UNDEFINED_TABLE = '42P01';
const INSUFFICIENT_PRIVILEGE = '42501';
