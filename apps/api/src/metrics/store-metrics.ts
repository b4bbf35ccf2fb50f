import {
  COMMIT_OUTCOMES,
  FATES,
  RETRY_REASONS,
  STORE_OPERATIONS,
  type PoolFigures,
  type StoreObserver,
} from '#persistence';
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

type Told<Name extends keyof StoreObserver> = Parameters<StoreObserver[Name]>[0];

const QUERY_BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];
const UNIT_BUCKETS = [1, 2, 4, 8, 16, 32, 64];

/** What the store is asked and how it fares, of which it tells as it goes. */
export class StoreMetrics implements StoreObserver {
  private readonly durations: Histogram<'operation'>;
  private readonly unavailable: Counter<'operation'>;
  private readonly units: Histogram;
  private readonly commits: Counter<'outcome'>;
  private readonly retries: Counter<'reason'>;
  private readonly fates: Counter<'fate'>;
  private pool: PoolFigures | undefined;

  constructor(private readonly registry: Registry) {
    const registers = [registry];
    this.durations = new Histogram({
      name: 'escrowgrid_query_duration_seconds',
      help: 'Time that the database took for an operation, with the wait for a connection. A commit is one transaction, whatever it carries.',
      labelNames: ['operation'],
      buckets: QUERY_BUCKETS,
      registers,
    });
    this.unavailable = new Counter({
      name: 'escrowgrid_query_failures_total',
      help: 'Operations that failed because the database was away, or too busy to end them in time.',
      labelNames: ['operation'],
      registers,
    });
    this.units = new Histogram({
      name: 'escrowgrid_group_commit_units',
      help: 'Commits that shared one database transaction.',
      buckets: UNIT_BUCKETS,
      registers,
    });
    this.commits = new Counter({
      name: 'escrowgrid_commits_total',
      help: 'Commits by what became of them: stored, or why not. Stale and duplicate ones are conflicts, which the service settles by itself or answers with 409 or 412.',
      labelNames: ['outcome'],
      registers,
    });
    this.retries = new Counter({
      name: 'escrowgrid_commit_retries_total',
      help: 'Transactions sent again: they collided with another one, or lost their connection.',
      labelNames: ['reason'],
      registers,
    });
    this.fates = new Counter({
      name: 'escrowgrid_commit_fates_total',
      help: 'Commits whose answer was lost, by what was found out of them afterwards.',
      labelNames: ['fate'],
      registers,
    });
    // What has not happened yet is told as zero, so that the first time shows as a change.
    for (const outcome of COMMIT_OUTCOMES) this.commits.inc({ outcome }, 0);
    for (const reason of RETRY_REASONS) this.retries.inc({ reason }, 0);
    for (const fate of FATES) this.fates.inc({ fate }, 0);
  }

  /** Whether a question can be asked that no request has to wait for. */
  get hasFreeConnection(): boolean {
    if (this.pool === undefined) return true;
    const { idleCount, totalCount, waitingCount, options } = this.pool;
    return waitingCount === 0 && (idleCount > 0 || totalCount < options.max);
  }

  poolOpened(pool: PoolFigures): void {
    this.pool = pool;
    for (const operation of STORE_OPERATIONS) {
      this.durations.zero({ operation });
      this.unavailable.inc({ operation }, 0);
    }
    new Gauge({
      name: 'escrowgrid_pool_connections',
      help: 'Database connections that are open, by whether anybody uses them.',
      labelNames: ['state'],
      registers: [this.registry],
      collect() {
        this.set({ state: 'busy' }, pool.totalCount - pool.idleCount);
        this.set({ state: 'idle' }, pool.idleCount);
      },
    });
    this.gauge(
      'escrowgrid_pool_connections_max',
      'Database connections that may be open.',
      () => pool.options.max,
    );
    this.gauge(
      'escrowgrid_pool_waiting',
      'Operations that wait for a database connection.',
      () => pool.waitingCount,
    );
  }

  asked(operation: Told<'asked'>, durationMs: number, isUnavailable: boolean): void {
    this.durations.observe({ operation }, durationMs / 1_000);
    if (isUnavailable) this.unavailable.inc({ operation });
  }

  grouped(units: number): void {
    this.units.observe(units);
  }

  settled(outcome: Told<'settled'>): void {
    this.commits.inc({ outcome });
  }

  retried(reason: Told<'retried'>): void {
    this.retries.inc({ reason });
  }

  fateResolved(fate: Told<'fateResolved'>): void {
    this.fates.inc({ fate });
  }

  private gauge(name: string, help: string, read: () => number): void {
    new Gauge({
      name,
      help,
      registers: [this.registry],
      collect() {
        this.set(read());
      },
    });
  }
}
