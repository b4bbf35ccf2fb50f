import type { StoredRow } from './table.js';

/** One text for the values of a key, equal for equal keys only. */
export function keyText(row: StoredRow, properties: readonly string[]): string {
  return JSON.stringify(properties.map((property) => row[property]));
}
