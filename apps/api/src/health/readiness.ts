import { Clock, MAX_CLOCK_OFFSET_MS, type JsonObject } from '#kernel';
import { StoreProbe, type StoreCondition } from '#persistence';
import { Injectable, Logger, ServiceUnavailableException } from '@nestjs/common';
import { HealthCheckService, HealthIndicatorService, type HealthIndicatorResult } from '@nestjs/terminus';
import { Drain } from '../drain.js';
import { clockOffsetMs } from './clock-offset.js';

/** What readiness found: what each check says, by its name, and why there should be no traffic. */
export interface Finding {
  readonly checks: Checks;
  /** Sentences; empty when the service is ready. */
  readonly reasons: readonly string[];
}

type Checks = Record<string, JsonObject & { status: string; reason?: string }>;

const STOPPING = 'The service is stopping.';

/** Whether traffic should come. A change is logged once, however often it is asked about. */
@Injectable()
export class Readiness {
  private readonly logger = new Logger(Readiness.name);
  private wasReady = true;

  constructor(
    private readonly health: HealthCheckService,
    private readonly indicators: HealthIndicatorService,
    private readonly store: StoreProbe,
    private readonly clock: Clock,
    private readonly drain: Drain,
  ) {}

  async find(): Promise<Finding> {
    const checks = await this.check();
    const reasons = Object.values(checks).flatMap(({ reason }) => reason ?? []);
    this.logChange(reasons);
    return { checks, reasons };
  }

  private async check(): Promise<Checks> {
    try {
      const { details } = await this.health.check([
        async () => this.checkStore(await this.store.condition()),
        () => this.checkDrain(this.drain.isDraining),
      ]);
      return details as Checks;
    } catch (error) {
      if (!(error instanceof ServiceUnavailableException)) throw error;
      const { details, status } = error.getResponse() as { details: Checks; status: string };
      // Terminus sees by itself that the application closes.
      return status === 'shutting_down' ? { ...details, ...this.checkDrain(true) } : details;
    }
  }

  /** Of migrations and the clock only what the store has said: one that is away has said nothing. */
  private checkStore(condition: StoreCondition): HealthIndicatorResult {
    const { fault, pendingMigrations, clock } = condition;
    const latencyMs = Math.round(condition.latencyMs * 10) / 10;
    const verdict = (
      name: string,
      reason: string | undefined,
      found: JsonObject,
    ): HealthIndicatorResult<string> => {
      const indicator = this.indicators.check(name);
      return reason === undefined
        ? indicator.up({ ...found, latencyMs })
        : indicator.down({ ...found, latencyMs, reason });
    };
    const found = verdict('store', fault, { backend: this.store.backend });
    if (this.store.backend === 'memory') return found;
    const offsetMs = clock && clockOffsetMs(this.clock.now(), performance.now(), clock);
    return {
      ...found,
      ...(pendingMigrations !== undefined &&
        verdict('migrations', reasonOfPending(pendingMigrations), { pending: pendingMigrations })),
      ...(offsetMs !== undefined && verdict('clock', reasonOfOffset(offsetMs), { offsetMs })),
    };
  }

  private checkDrain(isDraining: boolean): HealthIndicatorResult {
    const indicator = this.indicators.check('drain');
    return isDraining ? indicator.down({ latencyMs: 0, reason: STOPPING }) : indicator.up({ latencyMs: 0 });
  }

  private logChange(reasons: readonly string[]): void {
    const isReady = reasons.length === 0;
    if (isReady === this.wasReady) return;
    this.wasReady = isReady;
    if (isReady) this.logger.warn('The service is ready again.');
    else this.logger.warn({ reason: reasons.join(' ') }, 'The service is not ready.');
  }
}

function reasonOfPending(pending: number): string | undefined {
  if (pending === 0) return undefined;
  return pending === 1 ? 'A migration is pending.' : `${pending} migrations are pending.`;
}

/** Rows carry the time of the process that made them, and are sealed by that of the store. */
function reasonOfOffset(offsetMs: number): string | undefined {
  if (Math.abs(offsetMs) <= MAX_CLOCK_OFFSET_MS) return undefined;
  return `The clock is more than ${MAX_CLOCK_OFFSET_MS / 1_000} seconds from the database’s.`;
}
