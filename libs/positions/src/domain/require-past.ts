import { positionFaults } from './position-faults.js';

/**
 * Refuses a moment that is yet to come, of which nothing can be told. The present one is no future.
 *
 * @throws DomainError `position.future_moment`
 */
export function requirePast(asOf: Date, now: Date): void {
  if (asOf > now) {
    throw positionFaults['position.future_moment'].at('/asOf', `Must not be after ${now.toISOString()}.`);
  }
}
