import type { Writable } from 'node:stream';
import type { PoolClient, QueryResult } from 'pg';
import type { NamedStatement } from './statements.js';

export type Query = string | (NamedStatement & { readonly values: readonly unknown[] });

/**
 * Sends queries in one write and waits for all of their answers, so that BEGIN … COMMIT costs one round trip.
 * Inside a transaction a failed statement makes the server refuse those behind it.
 *
 * @throws the first failure
 */
export async function sendTogether(client: PoolClient, queries: readonly Query[]): Promise<QueryResult[]> {
  const { stream } = (client as unknown as { connection: { stream: Writable } }).connection;
  stream.cork();
  const answers = queries.map((query) =>
    typeof query === 'string' ? client.query(query) : client.query({ ...query, values: [...query.values] }),
  );
  stream.uncork();
  const settled = await Promise.allSettled(answers);
  for (const answer of settled) if (answer.status === 'rejected') throw answer.reason;
  return settled.map((answer) => (answer as PromiseFulfilledResult<QueryResult>).value);
}
