import type { JsonObject } from './json.js';

/** A row of history that is never changed, as the API shows it. */
export interface HistoryEntry {
  /** The moment by which history is sorted, and cut into what is sealed together. */
  readonly at: Date;
  readonly document: JsonObject;
}
