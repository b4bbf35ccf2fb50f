import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ApiClient } from './api-client.js';
import type { Bench } from './bench.js';
import { BenchService } from './bench-service.js';
import type { BenchDatabase } from './bench-server.js';
import { under, type Figures } from './figures.js';
import { withProcessorShares } from './processor.js';
import { foundTenant, makePositions, type BenchTenant } from './tenant.js';
import { runWrk } from './wrk.js';
import { STEPS_OF_A_POSITION, type Kind } from './wrk-script.js';

const FIRST_PAGE = '/v1/positions?limit=50';

/** A service on a database, with positions that loads may move, each once. */
export class ServiceUnderLoad implements AsyncDisposable {
  private readonly toMove: string[] = [];
  private readonly toRead: string[] = [];
  private loads = 0;

  private constructor(
    private readonly bench: Bench,
    private readonly service: BenchService,
    readonly tenant: BenchTenant,
    readonly client: ApiClient,
  ) {}

  /** Founds a tenant unless the database has one. */
  static async start(bench: Bench, database: BenchDatabase, known?: BenchTenant): Promise<ServiceUnderLoad> {
    const service = await BenchService.start(database.serviceUrl, bench.signal);
    try {
      const tenant = known ?? (await foundTenant(service.url, bench.signal));
      const client = new ApiClient(service.url, tenant.apiKey, bench.signal);
      return new ServiceUnderLoad(bench, service, tenant, client);
    } catch (error) {
      await service[Symbol.asyncDispose]();
      throw error;
    }
  }

  get pid(): number {
    return this.service.pid;
  }

  async prepare(positions: number, batchSize?: number): Promise<void> {
    for (const id of await makePositions(this.client, this.tenant, positions, batchSize)) {
      this.toMove.push(id);
      this.toRead.push(id);
    }
  }

  /** Positions to read, where none are prepared. */
  readAmong(ids: readonly string[]): void {
    this.toRead.push(...ids);
  }

  /** Puts one kind of load on the service: rate, latencies, and `cpu` shares. Lists ask for `listPath`. */
  async load(
    kind: Kind,
    connections: number,
    seconds: number,
    listPath: string = FIRST_PAGE,
  ): Promise<Figures> {
    const { bench } = this;
    const { directory } = bench.server;
    const [toMoveFile, toReadFile] = [path.join(directory, 'to-move'), path.join(directory, 'to-read')];
    const moved = this.toMove.splice(0, positionsMovedBy(kind, connections, seconds));
    await writeFile(toMoveFile, moved.join('\n'));
    await writeFile(toReadFile, this.toRead.join('\n'));
    this.loads += 1;
    const { result, shares } = await withProcessorShares(
      { servicePid: this.service.pid, postmasterPid: bench.server.postmasterPid },
      async () =>
        runWrk({
          program: bench.tools.wrk,
          directory,
          url: this.service.url,
          script: {
            ...{ kind, toMoveFile, toReadFile, listPath, mark: `${this.loads}-` },
            apiKey: this.tenant.apiKey,
            assetIds: this.tenant.assetIds,
          },
          connections,
          seconds,
          signal: bench.signal,
        }),
    );
    return { ...result, ...under('cpu', shares) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.service[Symbol.asyncDispose]();
  }
}

/** More positions than a load can move, so that none has to be moved twice. */
export function positionsMovedBy(kind: Kind, connections: number, seconds: number): number {
  const share = { create: 0, keyed: 0, transition: 1, read: 0, list: 0, mixed: 0.4 }[kind];
  const requestsASecond = connections === 1 ? 2_500 : 12_000;
  return Math.ceil((share * requestsASecond * seconds) / STEPS_OF_A_POSITION);
}
