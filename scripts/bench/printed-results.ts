import type { Verdict } from './aims.js';
import { counted } from './progress.js';
import { measuredRows } from './ratios.js';
import type { Results } from './results.js';
import { textTable } from './text-table.js';
import { KINDS } from './wrk-script.js';

const NOTHING = '-';
/** What the kernel takes for the network is counted with other programs. */
const QUIET_SHARE = 0.08;

/** The results for people: aims first, then what they rest on. */
export function printedResults(results: Results): string {
  const { rounds, options, machine } = results;
  return [
    `Medians of ${counted(rounds.length, 'round')}, ${counted(options.seconds, 'second')} a measurement; ${machine['cores']} cores, ` +
      `Node ${machine['node']}, PostgreSQL ${machine['postgres']}.`,
    aimsTable(results),
    httpTable(results),
    ceilingTable(results),
    widthsLine(results),
    bulkTable(results),
    growthTable(results),
    memoryLine(results),
    warning(results),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

/** Other programs take from both sides of a ratio, but seldom as much from one as from the other. */
function warning({ rounds }: Results): string {
  const shared = rounds.flatMap((round) =>
    Object.entries(round).flatMap(([name, share]) => (name.endsWith('.cpu.other') ? [share] : [])),
  );
  const disturbed = shared.filter((share) => share > QUIET_SHARE);
  if (disturbed.length === 0) return '';
  return (
    `NOT A QUIET MACHINE: in ${disturbed.length} of ${counted(shared.length, 'measurement')} other programs took ` +
    `more than ${percent(QUIET_SHARE)} of the processors, at most ${percent(Math.max(...disturbed))}.`
  );
}

function aimsTable({ aims, lowest, highest }: Results): string {
  const value = (number: number | undefined, unit: Verdict['unit']): string => {
    if (number === undefined) return NOTHING;
    return unit === 'times' ? `${number.toFixed(2)}×` : `${whole(number)} ${unit}`;
  };
  const rows = aims.map(({ what, figure, atLeast, atMost, unit, value: measured, verdict }) => [
    what,
    value(measured, unit),
    measured === undefined ? NOTHING : `${value(lowest[figure], unit)} … ${value(highest[figure], unit)}`,
    `${atLeast === undefined ? '≤' : '≥'} ${value(atLeast ?? atMost, unit)}`,
    verdict,
  ]);
  return textTable(['Aim', 'measured', 'rounds', 'aimed at', ''], rows);
}

function httpTable({ medians, options }: Results): string {
  const rows = KINDS.flatMap((kind) =>
    options.connections.map((connections) => {
      const figure = (name: string): number | undefined => medians[`http.${kind}.${connections}.${name}`];
      return [
        `${kind}, ${connections}`,
        times(medians[`ratio.${kind}.${connections}`]),
        whole(figure('rate')),
        milliseconds(figure('p50Ms')),
        milliseconds(figure('p99Ms')),
        ...shares(figure),
        decimal(medians[`statements.${kind}.${connections}`]),
        decimal(medians[`commits.${kind}.${connections}`]),
      ];
    }),
  ).filter((row) => row[2] !== NOTHING);
  const head = ['Over HTTP, connections', 'to ceiling', 'a second', 'p50 ms', 'p99 ms'];
  return section([...head, ...SHARES, 'statements', 'commits'], rows);
}

function ceilingTable({ medians, options }: Results): string {
  const rows = ['create', 'transition']
    .flatMap((kind) => [
      ...options.connections.map((clients) => {
        const figure = (name: string): number | undefined => medians[`ceiling.${kind}.${clients}.${name}`];
        return [
          `${kind}, pgbench, ${clients}`,
          whole(figure('rate')),
          milliseconds(figure('meanMs')),
          NOTHING,
          ...shares(figure),
        ];
      }),
      [
        `${kind}, by hand, 1`,
        whole(medians[`byHand.${kind}.rate`]),
        milliseconds(medians[`byHand.${kind}.p50Ms`]),
        milliseconds(medians[`byHand.${kind}.p99Ms`]),
      ],
    ])
    .filter((row) => row[1] !== NOTHING);
  return section(['Without the service, clients', 'a second', 'mean or p50 ms', 'p99 ms', ...SHARES], rows);
}

function widthsLine({ medians }: Results): string {
  const [service, ceiling] = ['service', 'ceiling'].map((side) => {
    const widths = Object.entries(medians).filter(([name]) => name.startsWith(`rowBytes.${side}.`));
    return widths.length === 0 ? undefined : widths.reduce((sum, [, bytes]) => sum + bytes, 0);
  });
  if (service === undefined || ceiling === undefined) return '';
  return `One row of each of the four tables: ${whole(service)} bytes through the service, ${whole(ceiling)} without.`;
}

function bulkTable({ medians }: Results): string {
  const rows = [
    ['single', 'one by one, 32 connections'],
    ['1', 'batches, one at a time'],
    ['2', 'batches, two at once'],
    ['4', 'batches, four at once'],
  ].map(([name, what]) => {
    const figure = (end: string): number | undefined => medians[`bulk.${name}.${end}`];
    return [what ?? '', times(medians[`ratio.bulk.${name}`]), whole(figure('rate')), ...shares(figure)];
  });
  return section(
    ['Bulk', 'to single', 'positions/s', ...SHARES],
    rows.filter((row) => row[2] !== NOTHING),
  );
}

function growthTable({ medians }: Results): string {
  const sizes = measuredRows(medians);
  const names = new Set(
    Object.keys(medians)
      .filter((name) => /^growth\..*\.p50Ms$/.test(name))
      .map((name) => name.split('.')[1] ?? ''),
  );
  const rows = [...names].map((name) => [
    name,
    ...sizes.flatMap((size, index) => [
      milliseconds(medians[`growth.${name}.${size}.p50Ms`]),
      milliseconds(medians[`growth.${name}.${size}.p99Ms`]),
      ...(index === 0 ? [] : [times(medians[`ratio.growth.${name}.${size}`])]),
    ]),
  ]);
  const head = sizes.flatMap((size, index) => [
    `${size.toLocaleString('en')}: p50`,
    'p99 ms',
    ...(index === 0 ? [] : ['ratio']),
  ]);
  return section(['Growth, positions stored', ...head], rows);
}

function memoryLine({ medians }: Results): string {
  const [requests, most, last] = ['requests', 'maxMiB', 'lastMiB'].map((name) => medians[`memory.${name}`]);
  if (requests === undefined) return '';
  return `Memory over ${whole(requests)} mixed requests: at most ${whole(most)} MiB, ${whole(last)} MiB at the end.`;
}

const SHARES = ['service', 'postgres', 'load', 'other', 'idle'];

function shares(figure: (name: string) => number | undefined): string[] {
  return SHARES.map((name) => percent(figure(`cpu.${name}`)));
}

function section(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return rows.length === 0 ? '' : textTable(head, rows);
}

function percent(share: number | undefined): string {
  return share === undefined ? NOTHING : `${Math.round(share * 100)}%`;
}

function times(ratio: number | undefined): string {
  return ratio === undefined ? NOTHING : `${ratio.toFixed(2)}×`;
}

function whole(number: number | undefined): string {
  return number === undefined ? NOTHING : Math.round(number).toLocaleString('en');
}

function milliseconds(number: number | undefined): string {
  return number === undefined ? NOTHING : number.toFixed(number < 10 ? 2 : 1);
}

function decimal(number: number | undefined): string {
  return number === undefined ? NOTHING : number.toFixed(2);
}
