import { SETTLED_AGE_MS, SettledHistory } from '#kernel';

/** What is committed to memory is there at once, and what is decided is committed in time or never. */
export class MemorySettledHistory extends SettledHistory {
  override async settledUntil(): Promise<Date> {
    return Promise.resolve(new Date(Date.now() - SETTLED_AGE_MS));
  }
}
