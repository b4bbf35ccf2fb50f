import type { Figures } from './figures.js';
import { inTime } from './in-time.js';

/** Looking at every position takes the database about half a second for a million of them. */
const MAX_AGE_MS = 60_000;
/** For how long Prometheus, too, takes a sample for what is. */
const MAX_TOLD_AGE_MS = 300_000;

/** Looks at what the store holds: undefined where it cannot now, and nothing where it failed. */
type Look = () => Promise<Figures | undefined>;

/** What the store was last found to hold, for all who scrape: it is looked at once a minute, however many ask. */
export class LatestStanding {
  private found: { readonly figures: Figures; readonly atMs: number } | undefined;
  private looking = Promise.resolve();
  private lookedAtMs = -Infinity;

  /**
   * Waits for a look only where nothing is known that can be told. One that failed is not repeated within the minute,
   * since what takes too long would be asked without end; one that could not be had is, by whoever asks next.
   */
  async read(look: Look): Promise<Figures> {
    if (performance.now() - this.lookedAtMs > MAX_AGE_MS) this.looking = this.begin(look);
    if (this.told.length === 0) await inTime(this.looking);
    return this.told;
  }

  /** What was found until now may be of another store. */
  forget(): void {
    this.found = { figures: [], atMs: performance.now() };
    this.lookedAtMs = -Infinity;
  }

  private get told(): Figures {
    const { figures = [], atMs = -Infinity } = this.found ?? {};
    return performance.now() - atMs > MAX_TOLD_AGE_MS ? [] : figures;
  }

  private async begin(look: Look): Promise<void> {
    const atMs = performance.now();
    this.lookedAtMs = atMs;
    const figures = await look().catch(() => []);
    if (figures === undefined) {
      if (this.lookedAtMs === atMs) this.lookedAtMs = -Infinity;
    } else if (atMs >= (this.found?.atMs ?? -Infinity)) this.found = { figures, atMs };
  }
}
