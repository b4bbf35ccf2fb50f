import { StoreProbe } from '#persistence';
import { StandingService } from '#positions';
import { Injectable } from '@nestjs/common';
import { Gauge, Registry } from 'prom-client';
import { Drain } from '../drain.js';
import { Readiness } from '../health/readiness.js';
import type { Figures } from './figures.js';
import { inTime } from './in-time.js';
import { Metrics } from './metrics.js';

/** What the store says of itself and of what it holds, asked by one process, since others would be told the same. */
@Injectable()
export class StandingMetrics {
  constructor(
    private readonly probe: StoreProbe,
    private readonly readiness: Readiness,
    private readonly service: StandingService,
    private readonly metrics: Metrics,
    private readonly drain: Drain,
  ) {}

  /** How the store is found now. What cannot be had in time is left out, never told as it was before. */
  async condition(): Promise<{ readonly isUp: boolean; readonly text: string }> {
    const registry = new Registry();
    // Both go by one answer of the store.
    const [condition, finding] = await Promise.all([
      inTime(this.probe.condition()),
      inTime(this.readiness.find()),
    ]);
    const isReady = finding?.reasons.length === 0;
    gauge(registry, 'escrowgrid_ready', 'Whether traffic can come, as readiness finds it: 1 or 0.').set(
      isReady ? 1 : 0,
    );
    const isUp = condition !== undefined && condition.fault === undefined;
    gauge(registry, 'escrowgrid_database_up', 'Whether the store takes writes: 1 or 0.').set(isUp ? 1 : 0);
    const migrations = gauge(
      registry,
      'escrowgrid_pending_migrations',
      'Migrations that this version knows and the database does not have.',
    );
    migrations.remove();
    if (condition?.pendingMigrations !== undefined) migrations.set(condition.pendingMigrations);
    return { isUp, text: await registry.metrics() };
  }

  /**
   * Looks at every position. Undefined where requests need all connections, or others have taken over, perhaps on
   * another store.
   *
   * @throws StoreUnavailable
   */
  async look(): Promise<Figures | undefined> {
    if (this.drain.isLeaving || !this.metrics.store.hasFreeConnection) return undefined;
    const { counts, held } = await this.service.read();
    const registry = new Registry();
    const positions = gauge(registry, 'escrowgrid_positions', 'Positions of all institutions, by state.', [
      'state',
    ]);
    const amounts = gauge(
      registry,
      'escrowgrid_held_amount',
      'Money in escrow now, in major units of its currency, of all institutions: exact in the database, and rounded to a floating-point number here.',
      ['currency'],
    );
    for (const [state, count] of Object.entries(counts)) positions.set({ state }, count);
    for (const money of held) amounts.set({ currency: money.currency.code }, Number(money.toString()));
    return registry.getMetricsAsJSON();
  }
}

function gauge(registry: Registry, name: string, help: string, labelNames: string[] = []): Gauge {
  return new Gauge({ name, help, labelNames, registers: [registry] });
}
