import type { Answer, Json } from '../support/client.js';
import { withoutLastUse } from '../support/records.js';
import { done } from '../support/tenant.js';
import type { FuzzWorld } from './fuzz-world.js';

/** All that a service shows of the institutions of a world, and of the newest others. */
export interface State {
  /** By their ids. */
  readonly rows: ReadonlyMap<string, Json>;
  /** The lists of the world's own institutions, which are alike on every backend. */
  readonly ownLists: readonly Answer[];
}

export async function readState({ service, institutionIds }: FuzzWorld): Promise<State> {
  const read = async (path: string): Promise<Answer> => service.root.get(`${path}&limit=200`);
  const ofAll = ['/v1/institutions?order=desc', '/v1/audit-events?order=desc&outcome=SUCCESS'].map(read);
  const ofOwn = institutionIds.flatMap((id) =>
    [
      `/v1/institutions/${id}/api-keys?includeRevoked=true`,
      `/v1/institutions/${id}/policies?order=asc`,
      `/v1/asset-templates?institutionId=${id}`,
      `/v1/assets?institutionId=${id}`,
      `/v1/positions?institutionId=${id}`,
      `/v1/ledger-events?institutionId=${id}`,
      `/v1/audit-events?outcome=SUCCESS&institutionId=${id}`,
    ].map(read),
  );
  const ownLists = await Promise.all(ofOwn);
  const lists = [...(await Promise.all(ofAll)), ...ownLists];
  return { rows: new Map(lists.flatMap(rowsOf)), ownLists };
}

function rowsOf(list: Answer): [string, Json][] {
  return done(list)
    .data.map(withoutLastUse)
    .map((row: Json) => [String(row.id ?? `${row.institutionId} ${row.region}`), row]);
}

/**
 * What changed without an acknowledged command that says so in the audit trail: `acknowledged` are the request ids of
 * the successes. Refusals may be on record themselves, which is not read; nothing else of theirs may.
 */
export function unexplainedChanges(before: State, after: State, acknowledged: ReadonlySet<string>): string[] {
  const isChanged = ([id, row]: [string, Json]): boolean =>
    JSON.stringify(row) !== JSON.stringify(before.rows.get(id));
  const changed = [...after.rows].filter(isChanged);
  const byCommands = changed
    .map(([, row]) => row)
    .filter((row) => isAudited(row) && acknowledged.has(row.requestId));
  // A key that is rotated names the one that it is followed by.
  const touched = new Set(
    byCommands.flatMap(({ resourceId, payload }) => [resourceId, payload.successorId ?? resourceId]),
  );
  const policies = new Set(
    byCommands.map(({ institutionId, payload }) => `${institutionId} ${payload.region}`),
  );
  const isExplained = ([id, row]: [string, Json]): boolean =>
    isAudited(row)
      ? acknowledged.has(row.requestId)
      : touched.has(id) || touched.has(row.positionId) || policies.has(id);
  const gone = [...before.rows].filter(([id, row]) => !after.rows.has(id) && isLasting(row, policies, id));
  return [
    ...changed.filter((each) => !isExplained(each)).map(([id, row]) => `${id} became ${JSON.stringify(row)}`),
    ...gone.map(([id]) => `${id} is gone`),
  ];
}

function isAudited(row: Json): boolean {
  return row.occurredAt !== undefined;
}

/** What is read of one's own institutions stays, but for policies that are removed; of others only the newest are read. */
function isLasting(row: Json, policies: ReadonlySet<string>, id: string): boolean {
  return row.institutionId !== undefined && !isAudited(row) && !policies.has(id);
}
