import { StoreUnavailable } from '#kernel';

/** What the store's own clock said, between two moments of this process's `performance.now()`. */
export interface ClockReading {
  readonly time: Date;
  readonly askedAtMs: number;
  readonly answeredAtMs: number;
}

/** How a store was found. */
export interface StoreCondition {
  /** For how long it was waited for. */
  readonly latencyMs: number;
  /** Why it takes no write, in words that name no host and no SQL; undefined where it takes one. */
  readonly fault?: string | undefined;
  /** How many migrations of this code it lacks; undefined where it did not tell. */
  readonly pendingMigrations?: number;
  /** Undefined where it has no clock of its own, or did not tell. */
  readonly clock?: ClockReading;
}

/** Asks the store, on a connection that nothing else uses, whether it can take a write now. */
export abstract class StoreProbe {
  abstract readonly backend: 'memory' | 'postgres';

  /** How the store was found, at most a second ago: whoever asks meanwhile is told the same. Never rejects. */
  abstract condition(): Promise<StoreCondition>;

  /** Somebody did not get from the store what it asked: the next finding is made as they would make it, from the start. */
  abstract doubt(): void;

  /**
   * How many migrations of this code the store lacks; zero for one that has none.
   *
   * @throws StoreUnavailable when it does not tell
   */
  async pendingMigrations(): Promise<number> {
    const { pendingMigrations, fault = 'The store does not tell.' } = await this.condition();
    if (pendingMigrations === undefined) throw new StoreUnavailable(fault);
    return pendingMigrations;
  }
}
