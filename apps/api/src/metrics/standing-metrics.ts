import { setTimeout as pause } from 'node:timers/promises';
import { StoreProbe } from '#persistence';
import { StandingService } from '#positions';
import { Injectable } from '@nestjs/common';
import { Gauge, Registry } from 'prom-client';

/** Looking at every position takes the database about half a second for a million of them. */
const MAX_AGE_MS = 60_000;
/** A scraper waits for ten seconds, as a rule, and wants all else in any case. */
const MAX_WAIT_MS = 2_000;

type Standing = Awaited<ReturnType<StandingService['read']>>;

/**
 * What the store says of itself and of what it holds. It is asked by the process that is scraped, and by no other:
 * several would say the same of one database. What cannot be had in time is left out, never told as it was before.
 */
@Injectable()
export class StandingMetrics {
  private latest: Promise<Standing> | undefined;
  private askedAtMs = -Infinity;

  constructor(
    private readonly probe: StoreProbe,
    private readonly service: StandingService,
  ) {}

  async text(): Promise<string> {
    const registry = new Registry();
    const condition = await inTime(this.probe.condition());
    const isUp = condition !== undefined && condition.fault === undefined;
    const standing = isUp ? await inTime(this.read()) : undefined;
    gauge(registry, 'escrowgrid_database_up', 'Whether the store takes writes: 1 or 0.').set(isUp ? 1 : 0);
    const migrations = gauge(
      registry,
      'escrowgrid_pending_migrations',
      'Migrations that this version knows and the database does not have.',
    );
    migrations.remove();
    if (condition?.pendingMigrations !== undefined) migrations.set(condition.pendingMigrations);
    tellStanding(registry, standing);
    return registry.metrics();
  }

  /**
   * Of a moment at most a minute ago; whoever comes meanwhile waits for the same answer. A question that failed is not
   * asked again in that time either: one that takes too long would be asked without end.
   */
  private async read(): Promise<Standing> {
    const isRecent = performance.now() - this.askedAtMs < MAX_AGE_MS;
    if (this.latest !== undefined && isRecent) return this.latest;
    this.askedAtMs = performance.now();
    this.latest = this.service.read();
    return this.latest;
  }
}

function tellStanding(registry: Registry, standing: Standing | undefined): void {
  const positions = gauge(registry, 'escrowgrid_positions', 'Positions of all institutions, by state.', [
    'state',
  ]);
  const held = gauge(
    registry,
    'escrowgrid_held_amount',
    'Money in escrow now, in major units of its currency, of all institutions: exact in the database, and rounded to a floating-point number here.',
    ['currency'],
  );
  if (standing === undefined) return;
  for (const [state, count] of Object.entries(standing.counts)) positions.set({ state }, count);
  for (const money of standing.held) held.set({ currency: money.currency.code }, Number(money.toString()));
}

function gauge(registry: Registry, name: string, help: string, labelNames: string[] = []): Gauge {
  return new Gauge({ name, help, labelNames, registers: [registry] });
}

/** What a question is answered with; undefined where it fails, or takes too long to wait for. */
async function inTime<Answer>(answer: Promise<Answer>): Promise<Answer | undefined> {
  const waiting = new AbortController();
  try {
    return await Promise.race([
      answer.catch(() => undefined),
      pause(MAX_WAIT_MS, undefined, { signal: waiting.signal }).catch(() => undefined),
    ]);
  } finally {
    waiting.abort();
  }
}
