import { setTimeout as pause } from 'node:timers/promises';
import { RefusalRecorder } from '#audit';
import type { Configuration } from '#config';
import { explainFault } from '#persistence';
import { TakeOver } from '#transfer';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Logger } from 'pino';
import { createApp } from '../create-app.js';
import { Drain } from '../drain.js';
import { refuseConnections } from '../end-connections.js';
import { Readiness } from '../health/readiness.js';
import { buildLogger, endOnUncaughtError } from '../logging.js';
import { isOrder, type Order, type Report } from './messages.js';

const READINESS_INTERVAL_MS = 250;
const READINESS_TRIES = 40;
const FAULT = 1;

/** One process that serves requests, and does as the primary tells it. */
class ServiceWorker {
  private prepared: { app: NestFastifyApplication; configuration: Configuration; logger: Logger } | undefined;
  private readonly hurry = new AbortController();
  private leaving: Promise<void> | undefined;

  async obey(order: Order): Promise<void> {
    switch (order.order) {
      case 'prepare':
        return this.prepare(order);
      case 'listen':
        return this.listen();
      case 'answer':
        return report({ report: 'answered' });
      case 'hand over':
        return this.handOver(order.file);
      case 'step back':
        this.built().app.get(Drain).stepBack();
        return report({ report: 'stepped back' });
      case 'resume':
        return this.resume();
      case 'leave':
        if (order.drainMs === 0) this.hurry.abort();
        return (this.leaving ??= this.leave(order));
    }
  }

  private async prepare({
    configuration,
    mustBeReady,
    takeOverFile,
  }: Order & { order: 'prepare' }): Promise<void> {
    const logger = buildLogger(configuration.logLevel);
    endOnUncaughtError(logger);
    const app = await createApp(configuration, logger, undefined, takeOverFile);
    if (mustBeReady) await becomesReady(app);
    this.prepared = { app, configuration, logger };
    await report({ report: 'prepared' });
  }

  private async listen(): Promise<void> {
    const { app, configuration } = this.built();
    await app.listen(configuration.http.port, configuration.http.host);
    await report({ report: 'listening', url: await app.getUrl() });
  }

  private async handOver(file: string): Promise<void> {
    const { app, logger } = this.built();
    try {
      // What is refused from here on cannot be taken over: how many those were is logged at the end.
      await app.get(RefusalRecorder).flush();
      await app.get(TakeOver).handOver(file);
      await report({ report: 'handed over' });
    } catch (error) {
      logger.error({ err: error }, 'What is kept in memory could not be written to a file.');
      await report({ report: 'handed over', reason: explainFault(error) });
    }
  }

  private resume(): void {
    const { app } = this.built();
    app.get(Drain).goOn();
    app.get(TakeOver).resume();
  }

  private built(): NonNullable<ServiceWorker['prepared']> {
    if (this.prepared === undefined) throw new Error('Nothing is prepared.');
    return this.prepared;
  }

  /** Answers what comes until the time is over, what is under way in any case, and ends. */
  private async leave({ drainMs, isReplaced }: Order & { order: 'leave' }): Promise<void> {
    if (this.prepared === undefined) return process.exit(0);
    const { app, logger } = this.prepared;
    const drain = app.get(Drain);
    const isOver = pause(drainMs, undefined, { signal: this.hurry.signal }).catch(() => undefined);
    try {
      if (isReplaced) {
        drain.handOver();
        await Promise.race([isOver, refuseConnections(app.getHttpAdapter().getInstance())]);
      } else {
        drain.begin();
        await isOver;
      }
      await app.close();
    } catch (error) {
      logger.error({ err: error }, 'The end of a process was not in good order.');
      process.exit(FAULT);
    }
    process.exit(0);
  }
}

/** @throws Error that says what readiness found last */
async function becomesReady(app: NestFastifyApplication): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    const { reasons } = await app.get(Readiness).find();
    if (reasons.length === 0) return;
    if (tries === READINESS_TRIES) {
      throw new Error(`The new workers did not become ready: ${reasons.join(' ')}`);
    }
    await pause(READINESS_INTERVAL_MS);
  }
}

/** Resolves when it is sent: a process may end then. */
async function report(message: Report): Promise<void> {
  return new Promise((resolve) => {
    // Where nobody listens any more, the process is about to end with the primary.
    process.send?.(message, undefined, undefined, () => resolve());
  });
}

/** Obeys the primary. Without it, Node ends the process. */
export function runWorker(): void {
  // They reach every process of a terminal's or a service manager's group; the primary tells what is to be done.
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => undefined);
  const worker = new ServiceWorker();
  process.on('message', (message) => {
    if (!isOrder(message)) return;
    worker.obey(message).catch(async (error: unknown) => {
      await report({ report: 'failed', reason: explainFault(error) });
      process.exit(FAULT);
    });
  });
}
