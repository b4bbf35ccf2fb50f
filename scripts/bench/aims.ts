import { BULK_CLIENTS } from './bulk.js';
import type { Figures } from './figures.js';
import { measuredRows } from './ratios.js';

export interface Aim {
  readonly what: string;
  readonly figure: string;
  readonly atLeast?: number;
  readonly atMost?: number;
  readonly unit: 'times' | 'MiB' | 'positions/s';
}

export interface Verdict extends Aim {
  /** The median; undefined when it was not measured. */
  readonly value: number | undefined;
  readonly verdict: 'met' | 'missed' | 'not measured';
}

const COMMAND_AIMS: readonly Aim[] = ['create', 'transition'].flatMap((kind): Aim[] => [
  { what: `${kind}, 32 connections, to the ceiling`, figure: `ratio.${kind}.32`, atLeast: 1, unit: 'times' },
  {
    what: `${kind}, 128 connections, to the ceiling`,
    figure: `ratio.${kind}.128`,
    atLeast: 1.5,
    unit: 'times',
  },
  {
    what: `${kind}, 1 connection, time to by hand`,
    figure: `ratio.${kind}.byHand`,
    atMost: 2,
    unit: 'times',
  },
]);

const PAGES = ['first', 'middle', 'end', 'byAsset', 'byHolder', 'byState', 'ledger'];

/** What the service is meant to reach, judged by the medians. */
export function judge(medians: Figures): Verdict[] {
  return [
    ...COMMAND_AIMS,
    bulkAim(medians),
    growthAim(medians),
    { what: 'resident memory, highest', figure: 'memory.maxMiB', atMost: 300, unit: 'MiB' } as const,
  ].map((aim) => verdictOf(aim, medians[aim.figure]));
}

/** No page may take much longer with the most rows than with the fewest: the one that takes longest is judged. */
function growthAim(medians: Figures): Aim {
  const most = measuredRows(medians).at(-1);
  const figureOf = (page: string): string => `ratio.growth.${page}.${most}`;
  const [first = 'first', ...others] = PAGES;
  const slowest = others.reduce(
    (left, right) => ((medians[figureOf(right)] ?? 0) > (medians[figureOf(left)] ?? 0) ? right : left),
    first,
  );
  const what = `page of 50 (${slowest}), time to that with the fewest rows`;
  return { what, figure: figureOf(slowest), atMost: 1.5, unit: 'times' };
}

/** 10,000 positions a second or three times the single create, whichever is reached first. */
function bulkAim(medians: Figures): Aim {
  const rateOf = (clients: number): number => medians[`bulk.${clients}.rate`] ?? 0;
  const clients = BULK_CLIENTS.reduce((best, other) => (rateOf(other) > rateOf(best) ? other : best));
  const rate = rateOf(clients);
  const what = `batches of 1000, ${clients} at once`;
  if (rate >= 10_000) {
    return { what, figure: `bulk.${clients}.rate`, atLeast: 10_000, unit: 'positions/s' };
  }
  return { what: `${what}, to single creates`, figure: `ratio.bulk.${clients}`, atLeast: 3, unit: 'times' };
}

function verdictOf(aim: Aim, value: number | undefined): Verdict {
  if (value === undefined) return { ...aim, value, verdict: 'not measured' };
  const met = value >= (aim.atLeast ?? -Infinity) && value <= (aim.atMost ?? Infinity);
  return { ...aim, value, verdict: met ? 'met' : 'missed' };
}
