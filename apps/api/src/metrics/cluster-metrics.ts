import cluster, { type Worker } from 'node:cluster';
import { asMessage, type Message } from './cluster-messages.js';
import { sum, type Figures } from './figures.js';
import { LatestStanding } from './latest-standing.js';
import { countWorkerFailure, workerFailures } from './worker-failures.js';

/** A worker that is busy for longer is counted as it was last heard of. */
const MAX_WAIT_MS = 1_000;

/** What only ever grows, and must not shrink because a worker has ended. */
const GROWING: ReadonlySet<string> = new Set(['counter', 'histogram']);

interface Round {
  readonly awaited: Set<number>;
  readonly end: () => void;
}

/**
 * Answers each worker that is asked for metrics with the sum over all workers, and with what the store holds. Called
 * once, in their primary process.
 */
export function serveMetricsToWorkers(): void {
  const sums = new WorkerSums();
  const standing = new WorkersStanding();
  cluster.on('message', (worker, said: unknown) => {
    const message = asMessage(said);
    if (message?.metrics === 'given') sums.take(worker.id, message.number, message.figures);
    if (message?.metrics === 'seen') standing.take(message.number, message.figures);
    if (message?.metrics === 'asked') void answer(worker, message, sums, standing);
  });
  // What a worker said last may arrive after it has ended; a channel may never close on which a connection was handed.
  cluster.on('disconnect', ({ id }) => sums.retire(id));
  cluster.on('exit', ({ id }, status) => {
    if (status !== 0) countWorkerFailure();
    setTimeout(() => sums.retire(id), MAX_WAIT_MS).unref();
  });
  // A new one may serve on another store.
  cluster.on('listening', () => standing.latest.forget());
}

async function answer(
  worker: Worker,
  { number, isStoreUp }: Message & { metrics: 'asked' },
  sums: WorkerSums,
  standing: WorkersStanding,
): Promise<void> {
  const [figures, held] = await Promise.all([
    sums.read(),
    isStoreUp ? standing.latest.read(async () => standing.look(worker)) : [],
  ]);
  const processes = await sum(figures).metrics();
  say(worker, { metrics: 'summed', number, processes, standing: await sum([held]).metrics() });
}

/** What the store holds, as the worker finds it that happens to be scraped. */
class WorkersStanding {
  readonly latest = new LatestStanding();
  private lastNumber = 0;
  private hear: (figures: Figures | undefined) => void = () => undefined;

  /** Of a worker that dies nothing is ever heard; of two looks, the older is not listened to any more. */
  async look(worker: Worker): Promise<Figures | undefined> {
    const { promise, resolve } = Promise.withResolvers<Figures | undefined>();
    this.hear = resolve;
    this.lastNumber += 1;
    say(worker, { metrics: 'look', number: this.lastNumber });
    return promise;
  }

  take(number: number, figures: Figures | undefined): void {
    if (number === this.lastNumber) this.hear(figures);
  }
}

/** The metrics of all workers there are and were. */
class WorkerSums {
  private readonly latest = new Map<number, Figures>();
  /** What workers that have ended had counted. */
  private ended: Promise<Figures> = Promise.resolve([]);
  private readonly rounds = new Map<number, Round>();
  private lastNumber = 0;

  take(worker: number, number: number, figures: Figures): void {
    this.latest.set(worker, figures);
    this.hear(worker, this.rounds.get(number));
  }

  retire(worker: number): void {
    const last = this.latest.get(worker) ?? [];
    this.latest.delete(worker);
    const counted = last.filter(({ type }) => GROWING.has(String(type)));
    this.ended = this.ended.then(async (before) => sum([before, counted]).getMetricsAsJSON());
    for (const round of this.rounds.values()) this.hear(worker, round);
  }

  async read(): Promise<readonly Figures[]> {
    await this.ask();
    return [...this.latest.values(), await this.ended, await workerFailures.getMetricsAsJSON()];
  }

  /** Asks every worker, and waits for those that answer in time. */
  private async ask(): Promise<void> {
    const number = (this.lastNumber += 1);
    const workers = Object.values(cluster.workers ?? {}).filter((worker) => worker?.isConnected() === true);
    if (workers.length === 0) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.rounds.set(number, { awaited: new Set(workers.map((worker) => worker?.id ?? 0)), end: resolve });
    const giveUp = setTimeout(resolve, MAX_WAIT_MS);
    for (const worker of workers) if (worker !== undefined) say(worker, { metrics: 'wanted', number });
    await promise;
    clearTimeout(giveUp);
    this.rounds.delete(number);
  }

  private hear(worker: number, round: Round | undefined): void {
    round?.awaited.delete(worker);
    if (round?.awaited.size === 0) round.end();
  }
}

/** Whoever has just ended hears nothing any more. */
function say(worker: Worker, message: Message): void {
  worker.send(message, () => undefined);
}
