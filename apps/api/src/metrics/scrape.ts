import cluster from 'node:cluster';
import { StoreUnavailable } from '#kernel';
import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Registry } from 'prom-client';
import { asMessage, withoutGaps, type Message } from './cluster-messages.js';
import { Metrics } from './metrics.js';
import { processRegistry } from './process-registry.js';
import { StandingMetrics } from './standing-metrics.js';

/** Longer than the primary process waits for any worker. */
const MAX_WAIT_MS = 3_000;

/** All that there is to measure, of this process and of those that serve beside it. */
@Injectable()
export class Scrape implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly asked = new Map<number, (text: string) => void>();
  private lastNumber = 0;

  constructor(
    private readonly metrics: Metrics,
    private readonly standing: StandingMetrics,
  ) {}

  /**
   * The metrics in the text format of Prometheus. A worker of a cluster answers for all workers.
   *
   * @throws StoreUnavailable when the primary process says nothing: a part would look like a loss
   */
  async text(): Promise<string> {
    const [processes, standing] = await Promise.all([
      cluster.isWorker ? this.askPrimary() : this.ownRegistry().metrics(),
      this.standing.text(),
    ]);
    return `${processes}\n${standing}`;
  }

  onApplicationBootstrap(): void {
    if (cluster.isWorker) process.on('message', this.hear);
  }

  /** Leaves to the primary process what was counted, so that the sum does not shrink. */
  async onApplicationShutdown(): Promise<void> {
    if (!cluster.isWorker) return;
    process.off('message', this.hear);
    await this.give(0);
  }

  private readonly hear = (said: unknown): void => {
    const message = asMessage(said);
    if (message?.metrics === 'wanted') void this.give(message.number);
    if (message?.metrics === 'summed') this.asked.get(message.number)?.(message.text);
  };

  private ownRegistry(): Registry {
    return Registry.merge([this.metrics.registry, processRegistry()]);
  }

  private async give(number: number): Promise<void> {
    const figures = withoutGaps(await this.ownRegistry().getMetricsAsJSON());
    await say({ metrics: 'given', number, figures });
  }

  private async askPrimary(): Promise<string> {
    const number = (this.lastNumber += 1);
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const giveUp = setTimeout(
      () => reject(new StoreUnavailable('The primary process does not answer.')),
      MAX_WAIT_MS,
    );
    this.asked.set(number, resolve);
    try {
      await say({ metrics: 'asked', number });
      return await promise;
    } finally {
      clearTimeout(giveUp);
      this.asked.delete(number);
    }
  }
}

/** Resolves when the message is on its way, or there is nobody left to hear it. */
async function say(message: Message): Promise<void> {
  await new Promise<void>((resolve) => {
    if (process.connected !== true || process.send === undefined) resolve();
    else process.send(message, undefined, undefined, () => resolve());
  });
}
