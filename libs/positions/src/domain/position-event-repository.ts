import type { Changes, Page, PageRequest, Scope } from '#kernel';
import type { Position } from './position.js';
import type { PositionEvent } from './position-event.js';

export abstract class PositionEventRepository {
  abstract append(changes: Changes, event: PositionEvent): void;

  /** The steps of a position, in their order. */
  abstract list(scope: Scope, position: Position, page: PageRequest): Promise<Page<PositionEvent>>;
}
