import { Duplicate, MissingReference, RowRefused } from '#kernel';

/** Why a row is not one that any store could take beside those before it; undefined where that is not why. */
export function rowRefusal(outcome: unknown, place: number): RowRefused | undefined {
  if (outcome instanceof Duplicate) {
    return new RowRefused(place, `has a key (${outcome.constraint}) that a row before it has`);
  }
  if (outcome instanceof MissingReference) {
    return new RowRefused(place, `refers (${outcome.constraint}) to a row that is not there`);
  }
  return undefined;
}
