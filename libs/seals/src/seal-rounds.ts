import { CommitRefused, SettledHistory, StoreUnavailable } from '#kernel';
import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { BrokenChain } from './domain/broken-chain.js';
import type { SigningKey } from './domain/seal-keys.js';
import { Sealer } from './sealer.js';
import { SealsOptions } from './seals-options.js';

/** Has history sealed again and again, for as long as the process runs. */
@Injectable()
export class SealRounds implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(SealRounds.name);
  private timer: NodeJS.Timeout | undefined;
  private underWay: Promise<void> = Promise.resolve();
  private isStopped = false;
  private isWhole = true;
  /** When all settled history was last found sealed, or sealing began, by `Date.now()`; undefined where seals are off. */
  wholeSinceMs: number | undefined;

  constructor(
    private readonly sealer: Sealer,
    private readonly settled: SettledHistory,
    private readonly options: SealsOptions,
  ) {}

  onApplicationBootstrap(): void {
    const { signingKey, intervalMs } = this.options;
    if (signingKey === undefined) {
      this.logger.warn('Seals are off: SEAL_SIGNING_KEY_FILE is not set.');
      return;
    }
    this.wholeSinceMs = Date.now();
    // Replicas that start together take turns.
    this.schedule(signingKey, Math.random() * intervalMs);
  }

  async onModuleDestroy(): Promise<void> {
    this.isStopped = true;
    clearTimeout(this.timer);
    await this.underWay;
  }

  private schedule(key: SigningKey, delayMs: number): void {
    if (this.isStopped) return;
    this.timer = setTimeout(() => {
      this.underWay = this.run(key).then(() => this.schedule(key, this.options.intervalMs));
    }, delayMs);
    this.timer.unref();
  }

  /** One round. What could not be sealed is sealed by the next one. */
  private async run(key: SigningKey): Promise<void> {
    try {
      const until = await this.settled.settledUntil();
      if (until === undefined) {
        this.logger.warn('Nothing was sealed: a transaction has been writing to the database for long.');
        return;
      }
      this.isWhole = true;
      for await (const institutionId of this.sealer.owners()) {
        if (this.isStopped) return;
        await this.sealAll(institutionId, until, key).catch((error: unknown) =>
          this.leave(institutionId, error),
        );
      }
      if (this.isWhole) this.wholeSinceMs = Date.now();
    } catch (error) {
      // What kept the store from it is logged where it was met.
      const members = error instanceof StoreUnavailable ? { reason: error.message } : { err: error };
      this.logger.warn(members, 'History was not sealed.');
    }
  }

  /** What cannot be read of one institution, since somebody has changed it, leaves no other one unsealed. */
  private leave(institutionId: string, error: unknown): void {
    if (error instanceof CommitRefused) throw error;
    this.isWhole = false;
    if (error instanceof BrokenChain) {
      this.logger.error({ institutionId }, `Nothing more is sealed of an institution. ${error.message}`);
      return;
    }
    this.logger.error({ err: error, institutionId }, 'The history of an institution was not sealed.');
  }

  /** All of an institution that is settled; nothing where another process has just done so. */
  private async sealAll(institutionId: string, until: Date, key: SigningKey): Promise<void> {
    const latest = await this.sealer.findLatest(institutionId);
    const sealedMs = latest?.range.until.getTime() ?? -Infinity;
    if (until.getTime() - sealedMs < this.options.intervalMs / 2) return;
    let checkpoint;
    do {
      if (this.isStopped) return;
      checkpoint = await this.sealer.sealNext(institutionId, until, key);
    } while (checkpoint !== undefined && checkpoint.range.until < until);
  }
}
