import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { ApiKeySecrets } from './api-key-secrets.js';
import { ApiKeyRepository, type ApiKeyUse, type RenewedHash } from './domain/api-key-repository.js';
import { hashKeyText } from './domain/key-text.js';
import type { KnownApiKey } from './known-api-keys.js';

/** How exact the last use of a key is kept: what is written of each key is written no more often. */
const MIN_GAP_MS = 60_000;
/** What comes together in this time is written together. */
const DELAY_MS = 250;
/** Of keys beyond, the next use is noted. */
const MAX_WAITING = 1_000;

/**
 * Notes when keys were last used, and renews hashes that were made with an old pepper, so that the old pepper can be
 * dropped once every key that is in use was used. Both is written behind the requests, which wait for none of it.
 */
@Injectable()
export class ApiKeyUpkeep implements OnApplicationShutdown {
  private readonly logger = new Logger(ApiKeyUpkeep.name);
  private readonly uses = new Map<string, ApiKeyUse>();
  private readonly hashes = new Map<string, RenewedHash>();
  private timer: NodeJS.Timeout | undefined;
  private underWay: Promise<void> = Promise.resolve();
  private isStopped = false;

  constructor(
    private readonly apiKeys: ApiKeyRepository,
    private readonly secrets: ApiKeySecrets,
  ) {}

  /** Takes note that a key let in whoever sent its text. */
  noteUse(known: KnownApiKey, keyText: string, at: Date): void {
    const { id, lastUsedAt, pepperVersion } = known.apiKey;
    const { currentPepper } = this.secrets;
    const notedMs = (known.usedAt ?? lastUsedAt)?.getTime() ?? -Infinity;
    if (at.getTime() - notedMs >= MIN_GAP_MS && this.uses.size < MAX_WAITING) {
      known.usedAt = at;
      this.uses.set(id, { id, at });
      this.schedule();
    }
    const isOld = pepperVersion !== currentPepper.version && known.isRenewed === undefined;
    if (isOld && this.hashes.size < MAX_WAITING) {
      known.isRenewed = true;
      const keyHash = hashKeyText(keyText, currentPepper);
      const renewed = { id, keyHash, pepperVersion: currentPepper.version, oldPepperVersion: pepperVersion };
      this.hashes.set(id, renewed);
      this.schedule();
    }
  }

  /** Writes what waits to be written, after what is being written. */
  async flush(): Promise<void> {
    this.underWay = this.underWay.then(async () => this.write());
    return this.underWay;
  }

  /** Requests are no longer served by now, and the store still is. */
  async onApplicationShutdown(): Promise<void> {
    this.isStopped = true;
    clearTimeout(this.timer);
    await this.flush();
  }

  private schedule(): void {
    if (this.timer !== undefined || this.isStopped) return;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      void this.flush();
    }, DELAY_MS);
    this.timer.unref();
  }

  private async write(): Promise<void> {
    const uses = [...this.uses.values()];
    const hashes = [...this.hashes.values()];
    this.uses.clear();
    this.hashes.clear();
    try {
      if (hashes.length > 0) await this.apiKeys.renewHashes(hashes);
      if (uses.length > 0) await this.apiKeys.noteUses(uses, MIN_GAP_MS);
    } catch (error) {
      // Nothing is tried again: a use is noted a minute later, a hash renewed when its key is next read.
      this.logger.warn(
        { err: error },
        'The last uses of API keys, or their renewed hashes, were not written.',
      );
    }
  }
}
