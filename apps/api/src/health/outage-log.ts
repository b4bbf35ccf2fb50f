import type { StoreUnavailable } from '#kernel';
import { StoreProbe } from '#persistence';
import { Injectable, Logger, type BeforeApplicationShutdown } from '@nestjs/common';

const LOOK_INTERVAL_MS = 1_000;
/** For how long no request may have failed when an outage is called over. */
const QUIET_MS = 2_000;

/** Requests that fail for want of the store, from the first to the last. */
interface Outage {
  readonly sinceMs: number;
  readonly reasons: Set<string>;
  readonly looking: NodeJS.Timeout;
  failures: number;
  lastFailureAtMs: number;
}

/** Tells of an outage of the store when it begins, for each new reason, and when it is over: not for each request. */
@Injectable()
export class OutageLog implements BeforeApplicationShutdown {
  private readonly logger = new Logger(OutageLog.name);
  private outage: Outage | undefined;

  constructor(private readonly store: StoreProbe) {}

  /** A request was refused, since the store did not do what it was asked. */
  failed({ message: reason, cause }: StoreUnavailable): void {
    const outage = (this.outage ??= this.begin());
    outage.failures += 1;
    outage.lastFailureAtMs = performance.now();
    this.store.doubt();
    if (outage.reasons.has(reason)) return;
    outage.reasons.add(reason);
    const { code: causeCode } = (cause ?? {}) as { code?: unknown };
    this.logger.warn({ reason, causeCode }, 'Requests are answered 503.');
  }

  beforeApplicationShutdown(): void {
    clearInterval(this.outage?.looking);
  }

  private begin(): Outage {
    const nowMs = performance.now();
    const looking = setInterval(() => void this.look(), LOOK_INTERVAL_MS).unref();
    return { sinceMs: nowMs, reasons: new Set(), looking, failures: 0, lastFailureAtMs: nowMs };
  }

  private async look(): Promise<void> {
    const { outage } = this;
    const { fault } = await this.store.condition();
    if (outage === undefined || outage !== this.outage || fault !== undefined) return;
    if (performance.now() - outage.lastFailureAtMs < QUIET_MS) return;
    clearInterval(outage.looking);
    this.outage = undefined;
    const durationMs = Math.round(outage.lastFailureAtMs - outage.sinceMs);
    this.logger.warn({ durationMs, failures: outage.failures }, 'Requests are no longer answered 503.');
  }
}
