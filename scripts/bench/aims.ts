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

/** What the service is meant to reach, judged by the medians. */
export function judge(medians: Figures): Verdict[] {
  const most = measuredRows(medians).at(-1);
  const page = 'page of 50, time to that with the fewest rows';
  return [
    ...COMMAND_AIMS,
    bulkAim(medians),
    { what: page, figure: `ratio.growth.first.${most}`, atMost: 1.5, unit: 'times' } as const,
    { what: 'resident memory, highest', figure: 'memory.maxMiB', atMost: 300, unit: 'MiB' } as const,
  ].map((aim) => verdictOf(aim, medians[aim.figure]));
}

/** 10,000 positions a second or three times the single create, whichever is reached first. */
function bulkAim(medians: Figures): Aim {
  const rate = Math.max(medians['bulk.1.rate'] ?? 0, medians['bulk.2.rate'] ?? 0);
  const clients = rate > (medians['bulk.1.rate'] ?? 0) ? 2 : 1;
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
