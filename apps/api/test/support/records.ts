import type { Json } from './client.js';
import { done, type Reachable } from './tenant.js';

/** Rows by the path of the list that shows them. */
type Records = Readonly<Record<string, Json[]>>;

/** Every row of a list, page by page. */
export async function readAll(service: Reachable, path: string): Promise<Json[]> {
  const rows: Json[] = [];
  let cursor: string | null = null;
  do {
    const query: string = cursor === null ? '' : `&cursor=${cursor}`;
    const answer = await service.root.get(`${path}${path.includes('?') ? '&' : '?'}limit=200${query}`);
    const { data, page } = done(answer);
    rows.push(...data.map(withoutLastUse));
    cursor = page.nextCursor;
  } while (cursor !== null);
  return rows;
}

/** A row as commands made it. When a key was last used is noted by no command, and at no certain moment. */
export function withoutLastUse({ lastUsedAt: _lastUsedAt, ...row }: Json): Json {
  return row;
}

/** Everything that a service shows of what it has stored, but for refusals: they change nothing but the audit trail. */
async function readRecords(service: Reachable): Promise<Records> {
  const records: Record<string, Json[]> = {};
  const read = async (path: string): Promise<Json[]> => (records[path] = await readAll(service, path));
  const [institutions = [], positions = []] = await Promise.all([
    read('/v1/institutions'),
    read('/v1/positions'),
    read('/v1/asset-templates'),
    read('/v1/assets'),
    read('/v1/ledger-events'),
    read('/v1/audit-events?outcome=SUCCESS'),
  ]);
  await Promise.all([
    ...institutions.map(({ id }) => read(`/v1/institutions/${id}/api-keys?includeRevoked=true`)),
    ...institutions.map(({ id }) => read(`/v1/institutions/${id}/policies`)),
    ...positions.map(({ id }) => read(`/v1/positions/${id}/events`)),
  ]);
  return records;
}

/** Tells what a service has stored since it was last asked. */
export class RecordWatch {
  private constructor(
    private readonly service: Reachable,
    private last: Records,
  ) {}

  static async over(service: Reachable): Promise<RecordWatch> {
    return new RecordWatch(service, await readRecords(service));
  }

  /** Every row that was added, changed or removed since, in whatever list, with the path of the list. */
  async changes(): Promise<[path: string, row: Json][]> {
    const before = this.last;
    this.last = await readRecords(this.service);
    return [...missingFrom(before, this.last), ...missingFrom(this.last, before)];
  }
}

function missingFrom(records: Records, others: Records): [string, Json][] {
  return Object.entries(others).flatMap(([path, rows]) => {
    const known = new Set(records[path]?.map((row) => JSON.stringify(row)));
    return rows.filter((row) => !known.has(JSON.stringify(row))).map((row): [string, Json] => [path, row]);
  });
}
