import type { Changes, Page, PageRequest, Scope } from '#kernel';
import type { PositionState } from './lifecycle.js';
import type { Position } from './position.js';
import type { PositionWithEvents } from './position-event.js';
import type { PositionTotal } from './position-totals.js';

export interface PositionFilter {
  readonly assetId?: string;
  readonly holderReference?: string;
  readonly externalReference?: string;
  /** Any of these. */
  readonly state?: readonly PositionState[];
  readonly currency?: string;
  /** Plain decimals, compared with the position's amount, bounds included. */
  readonly minAmount?: string;
  readonly maxAmount?: string;
  /** Strictly after, strictly before. */
  readonly createdAfter?: Date;
  readonly createdBefore?: Date;
}

export abstract class PositionRepository {
  abstract insert(changes: Changes, position: Position): void;

  /** Guarded by the version before the one that `position` carries. */
  abstract update(changes: Changes, position: Position): void;

  abstract find(scope: Scope, id: string): Promise<Position | undefined>;

  /** A position and its steps, as of one moment. */
  abstract findWithEvents(scope: Scope, id: string): Promise<PositionWithEvents | undefined>;

  /** Positions that match every given part of the filter, by creation. */
  abstract list(scope: Scope, filter: PositionFilter, page: PageRequest): Promise<Page<Position>>;

  /** One for each currency and state that any position is in, in no order. Looks at every position of the scope. */
  abstract totals(scope: Scope): Promise<readonly PositionTotal[]>;
}
