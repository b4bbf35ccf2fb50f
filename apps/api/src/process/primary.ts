import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ConfigurationError, loadConfiguration, type Configuration } from '#config';
import type { Logger } from 'pino';
import { buildLogger, endOnUncaughtError } from '../logging.js';
import { serveMetricsToWorkers } from '../metrics/cluster-metrics.js';
import { refusalOfReload } from './refusal-of-reload.js';
import { WorkerGroup, type Heartbeat } from './worker-group.js';
import { WorkerFailed } from './worker-process.js';

const FAULT = 1;
/** Longer than a database takes to be restarted; the old workers serve meanwhile. */
const READY_DEADLINE_MS = 60_000;
/** Writes are refused for as long. */
const TAKE_OVER_DEADLINE_MS = 600_000;

const CLEAN_UP_MS = 2_000;

/** The process that is started and told to stop. It serves nothing itself, and has workers do so. */
class Primary {
  private readonly groups = new Set<WorkerGroup>();
  private current: WorkerGroup;
  private isStopping = false;
  private inGoodOrder = true;
  private reloading: Promise<void> | undefined;
  private isReloadWanted = false;
  private readonly started = Promise.withResolvers<void>();

  constructor(
    configuration: Configuration,
    private readonly logger: Logger,
    private readonly heartbeat: Heartbeat | undefined,
  ) {
    this.current = this.newGroup(configuration);
  }

  /** Listens to signals, and serves. */
  async start(): Promise<void> {
    process.on('SIGTERM', () => void this.stop(this.current.configuration.shutdown.drainMs));
    process.on('SIGINT', () => void this.stop(0));
    process.on('SIGHUP', () => this.reload());
    const { current, logger } = this;
    this.warn(current.configuration);
    try {
      await current.prepare(false);
      const url = await current.listen();
      const { store, workers } = current.configuration;
      logger.info({ url, backend: store.backend, workers }, 'The service is listening.');
      this.started.resolve();
    } catch (error) {
      // Told to stop, the workers end before they listen.
      if (this.isStopping) return;
      current.kill();
      throw error;
    }
  }

  private newGroup(configuration: Configuration): WorkerGroup {
    const group = new WorkerGroup(configuration, this.logger, () => process.exit(FAULT), this.heartbeat);
    this.groups.add(group);
    void group.ended.then((inGoodOrder) => {
      this.groups.delete(group);
      // What happened before has been told, and was got over.
      if (this.isStopping) this.inGoodOrder &&= inGoodOrder;
    });
    return group;
  }

  private warn({ warnings, store }: Configuration): void {
    for (const warning of warnings) this.logger.warn(warning);
    if (store.backend === 'memory') {
      this.logger.warn('Everything is kept in memory and lost when this process ends.');
    }
  }

  /** Ends everything in good order, or at the deadline in none; asked again, sooner. */
  private async stop(drainMs: number): Promise<void> {
    const isFirst = !this.isStopping;
    this.isStopping = true;
    const ended = Promise.all([...this.groups].map(async (group) => group.ended));
    if (isFirst || drainMs === 0) for (const group of this.groups) group.leave(drainMs);
    if (!isFirst) return;
    this.logger.info('The service stops.');
    const isInTime = await within(this.current.configuration.shutdown.deadlineMs, ended);
    if (!isInTime) {
      this.logger.error('The deadline is over: what is still under way is cut off.');
      for (const group of this.groups) group.kill();
    } else this.logger.info('The service has stopped.');
    // Whatever a reload was about, it removes what it has written to files.
    if (this.reloading !== undefined) await within(CLEAN_UP_MS, this.reloading);
    process.exit(isInTime && this.inGoodOrder ? 0 : FAULT);
  }

  /** One at a time: what is asked for meanwhile is done once more afterwards. */
  private reload(): void {
    this.isReloadWanted = true;
    this.reloading ??= this.reloadWhileWanted().finally(() => (this.reloading = undefined));
  }

  private async reloadWhileWanted(): Promise<void> {
    // Workers that are not there yet cannot be replaced; if they cannot start, the process ends.
    await this.started.promise;
    while (this.isReloadWanted && !this.isStopping) {
      this.isReloadWanted = false;
      await this.reloadOnce().catch((error: unknown) => {
        this.logger.error({ err: error }, 'The settings were not read again; the old workers go on.');
      });
    }
  }

  private async reloadOnce(): Promise<void> {
    const configuration = this.readAgain();
    if (configuration === undefined) return;
    const old = this.current;
    const group = this.newGroup(configuration);
    const isMoved = old.configuration.store.backend === 'memory';
    if (!(await (isMoved ? this.beginWithMemory(group) : this.begin(group)))) return;
    this.current = group;
    this.logger.level = configuration.logLevel;
    this.warn(configuration);
    this.logger.info({ workers: configuration.workers }, 'New workers serve on the settings read again.');
    const { drainMs, deadlineMs } = old.configuration.shutdown;
    old.leave(drainMs, true);
    // The next reload waits, so that there are never more than two sets of workers, and of database connections.
    if (await within(deadlineMs, old.ended)) return;
    this.logger.error('The deadline is over: what old workers still did is cut off.');
    old.kill();
  }

  private readAgain(): Configuration | undefined {
    try {
      const configuration = loadConfiguration();
      const refusal = refusalOfReload(this.current.configuration, configuration);
      if (refusal === undefined) return configuration;
      this.logger.error(refusal);
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw error;
      this.logger.error('The settings that were read again are at fault; the old workers go on.');
      for (const fault of error.faults) this.logger.error(fault);
    }
    return undefined;
  }

  /** The same with all that the old worker keeps in memory, who takes no more writes, unless it has to go on. */
  private async beginWithMemory(group: WorkerGroup): Promise<boolean> {
    const old = this.current;
    const folder = await mkdtemp(join(tmpdir(), 'escrowgrid-'));
    const file = join(folder, 'memory.ndjson');
    try {
      await old.handOver(file);
      if (await this.begin(group, file)) return true;
      old.resume();
    } catch (error) {
      this.giveUp(group, error);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
    return false;
  }

  /** Whether new workers serve. Until then they take no request, so that they can simply be ended. */
  private async begin(group: WorkerGroup, takeOverFile?: string): Promise<boolean> {
    const deadlineMs = takeOverFile === undefined ? READY_DEADLINE_MS : TAKE_OVER_DEADLINE_MS;
    try {
      if (await within(deadlineMs, group.prepare(true, takeOverFile))) {
        if (takeOverFile !== undefined) await this.current.stepBack();
        if (this.isStopping) return false;
        await group.listen();
        return !this.isStopping;
      }
      if (this.isStopping) return false;
      this.logger.error('The new workers did not become ready in time; the old ones go on.');
      group.kill();
    } catch (error) {
      this.giveUp(group, error);
    }
    return false;
  }

  private giveUp(group: WorkerGroup, error: unknown): void {
    // Told to stop, the workers end in good order before they are ready.
    if (this.isStopping) return;
    group.kill();
    if (!(error instanceof WorkerFailed)) throw error;
    process.stderr.write(`${error.message}\n`);
    this.logger.error('The new workers could not start; the old ones go on.');
  }
}

/** Whether something was done within a time. */
async function within(timeoutMs: number, done: Promise<unknown>): Promise<boolean> {
  const timer = new AbortController();
  try {
    return await Promise.race([
      done.then(() => true),
      pause(timeoutMs, false, { signal: timer.signal }).catch(() => false),
    ]);
  } finally {
    timer.abort();
  }
}

/**
 * Serves by workers until it is told to stop.
 *
 * @param heartbeat by which it finds out that one hangs: about half a minute, unless told otherwise
 * @throws ConfigurationError before anything is started; WorkerFailed when no worker could
 */
export async function runPrimary(heartbeat?: Heartbeat): Promise<void> {
  const configuration = loadConfiguration();
  const logger = buildLogger(configuration.logLevel);
  endOnUncaughtError(logger);
  serveMetricsToWorkers();
  await new Primary(configuration, logger, heartbeat).start();
}
