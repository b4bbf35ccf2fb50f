import { StoreUnavailable } from '#kernel';
import type { StoreObserver, StoreOperation } from '../store-observer.js';
import { outcomeOf } from './sqlstate.js';

/** Asks something of the database, and tells an observer for how long it took and whether the database was there. */
export async function observed<Result>(
  observer: StoreObserver,
  operation: StoreOperation,
  ask: () => Promise<Result>,
): Promise<Result> {
  const startedAtMs = performance.now();
  try {
    const result = await ask();
    observer.asked(operation, performance.now() - startedAtMs, false);
    return result;
  } catch (error) {
    const isUnavailable = outcomeOf(error) instanceof StoreUnavailable;
    observer.asked(operation, performance.now() - startedAtMs, isUnavailable);
    throw error;
  }
}
