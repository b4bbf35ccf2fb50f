import { withClient } from '#testing';
import type { ApiClient } from './api-client.js';
import type { Bench } from './bench.js';
import type { BenchDatabase } from './bench-server.js';
import { under, type Figures } from './figures.js';
import { counted } from './progress.js';
import { ServiceUnderLoad } from './service-under-load.js';
import { makePositions, type BenchTenant } from './tenant.js';

interface Sized {
  readonly rows: number;
  readonly service: ServiceUnderLoad;
  /** What is asked for, by the name of the figure; without a path, single positions are read. */
  readonly asked: Readonly<Record<string, string | undefined>>;
}

interface PageOfPositions {
  readonly data: readonly { id: string; createdAt: string; assetId: string; holderReference: string }[];
  readonly page: { readonly nextCursor: string | null };
}

const LIST = '/v1/positions';
const PAGE = 50;
const READ_AMONG = 1_000;
const TOO_FEW = 'Growth begins at 10,000 positions: --rows 10000,…';
/** One position of a hundred is funded, so that a list by state has few rows among many. */
const FUNDED_EVERY = 100;

/** Databases that hold more and more positions, each with a service of its own. */
export class Growth implements AsyncDisposable {
  private constructor(
    private readonly bench: Bench,
    private readonly sizes: readonly Sized[],
    private readonly services: AsyncDisposableStack,
  ) {}

  /** Fills one database, and keeps a copy of it at every size but the last. */
  static async fill(bench: Bench): Promise<Growth> {
    const { server, options, progress } = bench;
    progress.enter('Growth');
    await using services = new AsyncDisposableStack();
    const filled = await server.createDatabase('growth');
    const sizes: Sized[] = [];
    let tenant: BenchTenant | undefined;
    let stored = 0;
    for (const rows of options.rows) {
      const reached = await fillUp(bench, filled, { from: stored, to: rows, tenant });
      tenant = reached;
      stored = rows;
      progress.step(`vacuum of ${counted(rows, 'position')}`);
      await withClient(filled.ownerUrl, (client) => client.query('VACUUM (ANALYZE)'));
      const isLast = rows === options.rows.at(-1);
      const kept = isLast ? filled : await server.createDatabase(`growth_${rows}`, filled);
      sizes.push(await open(bench, services, kept, rows, reached));
    }
    await server.run('CHECKPOINT');
    return new Growth(bench, sizes, services.move());
  }

  /** One round: everything that is asked for, at every size in turn. */
  async measure(): Promise<Figures> {
    const { options, progress } = this.bench;
    const seconds = Math.max(1, Math.round(options.seconds / 3));
    let figures: Figures = {};
    for (const name of Object.keys(this.sizes[0]?.asked ?? {})) {
      for (const { rows, service, asked } of this.sizes) {
        progress.step(`growth, ${name} of ${counted(rows, 'position')}`);
        const path = asked[name];
        const load = await service.load(path === undefined ? 'read' : 'list', 1, seconds, path);
        figures = { ...figures, ...under(`growth.${name}.${rows}`, load) };
      }
    }
    return figures;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.services.disposeAsync();
  }
}

/** Adds positions, with a service that has ended when this returns: a database in use cannot be copied. */
async function fillUp(
  bench: Bench,
  database: BenchDatabase,
  { from, to, tenant }: { from: number; to: number; tenant: BenchTenant | undefined },
): Promise<BenchTenant> {
  await using service = await ServiceUnderLoad.start(bench, database, tenant);
  const portion = 10_000;
  for (let stored = from; stored < to; stored += portion) {
    bench.progress.step(`filling, ${stored} of ${counted(to, 'position')}`);
    const ids = await makePositions(service.client, service.tenant, Math.min(portion, to - stored));
    const funded = ids.filter((_, index) => index % FUNDED_EVERY === 0);
    await Promise.all(
      funded.map(async (id) => service.client.post(`${LIST}/${id}/transition`, { toState: 'FUNDED' })),
    );
  }
  return service.tenant;
}

async function open(
  bench: Bench,
  services: AsyncDisposableStack,
  database: BenchDatabase,
  rows: number,
  tenant: BenchTenant,
): Promise<Sized> {
  const service = services.use(await ServiceUnderLoad.start(bench, database, tenant));
  const { client } = service;
  const { ids, holderReference, middle, end } = await landmarks(client);
  service.readAmong(ids);
  const page = (filter: object): string =>
    `?${new URLSearchParams({ limit: String(PAGE), ...filter }).toString()}`;
  const asked = {
    first: LIST + page({}),
    middle: LIST + page({ cursor: middle }),
    end: LIST + page({ cursor: end }),
    byAsset: LIST + page({ assetId: tenant.assetIds[0] }),
    byHolder: LIST + page({ holderReference }),
    byState: LIST + page({ state: 'FUNDED' }),
    ledger: `/v1/ledger-events${page({})}`,
    read: undefined,
  };
  for (const path of Object.values(asked)) {
    if (path === undefined) continue;
    const { data } = await client.get<{ data: unknown[] }>(path);
    if (data.length !== PAGE) throw new Error(`Of ${rows} positions, ${path} has no full page. ${TOO_FEW}`);
  }
  return { rows, service, asked };
}

/** Places in the list that would take long to reach page by page: cursors do not depend on filters. */
async function landmarks(
  client: ApiClient,
): Promise<{ ids: string[]; holderReference: string; middle: string; end: string }> {
  const ask = async (filter: Record<string, string>): Promise<PageOfPositions> =>
    client.get(`${LIST}?${new URLSearchParams(filter).toString()}`);
  const oldest = await ask({ limit: '1' });
  const newest = await ask({ limit: '100', order: 'desc' });
  const moments = [oldest, newest].map(({ data }) => Date.parse(data[0]?.createdAt ?? ''));
  const middleMoment = new Date(moments.reduce((sum, ms) => sum + ms, 0) / 2).toISOString();
  const ids: string[] = [];
  let middle: PageOfPositions | undefined;
  while (ids.length < READ_AMONG) {
    const cursor = middle?.page.nextCursor;
    middle = await ask({ limit: '200', ...(cursor ? { cursor } : { createdAfter: middleMoment }) });
    if (middle.data.length === 0) break;
    for (const { id } of middle.data) ids.push(id);
    if (middle.page.nextCursor === null) break;
  }
  const first = await ask({ limit: '1', createdAfter: middleMoment });
  return {
    ids,
    holderReference: oldest.data[0]?.holderReference ?? '',
    middle: required(first.page.nextCursor),
    end: required(newest.page.nextCursor),
  };
}

function required(cursor: string | null): string {
  if (cursor === null) throw new Error(TOO_FEW);
  return cursor;
}
