import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until, type Backend } from '#testing';
import { childrenOf } from './processes.js';
import { newInstallation, type Installation } from './service.js';
import { ServiceProcess } from './service-process.js';

/** A service with a `CONFIG_FILE`, which it can be told to read again, and all that it wrote. */
export class ReloadedService {
  process: ServiceProcess;
  private text = '';

  private constructor(
    readonly installation: Installation,
    private readonly folder: string,
  ) {}

  /** Starts it on an empty store, with nothing in its file. */
  static async start(backend: Backend): Promise<ReloadedService> {
    const folder = await mkdtemp(join(tmpdir(), 'reload-'));
    const started = new ReloadedService(await newInstallation(backend), folder);
    await started.write('');
    const settings = { CONFIG_FILE: started.file, SHUTDOWN_DRAIN_SECONDS: '4' };
    started.process = await ServiceProcess.start(started.installation, settings, (text) => {
      started.text += text;
    });
    return started;
  }

  get file(): string {
    return join(this.folder, 'settings');
  }

  /** All that it wrote, but for the lines of requests. */
  get written(): string {
    return this.text
      .split('\n')
      .filter((line) => !line.endsWith('"msg":"request"}'))
      .join('\n');
  }

  async write(settings: string): Promise<void> {
    await writeFile(this.file, settings);
  }

  /** How often a sentence was logged. */
  timesSaid(sentence: string): number {
    return this.written.split(`"msg":"${sentence}"`).length - 1;
  }

  /** Resolves when it has written a text: its complaints and its log come by two ways, either first. */
  async hasWritten(text: string): Promise<void> {
    await until(() => this.text.includes(text), `The service writes: ${text}`);
  }

  /** Has the service read these settings, and waits until it has said so much. */
  async reload(settings: string, sentence: string): Promise<void> {
    await this.write(settings);
    const before = this.timesSaid(sentence);
    this.process.signal('SIGHUP');
    await until(() => {
      if (this.process.hasEnded) throw new Error(`The service has ended:\n${this.written}`);
      return this.timesSaid(sentence) !== before;
    }, `The service says: ${sentence}`);
  }

  /** The ids of the worker processes, once there are no others than so many. */
  async workers(count: number): Promise<number[]> {
    return until(async () => {
      const found = await childrenOf(this.process.pid);
      return found.length === count && found;
    }, `There are ${count} workers.`);
  }

  /** Whether something is done with a root key. */
  async takesRootKey(rootKey: string): Promise<boolean> {
    return (await this.process.client(rootKey).get('/v1/institutions')).status === 200;
  }

  async close(): Promise<void> {
    await this.process.kill();
    await this.installation.database?.close();
    await rm(this.folder, { recursive: true });
  }
}
