import cluster, { type Worker } from 'node:cluster';
import { AggregatorRegistry } from 'prom-client';
import { asMessage, type Figures, type Message } from './cluster-messages.js';

/** A worker that is busy for longer is counted as it was last heard of. */
const MAX_WAIT_MS = 1_000;

/** What only ever grows, and must not shrink because a worker has ended. */
const GROWING: ReadonlySet<string> = new Set(['counter', 'histogram']);

interface Round {
  readonly awaited: Set<number>;
  readonly end: () => void;
}

/** Answers each worker that is asked for metrics with the sum over all workers. Called once, in their primary process. */
export function serveMetricsToWorkers(): void {
  const sums = new WorkerSums();
  cluster.on('message', (worker, said: unknown) => {
    const message = asMessage(said);
    if (message?.metrics === 'given') sums.take(worker.id, message.number, message.figures);
    if (message?.metrics === 'asked') void answer(worker, message.number, sums);
  });
  // Not when it exits: what it said last may arrive after that.
  cluster.on('disconnect', ({ id }) => sums.retire(id));
}

async function answer(worker: Worker, number: number, sums: WorkerSums): Promise<void> {
  const text = await sums.read();
  say(worker, { metrics: 'summed', number, text });
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

  async read(): Promise<string> {
    await this.ask();
    return sum([...this.latest.values(), await this.ended]).metrics();
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

/** Each metric says by itself how it is put together. */
function sum(figures: readonly Figures[]): AggregatorRegistry<'text/plain; version=0.0.4; charset=utf-8'> {
  return AggregatorRegistry.aggregate(
    figures.filter(({ length }) => length > 0),
  ) as AggregatorRegistry<'text/plain; version=0.0.4; charset=utf-8'>;
}

/** Whoever has just ended hears nothing any more. */
function say(worker: Worker, message: Message): void {
  worker.send(message, () => undefined);
}
