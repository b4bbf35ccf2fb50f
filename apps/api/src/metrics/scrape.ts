import cluster from 'node:cluster';
import { StoreUnavailable } from '#kernel';
import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Registry } from 'prom-client';
import { asMessage, type Message, type Texts } from './cluster-messages.js';
import { sum, withoutGaps } from './figures.js';
import { LatestStanding } from './latest-standing.js';
import { Metrics } from './metrics.js';
import { processRegistry } from './process-registry.js';
import { StandingMetrics } from './standing-metrics.js';
import { workerFailures } from './worker-failures.js';

/** Longer than the primary process waits for any worker. */
const MAX_WAIT_MS = 3_000;

/** All that there is to measure, of this process and of those that serve beside it. */
@Injectable()
export class Scrape implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly asked = new Map<number, (texts: Texts) => void>();
  private lastNumber = 0;
  /** Of a process without others; the workers of a cluster share one. */
  private readonly latest = new LatestStanding();

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
    const { isUp, text } = await this.standing.condition();
    const { processes, standing } = await (cluster.isWorker ? this.askPrimary(isUp) : this.own(isUp));
    return `${processes}\n${text}\n${standing}`;
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
    if (message?.metrics === 'look') void this.show(message.number);
    if (message?.metrics === 'summed') this.asked.get(message.number)?.(message);
  };

  private ownRegistry(): Registry {
    return Registry.merge([this.metrics.registry, processRegistry(), workerFailures]);
  }

  private async own(isStoreUp: boolean): Promise<Texts> {
    const held = isStoreUp ? await this.latest.read(async () => this.standing.look()) : [];
    return {
      processes: await this.ownRegistry().metrics(),
      standing: await sum([held]).metrics(),
    };
  }

  private async give(number: number): Promise<void> {
    const figures = withoutGaps(await this.ownRegistry().getMetricsAsJSON());
    await say({ metrics: 'given', number, figures });
  }

  private async show(number: number): Promise<void> {
    const figures = await this.standing.look().catch(() => []);
    await say({ metrics: 'seen', number, figures });
  }

  private async askPrimary(isStoreUp: boolean): Promise<Texts> {
    const number = (this.lastNumber += 1);
    const { promise, resolve, reject } = Promise.withResolvers<Texts>();
    const giveUp = setTimeout(
      () => reject(new StoreUnavailable('The primary process does not answer.')),
      MAX_WAIT_MS,
    );
    this.asked.set(number, resolve);
    try {
      await say({ metrics: 'asked', number, isStoreUp });
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
