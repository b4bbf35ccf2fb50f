import type { Scope } from '#kernel';
import type { PositionRecord } from './position-record.js';

/** What is stored of positions, given out as it is stored, each record whole and of one moment: to be verified. */
export abstract class PositionRecords {
  abstract find(scope: Scope, id: string): Promise<PositionRecord | undefined>;

  /**
   * The record of every position, and of every position that there is nothing but history of. A few are held at a
   * time, however many there are.
   */
  abstract all(scope: Scope): AsyncIterable<PositionRecord>;

  /** How many positions there are. */
  abstract count(scope: Scope): Promise<number>;
}
