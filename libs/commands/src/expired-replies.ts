import { setImmediate as nextTurn } from 'node:timers/promises';
import { Clock } from '#kernel';
import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { IdempotencyRepository } from './domain/idempotency-repository.js';

const INTERVAL_MS = 60_000;
/** So few that a removal holds up nobody. */
const BATCH_RECORDS = 500;

/** Removes kept answers that have expired, at start and then every minute, a small batch at a time. */
@Injectable()
export class ExpiredReplies implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(ExpiredReplies.name);
  private timer: NodeJS.Timeout | undefined;
  private underWay: Promise<void> = Promise.resolve();
  private isStopped = false;

  constructor(
    private readonly records: IdempotencyRepository,
    private readonly clock: Clock,
  ) {}

  onApplicationBootstrap(): void {
    this.underWay = this.removeAll();
    this.timer = setInterval(() => {
      this.underWay = this.underWay.then(async () => this.removeAll());
    }, INTERVAL_MS);
    this.timer.unref();
  }

  async onModuleDestroy(): Promise<void> {
    this.isStopped = true;
    clearInterval(this.timer);
    await this.underWay;
  }

  private async removeAll(): Promise<void> {
    try {
      while (!this.isStopped) {
        const removed = await this.records.removeExpired(this.clock.now(), BATCH_RECORDS);
        if (removed < BATCH_RECORDS) return;
        // Requests have their turn in between.
        await nextTurn();
      }
    } catch (error) {
      // What was not removed now is removed the next time.
      this.logger.warn({ err: error }, 'Expired answers were not removed.');
    }
  }
}
