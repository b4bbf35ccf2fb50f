import type { Figures } from './figures.js';

/** Clients of the ceiling that every number of connections is compared with. */
export const CEILING_CLIENTS = 32;

/**
 * What a round's figures are worth against each other, under names that begin with `ratio`:
 * - `ratio.<kind>.<connections>`: commands a second through HTTP to those of the ceiling with 32 clients; of `keyed` to
 *   the ceiling of `create`, which keeps no answers;
 * - `ratio.<kind>.byHand`: median latency through HTTP at one connection to that of the statements by hand;
 * - `ratio.bulk.<clients>`: positions a second in batches to those created one by one;
 * - `ratio.growth.<page>.<rows>`: median latency to the one with the fewest rows.
 */
export function ratiosOf(round: Figures): Figures {
  const ratios: Record<string, number> = {};
  const put = (name: string, above: number | undefined, below: number | undefined): void => {
    if (above !== undefined && below !== undefined && below > 0) ratios[`ratio.${name}`] = above / below;
  };
  for (const [name, value] of Object.entries(round)) {
    const [part, kind, size, what] = name.split('.');
    if (part === 'http' && what === 'rate') {
      const same = kind === 'keyed' ? 'create' : kind;
      put(`${kind}.${size}`, value, round[`ceiling.${same}.${CEILING_CLIENTS}.rate`]);
    }
    if (part === 'http' && size === '1' && what === 'p50Ms') {
      put(`${kind}.byHand`, value, round[`byHand.${kind}.p50Ms`]);
    }
    if (part === 'bulk' && kind !== 'single' && size === 'rate') {
      put(`bulk.${kind}`, value, round['bulk.single.rate']);
    }
    if (part === 'growth' && what === 'p50Ms') {
      put(`growth.${kind}.${size}`, value, round[`growth.${kind}.${fewestRows(round)}.p50Ms`]);
    }
  }
  return ratios;
}

/** The numbers of rows that growth was measured at, ascending. */
export function measuredRows(figures: Figures): number[] {
  const sizes = Object.keys(figures)
    .filter((name) => /^growth\..*\.p50Ms$/.test(name))
    .map((name) => Number(name.split('.')[2]));
  return [...new Set(sizes)].sort((one, other) => one - other);
}

function fewestRows(figures: Figures): number | undefined {
  return measuredRows(figures)[0];
}
