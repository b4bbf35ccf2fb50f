import { withClient } from '#testing';
import type { Bench } from './bench.js';
import type { BenchDatabase } from './bench-server.js';
import { sendByHand } from './by-hand.js';
import { measureBulk } from './bulk.js';
import { under, type Figures } from './figures.js';
import { runPgbench } from './pgbench.js';
import { withProcessorShares } from './processor.js';
import { counted } from './progress.js';
import { CEILING_CLIENTS } from './ratios.js';
import { positionsMovedBy, ServiceUnderLoad } from './service-under-load.js';
import { fillStatements, STEPS } from './writes.js';
import { KINDS } from './wrk-script.js';

const WRITES = ['create', 'transition'] as const;
const OTHERS = KINDS.filter((kind) => kind !== 'create' && kind !== 'transition');
const WARM_UP_SECONDS = 3;

/**
 * One round of the parts ceiling, http and bulk. Both sides get a fresh database with as many positions, and then
 * the same loads in the same order, so that they hold about as many rows whenever they are compared. Every second
 * round begins each pair with the other side.
 */
export async function measureWrites(bench: Bench, round: number): Promise<Figures> {
  const { server, options } = bench;
  const has = (part: (typeof options.parts)[number]): boolean => options.parts.includes(part);
  const measured: Figures[] = [];
  const ceilingDatabase = await server.createDatabase(`ceiling_${round}`);
  const serviceDatabase = await server.createDatabase(`service_${round}`);
  {
    const positions = positionsOfARound(bench);
    bench.progress.step(`${counted(positions, 'position')} to begin with, on both sides`);
    await withClient(ceilingDatabase.ownerUrl, async (client) => {
      for (const statement of fillStatements(positions)) await client.query(statement);
    });
    await using service = await ServiceUnderLoad.start(bench, serviceDatabase);
    await service.prepare(positions);
    await analyse(bench, ceilingDatabase, serviceDatabase);
    const ceiling = new Ceiling(bench, ceilingDatabase);

    if (has('http')) await service.load('mixed', CEILING_CLIENTS, WARM_UP_SECONDS);
    for (const kind of WRITES) {
      for (const connections of options.connections) {
        const pair = [
          async () => (has('ceiling') ? ceiling.measure(kind, connections) : {}),
          async () => (has('http') ? overHttp(bench, service, kind, connections) : {}),
        ];
        if (round % 2 === 0) pair.reverse();
        for (const measure of pair) measured.push(await measure());
      }
      if (has('ceiling')) measured.push(await ceiling.byHand(kind));
    }
    for (const kind of has('http') ? OTHERS : []) {
      for (const connections of options.connections) {
        measured.push(await overHttp(bench, service, kind, connections));
      }
    }
    if (has('bulk')) measured.push(await measureBulk(bench, service));
    measured.push(await rowBytes(ceilingDatabase, 'ceiling'), await rowBytes(serviceDatabase, 'service'));
  }
  await server.drop(ceilingDatabase);
  await server.drop(serviceDatabase);
  return Object.assign({}, ...measured) as Figures;
}

async function overHttp(
  bench: Bench,
  service: ServiceUnderLoad,
  kind: (typeof KINDS)[number],
  connections: number,
): Promise<Figures> {
  bench.progress.step(`${kind} over HTTP, ${counted(connections, 'connection')}`);
  return under(`http.${kind}.${connections}`, await service.load(kind, connections, bench.options.seconds));
}

/** How wide the rows are that each side wrote: the ceiling is one only if its rows are as wide. */
async function rowBytes({ ownerUrl }: BenchDatabase, side: string): Promise<Figures> {
  return withClient(ownerUrl, async (client) => {
    const figures: Record<string, number> = {};
    for (const table of ['positions', 'position_events', 'ledger_events', 'audit_events']) {
      const { rows } = await client.query<{ bytes: number }>(
        `SELECT avg(pg_column_size(t.*))::float AS bytes FROM ${table} t`,
      );
      figures[`rowBytes.${side}.${table}`] = rows[0]?.bytes ?? 0;
    }
    return figures;
  });
}

/** As the database is after a while, and with nothing left to be written back. */
async function analyse(bench: Bench, ...databases: readonly BenchDatabase[]): Promise<void> {
  for (const { ownerUrl } of databases) {
    await withClient(ownerUrl, (client) => client.query('VACUUM (ANALYZE)'));
  }
  await bench.server.run('CHECKPOINT');
}

/** The database that gets the writes without the service. */
class Ceiling {
  private runs = 0;
  private moved = 0;

  constructor(
    private readonly bench: Bench,
    private readonly database: BenchDatabase,
  ) {}

  async measure(kind: (typeof WRITES)[number], clients: number): Promise<Figures> {
    const { server, tools, options, progress, signal } = this.bench;
    progress.step(`${kind} with pgbench, ${counted(clients, 'client')}`);
    const { result, shares } = await withProcessorShares(server, async () =>
      runPgbench({
        ...{ program: tools.pgbench, directory: server.directory, login: server.login },
        ...{ database: this.database, kind, clients, seconds: options.seconds, signal },
        ...this.next(kind, clients),
      }),
    );
    return under(`ceiling.${kind}.${clients}`, { ...result, ...under('cpu', shares) });
  }

  async byHand(kind: (typeof WRITES)[number]): Promise<Figures> {
    const { options, progress, signal } = this.bench;
    progress.step(`${kind} by hand, 1 connection`);
    const { seconds } = options;
    const figures = await sendByHand({
      ...{ database: this.database, kind, seconds, signal },
      ...this.next(kind, 1),
    });
    return under(`byHand.${kind}`, figures);
  }

  /** Keys and positions that no run before has used. */
  private next(kind: (typeof WRITES)[number], clients: number): { run: number; firstPosition: number } {
    this.runs += 1;
    const firstPosition = this.moved;
    this.moved += positionsMovedBy(kind, clients, this.bench.options.seconds);
    return { run: this.runs, firstPosition };
  }
}

/** As many as all loads of a round may move, on whichever side moves more. */
function positionsOfARound({ options }: Bench): number {
  const { seconds, connections } = options;
  const loads = connections.flatMap((count) =>
    (['transition', 'mixed'] as const).map((kind) => positionsMovedBy(kind, count, seconds)),
  );
  const spare = positionsMovedBy('transition', 1, seconds) + STEPS.length * CEILING_CLIENTS;
  const warmUp = positionsMovedBy('mixed', CEILING_CLIENTS, WARM_UP_SECONDS);
  return loads.reduce((sum, count) => sum + count, warmUp + spare);
}
